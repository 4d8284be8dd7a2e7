"""From a visitor's words to a place, by RULES 6."""

from collections.abc import Callable, Iterator, Sequence

from .. import catalogues as all_catalogues
from ..catalogues import Catalogues
from ..models import PlaceName
from ..models.region import country_of
from ..text import fold
from . import areas as all_areas
from . import table
from .areas import Group, lies_in
from .elsewhere import beyond_the_table
from .found import Found
from .reading import Reading, read
from .table import Hit
from .wording import Wording

# The first of several wins with this many times the people of the second.
TIMES_AS_MANY = 10
# Towns that stand in one text with a postcode, or with a city, lie within this of it.
BESIDE_KM = 50


def find_place(
    text: str, *, country: str = "", catalogues: Catalogues | None = None
) -> Found:
    """The place that a visitor means by `text`, in `country` where one is given.

    One query for a hit, three where spellings are to be suggested; one more without
    `catalogues`. Never raises, whatever the text.
    """
    search = Search(text, country or "", catalogues or all_catalogues.current())
    return search.by_postcode() or search.by_name() or beyond_the_table(search)


class Search:
    """A text on its way to its place: its words, and what has their names."""

    def __init__(self, text: str, country: str, catalogues: Catalogues) -> None:
        self.text, self.catalogues = text, catalogues
        self.areas = all_areas.of(catalogues)
        self.wording = Wording(catalogues, self.areas)
        self.words = read(text, self.areas)
        self.country = country or self.words.unheld
        names = self.words.names()
        hits = table.named(names) if names else []
        self.hits = [hit for hit in hits if self.is_asked_for(hit.area)]

    def is_asked_for(self, region: str) -> bool:
        """Whether it lies in the country asked for, if one was."""
        return not self.country or country_of(region) == self.country

    def by_postcode(self) -> Found | None:
        """The postcode in the text, unless the rest of it names another place."""
        hits = (h for h in self.hits if h.name_kind == PlaceName.Kind.POSTCODE)
        hit = next((h for h in hits if h.folded == self.words.postcode), None)
        if hit is None:
            return None
        if self._rest_agrees_with(hit):
            return self.wording.found(hit)
        suggestions = [self.wording.place(hit).spelling]
        if (rest := self.by_name()) and rest.place:
            suggestions.append(rest.place.spelling)
        return Found("unknown", suggestions=tuple(suggestions))

    def _rest_agrees_with(self, postcode: Hit) -> bool:
        words = self.words
        if not words.readings:
            return True
        if any(lies_in(postcode.area, group) for group in words.groups):
            return True
        return any(self._is_beside(postcode, reading) for reading in words.readings)

    def _is_beside(self, postcode: Hit, reading: Reading) -> bool:
        groups = reading.groups
        if groups and not any(lies_in(postcode.area, group) for group in groups):
            return False
        # The town may end a whole address.
        if f" {reading.name}".endswith(f" {fold(postcode.town)}"):
            return True
        cities = (hit for hit in self.hits if hit.folded == reading.name)
        return any(city.is_within(BESIDE_KM, postcode) for city in cities)

    def by_name(self) -> Found | None:
        """The place of that code, official name or other name, in this order."""
        return self._by_code() or self._by_official_name() or self._by_other_name()

    def _by_code(self) -> Found | None:
        """A US state before a country, and either before towns called like its code."""
        for reading, group in self._readings():
            ranked = self.areas.short_codes(reading.name)
            allowed = [self._allowed(regions, group) for regions in ranked]
            regions = [region for regions in allowed for region in regions]
            if not regions or reading.beside:
                continue
            others = [*regions[1:], *self._towns_called_like_a_code(reading, group)]
            is_one = len(next(filter(None, allowed))) == 1
            if is_one:
                return self.wording.found(regions[0], others)
            return self.wording.ambiguous([regions[0], *others])
        return None

    def _towns_called_like_a_code(self, reading: Reading, group: Group) -> list[Hit]:
        """Towns of that name, and those of which it is the initials: LA."""
        other = self._cities(reading, group, PlaceName.Kind.OTHER)
        return [
            *(hit for hit in other if _initials(hit.name).startswith(reading.name)),
            *self._cities(reading, group, PlaceName.Kind.OFFICIAL),
        ]

    def _by_official_name(self) -> Found | None:
        return self._by(
            PlaceName.Kind.OFFICIAL, lambda name: self.areas.official.get(name, ())
        )

    def _by_other_name(self) -> Found | None:
        return self._by(PlaceName.Kind.OTHER, self.areas.other_names)

    def _by(
        self, kind: PlaceName.Kind, regions_of: Callable[[str], Group]
    ) -> Found | None:
        for reading, group in self._readings():
            cities = self._cities(reading, group, kind)
            regions = () if reading.beside else regions_of(reading.name)
            regions = self._allowed(regions, group)
            if cities or regions:
                return self._decide(cities, regions)
        return None

    def _readings(self) -> Iterator[tuple[Reading, Group]]:
        """Each reading with each group of regions that it may mean; () for anywhere."""
        for reading in self.words.readings:
            for group in reading.groups or ((),):
                yield reading, group

    def _cities(
        self, reading: Reading, group: Group, kind: PlaceName.Kind
    ) -> list[Hit]:
        """Towns of that name, the most populous first."""
        named = [
            hit
            for hit in self.hits
            if hit.folded == reading.name
            and hit.name_kind == kind
            and (not group or lies_in(hit.area, group))
        ]
        if reading.beside:
            near = [hit for hit in self.hits if hit.folded == reading.beside]
            named = [h for h in named if any(h.is_within(BESIDE_KM, n) for n in near)]
        return sorted(named, key=lambda hit: (-hit.population, hit.name, hit.area))

    def _allowed(self, regions: Group, group: Group) -> Group:
        """Those of `regions` in the country asked for, and inside of the group's."""
        return tuple(
            region
            for region in regions
            if self.is_asked_for(region)
            and (not group or (region not in group and lies_in(region, group)))
        )

    def _decide(self, cities: Sequence[Hit], regions: Group) -> Found:
        """One of them where RULES 6 let it win, else all to pick from."""
        winner = cities[0] if _wins(cities) else None
        if not regions and winner:
            return self.wording.found(winner, cities[1:])
        if len(regions) == 1:
            if winner and lies_in(winner.area, regions):
                return self.wording.found(winner, [*cities[1:], *regions])
            # Any number of people is ten times that of towns of whom nobody knows.
            if not cities or not cities[0].population:
                return self.wording.found(regions[0], cities)
        return self.wording.ambiguous([*regions, *cities])


def _initials(name: str) -> str:
    return "".join(word[0] for word in fold(name).split())


def _wins(cities: Sequence[Hit]) -> bool:
    """Whether the first of `cities`, by their population, is the one that is meant."""
    if len(cities) < 2:
        return bool(cities)
    first, second = cities[0].population, cities[1].population
    return first > 0 and first >= TIMES_AS_MANY * second
