"""The rules of a search, one at a time, on plain clinics."""

from dataclasses import replace
from itertools import count

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from locator.geo import Point, km_from_miles
from locator.search.engine import match
from locator.search.query import (
    STEPS_KM_BY_UNIT,
    Basis,
    Category,
    SearchQuery,
    Sort,
    Visit,
)

from .drawn import NOW, TODAY, as_entries, named, open_hours
from .drawn import names as called
from .plain import PlainClinic, PlainService

AUSTIN = Point(30.267, -97.743)
VIDEO, PHONE = 1, 2
CONSULTATION, MONITORING, BOOKING, TRAINING = (
    {},
    {"type": 2, "is_telemedicine": False},
    {"type": 4, "is_telemedicine": False, "is_care": False},
    {
        "type": 8,
        "is_telemedicine": False,
        "is_care": False,
        "is_for_patients": False,
    },
)
_numbers = count(1)


def service(kind=CONSULTATION, **facts):
    facts = {"remote": "yes", "in_person": "no"} | kind | facts
    return PlainService(id=next(_numbers), **facts)


def licensed(*regions, basis="stated", **facts):
    return service(coverage=dict.fromkeys(regions, basis), **facts)


def on_site(**facts):
    return service(remote="no", in_person="yes", **facts)


def clinic(name, *services, **facts):
    return PlainClinic(
        id=next(_numbers), name=name, services=list(services) or [service()], **facts
    )


def north_of_austin(miles):
    """A point that lies `miles` north of the centre of Austin."""
    there = great_circle(miles=miles).destination(
        (AUSTIN.latitude, AUSTIN.longitude), bearing=0
    )
    return Point(there.latitude, there.longitude)


def asked(**parts):
    """A question from the centre of Austin, Texas."""
    place = {"point": AUSTIN, "region": "US-TX"}
    if parts.get("is_area"):
        place["point"] = None
    return SearchQuery(now=NOW, **(place | parts))


def search(clinics, query):
    return match(
        as_entries(clinics),
        query,
        names=called(clinics),
        named=named(clinics),
        open_hours=open_hours(clinics),
    )


def names(clinics, query):
    by_id = {each.id: each.name for each in clinics}
    return [by_id[pk] for pk in search(clinics, query).clinics()]


# --- Where: rules 1 to 4 -----------------------------------------------------------


def test_without_a_place_every_clinic_matches_by_verified_date_then_name():
    clinics = [
        clinic("Cedar", on_site()),
        clinic("Birch", licensed("US-ID")),
        clinic("Aspen", licensed("IN"), verified_on=TODAY - 400),
        clinic("Dogwood", service(), verified_on=TODAY),
    ]

    found = names(clinics, SearchQuery(now=NOW))

    assert found == ["Dogwood", "Aspen", "Birch", "Cedar"]


def test_what_lies_beyond_the_last_step_comes_after_what_treats_from_afar():
    clinics = [
        clinic("Far away", on_site(), point=north_of_austin(900)),
        clinic("A day away", on_site(), point=north_of_austin(390)),
        clinic("Assumed", licensed("US-TX", basis="assumed")),
        clinic("Licensed", licensed("US-TX"), point=north_of_austin(1200)),
    ]

    found = names(clinics, asked())

    assert found == ["A day away", "Licensed", "Assumed", "Far away"]


@pytest.mark.parametrize("where", [{}, {"region": "US-TX", "is_area": True}])
def test_without_a_point_a_newer_check_leads_whatever_the_service(where):
    clinics = [
        clinic("Watches", licensed("US-TX", kind=MONITORING), verified_on=TODAY),
        clinic("Treats", licensed("US-TX"), verified_on=TODAY - 1),
    ]

    assert names(clinics, SearchQuery(now=NOW, **where)) == ["Watches", "Treats"]


@pytest.mark.parametrize("sort", [Sort.BEST, Sort.DISTANCE])
def test_without_a_point_radius_and_distance_are_ignored(sort):
    clinics = [
        clinic("Birch", on_site(), point=AUSTIN),
        clinic("Aspen", on_site(), point=north_of_austin(300)),
    ]

    query = SearchQuery(now=NOW, sort=sort, within_km=1.0)

    assert names(clinics, query) == ["Aspen", "Birch"]
    assert [hit.km for hit in search(clinics, query).hits(0, 2)] == [None, None]


