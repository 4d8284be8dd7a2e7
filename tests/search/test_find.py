"""Searches in the database: words, hours, pages, and what they cost."""

from dataclasses import replace

import pytest

from locator.geo import Point, km_from_miles
from locator.models import Language, Modality, PaymentOption, Specialty
from locator.search import find
from locator.search.query import SearchQuery, SearchResults, Visit
from locator.text import words
from tests.making import at_once

from .drawn import NOW

AUSTIN = Point(30.267, -97.743)


def asked(**parts):
    usual = {"now": NOW, "point": AUSTIN, "region": "US-TX"}
    return SearchQuery(**(usual | parts))


def found(results: SearchResults):
    return [hit.clinic_id for hit in results.hits]


def test_neighbours_across_the_date_line_are_near(make_clinic):
    east = make_clinic("East", at=(-16.7, 179.95), in_person="yes", remote="no")
    west = make_clinic("West", at=(-16.7, -179.95), in_person="yes", remote="no")

    results = find(asked(point=Point(-16.7, 179.99), within_km=20.0))

    assert found(results) == [east.pk, west.pk]


# --- Pages -------------------------------------------------------------------------


def test_a_page_past_the_end_still_says_how_many_there_are(make_clinic):
    make_clinic(covers=["US-TX"])

    results = find(asked(page=10**6))

    assert (results.total, results.hits) == (1, ())


# --- Words: rule 15 ----------------------------------------------------------------


@pytest.fixture
def clinics_with_names(make_clinic):
    return {
        name: make_clinic(name, city=city, covers=["US-TX"]).pk
        for name, city in [
            ("Ash Grove Clinic", "Waco"),
            ("Ashton Centre", "Grove City"),
            ("Clínica Ñandú", "Austin"),
            ("दीप Clinic", "Pune"),
            ("100% Care_Now", "Dallas"),
        ]
    }


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("ash", ["Ash Grove Clinic", "Ashton Centre"]),
        ("ash clinic", ["Ash Grove Clinic"]),
        ("clinic ash", ["Ash Grove Clinic"]),
        ("grove", ["Ash Grove Clinic", "Ashton Centre"]),
        ("asht grove", []),
        ("grove asht", ["Ashton Centre"]),
        ("CLINICA nandu", ["Clínica Ñandú"]),
        ("दीप", ["दीप Clinic"]),
        ("lini", []),
        ("100", ["100% Care_Now"]),
        ("no such clinic", []),
    ],
)
def test_all_words_must_hit_and_the_last_may_be_begun(clinics_with_names, q, expected):
    results = find(asked(words=words(q)))

    assert sorted(found(results)) == sorted(
        clinics_with_names[name] for name in expected
    )


@pytest.mark.parametrize("word", ["%", "_", "\\", "a%", "' OR 1=1 --"])
def test_signs_that_mean_something_to_a_database_mean_nothing_here(
    clinics_with_names, word
):
    assert find(asked(words=(word,))).total == 0


# --- Hours -------------------------------------------------------------------------


def test_open_now_is_seen_from_the_clinics_own_zone(make_clinic):
    hours = {"opening_hours": "Mo-Fr 09:00-17:00", "covers": ["US-TX"]}
    open_now = make_clinic("Chicago", time_zone="America/Chicago", **hours)
    closed = make_clinic("Tokyo", time_zone="Asia/Tokyo", **hours)
    silent = make_clinic("Says nothing", covers=["US-TX"])

    # A Tuesday, 9:30 in Chicago and half past midnight in Tokyo.
    now = NOW.replace(hour=15, minute=30)
    results = find(asked(now=now, open_now=True))
    included = find(asked(now=now, open_now=True, with_unstated=True))

    assert found(results) == [open_now.pk]
    assert found(included) == [open_now.pk, silent.pk]
    assert closed.pk not in found(included)


# --- What a search costs -----------------------------------------------------------


def test_a_search_that_finds_enough_near_reads_once(
    make_clinic, django_assert_num_queries
):
    with at_once():
        for number in range(21):
            make_clinic(f"{number} Clinic", at=(30.3, -97.7), covers=["US-TX"])

    # How many treat the region, and all of these.
    with django_assert_num_queries(2):
        results = find(asked())

    assert results.total == 21
    assert results.used_km == km_from_miles(25)


