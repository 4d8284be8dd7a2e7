"""Postcodes and towns of the US, by the Postal Service and the Census."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import available_timezones

from ..geo import Point, distance_km
from ..models import Place
from ..text import fold
from .rows import Row, spelling_key

PACKAGE = "zipcodes"

MILITARY = frozenset({"AA", "AE", "AP"})
MILITARY_POSTS = frozenset({"Apo", "Dpo", "Fpo"})
# The US posts their letters, but they are countries.
ASSOCIATED_STATES = frozenset({"FM", "MH", "PW"})

LONGEST_INITIALS = 3

Zip = dict[str, Any]


def read() -> tuple[list[Row], list[Row]]:
    """Postcodes, and the towns that they name: a row for each town of a state."""
    from zipcodes import list_all

    zips = list_all()
    return [_postcode(each) for each in zips], list(_towns(zips))


def placed(state: str) -> tuple[str, str]:
    """Country and region by ISO 3166 for the Postal Service's `state`."""
    if state in MILITARY:
        return "US", ""
    if state in ASSOCIATED_STATES:
        return state, state
    return "US", f"US-{state}"


def _postcode(each: Zip) -> Row:
    country, region = placed(each["state"])
    is_military = each["state"] in MILITARY
    return Row(
        kind=Place.Kind.POSTCODE,
        name=each["zip_code"],
        country=country,
        region=region,
        point=_point(each),
        zone=_zone(each),
        town=f"{each['city'].upper()} {each['state']}" if is_military else each["city"],
    )


def _point(each: Zip) -> Point | None:
    """Where it lies; the package says (0, 0) where it does not know."""
    point = Point(float(each["lat"]), float(each["long"]))
    return None if point.is_null_island else point


_ZONES = available_timezones()


def _zone(each: Zip) -> str:
    return each["timezone"] if each["timezone"] in _ZONES else ""


@dataclass(slots=True)
class _Town:
    """What the postcodes of one town say of it."""

    name: str
    state: str
    points: list[Point] = field(default_factory=list)
    zones: Counter[str] = field(default_factory=Counter)
    other: set[str] = field(default_factory=set)

    def add(self, each: Zip) -> None:
        if point := _point(each):
            self.points.append(point)
        self.zones[_zone(each)] += 1


def _towns(zips: Iterable[Zip]) -> Iterator[Row]:
    """Towns of states: those that postcodes are named for, then others on letters."""
    zips = [each for each in zips if each["city"] not in MILITARY_POSTS]
    towns: dict[tuple[str, str], _Town] = {}
    for each in zips:
        key = each["state"], spelling_key(each["city"])
        towns.setdefault(key, _Town(each["city"], each["state"])).add(each)
    named = frozenset(towns)
    for each in zips:
        for name, town in _other_names(each):
            key = each["state"], spelling_key(town)
            if key not in named:
                towns.setdefault(key, _Town(town, each["state"])).add(each)
            if name != town:
                towns[key].other.add(name)
    return map(_row, towns.values())


def _other_names(each: Zip) -> Iterator[tuple[str, str]]:
    """Other names that letters to a postcode carry, each with the town it names.

    Those that the Postal Service accepts name towns of their own, unless they shorten
    another's name or are initials; the rest are nicknames of the main town.
    """
    names = each["acceptable_cities"]
    for name in names:
        longer = (town for town in (each["city"], *names) if shortens(name, town))
        is_initials = len(name) <= LONGEST_INITIALS
        yield name, each["city"] if is_initials else next(longer, name)
    for name in each["unacceptable_cities"]:
        yield name, each["city"]


def shortens(short: str, name: str) -> bool:
    """Whether `short` is `name` with letters left out, or an "of": "Delta Jct"."""
    short_words = _without_little_words(short)
    words = _without_little_words(name)
    return (
        len(short) < len(name)
        and len(short_words) == len(words)
        and all(map(_shortens, short_words, words))
    )


def _without_little_words(name: str) -> list[str]:
    return [word for word in fold(name).split() if word not in {"of", "the", "and"}]


def _shortens(short: str, word: str) -> bool:
    letters = iter(word)
    return short[0] == word[0] and all(letter in letters for letter in short)


def _row(town: _Town) -> Row:
    country, region = placed(town.state)
    return Row(
        kind=Place.Kind.CITY,
        name=_cased(town.name),
        country=country,
        region=region,
        point=_middle(town.points),
        zone=town.zones.most_common(1)[0][0],
        other=town.other,
    )


def _cased(name: str) -> str:
    """The Postal Service writes "Winston-salem"."""
    return "-".join(part[:1].upper() + part[1:] for part in name.split("-"))


def _middle(points: list[Point]) -> Point | None:
    """That of `points` nearest to the mean of all: a mean alone may lie in a lake."""
    if not points:
        return None
    if len(points) == 1:
        return points[0]
    mean = Point(
        sum(point.latitude for point in points) / len(points),
        sum(point.longitude for point in points) / len(points),
    )
    return min(points, key=lambda point: distance_km(point, mean))
