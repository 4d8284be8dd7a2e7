"""Points that cannot be those of their address."""

import pytest

from locator import places
from locator.geo import Point
from locator.models import Place
from tests.making import make_place

pytestmark = pytest.mark.django_db

AUSTIN = Point(30.27, -97.74)
TULSA = Point(36.15, -95.99)


@pytest.fixture
def austin():
    return make_place("78701", at=(30.27, -97.74), kind=Place.Kind.POSTCODE)


@pytest.fixture
def tulsa():
    return make_place(
        "74103", at=(36.15, -95.99), region="US-OK", kind=Place.Kind.POSTCODE
    )


def test_a_point_in_its_region_and_by_its_postcode_is_right(austin):
    found = places.misplaced(AUSTIN, region="US-TX", postcode=austin)

    assert not found
    assert found.km_from_postcode == pytest.approx(0)


def test_a_point_in_another_region_is_told_with_both(austin, tulsa):
    found = places.misplaced(TULSA, region="US-TX", postcode=austin)

    said = found.sentences(region="US-TX", postcode="78701")
    assert found.lies_in == "US-OK"
    assert said == [
        "The pin lies in Oklahoma, the address says Texas.",
        f"The pin lies {found.km_from_postcode:.0f} km from the middle of postcode "
        "78701.",
    ]


def test_a_point_beside_a_postcode_of_another_region_is_told(tulsa):
    found = places.misplaced(TULSA, region="US-TX", postcode=tulsa)

    assert found.lies_in == "US-OK"
    assert not found.is_far


def test_a_country_holds_its_states(austin):
    assert not places.misplaced(AUSTIN, region="US", postcode=None)


def test_without_a_region_or_postcode_nothing_is_odd(austin):
    assert not places.misplaced(TULSA, region="", postcode=None)


def test_a_country_without_postcodes_of_ours_says_nothing(austin):
    assert not places.misplaced(AUSTIN, region="CA-BC", postcode=None)
