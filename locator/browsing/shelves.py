"""The directory without a search: what stands in a country, a region, a town."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from rapidfuzz import process

from .. import catalogues as catalogues_module
from ..asking.filters import ClinicFilter
from ..asking.links import Link
from ..asking.questions import CATALOGUE_OF
from ..catalogues import Catalogues
from ..models import Clinic, DataVersion, Kept, Versioned
from ..models.region import country_of
from ..results.cards import Card, cards
from ..search import find
from ..search import holdings as holdings_module
from ..search.holdings import Holdings
from ..text import fold
from .reach import Reach
from .towns import Town, region_url, slug, towns

CARDS = 5
MOST_POPULAR = 8
# More towns than these begin with those that have the most clinics.
TOWNS_AT_ONCE = 30
LARGEST_TOWNS = 12
MOST_ALIKE = 5
# Below this many of a hundred, two spellings are of two names.
ALIKE = 70


# --- What stands where ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A place to go on to: how many clinics stand there.

    `remote` counts those, wherever they stand, that offer remote care to patients
    there. `url` is "" where there is no page of it.
    """

    label: str
    url: str
    clinics: int
    remote: int = 0
    code: str = ""


# --- What it is for ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Popular:
    """What most clinics of a list are for, or do: a search that asks for it.

    `clinics` is how many that search finds; None where it may widen its radius.
    """

    label: str
    url: str
    clinics: int | None


def popular(
    asked: ClinicFilter, name: str, counts: Mapping, among: int = -1
) -> list[Popular]:
    """The options of the parameter `name` that most clinics answer, by `counts`.

    `counts` are those of `SearchResults`, of the search `asked`; `among` has the bits
    of the options that are looked at.
    """
    entries = getattr(asked.catalogues, CATALOGUE_OF[name]).entries
    counts = counts.get(name, {})
    found = [e for e in entries if counts.get(e.bit) and among >> e.bit & 1]
    found.sort(key=lambda entry: -counts[entry.bit])
    # From a point each search chooses a radius of its own, and would find more.
    is_told = not asked.query.is_widening
    return [
        Popular(
            entry.label(),
            asked.links.url(**{name: entry.code}),
            counts[entry.bit] if is_told else None,
        )
        for entry in found[:MOST_POPULAR]
    ]


# --- The pages -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """The search that a page begins, and the first of what it finds."""

    asked: ClinicFilter
    counts: Mapping
    total: int = 0
    cards: tuple[Card, ...] = ()

    @property
    def url(self) -> str:
        return self.asked.search_url

    @property
    def specialties(self) -> list[Popular]:
        return popular(self.asked, "specialty", self.counts)

    @property
    def types(self) -> list[Popular]:
        """Those of care: the others need no coverage, so they are found everywhere."""
        return popular(self.asked, "type", self.counts, self.asked.catalogues.care_mask)


