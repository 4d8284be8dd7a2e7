import pytest

from locator.gazetteer.rows import Row, spelling_key
from locator.gazetteer.towns import unify
from locator.geo import Point
from locator.models import Place, PlaceName

OFFICIAL, OTHER = PlaceName.Kind.OFFICIAL, PlaceName.Kind.OTHER


def row(name, latitude=30.0, longitude=-97.0, region="US-TX", **facts):
    return Row(
        kind=Place.Kind.CITY,
        name=name,
        country=region[:2],
        region=region,
        point=Point(latitude, longitude),
        **facts,
    )


def names(rows):
    return sorted(each.name for each in rows)


def test_a_city_and_a_town_of_one_name_nearby_are_one_place():
    city = row("St. Louis", population=280_000, other=frozenset({"STL"}))
    town = row("Saint Louis", 30.2, other=frozenset({"Bridgeton Terrace"}))

    [found] = unify([city], [town])

    assert (found.name, found.population) == ("St. Louis", 280_000)
    assert found.names() == {
        "st louis": OFFICIAL,
        "saint louis": OFFICIAL,
        "stl": OTHER,
        "bridgeton terrace": OTHER,
    }


def test_towns_of_one_name_in_two_regions_stay_two():
    found = unify([row("Salem", population=1)], [row("Salem", region="US-OK")])

    assert len(found) == 2


def test_a_city_that_the_postal_service_names_shorter_is_the_same():
    city = row("New York City", population=8_000_000, other=frozenset({"New York"}))

    [found] = unify([city], [row("New York", 30.1)])

    assert found.names()["new york"] == OFFICIAL


def test_a_suburb_that_a_city_lists_among_its_names_stays_its_own():
    city = row("Springfield", population=150_000, other=frozenset({"Agawam"}))

    assert names(unify([city], [row("Agawam", 30.05)])) == ["Agawam", "Springfield"]


def test_far_apart_they_are_told_apart_by_district_or_nearest_city():
    found = unify(
        [row("Dallas", 32.8, population=1_300_000)],
        [
            row("Rampur", 32.7),
            row("Rampur", 30.0, town="Travis"),
        ],
    )

    assert names(found) == ["Dallas", "Rampur (Dallas)", "Rampur (Travis)"]
    hinted = next(each for each in found if each.name == "Rampur (Travis)")
    assert hinted.names() == {"rampur travis": OFFICIAL, "rampur": OFFICIAL}


def test_the_one_that_its_bare_name_finds_keeps_it():
    found = unify(
        [
            row("Dallas", 32.8, population=1_300_000),
            row("Lagos", 25.0, population=5000),
            row("Lagos", 32.0, population=50),
        ],
        [row("Lagos", 28.0, town="Travis")],
    )

    assert names(found) == ["Dallas", "Lagos", "Lagos (Dallas)", "Lagos (Travis)"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O Fallon", "O'Fallon"),
        ("Mc Lean", "McLean"),
        ("Mt Vernon", "Mount Vernon"),
        ("Coeur D Alene", "Coeur d'Alene"),
        ("Ft. Worth", "FORT WORTH"),
        ("Winston-salem", "Winston-Salem"),
    ],
)
def test_spellings_of_one_name(one, other):
    assert spelling_key(one) == spelling_key(other)
