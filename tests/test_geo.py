import math

import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from locator.geo import (
    HALF_ROUND_KM,
    Point,
    band,
    box_around,
    distance_km,
    km_from_miles,
    miles_from_km,
)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.builds(Point, latitudes, longitudes)


def holds(box, point):
    return box.first <= band(point.latitude) <= box.last and any(
        west <= point.longitude <= east for west, east in box.longitudes
    )


@given(points, points)
def test_distances_agree_with_geopys_great_circle_to_a_metre(a, b):
    expected = great_circle(
        (a.latitude, a.longitude), (b.latitude, b.longitude)
    ).kilometers

    found = distance_km(a, b)

    # Near the far side of the globe both lose digits; a metre is what is promised.
    assert found == pytest.approx(expected, abs=0.001 if expected < 20_000 else 0.2)


def test_a_metre_is_a_metre():
    here = Point(30.0, -97.0)
    there = Point(30.0 + math.degrees(0.001 / 6371.009), -97.0)

    assert distance_km(here, there) == pytest.approx(0.001, rel=1e-6)


def test_the_same_spot_is_no_distance_away():
    assert distance_km(Point(78.2, 15.6), Point(78.2, 15.6)) == 0


def test_the_other_side_of_the_globe_is_half_a_round_away():
    assert distance_km(Point(0, 0), Point(0, 180)) == pytest.approx(HALF_ROUND_KM)


@given(points, points, st.floats(0, 25_000))
def test_nothing_within_the_radius_lies_outside_the_box(centre, other, km):
    box = box_around(centre, km)

    if distance_km(centre, other) <= km:
        assert holds(box, other)


@pytest.mark.parametrize(
    ("centre", "other"),
    [
        (Point(-17.0, 179.95), Point(-17.0, -179.95)),
        (Point(89.99, 0.0), Point(89.99, 180.0)),
        (Point(-90.0, 0.0), Point(-89.99, 77.0)),
        (Point(0.0, -180.0), Point(0.0, 180.0)),
    ],
)
def test_boxes_reach_over_the_antimeridian_and_the_poles(centre, other):
    assert holds(box_around(centre, 40), other)


def test_a_box_is_about_as_large_as_its_circle():
    box = box_around(Point(30.0, -97.0), 40)

    assert (box.first, box.last) == (band(29.64), band(30.36))
    assert not holds(box, Point(30.0, -96.5))


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(90.1, 0), (0, -180.5), (math.nan, 0), (0, math.inf)]
)
def test_a_point_off_the_globe_is_refused(latitude, longitude):
    with pytest.raises(ValueError, match="must lie between"):
        Point(latitude, longitude)


def test_every_latitude_has_a_band():
    assert [band(-90), band(0), band(89.95), band(90)] == [0, 900, 1799, 1799]


def test_miles_and_kilometres_agree():
    assert km_from_miles(25) == pytest.approx(40.2336)
    assert miles_from_km(km_from_miles(25)) == pytest.approx(25)


def test_rounding_keeps_a_point_on_the_globe():
    assert Point(89.999, -179.999).rounded() == Point(90.0, -180.0)
