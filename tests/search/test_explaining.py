"""Why a page is empty, and what it costs to say so."""

import pytest

from locator.geo import Point, km_from_miles
from locator.models import Door, Language, PaymentOption
from locator.search import Explanation, explain, find, packs
from locator.search.finding import MANY_PACKS
from locator.search.query import Category, SearchQuery, Visit, pack_region
from tests.making import at_once

from .drawn import NOW

AUSTIN = Point(30.267, -97.743)
TEXAS = {"remote": "yes", "in_person": "no", "covers": ["US-TX"]}
OKLAHOMA = TEXAS | {"covers": ["US-OK"]}


def asked(**parts):
    return SearchQuery(**({"now": NOW, "point": AUSTIN, "region": "US-TX"} | parts))


def bit(catalogue, code):
    return 1 << catalogue.objects.get(code=code).bit


def test_each_answer_says_what_it_removed(make_clinic):
    make_clinic(languages=["es"], payments=["medicare"], **TEXAS)
    make_clinic(languages=["en"], payments=["medicaid"], **TEXAS)
    make_clinic(languages=["hi"], payments=["medicaid"], **TEXAS)

    told = explain(
        asked(languages=bit(Language, "es"), payments=bit(PaymentOption, "medicaid"))
    )

    assert told.removed == {"language": 2, "payment": 1}
    assert told.nearest_without == "language"
    assert len(told.nearest) == 2


def test_silence_is_counted_apart_from_no(make_clinic):
    make_clinic(languages=["en"], **TEXAS)
    make_clinic(languages=[], **TEXAS)
    make_clinic(languages=["es"], **(TEXAS | {"remote": "unknown"}))

    told = explain(asked(languages=bit(Language, "es")))

    assert told.silent == {"language": 1, "visit": 1}
    assert explain(asked(with_unstated=True)).silent == {}


def test_silence_on_whether_it_is_remote_is_one_whoever_asks(make_clinic):
    make_clinic(**(TEXAS | {"remote": "unknown"}))

    told = explain(asked(category=Category.TELEMEDICINE))

    assert told.silent == {"visit": 1}


def test_remote_care_is_told_wherever_and_here(make_clinic):
    make_clinic(languages=["es"], **OKLAHOMA)
    make_clinic(languages=["en"], **TEXAS)

    told = explain(asked(languages=bit(Language, "es")))

    assert (told.remote_anywhere, told.remote_here) == (1, 0)
    assert told.remote_in_region == 1


def test_who_is_near_is_told_whatever_visit_and_radius_are_asked(make_clinic):
    for name, latitude in [("Near", 30.9), ("As near", 30.8), ("Farther", 31.9)]:
        make_clinic(name, at=(latitude, -97.743), remote="no", in_person="yes")

    told = explain(asked(visit=Visit.REMOTE))
    narrowed = explain(asked(visit=Visit.IN_PERSON, within_km=1.0))

    near = (2, pytest.approx(km_from_miles(50)))
    assert told.in_person_near == narrowed.in_person_near == near
    assert narrowed.removed == {"within": 3, "visit": 0}
    assert [hit.km for hit in narrowed.nearest] == sorted(
        hit.km for hit in narrowed.nearest
    )


def test_a_radius_beyond_the_last_step_is_looked_through_whatever_visit(make_clinic):
    make_clinic(at=(37.0, -97.743), remote="no", in_person="yes")

    told = explain(asked(visit=Visit.REMOTE, within_km=800.0))

    assert told.removed == {"visit": 1}


def make_many_packs(door, region):
    """Packs of as many clinics as are not read at once, and that are gone by now."""
    region = pack_region(region)
    packs.make_stale(
        packs.id_of(door, region, number) for number in range(1, MANY_PACKS + 1)
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"visit": Visit.REMOTE},
        {"visit": Visit.IN_PERSON, "within_km": 1.0},
        {"visit": Visit.IN_PERSON, "is_area": True, "contacts": 4},
    ],
)
@pytest.mark.parametrize("door", [Door.COVERAGE, Door.PLAIN])
def test_a_country_with_many_is_explained_as_one_with_few(make_clinic, door, parts):
    there = {"remote": "no", "in_person": "yes"}
    with at_once():
        for number in range(22):
            make_clinic(at=(30.3 + number / 100, -97.743), **there)
        make_clinic(at=(36.9, -97.743), **there)
        make_clinic(remote="yes", in_person="no", covers=["US"])
    query = asked(region="US", **parts)
    few = explain(query)
    make_many_packs(door, "US")

    told = explain(query)

    assert told == few
    assert any(told.removed.values())


def test_a_name_that_nobody_has_is_an_answer_like_the_others(make_clinic):
    make_clinic("Ash Clinic", **TEXAS)

    told = explain(asked(words=("oak",)))

    assert told.removed == {"q": 1}
    assert told.remote_here == 0


def test_no_single_answer_may_be_the_reason(make_clinic):
    make_clinic(languages=["en"], payments=["medicare"], **TEXAS)

    told = explain(
        asked(languages=bit(Language, "es"), payments=bit(PaymentOption, "medicaid"))
    )

    assert told.removed == {"language": 0, "payment": 0}
    assert (told.nearest_without, told.nearest) == ("", ())


def test_an_empty_directory_has_nothing_to_tell(db):
    assert explain(asked()) == Explanation()


def test_an_explanation_asks_little_of_the_database(
    make_clinic, django_assert_num_queries
):
    make_clinic(**TEXAS)
    query = asked(words=("oak",), languages=2, payments=2, accepting=True)

    with django_assert_num_queries(4):
        told = explain(query)

    assert find(query).total == 0
    assert told.removed.keys() == {"q", "language", "payment", "accepting"}
