"""RULES 6, on a handful of places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.places import find_place
from tests.making import make_place

AUSTIN, DALLAS = (30.27, -97.74), (32.78, -96.8)


def names(found):
    return [place.name for place in found.others]


@pytest.fixture(autouse=True)
def database(db):
    pass


def test_accents_case_and_punctuation_do_not_matter():
    make_place("San José", at=(9.93, -84.08), region="CR")

    assert find_place(" SAN   jose. ").place.name == "San José, Costa Rica"


def test_a_postcode_comes_before_a_town_of_that_name():
    make_place("78701", at=DALLAS)
    make_place("78701", at=AUSTIN, kind="postcode", town="Austin")

    assert find_place("78701").place.kind == "postcode"


def test_an_official_name_comes_before_anothers_nickname_whoever_is_larger():
    make_place("Big Apple", at=DALLAS)
    make_place("New York City", at=(40.7, -74), region="US-NY", population=8_000_000)
    make_place("Metropolis", at=AUSTIN, population=900, other_names=["Big Apple"])

    found = find_place("Big Apple")

    assert found.place.name == "Big Apple, Texas"
    assert found.others == ()


def test_another_name_finds_a_place_where_nothing_is_called_so():
    make_place("Chennai", at=(13.1, 80.3), region="IN-TN", other_names=["சென்னை"])

    assert find_place("சென்னை").place.name == "Chennai, Tamil Nadu"


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (1000, 100, "found"),
        (999, 100, "ambiguous"),
        (1000, 0, "found"),
        (0, 0, "ambiguous"),
    ],
)
def test_the_first_of_several_wins_with_ten_times_the_people(first, second, outcome):
    make_place("Salem", at=(44.9, -123), region="US-OR", population=first)
    make_place("Salem", at=(42.5, -70.9), region="US-MA", population=second)

    found = find_place("Salem")

    assert found.outcome == outcome
    assert names(found)[-1] == ("Salem, Massachusetts" if first else "Salem, Oregon")


def test_places_to_pick_from_come_by_their_people():
    make_place("Salem", at=(44.9, -123), region="US-OR", population=2)
    make_place("Salem", at=(42.5, -70.9), region="US-MA", population=3)
    make_place("Salem", at=(39.6, -75.5), region="US-NJ", population=1)

    assert names(find_place("salem")) == [
        "Salem, Massachusetts",
        "Salem, Oregon",
        "Salem, New Jersey",
    ]


def test_two_letters_are_a_state_of_the_us_before_a_country():
    make_place("In", at=(18.8, 98.9), region="TH", population=5000)

    found = find_place("in")

    assert found.place.name == "Indiana"
    assert names(found) == ["All of India (country)", "In, Thailand"]


def test_a_city_known_by_its_initials_is_offered_beside_their_state():
    for name, region in [("Los Angeles", "US-CA"), ("Lhasa", "CN")]:
        make_place(name, at=(34.1, -118.2), region=region, other_names=["LA"])

    found = find_place("la")

    assert found.place.name == "Louisiana"
    assert names(found)[0] == "All of Laos (country)"
    assert "Los Angeles, California" in names(found)
    assert "Lhasa, China" not in names(found)


def test_two_letters_that_are_no_state_are_a_country():
    assert find_place("FR").place.name == "France"


def test_a_code_of_another_countrys_region_is_found_last():
    assert find_place("ON").place.name == "Ontario"
    assert names(find_place("NT")) == [
        "All of Northern Territory, Australia",
        "All of Northwest Territories, Canada",
    ]


def test_a_city_beats_the_region_of_its_name_around_it():
    make_place("New York", at=(40.7, -74), region="US-NY", population=8_000_000)

    found = find_place("new york")

    assert found.place.name == "New York, New York"
    assert names(found) == ["All of New York, United States"]


def test_a_city_and_a_region_elsewhere_of_its_name_are_to_be_picked_from():
    make_place("Washington", at=(38.9, -77), region="US-DC", population=689_000)

    found = find_place("Washington")

    assert found.outcome == "ambiguous"
    assert names(found) == [
        "All of Washington, United States",
        "Washington, District of Columbia",
    ]


def test_a_region_beats_towns_elsewhere_whose_people_nobody_counted():
    make_place("Indiana", at=(40.6, -79.1), region="US-PA")

    found = find_place("Indiana")

    assert (found.place.name, found.place.kind) == ("Indiana", "region")
    assert names(found) == ["Indiana, Pennsylvania"]


def test_a_region_has_no_point():
    assert find_place("Texas").place.point is None


def test_the_town_before_the_comma_lies_in_the_region_behind_it():
    make_place("Washington", at=(38.9, -77), region="US-DC", population=689_000)
    make_place("Washington", at=(38.7, -87.2), region="US-IN")

    assert find_place("Washington, IN").place.region == "US-IN"
    assert find_place("washington indiana").place.region == "US-IN"
    assert find_place("Washington, Indiana, USA").place.region == "US-IN"


def test_behind_a_comma_a_state_comes_before_the_country_of_its_letters():
    make_place("Hyderabad", at=(17.4, 78.5), region="IN-TS", population=6_800_000)
    make_place("Salem", at=(11.7, 78.1), region="IN-TN", population=900_000)
    make_place("Salem", at=(38.6, -86.1), region="US-IN")

    assert find_place("Salem, IN").place.region == "US-IN"
    assert find_place("Hyderabad, IN").place.region == "IN-TS"


def test_a_town_that_is_not_in_the_region_is_suggested_where_it_is():
    make_place("Seattle", at=(47.6, -122.3), region="US-WA", population=750_000)

    found = find_place("Seattle, TX")

    assert found.outcome == "unknown"
    assert found.suggestions == ("Seattle, Washington",)


def test_a_country_keeps_the_search_inside():
    make_place("Salem", at=(44.9, -123), region="US-OR", population=175_000)
    make_place("Salem", at=(11.7, 78.1), region="IN-TN", population=900_000)

    assert find_place("Salem", country="US").place.region == "US-OR"
    assert find_place("in", country="IN").place.name == "India"
    assert find_place("Oregon", country="IN").outcome == "unknown"


def test_a_part_of_a_city_is_found_beside_it_only():
    make_place("Mumbai", at=(19.1, 72.9), region="IN-MH", population=12_000_000)
    make_place("Camp", at=(19.1, 72.95), region="IN-MH")
    make_place("Camp", at=(18.5, 73.9), region="IN-MH")

    found = find_place("Camp, Mumbai")

    assert found.outcome == "found"
    assert found.place.point.longitude == 72.95
    assert find_place("Camp, Chennai").outcome == "unknown"


def test_a_postcode_and_a_town_far_from_it_find_neither():
    make_place("78701", at=AUSTIN, kind="postcode", town="Austin")
    make_place("Dallas", at=DALLAS, population=1_300_000)
    make_place("Round Rock", at=(30.51, -97.68))

    found = find_place("Dallas 78701")

    assert found.outcome == "unknown"
    assert found.suggestions == ("78701", "Dallas, Texas")
    assert find_place("Round Rock 78701").place.query == "78701"
    assert find_place("78701, California").outcome == "unknown"
    assert find_place("78701, Texas").place.query == "78701"


def test_a_town_is_found_behind_a_postcode_that_nobody_holds():
    make_place("Austin", at=AUSTIN)

    assert find_place("00000 Austin").place.name == "Austin, Texas"


@pytest.mark.parametrize(
    ("text", "country"), [("M5V 2T6", "CA"), ("k1a0b1", "CA"), ("SW1A 1AA", "GB")]
)
def test_a_postcode_of_a_country_without_any_says_which(text, country):
    found = find_place(text)

    assert (found.outcome, found.unheld_postcodes_of) == ("unknown", country)


def test_a_postcode_that_nothing_more_is_known_of_is_found_too():
    make_place("09002", at=None, region="", kind="postcode", country="US")

    assert find_place("09002").place.name == "09002"


def test_a_military_postcode_lies_in_no_region():
    make_place(
        "09001", at=None, region="", kind="postcode", country="US", town="APO AE"
    )

    place = find_place("09001").place

    assert (place.region, place.country, place.point) == ("", "US", None)
    assert place.name == "09001 (APO AE)"


def test_places_are_named_in_the_pages_language(settings):
    from django.utils import translation

    make_place("Hilo", at=(19.7, -155.1), region="US-HI")

    with translation.override("es"):
        name = find_place("Hilo").place.name

    assert name == "Hilo, Hawái"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "Austin\x00",
        "\ud800\udfff",
        ",,,,",
        "--..''",
        "a" * 10_000,
        "1" * 10_000,
        "78701 " * 40,
        "a, " * 60,
        "tx " * 60,
        "٣٤٥٦٧",
        "७८७०१",
        "𝟕𝟖𝟕𝟎𝟏",
        "in in in in in",
        ", TX",
        "TX,",
        "%_\\'\"; DROP TABLE",
    ],
)
def test_no_text_is_too_odd_to_be_answered(text):
    make_place("78701", at=AUSTIN, kind="postcode", town="Austin")

    assert find_place(text).outcome in {"found", "unknown"}


@given(st.text(max_size=40))
def test_any_text_is_answered(text):
    assert find_place(text).outcome in {"found", "ambiguous", "unknown"}
