import pytest

from locator.models import DataVersion, PlaceName, Versioned
from locator.places import find_place, spelling
from tests.making import make_place

pytestmark = pytest.mark.django_db


def suggestions(text):
    return find_place(text).suggestions


def test_the_likest_names_come_first_and_among_likes_the_larger_town():
    make_place("Bangor", at=(44.8, -68.8), region="US-ME", population=31_000)
    make_place("Bangora", at=(23.6, 91.1), region="BD", population=20_000)
    make_place("Bengaluru", at=(13, 77.6), region="IN-KA", population=8_000_000)
    names = PlaceName.objects.filter(folded="bengaluru")
    names.update(folded="bangalore")

    assert suggestions("Banglore")[:2] == ("Bengaluru, Karnataka", "Bangor, Maine")


def test_regions_are_suggested_too():
    assert suggestions("Texs") == ("Texas",)


def test_behind_a_comma_only_what_lies_there_is_suggested():
    make_place("Auburn", at=(32.6, -85.5), region="US-AL", population=60_000)
    make_place("Audurn", at=(38.9, -121), region="US-CA", population=13_000)

    assert suggestions("Aubern, Alabama") == ("Auburn, Alabama",)


def test_a_town_before_a_misspelled_region_is_looked_for_there():
    make_place("Austin", at=(30.3, -97.7), population=960_000)
    make_place("Austin", at=(43.7, -93), region="US-MN", population=25_000)
    make_place("East Texas", at=(40.5, -75.6), region="US-PA", population=1_000)

    assert suggestions("Austin Texs") == ("Austin, Texas",)
    assert suggestions("Austn Texs") == ("Austin, Texas",)


def test_postcodes_one_digit_away_are_suggested_from_the_last_digit_on():
    for code in ("78701", "78706", "68700", "10001"):
        make_place(code, at=(30, -97), kind="postcode", town="Austin")

    assert suggestions("78700") == ("78701", "78706", "68700")


@pytest.mark.parametrize("text", ["Chigaco", "Chicgao", "Chocagi"])
def test_two_letters_that_changed_places_are_found_however_far_apart(text):
    make_place("Chicago", at=(41.9, -87.6), region="US-IL", population=2_700_000)
    make_place("Chicoma", at=(41.9, -87.6), region="US-IL")

    assert suggestions(text)[0] == "Chicago, Illinois"


def test_two_digits_that_changed_places_are_found():
    assert "78701" in spelling.codes_like("78071")


@pytest.mark.parametrize("text", ["x", "ab", "qqqqqqqqqq", "!"])
def test_what_is_like_nothing_suggests_nothing(text):
    make_place("Austin", at=(30.3, -97.7))

    assert suggestions(text) == ()


def test_the_names_are_kept_until_the_places_change():
    DataVersion.bump(Versioned.PLACES)
    make_place("Austin", at=(30.3, -97.7))
    assert "austin" in spelling.nearest("austn")

    make_place("Austen", at=(30.4, -97.7))
    assert "austen" not in spelling.nearest("austn")

    DataVersion.bump(Versioned.PLACES)
    assert "austen" in spelling.nearest("austn")