def test_a_region_as_place_finds_addresses_in_it_and_coverage_of_it():
    clinics = [
        clinic("Stands there", on_site(), region="US-TX"),
        clinic("Stands there, by a point", on_site(), region="US-TX", point=AUSTIN),
        clinic("Treats there", licensed("US-TX"), region="US-OK"),
        clinic("Stands elsewhere", on_site(), region="US-OK", point=AUSTIN),
        clinic("Treats elsewhere", licensed("US-OK"), region="US-TX"),
    ]

    found = names(clinics, asked(is_area=True))

    assert found == ["Stands there", "Stands there, by a point", "Treats there"]


def test_coverage_of_a_country_holds_for_its_parts():
    clinics = [clinic("All over", licensed("US")), clinic("India", licensed("IN"))]

    assert names(clinics, asked()) == ["All over"]


def test_where_only_the_country_is_known_its_parts_are_counted_not_listed():
    clinics = [
        clinic("All over", licensed("US")),
        clinic("Two states", licensed("US-TX", "US-OK")),
        clinic("One state", licensed("US-OK")),
        clinic("Both", licensed("US", "US-OK")),
        clinic("India", licensed("IN-KA")),
    ]

    matches = search(clinics, asked(region="US"))

    assert names(clinics, asked(region="US")) == ["All over", "Both"]
    assert matches.more_in_subdivisions == {"US": 2, "US-OK": 2, "US-TX": 1}


def test_the_region_says_where_the_patient_is_and_the_point_where_distances_start():
    clinics = [
        clinic("Texas, near", licensed("US-TX"), point=AUSTIN),
        clinic("Oklahoma, near", licensed("US-OK"), point=AUSTIN),
        clinic("Oklahoma, far", licensed("US-OK"), point=north_of_austin(300)),
    ]

    found = names(clinics, asked(region="US-OK"))

    assert found == ["Oklahoma, near", "Oklahoma, far"]


def test_a_point_in_no_known_region_finds_in_person_care_only():
    clinics = [
        clinic("Near", on_site(), point=AUSTIN),
        clinic("Remote", licensed("US-TX", "US")),
    ]

    assert names(clinics, asked(region="")) == ["Near"]


# --- How: rules 8 to 10 ------------------------------------------------------------


def test_every_answer_must_hold_for_the_same_service():
    clinics = [
        clinic(
            "Video for booking only",
            licensed("US-TX", modalities=PHONE),
            service(BOOKING, modalities=VIDEO),
        ),
        clinic("Video for care", licensed("US-TX", modalities=VIDEO)),
    ]

    assert names(clinics, asked(modalities=VIDEO)) == ["Video for care"]


def test_what_is_no_care_is_counted_unasked_and_found_when_asked():
    clinics = [
        clinic("Care", licensed("US-TX")),
        clinic("Care and booking", licensed("US-TX"), service(BOOKING)),
        clinic("Monitoring", licensed("US-TX", **MONITORING)),
        clinic("Books online", service(BOOKING)),
        clinic("Books by phone", service(BOOKING, remote="no", in_person="yes")),
        clinic("Trains doctors", service(TRAINING)),
    ]

    matches = search(clinics, asked())
    whole = names(clinics, asked(category=Category.TELEHEALTH))
    others = names(clinics, asked(category=Category.TELEHEALTH_ONLY))

    assert names(clinics, asked()) == ["Care", "Care and booking", "Monitoring"]
    assert matches.more_other_telehealth == 1
    assert whole == ["Care", "Care and booking", "Books online", "Monitoring"]
    assert others == ["Books online", "Care and booking", "Monitoring"]


def test_telemedicine_is_a_telemedicine_type_that_is_remote():
    clinics = [
        clinic("Remote", licensed("US-TX")),
        clinic("In person", on_site(), point=AUSTIN),
        clinic("Maybe remote", licensed("US-TX", remote="unknown")),
        clinic("Monitoring", licensed("US-TX", **MONITORING)),
    ]

    query = asked(category=Category.TELEMEDICINE)

    assert names(clinics, query) == ["Remote"]
    assert names(clinics, replace(query, with_unstated=True)) == [
        "Remote",
        "Maybe remote",
    ]


def test_what_is_for_health_workers_is_found_by_its_type_alone():
    clinics = [clinic("Trains doctors", service(TRAINING))]

    assert names(clinics, asked(category=Category.TELEHEALTH)) == []
    assert names(clinics, asked(types=8)) == ["Trains doctors"]


