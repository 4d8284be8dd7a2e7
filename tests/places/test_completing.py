import pytest

from locator.places import find_place
from locator.places.completing import MOST, complete
from tests.making import make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(known):
    """The texts that are offered for what somebody typed."""

    def typed(text, home="US"):
        found = complete(text, home=home, catalogues=known)
        return [each.text for each in found]

    return typed


def town(name, people=0, region="US-TX", **more):
    return make_place(name, at=(30.0, -97.0), region=region, population=people, **more)


# --- Which -------------------------------------------------------------------------


def test_larger_towns_come_first_and_the_own_country_counts_for_more(typed):
    town("Parma", 80_000, "US-OH")
    town("Parker", 9_000, "US-CO")
    town("Parnaíba", 150_000, "BR")
    town("Paraná", 900_000_000, "AR")

    offered = [text for text in typed("par", home="US") if ", " in text]
    assert offered[0] == "Paraná, Argentina"
    assert offered[1:] == ["Parma, OH", "Parker, CO", "Parnaíba, Brazil"]
    assert typed("parn", home="BR") == ["Parnaíba, Brazil"]


def test_a_whole_name_comes_before_the_beginning_of_one(typed):
    town("Spring", 62_000)
    town("Springfield", 166_000, "US-MO")

    assert typed("spring") == ["Spring, TX", "Springfield, MO"]
    assert typed("sprin") == ["Springfield, MO", "Spring, TX"]


def test_a_name_in_another_language_counts_for_less_than_the_own(typed):
    town("Mumbai", 12_000_000, "IN-MH", other_names=("Bombay", "मुंबई"))
    town("Bombo", 21_000, "UG")

    assert typed("bomb") == ["Mumbai, Maharashtra", "Bombo, Uganda"]
    assert typed("मुंब")[0] == "Mumbai, Maharashtra"


@pytest.mark.parametrize(
    "text", ["ñandú", "NANDU", "Ñandu", " nan ", "nandu.", "na\u0301ndu"]
)
def test_accents_case_and_signs_do_not_matter(typed, text):
    town("Ñandú", 9_000)

    assert typed(text) == ["Ñandú, TX"]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("austin, t", ["Austin, TX", "Austin, TN"]),
        ("austin, te", ["Austin, TX", "Austin, TN"]),
        ("austin,tx", ["Austin, TX"]),
        ("aus, tex", ["Austin, TX", "Austwell, TX"]),
        ("austin t", ["Austin, TX", "Austin, TN"]),
        ("austin tx", ["Austin, TX"]),
        ("austin,", ["Austin, TX", "Austin, MN", "Austin, TN"]),
        ("austin, united s", ["Austin, TX", "Austin, MN", "Austin, TN"]),
        ("austin, q", []),
        ("qq, t", []),
    ],
)
def test_behind_a_comma_stands_the_beginning_of_a_region(typed, text, offered):
    town("Austin", 960_000)
    town("Austin", 26_000, "US-MN")
    town("Austin", 0, "US-TN")
    town("Austwell", 200)

    assert typed(text) == offered


def test_regions_are_offered_too(typed):
    assert typed("texa") == ["Texas"]
    assert typed("tx") == ["Texas"]
    assert typed("georgia")[:2] == ["Georgia (state)", "Georgia (country)"]
    assert typed("georgia, u")[0] == "Georgia (state)"
    assert typed("भार")[0] == "India"


def test_postcodes_come_by_number_those_of_the_own_country_first(typed):
    for code, region in [("56001", "US-MN"), ("560001", "IN-KA"), ("56002", "US-MN")]:
        make_place(code, at=(1, 1), kind="postcode", region=region, town="Somewhere")

    assert typed("56") == ["56001", "56002", "560001"]
    assert typed("56", home="IN") == ["560001", "56001", "56002"]
    assert typed("560 0") == ["56001", "56002", "560001"]
    assert typed("५६०००१") == ["560001"]
    assert typed("56001-1234") == ["56001"]
    assert typed("5600123") == []


def test_no_more_than_eight_are_offered(typed):
    for number in range(20):
        town(f"Austin {number}", number)

    assert len(typed("austin")) == MOST == 8


def test_each_place_is_offered_once_whatever_it_is_called(typed):
    town("Moscow", 12_000_000, "RU", other_names=("Mosca", "Moscou", "Moskva"))

    assert typed("mos") == ["Moscow, Russia"]


def test_small_towns_are_offered_where_few_letters_begin_no_large_one(typed):
    town("Xenia", 24_000, "US-OH")

    assert typed("x")[0] == typed("xe")[0] == "Xenia, OH"


# --- How it reads --------------------------------------------------------------------


def test_a_suggestion_reads_in_parts(known):
    town("Austin", 960_000)
    make_place("78701", at=(30, -97), kind="postcode", town="Austin")

    def read(text):
        first = complete(text, home="US", catalogues=known)[0]
        return first.place.kind, first.name, first.detail

    assert read("aust") == ("city", "Austin", "Texas, United States")
    assert read("787") == ("postcode", "78701", "Austin, Texas, United States")
    assert read("texas") == ("region", "Texas", "United States")
    assert read("united states") == ("country", "United States", "")


# --- Whatever is typed ---------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", " ", ",", ", tx", "!!!", "\0", "%", "_", "\\", "'", "a" * 201, "\ud800", "۰"],
)
def test_what_begins_nothing_is_offered_nothing(typed, text):
    town("Austin", 960_000)

    assert typed(text) == []


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "a b c d e f g h i j", "x, y, z", "1 2 3 4", "a" * 200]
)
def test_hostile_text_is_harmless_and_costs_few_queries(
    typed, django_assert_max_num_queries, text
):
    with django_assert_max_num_queries(8):
        assert typed(text) == []


@pytest.mark.parametrize(("text", "queries"), [("austin", 2), ("aus", 3), ("787", 2)])
def test_a_suggestion_costs_two_queries_and_three_with_regions(
    typed, django_assert_num_queries, text, queries
):
    for number in range(9):
        town(f"Austin {number}", number)

    make_place("78701", at=(30, -97), kind="postcode")

    with django_assert_num_queries(queries):
        typed(text)


def test_what_is_offered_is_found_again(known):
    town("Springfield", 166_000, "US-MO")
    town("Springfield", 116_000, "US-IL")
    make_place("78701", at=(30, -97), kind="postcode", town="Austin")

    for text in ("spring", "787", "texas", "geor", "in"):
        offered = complete(text, home="US", catalogues=known)
        found = [find_place(each.text).place for each in offered]
        assert found == [each.place for each in offered] != []
