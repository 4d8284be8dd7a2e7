"""Places that a visitor may be about to name, while they type."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from django.db.models import Case, F, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from ..catalogues import Catalogues
from ..models import Place, PlaceName, Tier
from ..models.region import country_of
from ..prepared import Prepared
from ..text import fold
from . import areas as all_areas
from . import table
from .areas import LONGEST_CODE, Group, whole_name
from .found import FoundPlace
from .reading import LONGEST_TEXT, plain_digits
from .table import Hit
from .wording import Wording

MOST = 8

# In weights of `PlaceName`, of which ten are ten times the people: the site's own
# country counts as 30 times as many, a whole name as 300 times.
WORTH_OF_HOME = 15
WORTH_OF_WHOLE_NAME = 25
WEIGHT_OF_STATE = 55
WEIGHT_OF_COUNTRY = 62

# The tiers to look at by the number of letters: each is enough for most prefixes.
TIERS = {1: [Tier.CITY], 2: [Tier.CITY, Tier.TOWN]}
ALL_TIERS = [Tier.CITY, Tier.TOWN, Tier.SMALL]
# So few letters are not looked for in what else regions are called.
FEW = 2
# Towns of a name in all regions, from which those of one region are taken.
MOST_LOOKED_AT = 200
MOST_WORDS_OF_AREA = 3
# Digits of a postcode: five of the US, with four more or not; six of India.
MOST_DIGITS, WITH_FOUR_MORE, US_DIGITS = 6, 9, 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place to take over: `text` finds it and no other.

    `name` and `detail` are for reading: "Austin" and "Texas, United States".
    """

    place: FoundPlace
    text: str
    name: str
    detail: str


def complete(text: str, *, home: str, catalogues: Catalogues) -> list[Suggestion]:
    """At most eight places whose names or postcodes begin with `text`, likeliest first.

    A whole name before the beginning of one, and larger places before smaller; those
    of the country `home` count as larger than they are. Behind a comma stands the
    beginning of a region or a country. Two queries, five at most; never raises.
    """
    if len(text) > LONGEST_TEXT:
        return []
    return _Typed(text, home, catalogues).suggestions()


# A town or postcode by its key, or a region by its code, with its weight.
Weighed = tuple[int, int | str]
# Names of regions and whom they mean, in order.
Names = list[tuple[str, Group]]