def test_a_modality_asks_for_a_remote_visit():
    clinics = [
        clinic("Near", on_site(modalities=VIDEO), point=AUSTIN),
        clinic(
            "Near, by video elsewhere",
            licensed("US-OK", in_person="yes", modalities=VIDEO),
            point=AUSTIN,
        ),
        clinic(
            "Near and by video",
            licensed("US-TX", in_person="yes", modalities=VIDEO),
            point=AUSTIN,
        ),
    ]

    matches = search(clinics, asked(modalities=VIDEO))

    assert names(clinics, asked(modalities=VIDEO)) == ["Near and by video"]
    assert matches.hits(0, 1)[0].is_in_person


@pytest.mark.parametrize(
    ("parts", "facts"),
    [
        ({"modalities": VIDEO}, {"modalities": 0}),
        ({"ages": 1}, {"ages": 0}),
        ({"languages": 1 << 70}, {"languages": 0}),
        ({"payments": 1}, {"payments": 0}),
        ({"specialties": 1}, {"specialties": 0}),
        ({"accepting": True}, {"accepting": "unknown"}),
        ({}, {"remote": "unknown"}),
    ],
)
def test_silence_is_left_out_counted_and_listed_last_on_demand(parts, facts):
    full = {key: value for key, value in parts.items() if key != "accepting"}
    stating = {"accepting": "yes"} | full
    clinics = [
        clinic("A silent one", licensed("US-TX", **(stating | facts))),
        clinic("States it", licensed("US-TX", **stating)),
    ]

    query = asked(**parts)

    assert names(clinics, query) == ["States it"]
    assert search(clinics, query).left_out_unstated == 1
    included = replace(query, with_unstated=True)
    assert names(clinics, included) == ["States it", "A silent one"]
    assert search(clinics, included).left_out_unstated == 0


def test_a_stated_set_is_complete_and_a_no_stays_a_no():
    clinics = [
        clinic("By phone", licensed("US-TX", modalities=PHONE, accepting="yes")),
        clinic("Full", licensed("US-TX", modalities=VIDEO, accepting="no")),
    ]

    query = asked(modalities=VIDEO, accepting=True, with_unstated=True)

    assert names(clinics, query) == []


def test_coverage_on_an_unknown_basis_is_unstated_and_assumed_coverage_is_not():
    clinics = [
        clinic("Unknown basis", licensed("US-TX", basis="unknown")),
        clinic("Assumed", licensed("US-TX", basis="assumed")),
        clinic("Stated", licensed("US-TX")),
    ]

    assert names(clinics, asked()) == ["Stated", "Assumed"]
    assert names(clinics, asked(with_unstated=True)) == [
        "Stated",
        "Assumed",
        "Unknown basis",
    ]


def test_any_of_within_a_parameter_and_all_of_across():
    clinics = [
        clinic("Both", licensed("US-TX", specialties=1, payments=2)),
        clinic("One", licensed("US-TX", specialties=2, payments=4)),
    ]

    assert names(clinics, asked(specialties=3)) == ["Both", "One"]
    assert names(clinics, asked(specialties=3, payments=2)) == ["Both"]


@pytest.mark.parametrize("bit", [0, 62, 63, 70, 125])
def test_a_language_of_either_column_is_found(bit):
    clinics = [
        clinic("Speaks it", licensed("US-TX", languages=1 << bit)),
        clinic("Speaks another", licensed("US-TX", languages=1 << 30)),
    ]

    assert names(clinics, asked(languages=1 << bit)) == ["Speaks it"]
    hit = search(clinics, asked(languages=1 << bit)).hits(0, 1)[0]
    assert hit.services[0].languages == 1 << bit


def test_what_is_unknown_to_be_open_is_neither_open_nor_closed():
    clinics = [
        clinic("Open", licensed("US-TX"), is_open="yes"),
        clinic("Closed", licensed("US-TX"), is_open="no"),
        clinic("Says nothing", licensed("US-TX")),
    ]

    assert names(clinics, asked(open_now=True)) == ["Open"]
    assert names(clinics, asked(open_now=True, with_unstated=True)) == [
        "Open",
        "Says nothing",
    ]


# --- How far: rules 11 and 12 ------------------------------------------------------


def sites(number, miles):
    return [
        clinic(f"At {miles} miles", on_site(), point=north_of_austin(miles))
        for _ in range(number)
    ]


