"""One row for each town, whoever knows it: GeoNames, the postal services, or both."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set

from rapidfuzz import fuzz

from .rows import Row, spelling_key

# Rows of one name in one region are one town within these: a city and a town named by
# its postcodes, which may lie at its edge; two villages; a city spelled otherwise.
CITY_KM = 50
VILLAGE_KM = 15
OTHERWISE_KM = 20

# Where a postal service tells us of towns besides.
COUNTRIES_WITH_TOWNS = frozenset({"IN", "US"})

ALIKE = 80  # of 100, by rapidfuzz

# What GeoNames adds to a name and the postal services leave out, or the other way.
_SUFFIXES = frozenset({"borough", "city", "town", "township", "village"})

Key = tuple[str, str]


class Towns:
    """Rows so far, one a town. Cities come first, the most populous before others."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._by_name: dict[Key, list[Row]] = defaultdict(list)
        self._by_like_name: dict[Key, list[Row]] = defaultdict(list)

    def take(self, row: Row) -> None:
        """Add `row`, to the row of the same town where there is one."""
        if home := self._same_town(row):
            home.official = home.official | row.official | {row.name}
            home.other = home.other | row.other
        else:
            self.rows.append(row)
            home = row
        self._index(home, row)

    def _index(self, home: Row, row: Row) -> None:
        for name in {spelling_key(name) for name in (row.name, *row.official)}:
            self._by_name[row.region, name].append(home)
        if row.population and row.country in COUNTRIES_WITH_TOWNS:
            for name in _like_names(row):
                self._by_like_name[row.region, name].append(home)

    def _same_town(self, row: Row) -> Row | None:
        key = row.region, spelling_key(row.name)
        for known in self._by_name[key]:
            km = CITY_KM if known.population and not row.population else VILLAGE_KM
            if known.is_within(km, row):
                return known
        if row.population:
            return None
        likes = self._by_like_name[key]
        return next(
            (known for known in likes if known.is_within(OTHERWISE_KM, row)), None
        )


def _like_names(city: Row) -> Iterator[str]:
    """Keys under which another gazetteer may have `city`."""
    name = spelling_key(city.name)
    stem, _, last = name.rpartition(" ")
    if stem and last in _SUFFIXES:
        yield stem
    # The first letter before the rest: folding all other names takes seconds.
    initial = name[:1]
    likely = (other for other in city.other if other[:1].casefold() == initial)
    for other in {spelling_key(other) for other in likely} - {name}:
        if fuzz.ratio(other, name) >= ALIKE:
            yield other


def unify(cities: Iterable[Row], towns: Iterable[Row]) -> list[Row]:
    """Rows of different towns; of one region and name, they tell where they lie."""
    known = Towns()
    for city in sorted(cities, key=lambda city: -city.population):
        known.take(city)
    for town in towns:
        known.take(town)
    _tell_apart(known.rows)
    return known.rows


def _tell_apart(rows: Iterable[Row]) -> None:
    """Give towns of one region and name their district or nearest city as well.

    One that a search for the bare name finds anyway keeps it (RULES 6).
    """
    cities: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.population:
            cities[row.region].append(row)
    # All hints before any renaming, so that no hint holds another.
    hinted = [
        pair
        for (region, name), group in _groups(rows).items()
        for pair in _hints(_unclear(group, name), cities[region])
    ]
    for row, hint in hinted:
        row.official = row.official | {row.name}
        row.name = f"{row.name} ({hint})"
    for row in rows:
        row.town = ""


def _groups(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    """Rows that share an official name."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        for name in {spelling_key(name) for name in (row.name, *row.official)}:
            groups[row.region, name].append(row)
    return groups


def _unclear(group: list[Row], name: str) -> list[Row]:
    """Those of a group that have its name first, and are not what it finds."""
    if len(group) < 2:
        return []
    first, second, *_ = group = sorted(group, key=lambda row: -row.population)
    is_clear = first.population and first.population >= 10 * second.population
    named = group[1:] if is_clear else group
    return [row for row in named if spelling_key(row.name) == name]


def _hints(group: Iterable[Row], cities: Iterable[Row]) -> Iterator[tuple[Row, str]]:
    """For each row of `group` where it lies, no two the same."""
    used: set[str] = set()
    for row in group:
        hint = "" if row.town in used else row.town
        if hint := hint or _nearest_city(row, cities, used):
            used.add(hint)
            yield row, hint


def _nearest_city(row: Row, cities: Iterable[Row], used: Set[str]) -> str:
    """The nearest of another name and more people, by degrees; "" for none."""
    if row.point is None:
        return ""
    here, left_out = _degrees(row), {row.name, *used}
    larger = [
        (math.dist(_degrees(city), here), city.name)
        for city in cities
        if city.population > row.population and city.name not in left_out
    ]
    return min(larger)[1] if larger else ""


def _degrees(row: Row) -> tuple[float, float]:
    return row.point.latitude, row.point.longitude
