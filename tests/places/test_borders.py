"""RULES 5: which region a position is in, and which it may be in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geo import Point, distance_km
from locator.models import Place
from locator.places import nearby_regions, region_at
from locator.places.table import region_of_nearest_city
from tests.making import make_place

pytestmark = pytest.mark.django_db

# One degree of latitude.
DEGREE_KM = 111.195


def postcode(code, latitude, longitude, region):
    return make_place(code, at=(latitude, longitude), region=region, kind="postcode")


def test_the_nearest_postcode_says_the_region():
    postcode("1", 39.0, -94.5, "US-MO")
    postcode("2", 39.2, -94.5, "US-KS")

    assert region_at(Point(39.05, -94.5)).region == "US-MO"
    assert region_at(Point(39.15, -94.5)).region == "US-KS"


@pytest.mark.parametrize(("km", "region"), [(49.9, "US-MO"), (50.1, "")])
def test_a_postcode_counts_within_50_km(km, region):
    postcode("1", 39.0, -94.5, "US-MO")

    assert region_at(Point(39.0 + km / DEGREE_KM, -94.5)).region == region


@pytest.mark.parametrize(("km", "also"), [(14.9, ("US-KS",)), (15.1, ())])
def test_another_regions_postcode_within_15_km_makes_a_border(km, also):
    postcode("1", 39.0, -94.5, "US-MO")
    postcode("2", 39.0 + km / DEGREE_KM, -94.5, "US-KS")

    assert region_at(Point(39.0, -94.5)).also == also
    assert nearby_regions(Point(39.0, -94.5), "US-MO") == also


def test_border_regions_come_the_nearest_first():
    postcode("1", 36.99, -103.0, "US-OK")
    postcode("2", 37.05, -103.0, "US-CO")
    postcode("3", 36.95, -103.05, "US-NM")
    postcode("4", 36.9, -103.05, "US-NM")

    assert region_at(Point(37.0, -103.0)).region == "US-OK"
    assert region_at(Point(37.0, -103.0)).also == ("US-CO", "US-NM")


def test_a_position_across_the_antimeridian_is_near():
    postcode("1", 52.0, 179.99, "US-AK")

    assert region_at(Point(52.0, -179.99)).region == "US-AK"


@pytest.mark.parametrize("latitude", [89.9, -89.9])
def test_a_position_across_a_pole_is_near(latitude):
    postcode("1", latitude, 10.0, "US-AK")

    assert region_at(Point(latitude, -170.0)).region == "US-AK"
    assert region_at(Point(latitude / abs(latitude) * 90, 0.0)).region == "US-AK"


def test_postcodes_without_a_point_or_a_region_are_left_out():
    make_place("1", at=None, region="US-TX", kind="postcode")
    make_place("2", at=(30.0, -97.0), region="", country="US", kind="postcode")

    assert region_at(Point(30.0, -97.0)).region == ""
    assert region_at(Point(0.0, 0.0)).region == ""


def test_a_region_at_a_position_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        region_at(Point(52.0, 179.99))
    with django_assert_num_queries(1):
        nearby_regions(Point(52.0, 179.99), "US-AK")


latitudes = st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 89.95, 0.0]))
longitudes = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.95]))
degrees_off = st.floats(-0.6, 0.6)


@given(
    start=st.builds(Point, latitudes, longitudes),
    steps=st.lists(
        st.tuples(degrees_off, degrees_off, st.sampled_from(["US-TX", "US-OK"])),
        min_size=1,
        max_size=5,
    ),
)
def test_it_is_what_reading_every_postcode_would_say(start, steps):
    Place.objects.all().delete()
    spots = []
    for number, (north, east, region) in enumerate(steps):
        latitude = max(-90.0, min(90.0, start.latitude + north))
        longitude = (start.longitude + east + 540) % 360 - 180
        postcode(str(number), latitude, longitude, region)
        spots.append((distance_km(start, Point(latitude, longitude)), region))

    near = sorted((km, region) for km, region in spots if km <= 50)
    found = region_at(start)

    assert found.region == (near[0][1] if near else "")
    others = {r for km, r in spots if km <= 15 and r != found.region}
    assert set(found.also) == (others if near else set())


def test_the_nearest_city_tells_the_region_where_no_postcode_does():
    make_place("Toronto", at=(43.7, -79.4), region="CA-ON", population=2_700_000)
    make_place("Hamlet", at=(43.9, -79.4), region="CA-QC")

    assert region_of_nearest_city(Point(43.9, -79.4)) == "CA-ON"
    assert region_of_nearest_city(Point(45.9, -79.4)) == ""