@pytest.mark.parametrize(
    ("near", "far", "unit", "used_km"),
    [
        (20, 30, "mi", km_from_miles(25)),
        (19, 49, "mi", km_from_miles(50)),
        (19, 99, "mi", km_from_miles(100)),
        (19, 199, "mi", km_from_miles(200)),
        (19, 399, "mi", km_from_miles(400)),
        (19, 401, "mi", None),
        (19, 49, "km", 80),
        (19, 99, "km", 160),
    ],
)
def test_the_radius_widens_until_twenty_clinics_are_in_it(near, far, unit, used_km):
    clinics = [*sites(near, 20), *sites(1, far)]

    matches = search(clinics, asked(unit=unit))

    assert matches.used_km == used_km
    assert matches.total == (near if near == 20 else 20)


@pytest.mark.parametrize("parts", [{"page": 7}, {"page_size": 1}, {"sort": Sort.NAME}])
def test_the_radius_does_not_hang_on_page_or_sort(parts):
    clinics = [*sites(19, 20), *sites(5, 70)]

    assert search(clinics, asked(**parts)).used_km == km_from_miles(100)


def test_remote_matches_are_listed_however_far_and_once():
    clinics = [
        *sites(20, 20),
        clinic("Both", licensed("US-TX", in_person="yes"), point=north_of_austin(3)),
        clinic("Far", licensed("US-TX", in_person="yes"), point=north_of_austin(300)),
        clinic("No point", licensed("US-TX")),
    ]

    matches = search(clinics, asked())

    assert matches.total == 23
    assert names(clinics, asked())[0] == "Both"
    assert names(clinics, asked())[-2:] == ["Far", "No point"]
    far = matches.hits(21, 22)[0]
    assert (far.is_remote, far.is_in_person) == (True, False)


def test_the_edge_of_a_radius_belongs_to_it():
    there = north_of_austin(30)
    clinics = [clinic("On the edge", on_site(), point=there)]
    km = search(clinics, asked()).hits(0, 1)[0].km

    assert names(clinics, asked(within_km=km)) == ["On the edge"]
    assert names(clinics, asked(within_km=km - 0.001)) == []


def test_the_edge_of_a_step_belongs_to_it(monkeypatch):
    clinics = sites(20, 30)
    km = search(clinics, asked()).hits(0, 1)[0].km
    monkeypatch.setitem(STEPS_KM_BY_UNIT, "mi", (km, 2 * km))

    assert search(clinics, asked()).used_km == km


def test_what_a_nearer_radius_would_lose_is_not_left_out_for_silence():
    stating = {"accepting": "yes"}
    clinics = [
        *[clinic("Near", on_site(**stating), point=AUSTIN) for _ in range(10)],
        *[clinic("Near, silent", on_site(), point=AUSTIN) for _ in range(10)],
        *[
            clinic("Far", on_site(**stating), point=north_of_austin(40))
            for _ in range(11)
        ],
    ]

    matches = search(clinics, asked(accepting=True))
    included = search(clinics, asked(accepting=True, with_unstated=True))

    assert (matches.total, included.total) == (21, 20)
    assert matches.left_out_unstated == 0


def test_an_explicit_radius_drops_what_is_farther_and_counts_who_treats_remotely():
    clinics = [
        clinic("Near", licensed("US-TX"), point=north_of_austin(3)),
        clinic("Far", licensed("US-TX"), point=north_of_austin(90)),
        clinic("No point", licensed("US-TX")),
        clinic("Far, in person", on_site(), point=north_of_austin(90)),
    ]

    query = asked(within_km=km_from_miles(50))

    assert names(clinics, query) == ["Near"]
    assert search(clinics, query).more_remote_beyond == 2


def test_a_remote_visit_has_no_radius():
    clinics = [
        clinic("Far", licensed("US-TX"), point=north_of_austin(90)),
        clinic("No point", licensed("US-TX")),
    ]

    query = asked(within_km=1.0, visit=Visit.REMOTE)

    assert names(clinics, query) == ["Far", "No point"]
    assert search(clinics, query).more_remote_beyond == 0


# --- Order: rule 13 ----------------------------------------------------------------

