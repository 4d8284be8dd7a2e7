"""Small worlds for property tests: few regions, points and codes, so that they meet."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import strategies as st

from locator.geo import Point
from locator.search.query import (
    Basis,
    Category,
    Fact,
    SearchQuery,
    Sort,
    Trait,
    Visit,
    pack_region,
)
from locator.search.ranking import Names
from locator.search.reading import pack, unpack
from locator.search.truth import doors_of

from .plain import PlainClinic, PlainService

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = 20781
FACTS = {"unknown": Fact.UNKNOWN, "no": Fact.NO, "yes": Fact.YES}
BASES = {"stated": Basis.STATED, "assumed": Basis.ASSUMED, "unknown": Basis.UNKNOWN}
REGIONS = ["US-TX", "US-OK", "US", "IN-KA", "IN"]

# No two of them are equally far from a third, so that the order hangs on no last digit.
POINTS = [
    Point(30.267, -97.743),
    Point(30.41, -97.98),
    Point(31.13, -96.2),
    Point(35.47, -97.51),
    Point(12.97, 77.59),
    Point(-16.7, 179.93),
    Point(-17.3, -179.71),
    Point(89.97, 12.5),
    Point(90, 0),
    Point(-89.2, -140.3),
    Point(0.0, 0.0),
]
points = st.sampled_from(POINTS)
stated = st.sampled_from(["yes", "yes", "unknown", "no"])
masks = st.sampled_from([0, 0, 1, 2, 3, 5])
# (bit, is care, is telemedicine, is for patients)
types = st.sampled_from(
    [
        (1, True, True, True),
        (1, True, True, True),
        (2, True, False, True),
        (4, False, False, True),
        (8, False, False, False),
    ]
)
copies = st.sampled_from([1, 1, 1, 12, 21])


availability = st.sampled_from(
    [
        (remote, in_person)
        for remote in ("yes", "yes", "unknown", "no")
        for in_person in ("yes", "unknown", "no")
        if (remote, in_person) != ("no", "no")
    ]
)
languages = st.sampled_from([0, 1, 1 << 62, 1 << 63, 1 << 70 | 1])
coverage = st.dictionaries(
    st.sampled_from(REGIONS), st.sampled_from(sorted(BASES)), max_size=3
)


@st.composite
def services(draw) -> PlainService:
    type, is_care, is_telemedicine, is_for_patients = draw(types)
    remote, in_person = draw(availability)
    eligibility = draw(masks)
    return PlainService(
        id=0,
        type=type,
        is_care=is_care,
        is_telemedicine=is_telemedicine,
        is_for_patients=is_for_patients,
        remote=remote,
        in_person=in_person,
        accepting=draw(stated),
        specialties=draw(masks),
        modalities=draw(masks),
        languages=draw(languages),
        payments=draw(masks),
        ages=draw(masks),
        eligibility=eligibility,
        is_restricted=bool(eligibility) and not eligibility & 1,
        coverage=draw(coverage),
    )


# Some differ only beyond the part that entries repeat.
NAMES = ["oak", "elm", "ash", "ash clinic", "ash clinic b", "ash clinic a", "élan"]


@st.composite
def patterns(draw) -> PlainClinic:
    return PlainClinic(
        id=0,
        name=draw(st.sampled_from(NAMES)),
        point=draw(st.none() | points),
        region=draw(st.sampled_from(["", *REGIONS])),
        accessibility=draw(masks),
        contacts=draw(masks),
        is_open=draw(stated),
        verified_on=draw(st.sampled_from([0, 0, TODAY, TODAY - 179, TODAY - 180])),
        is_named=draw(st.booleans()),
        services=draw(st.lists(services(), min_size=1, max_size=2)),
    )


@st.composite
def worlds(draw) -> list[PlainClinic]:
    """A few clinics, some of them as often as it takes to fill a step of the radius."""
    clinics: list[PlainClinic] = []
    for pattern in draw(st.lists(patterns(), max_size=6)):
        for _ in range(draw(copies)):
            number = len(clinics) + 1
            own = [
                replace(each, id=10 * number + at)
                for at, each in enumerate(pattern.services)
            ]
            clinics.append(replace(pattern, id=number, services=own))
    return clinics


@st.composite
def queries(draw) -> SearchQuery:
    """A question with some of its parts asked, never all of them."""
    place = draw(st.sampled_from(["none", "area", "point", "point", "point"]))
    point = draw(points) if place == "point" else None
    regions = st.sampled_from(["US-TX", "US-TX", "US", "IN-KA", "US-WY"])
    region = "" if place == "none" else draw(regions)
    if place == "point" and draw(st.integers(0, 9)) == 0:
        region = ""
    asked = {
        "types": st.sampled_from([1, 4, 8, 9]),
        "specialties": st.sampled_from([1, 2, 6]),
        "modalities": st.sampled_from([1, 2, 6]),
        "languages": st.sampled_from([1, 1 << 63, 1 << 70 | 2]),
        "payments": st.sampled_from([1, 2, 6]),
        "ages": st.sampled_from([1, 2, 6]),
        "eligibility": st.sampled_from([1, 2, 6]),
        "accessibility": st.sampled_from([1, 2, 6]),
        "contacts": st.sampled_from([1, 2, 6]),
        "accepting": st.just(True),
        "open_now": st.just(True),
        "words": st.just(("ash",)),
        "also": st.sampled_from([("US-OK",), ("US-TX", "US-OK"), ("IN",)]),
    }
    parts = draw(st.lists(st.sampled_from(sorted(asked)), max_size=3, unique=True))
    return SearchQuery(
        now=NOW,
        point=point,
        region=region,
        is_area=place == "area",
        within_km=draw(st.none() | st.sampled_from([0.5, 30.0, 200.0, 804.0])),
        unit=draw(st.sampled_from(["mi", "km"])),
        visit=draw(st.sampled_from(Visit)),
        category=draw(st.sampled_from([Category.ANY, Category.ANY, *Category])),
        with_unstated=draw(st.booleans()),
        sort=draw(st.sampled_from([Sort.BEST, Sort.BEST, *Sort])),
        **{part: draw(asked[part]) for part in parts},
    )


# --- As entries --------------------------------------------------------------------


def as_entries(clinics: list[PlainClinic]) -> np.ndarray:
    """The rows that the clinics would have in the table, as a search reads them."""
    rows = [
        row
        for clinic in clinics
        for service in clinic.services
        for row in doors_of(
            _base(clinic, service),
            clinic.point,
            [(pack_region(r), int(BASES[b])) for r, b in service.coverage.items()],
        )
    ]
    return unpack(pack(rows))


def _base(clinic: PlainClinic, service: PlainService) -> dict:
    traits = Trait(0)
    traits |= Trait.CARE if service.is_care else 0
    traits |= Trait.TELEMEDICINE if service.is_telemedicine else 0
    traits |= Trait.FOR_PATIENTS if service.is_for_patients else 0
    traits |= Trait.RESTRICTED if service.is_restricted else 0
    is_beside_care = any(each.is_care for each in clinic.services)
    traits |= Trait.BESIDE_CARE if is_beside_care else 0
    high, low = divmod(service.languages, 1 << 63)
    return {
        "clinic_id": clinic.id,
        "name": clinic.name,
        "service_id": service.id,
        "traits": int(traits),
        "remote": int(FACTS[service.remote]),
        "in_person": int(FACTS[service.in_person]),
        "accepting": int(FACTS[service.accepting]),
        "home_region": pack_region(clinic.region),
        "languages_0": low,
        "languages_1": high,
        "types": service.type,
        **{
            name: getattr(service, name)
            for name in (
                "specialties",
                "modalities",
                "payments",
                "ages",
                "eligibility",
            )
        },
        "accessibility": clinic.accessibility,
        "contacts": clinic.contacts,
        "hours_id": clinic.id,
        "verified_on": clinic.verified_on,
    }


def open_hours(clinics: list[PlainClinic]) -> dict[int, Fact]:
    return {clinic.id: FACTS[clinic.is_open] for clinic in clinics}


def names(clinics: list[PlainClinic]) -> Names:
    """As `match` asks the names of clinics: only of those that numbers do not order."""
    called = {clinic.id: clinic.name for clinic in clinics}
    return lambda asked: {pk: called[pk] for pk in asked}


def named(clinics: list[PlainClinic]) -> list[int]:
    return [clinic.id for clinic in clinics if clinic.is_named]