def test_names_that_begin_alike_cost_one_more_look(
    make_clinic, django_assert_num_queries
):
    last = make_clinic("Clinic of Austin B", at=(30.3, -97.7), covers=["US-TX"])
    first = make_clinic("Clinic of Austin A", at=(30.3, -97.7), covers=["US-TX"])

    with django_assert_num_queries(3):
        results = find(asked(within_km=50))

    assert found(results) == [first.pk, last.pk]


def test_the_corners_of_the_first_read_are_not_taken_for_all_there_is(make_clinic):
    # 127 miles away, yet in the bands and longitudes of a circle of 100 miles.
    with at_once():
        for number in range(20):
            make_clinic(f"In a corner {number}", at=(31.57, -96.22), in_person="yes")
        for number in range(3):
            make_clinic(f"Due north {number}", at=(32.0, -97.743), in_person="yes")

    results = find(asked(visit=Visit.IN_PERSON))

    assert results.used_km == km_from_miles(200)
    assert results.total == 23


@pytest.mark.parametrize(
    ("parts", "reads"),
    [
        ({}, 5),
        ({"visit": Visit.IN_PERSON}, 4),
        ({"visit": Visit.REMOTE}, 2),
        ({"within_km": 800.0}, 2),
        ({"point": None, "is_area": True}, 2),
        ({"point": None, "region": ""}, 5),
        ({"words": ("clear",)}, 2),
        ({"words": ("nothing",)}, 2),
    ],
)
def test_a_search_asks_little_of_the_database(
    make_clinic, django_assert_num_queries, parts, reads
):
    make_clinic(at=(30.3, -97.7), covers=["US-TX"])

    with django_assert_num_queries(reads):
        find(asked(**parts))


def test_hours_are_read_once_and_then_known(make_clinic, django_assert_num_queries):
    # No other test states these, so that this process does not know them yet.
    hours = {"opening_hours": "Mo-Su 00:07-23:57", "time_zone": "America/Chicago"}
    make_clinic(covers=["US-TX"], **hours)
    query = asked(open_now=True, visit=Visit.REMOTE)

    with django_assert_num_queries(3):
        first = find(query)
    with django_assert_num_queries(2):
        second = find(query)

    assert first.total == second.total == 1


def test_counting_reads_no_more_than_once(make_clinic, django_assert_num_queries):
    with at_once():
        for number in range(21):
            make_clinic(f"{number} Clinic", at=(30.3, -97.7), covers=["US-TX"])

    with django_assert_num_queries(2):
        results = find(asked(visit=Visit.REMOTE), counted=True)

    assert results.counts["visit"] == {"any": 21, "remote": 21, "in-person": 21}


# --- Counts: rule 14 ---------------------------------------------------------------


def test_nothing_is_counted_unasked(make_clinic):
    make_clinic(covers=["US-TX"])

    assert find(asked()).counts == {}


def test_an_option_that_no_clinic_has_counts_none(make_clinic):
    make_clinic(covers=["US-TX"], languages=["es"])

    languages = find(asked(), counted=True).counts["language"]

    es, hi = (Language.objects.get(code=code).bit for code in ("es", "hi"))
    assert (languages[es], languages[hi]) == (1, 0)


def test_a_kind_of_visit_counts_what_asking_for_it_finds(make_clinic):
    make_clinic("Near", at=(30.3, -97.7), remote="no", in_person="yes")
    make_clinic("Far", at=(34.0, -97.7), remote="no", in_person="yes")
    make_clinic("Remote", remote="yes", in_person="no", covers=["US-TX"])
    query = asked(visit=Visit.REMOTE, within_km=100.0)

    counted = find(query, counted=True).counts["visit"]

    assert counted == {
        visit.value: find(replace(query, visit=visit)).total for visit in Visit
    }
    assert counted["in-person"] == 1


def test_open_now_is_counted_before_it_is_asked(make_clinic):
    always = {"covers": ["US-TX"], "opening_hours": "24/7"}
    make_clinic("Open", time_zone="America/Chicago", **always)
    make_clinic("Says nothing", covers=["US-TX"])

    stated = find(asked(), counted=True).counts["open"]
    included = find(asked(with_unstated=True), counted=True).counts["open"]

    assert (stated["now"], included["now"]) == (1, 2)


def test_the_catalogue_bits_that_tests_rest_on_are_there(db):
    for catalogue in (Specialty, Modality, PaymentOption):
        assert {0, 1, 2} <= set(catalogue.objects.values_list("bit", flat=True))