BEFORE = {
    "treating before other telehealth": (
        clinic("B", licensed("US-TX")),
        clinic("A", service(BOOKING), point=AUSTIN, verified_on=TODAY),
    ),
    "stated before unstated": (
        clinic("B", licensed("US-TX", payments=1)),
        clinic("A", licensed("US-TX"), point=AUSTIN, verified_on=TODAY),
    ),
    "open to all before restricted": (
        clinic("B", licensed("US-TX", payments=1)),
        clinic(
            "A",
            licensed("US-TX", payments=1, eligibility=2, is_restricted=True),
            verified_on=TODAY,
        ),
    ),
    "fresh before stale": (
        clinic("B", licensed("US-TX", payments=1), verified_on=TODAY - 179),
        clinic(
            "A",
            licensed("US-TX", payments=1, in_person="yes"),
            point=AUSTIN,
            verified_on=TODAY - 180,
        ),
    ),
    "verified long ago before only listed": (
        clinic("B", licensed("US-TX", payments=1), verified_on=TODAY - 400),
        clinic("A", licensed("US-TX", payments=1, in_person="yes"), point=AUSTIN),
    ),
    "in person before remote": (
        clinic("B", on_site(payments=1), point=north_of_austin(9)),
        clinic("A", licensed("US-TX", payments=1), point=AUSTIN),
    ),
    "stated coverage before assumed": (
        clinic("B", licensed("US-TX", payments=1)),
        clinic("A", licensed("US-TX", payments=1, basis="assumed"), point=AUSTIN),
    ),
    "near before far": (
        clinic("B", licensed("US-TX", payments=1), point=north_of_austin(10)),
        clinic("A", licensed("US-TX", payments=1), point=north_of_austin(11)),
    ),
    "with a point before without": (
        clinic("B", licensed("US-TX", payments=1), point=north_of_austin(3000)),
        clinic("A", licensed("US-TX", payments=1)),
    ),
    "by name": (
        clinic("A", licensed("US-TX", payments=1)),
        clinic("B", licensed("US-TX", payments=1)),
    ),
    "by id": (
        clinic("Same", licensed("US-TX", payments=1)),
        clinic("Same", licensed("US-TX", payments=1)),
    ),
}


@pytest.mark.parametrize("rule", BEFORE)
def test_the_best_come_first(rule):
    first, second = BEFORE[rule]
    query = asked(payments=1, with_unstated=True)
    if rule.startswith("treating"):
        query = asked(category=Category.TELEHEALTH)

    matches = search([second, first], query)

    assert matches.clinics() == [first.id, second.id]


def test_who_asks_for_an_eligibility_sees_restrictions_ranked_like_the_rest():
    veterans = licensed("US-TX", eligibility=2, is_restricted=True)
    clinics = [
        clinic("Veterans", veterans, point=north_of_austin(1)),
        clinic("Everyone", licensed("US-TX", eligibility=3), point=north_of_austin(2)),
    ]

    assert names(clinics, asked()) == ["Everyone", "Veterans"]
    assert names(clinics, asked(eligibility=2)) == ["Veterans", "Everyone"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.NAME, ["Ash", "Birch", "Cedar"]),
        (Sort.DISTANCE, ["Cedar", "Ash", "Birch"]),
        (Sort.VERIFIED, ["Birch", "Ash", "Cedar"]),
    ],
)
def test_another_order_puts_its_own_fact_first(sort, order):
    clinics = [
        clinic("Birch", licensed("US-TX"), verified_on=TODAY),
        clinic("Cedar", licensed("US-TX"), point=north_of_austin(2)),
        clinic("Ash", licensed("US-TX", basis="assumed"), point=north_of_austin(3)),
    ]

    assert names(clinics, asked(sort=sort)) == order


def test_the_best_service_leads_and_says_by_which_coverage_it_came():
    training = service(MONITORING, coverage={"US-TX": "assumed"})
    care = licensed("US", "US-TX")
    clinics = [clinic("Both", training, care)]

    services = search(clinics, asked()).hits(0, 1)[0].services

    assert [each.service_id for each in services] == [care.id, training.id]
    assert [each.basis for each in services] == [Basis.STATED, Basis.ASSUMED]
    assert [each.region for each in services] == ["US-TX", "US-TX"]
    assert [each.is_other_telehealth for each in services] == [False, True]


# --- Distance ----------------------------------------------------------------------

whole_globe = st.builds(
    Point,
    st.floats(-90, 90, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)


@given(whole_globe, whole_globe)
def test_distances_agree_with_geopy_to_a_metre(here, there):
    clinics = [clinic("There", licensed("US-TX"), point=there)]

    km = search(clinics, asked(point=here)).hits(0, 1)[0].km

    by_geopy = great_circle(
        (here.latitude, here.longitude), (there.latitude, there.longitude)
    ).km
    assert km == pytest.approx(by_geopy, abs=0.001)


def test_the_same_spot_is_at_no_distance():
    clinics = [clinic("Here", on_site(), point=AUSTIN)]

    assert search(clinics, asked()).hits(0, 1)[0].km == 0


def test_no_entries_are_no_matches():
    matches = search([], asked())

    assert matches.total == 0
    assert matches.hits(0, 20) == ()
    assert matches.used_km is None
