"""What is left to do when the gazetteer holds no such place."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from ..geo import Point
from ..models import PlaceName
from ..models.region import country_of
from . import geocoding, spelling, table
from .areas import Group, lies_in
from .found import Found, FoundPlace
from .reading import Reading
from .table import Hit

if TYPE_CHECKING:
    from .finding import Search

MOST_SUGGESTIONS = 5

# In the ranking of spellings, ten times the people are worth two of 100 likeness.
WORTH_OF_TEN_TIMES = 2
# A region counts as this many.
PEOPLE_OF_A_REGION = 10_000_000


def beyond_the_table(search: "Search") -> Found:
    """A place by the operator's geocoder, or none, with the nearest spellings."""
    return _by_network(search) or Found(
        "unknown",
        suggestions=tuple(_suggestions(search))[:MOST_SUGGESTIONS],
        unheld_postcodes_of=search.words.unheld,
    )


def _by_network(search: "Search") -> Found | None:
    names_something = search.words.folded or search.words.unheld
    if not geocoding.is_on() or not names_something:
        return None
    # What is written in distress is sent nowhere, and kept nowhere.
    if search.catalogues.has_crisis_words(search.text):
        return None
    area = _area_asked(search)
    country = country_of(area[0])
    point = geocoding.locate(search.text, country)
    region = _region_of(point, area) if point else ""
    if not region:
        return None
    name = " ".join(search.text.split())
    return Found("found", FoundPlace(name, "city", point, region, country, 0, name))


def _area_asked(search: "Search") -> Group:
    """The regions that the text names; else the country asked for, or the site's own.

    All of them are of one country.
    """
    named = next((group for r in search.words.readings for group in r.groups), ())
    if named:
        return tuple(code for code in named if country_of(code) == country_of(named[0]))
    return (search.country or settings.LOCATOR_HOME_COUNTRY,)


def _region_of(point: Point, area: Group) -> str:
    """The region in which `point` lies, "" unless it is in `area`."""
    at = table.region_at(point).region or table.region_of_nearest_city(point)
    return at if at and lies_in(at, area) else ""


def _suggestions(search: "Search") -> Iterator[str]:
    words = search.words
    if words.postcode and not words.readings:
        codes = spelling.codes_like(words.postcode)
        hits = {h.folded: h for h in table.named(codes, PlaceName.Kind.POSTCODE)}
        yield from (hits[code].name for code in codes if code in hits)
    elif words.readings:
        yield from dict.fromkeys(_spellings(search))


def _spellings(search: "Search") -> list[str]:
    """Names like that of the town in its region, or like the whole text, or the town's.

    The town's own name in other regions comes first.
    """
    readings = search.words.readings
    town = next((reading for reading in readings if reading.groups), readings[0])
    likes = _before_a_region(search, town) or _likes(search, town.name)
    inside = [each for each in likes if _lies_in_one_of(each, town.groups)]
    found = [*_same_name_elsewhere(search, town), *inside]
    if not found and town is not readings[0]:
        found = _likes(search, readings[0].name)
    return [search.wording.place(each).spelling for each in found or likes]


def _before_a_region(search: "Search", town: Reading) -> list[Hit | str]:
    """Towns in what is nearly a region, named last: "austin texs"."""
    words = () if town.groups else town.name.split()
    for first in range(len(words) - 1, max(len(words) - 3, 0), -1):
        official = search.areas.official
        named = spelling.likes(" ".join(words[first:]), list(official))
        groups = [official[name] for name in named]
        likes = _likes(search, " ".join(words[:first])) if groups else []
        inside = [each for each in likes if _lies_in_one_of(each, groups)]
        if inside:
            return inside
    return []


def _same_name_elsewhere(search: "Search", reading: Reading) -> list[Hit]:
    named = [
        hit
        for hit in search.hits
        if hit.folded == reading.name and hit.name_kind == PlaceName.Kind.OFFICIAL
    ]
    return sorted(named, key=lambda hit: -hit.population)[:2]


def _likes(search: "Search", name: str) -> list[Hit | str]:
    """Towns and regions of names like `name`, the likeliest first."""
    likes = spelling.nearest(name, search.areas.official)
    if not likes:
        return []
    weights: dict[Hit | str, float] = {
        hit: _weight(likes[hit.folded], hit.population)
        for hit in table.named(likes, PlaceName.Kind.OFFICIAL)
        if search.is_asked_for(hit.area)
    }
    for like in likes:
        for code in search.areas.official.get(like, ()):
            if search.is_asked_for(code):
                weights[code] = _weight(likes[like], PEOPLE_OF_A_REGION)
    return sorted(weights, key=lambda each: (-weights[each], str(each)))


def _lies_in_one_of(candidate: Hit | str, groups: Sequence[Group]) -> bool:
    code = candidate if isinstance(candidate, str) else candidate.area
    return any(lies_in(code, group) for group in groups)


def _weight(likeness: float, population: int) -> float:
    return likeness + WORTH_OF_TEN_TIMES * math.log10(1 + population)