class _Typed:
    """A text on its way to the places that it may become."""

    def __init__(self, text: str, home: str, catalogues: Catalogues) -> None:
        self.text, self.home, self.catalogues = plain_digits(text), home, catalogues
        self.areas = all_areas.of(catalogues)
        self.wording = Wording(catalogues, self.areas)

    def suggestions(self) -> list[Suggestion]:
        name, _comma, area = self.text.partition(",")
        name, area = fold(name), fold(area)
        if not name:
            return []
        if area:
            return self._drawn(self._in_area(name, area))
        digits = "".join(name.split())
        if digits.isdecimal():
            return self._drawn(self._postcodes(digits))
        return self._drawn(self._named(name) or self._split(name))

    # --- What it may be --------------------------------------------------------------

    def _postcodes(self, digits: str) -> list[Weighed]:
        """Those that begin with `digits`, by number, those of the own country first."""
        if len(digits) == WITH_FOUR_MORE:
            digits = digits[:US_DIGITS]
        if len(digits) > MOST_DIGITS:
            return []
        rows = _POSTCODES.rows(beginning=[digits], home=[self.home])
        return [(0, pk) for (pk,) in rows]

    def _named(self, name: str) -> list[Weighed]:
        """Towns and regions whose names begin with `name`."""
        regions = list(self._regions(name))
        tiers = TIERS.get(len(name), ALL_TIERS)
        towns = self._towns(name, tiers)
        if len(towns) + len(regions) < MOST and tiers != ALL_TIERS:
            towns = self._towns(name, ALL_TIERS)
        return sorted([*towns, *regions], key=_likeliest)[:MOST]

    def _towns(
        self, name: str, tiers: Sequence[Tier], countries: Sequence[str] = ()
    ) -> list[Weighed]:
        """Weights and keys of towns that begin with `name`, the likeliest first.

        Eight of them; many more of `countries`, where those are given.
        """
        home = [self.home]
        return _TOWNS.rows(
            beginning=[name], home=home, tiers=tiers, countries=countries
        )

    def _regions(self, name: str) -> Iterator[Weighed]:
        for code, is_whole in self._regions_called(name).items():
            country = country_of(code)
            weight = WEIGHT_OF_COUNTRY if country == code else WEIGHT_OF_STATE
            weight += WORTH_OF_HOME * (country == self.home)
            yield weight + WORTH_OF_WHOLE_NAME * is_whole, code

    def _in_area(self, name: str, area: str) -> list[Weighed]:
        """Towns that begin with `name`, in regions that begin with `area`.

        Also regions called so in such countries.
        """
        areas = self._regions_behind(area)
        if not areas:
            return []
        inside = [
            (weight, code)
            for weight, code in self._regions(name)
            if country_of(code) in areas
        ]
        tiers = TIERS.get(len(name), ALL_TIERS)
        countries = sorted({country_of(code) for code in areas})
        towns = self._towns(name, tiers, countries)
        return sorted([*inside, *_lying_in(areas, towns)], key=_likeliest)

    def _split(self, name: str) -> list[Weighed]:
        """A town and the beginning of a region without a comma between."""
        words = name.split()
        last = len(words) - 1
        for cut in range(last, max(0, last - MOST_WORDS_OF_AREA), -1):
            found = self._in_area(" ".join(words[:cut]), " ".join(words[cut:]))
            if found:
                return found
        return []

    def _regions_called(self, prefix: str) -> dict[str, bool]:
        """Regions that have a name which begins so; whether that is all of the name.

        Few Latin letters begin English names only, or are a short code.
        """
        found: dict[str, bool] = {}
        is_short = len(prefix) <= FEW and prefix.isascii()
        official, other = self.catalogues.once("names in order", self._names_in_order)
        for name, codes in _beginning(
            prefix, [official] if is_short else [official, other]
        ):
            # "Aus" is rather the beginning of Austin than a code.
            is_whole = name == prefix and len(name) != LONGEST_CODE
            for code in codes:
                found[code] = found.get(code, False) or is_whole
        # What a short code means first, by RULES 6.
        for group in self.areas.short_codes(prefix)[:1]:
            found |= dict.fromkeys(group, len(prefix) < LONGEST_CODE)
        return found

    def _names_in_order(self) -> tuple[Names, Names]:
        return sorted(self.areas.official.items()), sorted(self.areas.other.items())

    def _regions_behind(self, prefix: str) -> Group:
        """Regions that what stands behind a comma may be the beginning of."""
        meant = [code for group in self.areas.groups(prefix) for code in group]
        return tuple(dict.fromkeys([*meant, *self._regions_called(prefix)]))

    # --- In words --------------------------------------------------------------------

    def _drawn(self, weighed: Sequence[Weighed]) -> list[Suggestion]:
        keys = list(dict.fromkeys(key for _, key in weighed))[:MOST]
        hits = table.by_key([key for key in keys if isinstance(key, int)])
        taken = self._names_of_towns([key for key in keys if isinstance(key, str)])
        drawn = [
            self._region(key, taken) if isinstance(key, str) else self._town(hits[key])
            for key in keys
            if isinstance(key, str) or key in hits
        ]
        return list({each.text: each for each in drawn}.values())

    def _names_of_towns(self, codes: Sequence[str]) -> frozenset[str]:
        """The names of these regions that towns have too; no query for none."""
        if not codes:
            return frozenset()
        regions = [self.catalogues.regions[code] for code in codes]
        called = {fold(name) for r in regions for name in (r.label(), r.name)}
        return frozenset(name for (name,) in _TAKEN.rows(names=sorted(called)))

    def _region(self, code: str, taken: frozenset[str]) -> Suggestion:
        place = self.wording.place(code)
        country = country_of(code)
        label = self.catalogues.region_label(country) if country != code else ""
        return Suggestion(place, self._region_text(code, taken), place.name, label)

    def _region_text(self, code: str, taken: frozenset[str]) -> str:
        """The region's name where it means nothing else, else one that does."""
        region = self.catalogues.regions[code]
        for name in (region.label(), region.name):
            folded = fold(name)
            meant = self.areas.official.get(folded) or self.areas.other_names(folded)
            if meant == (code,) and folded not in taken:
                return name
        return whole_name(region)

    def _town(self, hit: Hit) -> Suggestion:
        place = self.wording.place(hit)
        is_postcode = hit.kind == Place.Kind.POSTCODE
        codes = dict.fromkeys([hit.region, hit.country])
        labels = [self.catalogues.region_label(code) for code in codes if code]
        parts = [hit.town, *labels] if is_postcode else labels
        detail = _(", ").join(filter(None, parts))
        return Suggestion(place, place.query, hit.name, detail)