@dataclass(frozen=True, slots=True)
class Shelves:
    """The directory as a visitor without a search walks along it."""

    catalogues: Catalogues
    holdings: Holdings
    now: datetime | None = None
    memory: dict[tuple[str, str], Any] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        return cls(
            catalogues_module.of(request),
            holdings_module.of(request),
            memory=_memory(DataVersion.of(request)),
        )

    def reach(self, country: str) -> Reach:
        key = ("reach", country)
        if key not in self.memory:
            self.memory[key] = Reach.into(country)
        return self.memory[key]

    def counts(self, country: str) -> Mapping:
        """What is in the whole of `country`, as `SearchResults.counts`."""
        key = ("counts", country)
        if key not in self.memory:
            query = replace(self._asked({"region": country}).query, page_size=1)
            self.memory[key] = find(query, counted=True).counts
        return self.memory[key]

    # --- Which place an address names

    def country(self, part: str) -> str:
        """The ISO code of the country `us` of an address; "" where we hold none."""
        code = part.upper()
        return code if code in self.holdings.countries else ""

    def region(self, country: str, part: str) -> str:
        """The ISO code of the region `us`, `tx` of an address; "" for none."""
        code = f"{self.country(country)}-{part}".upper()
        return code if self.country(country) and code in self.catalogues.regions else ""

    # --- Lists

    def countries(self) -> list[Listed]:
        """Every country that we hold clinics in or for, those with most first."""
        found = [
            Listed(
                label=self.catalogues.region_label(code),
                url=region_url(code),
                clinics=self.holdings.by_country.get(code, 0),
                code=code,
            )
            for code in self.holdings.countries
        ]
        return sorted(found, key=lambda each: (-each.clinics, each.label))

    def regions(self, country: str) -> list[Listed]:
        """Every region of `country`, empty ones too, by name."""
        regions = self.catalogues.subdivisions(country)
        if not regions:
            return []
        reach = self.reach(country)
        found = [
            Listed(
                label=region.label(),
                url=region_url(region.code),
                clinics=self.holdings.by_region.get(region.code, 0),
                remote=reach.of(region.code),
                code=region.code,
            )
            for region in regions
        ]
        return sorted(found, key=lambda each: fold(each.label))

    def trail(self, region: str = "", town: str = "") -> list[Link]:
        """The way down to a page; the last has the page's own name and no address."""
        way = [Link(_("All places"), reverse("locator:browse"))]
        codes = dict.fromkeys(filter(None, (country_of(region), region)))
        way += [
            Link(self.catalogues.region_label(code), region_url(code)) for code in codes
        ]
        if town:
            way.append(Link(town, ""))
        return [*way[:-1], replace(way[-1], url="")]

    # --- Searches

    def search(self, **params: str) -> Search:
        """The search of `params` with its counts and the first of its clinics."""
        return self._found(self._asked(params))

    def _found(self, asked: ClinicFilter) -> Search:
        results = find(replace(asked.query, page_size=CARDS), counted=True)
        return Search(asked, results.counts, results.total, cards(results, asked))

    def search_of_country(self, code: str) -> Search:
        """The search of a whole country: its counts alone, kept in memory."""
        return Search(self._asked({"region": code}), self.counts(code))

    def search_in(self, town: Town) -> Search:
        """The search from the middle of `town`; where no map has it, by its name."""
        area = self.catalogues.regions[town.region].name
        for spelling in town.spellings:
            asked = self._asked({"place": f"{spelling}, {area}"})
            is_there = asked.is_ready and asked.where.region == town.region
            if is_there and asked.where.point:
                return self._found(asked)
        return self.search(region=town.region, q=town.name)

    def _asked(self, params: Mapping[str, str]) -> ClinicFilter:
        return ClinicFilter(
            QueryDict(urlencode(params)),
            catalogues=self.catalogues,
            holdings=self.holdings,
            now=self.now,
        )

    # --- Pages

    def country_page(self, code: str) -> dict:
        """The context of a country's page: its regions; without any, its towns."""
        regions = self.regions(code)
        place = self._place(code)
        if not regions:
            return place | self._towns(code) | {"search": self.search(region=code)}
        if code in self.holdings.by_region:
            # Clinics of which we know the country and no more.
            place |= self._towns(code)
        return place | {"regions": regions, "search": self.search_of_country(code)}

    def region_page(self, code: str) -> dict:
        """The context of a region's page: its towns, and who treats there."""
        reach = self.reach(country_of(code))
        return {
            **self._place(code),
            **self._towns(code),
            "elsewhere": reach.from_elsewhere(code),
            "search": self.search(region=code),
        }

    def town_page(self, town: Town) -> dict:
        """The context of a town's page: all that stands there, and the search there."""
        label = self.catalogues.region_label(town.region)
        return {
            "town": town,
            "place": _("%(town)s, %(region)s") % {"town": town.name, "region": label},
            "clinics": _standing_in(town),
            "search": self.search_in(town),
            "trail": self.trail(town.region, town.name),
        }

    def unknown_page(self, text: str, region: str) -> dict:
        """The context of the page for a `text` that names nothing in `region`."""
        there = towns([region]) if region else []
        alike = process.extract(
            slug(text),
            {town: town.slug for town in there},
            limit=MOST_ALIKE,
            score_cutoff=ALIKE,
        )
        return {
            "text": text.replace("-", " "),
            "region": region and self.catalogues.region_phrase(region),
            "region_url": region and region_url(region),
            "alike": [town for _slug, _score, town in alike],
            "countries": self.countries(),
            "trail": [*self.trail(region)[:-1], *self._up(region)],
        }

    def _up(self, region: str) -> list[Link]:
        """The last step to a page that there is, as a step on the way to one."""
        if not region:
            return [Link(_("All places"), reverse("locator:browse"))]
        return [Link(self.catalogues.region_label(region), region_url(region))]

    def _place(self, code: str) -> dict:
        return {
            "place": self.catalogues.region_phrase(code),
            "standing": self._standing(code),
            "trail": self.trail(code),
        }

    def _standing(self, code: str) -> int:
        """Clinics that stand in the country or the region `code`."""
        counts = self.holdings.by_region
        return (
            counts.get(code, 0)
            if "-" in code
            else self.holdings.by_country.get(code, 0)
        )

    def _towns(self, code: str) -> dict:
        found = towns([code])
        largest = sorted(found, key=lambda town: (-town.clinics, town.slug))
        is_long = len(found) > TOWNS_AT_ONCE
        return {"towns": found, "largest": largest[:LARGEST_TOWNS] if is_long else []}


_KEPT = Kept(dict)


def _memory(tokens: Mapping[str, str]) -> dict:
    """What this process keeps until clinics or catalogues change."""
    both = [tokens.get(part) for part in (Versioned.CLINICS, Versioned.CATALOGUES)]
    return _KEPT.at(" ".join(both) if all(both) else None)


def _standing_in(town: Town) -> list[Clinic]:
    """Every clinic with its address in `town`, by name: what a link says of it."""
    clinics = Clinic.objects.published().filter(
        region=town.region, city__in=town.spellings
    )
    told = ("slug", "name", "street", "address_is_private", "is_sample")
    return list(clinics.only(*told).order_by("name", "pk"))
