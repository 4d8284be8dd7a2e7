import pytest

from locator.gazetteer import pins
from locator.geo import Point, distance_km


@pytest.fixture(scope="module")
def read():
    postcodes, towns = pins.read()
    return {row.name: row for row in postcodes}, towns


@pytest.fixture(scope="module")
def postcodes(read):
    return read[0]


def test_a_postcode_has_its_town_point_region_and_zone(postcodes):
    bengaluru = postcodes["560001"]

    assert (bengaluru.town, bengaluru.region) == ("Bengaluru", "IN-KA")
    assert bengaluru.zone == "Asia/Kolkata"
    assert distance_km(bengaluru.point, Point(12.97, 77.59)) < 3


def test_every_postcode_lies_in_a_state(postcodes):
    assert all(row.region.startswith("IN-") for row in postcodes.values())


def test_points_that_strayed_are_replaced_or_left_out(postcodes):
    # The package has Noida's in Madhya Pradesh, Matar's in the sea off Goa, and those
    # of Bihar's Aurangabad in Maharashtra's.
    assert distance_km(postcodes["201301"].point, Point(28.58, 77.32)) < 5
    assert distance_km(postcodes["387530"].point, Point(22.71, 72.66)) < 5
    aurangabad = postcodes["824102"].point
    assert aurangabad is None or distance_km(aurangabad, Point(24.75, 84.37)) < 100
    assert sum(row.point is None for row in postcodes.values()) < 300


def test_islands_keep_their_points_however_far_apart(postcodes):
    assert distance_km(postcodes["744302"].point, Point(7.0, 93.9)) < 20


def test_districts_are_places_too(read):
    _, towns = read

    kodagu = [row for row in towns if row.name == "Kodagu"]
    assert [row.region for row in kodagu] == ["IN-KA"]


@pytest.mark.parametrize(
    ("office", "town"),
    [
        ("Badami S.O", "Badami"),
        ("Kasba S.O (Vellore)", "Kasba"),
        ("Mohaddipur S.O Gorakhpur", "Mohaddipur"),
        ("Bengaluru G.P.O.", "Bengaluru"),
        ("New Delhi GPO", "New Delhi"),
        ("Panipat H.O", "Panipat"),
        ("Garhi S.O (Balaghat)", "Garhi"),
        ("Airforce Station", "Airforce Station"),
        ("Sohna SO", "Sohna"),
    ],
)
def test_the_town_in_the_name_of_an_office(office, town):
    assert pins.town_of(office) == town