def _likeliest(weighed: Weighed) -> tuple[int, str]:
    weight, key = weighed
    return -weight, str(key)


def _beginning(prefix: str, names: Iterable[Names]) -> Iterator[tuple[str, Group]]:
    """Those of the names, each list in order, that begin with `prefix`."""
    for ordered in names:
        first = bisect_left(ordered, (prefix,))
        yield from takewhile(
            lambda each: each[0].startswith(prefix), islice(ordered, first, None)
        )


def _lying_in(areas: Group, towns: Iterable[Weighed]) -> list[Weighed]:
    """Those of `towns` in one of `areas`."""
    weights = {pk: weight for weight, pk in towns}
    if not weights:
        return []
    rows = _LYING.rows(pks=list(weights), areas=areas)
    return [(weights[pk], pk) for (pk,) in rows]


# --- The queries ---------------------------------------------------------------------


def _postcodes(*, beginning: Sequence[str], home: Sequence[str]) -> QuerySet:
    is_home = Case(When(country=home[0], then=1), default=0)
    names = PlaceName.objects.filter(tier=Tier.POSTCODE, folded__begins=beginning[0])
    rows = names.annotate(is_home=is_home).order_by("-is_home", "folded")
    return rows.values_list("place")[:MOST]


def _towns(
    *,
    beginning: Sequence[str],
    home: Sequence[str],
    tiers: Sequence[int],
    countries: Sequence[str],
) -> QuerySet:
    weight = F("weight") + Case(
        When(country=home[0], then=Value(WORTH_OF_HOME)), default=Value(0)
    )
    weight += Case(
        When(folded=beginning[0], then=Value(WORTH_OF_WHOLE_NAME)), default=Value(0)
    )
    names = PlaceName.objects.filter(tier__in=tiers, folded__begins=beginning[0])
    if countries:
        names = names.filter(country__in=countries)
    places = names.order_by().values("place").annotate(best=Max(weight))
    rows = places.order_by("-best", "place").values_list("best", "place")
    return rows[: MOST_LOOKED_AT if countries else MOST]


def _taken(*, names: Sequence[str]) -> QuerySet:
    return PlaceName.objects.filter(folded__in=names).values_list("folded")


def _lying(*, pks: Sequence[int], areas: Sequence[str]) -> QuerySet:
    lies_there = Q(region__in=areas) | Q(country__in=areas)
    return Place.objects.filter(lies_there, pk__in=pks).values_list("pk")


_POSTCODES, _TOWNS = Prepared(PlaceName, _postcodes), Prepared(PlaceName, _towns)
_TAKEN, _LYING = Prepared(PlaceName, _taken), Prepared(Place, _lying)
