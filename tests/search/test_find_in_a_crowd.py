"""The narrow reads of a crowded directory find what a look at all of it finds."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Q
from hypothesis import given, settings

from locator.geo import Point, km_from_miles
from locator.models import (
    AccessibilityFeature,
    AgeGroup,
    Clinic,
    Eligibility,
    Language,
    Modality,
    PaymentOption,
    ServiceType,
    Specialty,
    User,
)
from locator.search import entries, explain, find
from locator.search.engine import match
from locator.search.explaining import explained
from locator.search.names import folded
from locator.search.opening import open_at
from locator.search.query import Contact, SearchQuery, Sort, Visit
from tests.making import at_once, make_clinic

from . import plain, read_back
from .drawn import NOW, POINTS, queries

HOURS = ["", "24/7", "Mo-Fr 09:00-17:00", "Mo-Sa 22:00-02:00", '"by appointment"']
WORDS = ("ash",)


def asked(**parts):
    return SearchQuery(now=NOW, **({"point": POINTS[0], "region": "US-TX"} | parts))


def found(results):
    return [hit.clinic_id for hit in results.hits]


def looked_at_all(query):
    """The matches that the whole table has for `query`."""
    everything = entries.fetch(Q())
    return match(everything.entries, query, names=folded)


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker):
    """150 clinics, strewn around the points that queries start from, as plain ones."""
    chance = random.Random(20)
    with django_db_blocker.unblock():
        with at_once():
            for number in range(150):
                make_one(number, chance)
        yield read_back.published(asked(words=WORDS))
        Clinic.objects.all().delete()
        User.objects.all().delete()
        entries.rebuild_all()


def around(point, chance):
    """A point near `point`, on the globe."""
    latitude = max(-90.0, min(90.0, point.latitude + chance.uniform(-1.5, 1.5)))
    longitude = point.longitude + chance.uniform(-1.5, 1.5)
    return latitude, (longitude + 180) % 360 - 180


def make_one(number, chance, **facts):
    some = lambda *codes: chance.sample(codes, chance.randint(0, len(codes)))  # noqa: E731
    where = chance.choice([None, *POINTS, *[POINTS[0]] * 12])
    verified_at = chance.choice([None, NOW - timedelta(days=chance.randint(0, 400))])
    return make_clinic(
        chance.choice(["Ash", "Ash Clinic", "Élm", "Oak"]) + f" {number % 40}",
        at=where and around(where, chance),
        region=chance.choice(["US-TX", "US-OK", "IN-KA", None]),
        city=chance.choice(["Ashton", "Austin", ""]),
        languages=some("en", "es", "hi"),
        payments=some("medicaid", "self-pay"),
        accessibility=some("step-free"),
        opening_hours=chance.choice(HOURS),
        time_zone="America/Chicago",
        verified_at=verified_at,
        services=[make_service(chance, some) for _ in range(chance.randint(1, 2))],
        **facts,
    )


def make_service(chance, some):
    remote = chance.choice(["yes", "yes", "unknown", "no"])
    in_person = chance.choice(["yes", "unknown", *["no"] * (remote != "no")])
    kinds = ["consultation", "consultation", "remote-monitoring", "appointment-booking"]
    return {
        "type": chance.choice(kinds),
        "remote": remote,
        "in_person": in_person,
        "accepting": chance.choice(["yes", "no", "unknown"]),
        "specialties": some("mental-health", "skin"),
        "modalities": some("video", "phone"),
        "eligibility": some("everyone", "veterans"),
        "age_groups": some("child", "adult"),
        "covers": some("US-TX", "US-OK", "US", "IN"),
        "basis": chance.choice(["license", "assumed_home_region", "unknown"]),
    }


@given(queries())
def test_a_narrow_read_finds_what_the_rules_find(crowd, db, query):
    query = replace(query, page_size=1000)

    results = find(query)

    told = plain.search(crowd, query)
    assert found(results) == told.ids
    assert results.total == len(told.ids)
    assert results.used_km == told.used_km
    assert results.more_remote_beyond == told.beyond
    assert results.more_other_telehealth == told.other_telehealth
    assert results.left_out_unstated == told.left_out
    assert results.more_in_subdivisions == told.in_subdivisions


@given(queries())
def test_a_narrow_read_finds_what_the_whole_table_holds(crowd, db, query):
    query = replace(query, words=(), open_now=False, page_size=1000)

    results = find(query)

    whole = looked_at_all(query)
    assert results.hits == whole.hits(0, 1000)
    assert results.left_out_unstated == whole.left_out_unstated


@given(queries())
def test_counting_changes_nothing_else(crowd, db, query):
    counted = find(query, counted=True)

    assert replace(counted, counts={}) == find(query)


@settings(max_examples=15)
@given(queries())
def test_a_narrow_read_counts_what_the_rules_count(crowd, db, query):
    told = find(query, counted=True).counts

    expected = plain.option_counts(crowd, query, bits_of_the_crowd())
    assert {
        parameter: {option: told[parameter][option] for option in of_option}
        for parameter, of_option in expected.items()
    } == expected


@settings(max_examples=15)
@given(queries())
def test_an_empty_page_is_explained_from_less_than_all_there_is(crowd, db, query):
    told = explain(query)

    everything = entries.fetch(Q())
    assert told == explained(
        everything.entries,
        query,
        names=folded,
        named=[each.id for each in crowd if each.is_named],
        open_hours=open_at(query.now, everything.entries),
    )


def bits_of_the_crowd():
    """The bits that the crowd has of each catalogue, and one that it has not."""

    def bits(catalogue, *codes):
        found = catalogue.objects.filter(code__in=codes)
        return list(found.values_list("bit", flat=True))

    return {
        "type": bits(ServiceType, "consultation", "remote-monitoring"),
        "specialty": bits(Specialty, "mental-health", "skin"),
        "modality": bits(Modality, "video", "app"),
        "language": bits(Language, "es", "ase"),
        "payment": bits(PaymentOption, "medicaid", "medicare"),
        "age": bits(AgeGroup, "child", "senior"),
        "eligibility": bits(Eligibility, "veterans", "students"),
        "accessibility": bits(AccessibilityFeature, "step-free", "captions"),
        "contact": [*Contact],
    }


def test_the_crowd_says_what_it_says_to_a_rebuild(crowd, db):
    assert entries.differences() == []


@pytest.mark.parametrize(
    "place",
    [
        Point(-16.8, 179.999),
        Point(-16.8, -179.999),
        Point(-17, 180),
        Point(-17, -180),
        Point(89.9, 77),
        Point(-90, 0),
        Point(0, 0),
    ],
)
@pytest.mark.parametrize("miles", [1, 60, 500])
def test_circles_hold_over_the_poles_and_the_date_line(crowd, db, place, miles):
    query = asked(
        point=place,
        within_km=km_from_miles(miles),
        visit=Visit.IN_PERSON,
        with_unstated=True,
        page_size=1000,
    )

    results = find(query)

    assert results.hits == looked_at_all(query).hits(0, 1000)


@pytest.mark.parametrize("sort", Sort)
def test_pages_neither_lose_nor_repeat_a_clinic(crowd, db, sort):
    query = asked(sort=sort, page_size=7, with_unstated=True)
    total = find(query).total

    pages = [
        found(find(replace(query, page=page))) for page in range(1, total // 7 + 3)
    ]

    listed = [clinic for page in pages for clinic in page]
    assert len(listed) == len(set(listed)) == total
    assert pages[-1] == []
    assert listed == found(find(replace(query, page_size=1000)))
