import pytest

from locator.gazetteer import zips
from locator.geo import Point


@pytest.fixture(scope="module")
def read():
    postcodes, towns = zips.read()
    return {row.name: row for row in postcodes}, towns


@pytest.fixture(scope="module")
def postcodes(read):
    return read[0]


@pytest.fixture(scope="module")
def towns(read):
    return {(row.name, row.region): row for row in read[1]}


def test_a_postcode_has_its_town_point_region_and_zone(postcodes):
    austin = postcodes["78701"]

    assert (austin.town, austin.country, austin.region) == ("Austin", "US", "US-TX")
    assert austin.zone == "America/Chicago"
    assert austin.point == Point(30.2713, -97.7426)


def test_the_point_zero_zero_is_no_point(postcodes):
    assert sum(row.point is None for row in postcodes.values()) == 872
    assert not any(row.point and row.point.is_null_island for row in postcodes.values())


def test_military_postcodes_lie_in_no_region_and_name_no_town(postcodes, towns):
    assert (postcodes["09001"].region, postcodes["09001"].town) == ("", "APO AE")
    assert not any(name.upper() in {"APO", "DPO", "FPO"} for name, _ in towns)


def test_territories_are_regions_and_associated_states_are_countries(postcodes):
    assert postcodes["00601"].region == "US-PR"
    assert (postcodes["96960"].country, postcodes["96960"].region) == ("MH", "MH")


def test_a_zone_that_is_none_is_left_out(postcodes):
    assert postcodes["99634"].zone == ""


def test_names_on_letters_are_towns_of_their_own_or_other_names(towns):
    malad = towns["Malad City", "US-ID"]

    assert {"Cherry Creek", "Malad", "Woodruff"} <= malad.other
    assert ("Stone", "US-ID") in towns
    assert "Delta Jct" in towns["Delta Junction", "US-AK"].other
    assert ("Nyc", "US-NY") not in towns


def test_a_town_lies_where_one_of_its_postcodes_does(postcodes, towns):
    points = {row.point for row in postcodes.values() if row.town == "Springfield"}

    assert towns["Springfield", "US-IL"].point in points


@pytest.mark.parametrize(
    ("short", "name", "is_short"),
    [
        ("Delta Jct", "Delta Junction", True),
        ("City Industry", "City of Industry", True),
        ("E Liverpool", "East Liverpool", True),
        ("Hollywood", "West Hollywood", False),
        ("Austin", "Austin", False),
        ("Hato Rey", "San Juan", False),
    ],
)
def test_what_shortens_a_name(short, name, is_short):
    assert zips.shortens(short, name) == is_short
