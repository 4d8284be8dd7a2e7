"""Each service, and how many clinics offer it where a visitor will be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest

from ..asking.filters import ClinicFilter
from ..asking.links import SearchLinks
from ..catalogues import Catalogues
from ..models import ServiceType
from ..search import find, holdings
from ..search.query import Category, SearchQuery

Counts = Mapping[str, Mapping[int | str, int]]


@dataclass(frozen=True, slots=True)
class Offer:
    """Some services: how many clinics offer any, and the search that shows those."""

    url: str
    clinics: int


@dataclass(frozen=True, slots=True)
class TypeOffer(Offer):
    """One service type."""

    type: ServiceType


@dataclass(frozen=True, slots=True)
class Offers:
    """All of them for patients in `region`, "" for the whole directory.

    The region alone is asked for, not a place in it: a place has a radius, which each
    service would draw otherwise, and a number is to lead to as many clinics.
    """

    region: str
    counts: Counts
    catalogues: Catalogues

    @classmethod
    def of(cls, request: HttpRequest, asked: ClinicFilter) -> Self:
        """Those of the region where the patient of `asked` will be, if it has one."""
        region = asked.where.region if asked.is_ready else ""
        if region:
            query = SearchQuery(now=asked.now, region=region, is_area=True)
            counts = find(query, counted=True).counts
        else:
            counts = holdings.of(request).offered
        return cls(region, counts, asked.catalogues)

    @property
    def types(self) -> list[TypeOffer]:
        """Every service type that is on offer at all, in the order of the catalogue."""
        return [
            TypeOffer(
                url=self._links.url(type=each.code),
                clinics=self.counts["type"][each.bit],
                type=each,
            )
            for each in self.catalogues.service_types
        ]

    @property
    def telemedicine(self) -> Offer:
        """Any of the services that are telemedicine."""
        return self._of_category(Category.TELEMEDICINE)

    @property
    def other_telehealth(self) -> Offer:
        """Any of those that are telehealth and no telemedicine."""
        return self._of_category(Category.TELEHEALTH_ONLY)

    def _of_category(self, category: Category) -> Offer:
        url = self._links.url(category=category)
        return Offer(url, self.counts["category"][category])

    @property
    def is_whole_country(self) -> bool:
        """Whether care for one of its parts alone is left out."""
        return bool(self.region and self.catalogues.subdivisions(self.region))

    @property
    def _links(self) -> SearchLinks:
        return SearchLinks({"region": (self.region,)} if self.region else {})
