"""How many clinics offer remote care to patients in a country and its regions."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, F, QuerySet

from ..models import Door, SearchEntry
from ..search.query import Basis, Fact, Trait, pack_region, packed_span, unpack_region


@dataclass(frozen=True, slots=True)
class Reach:
    """Clinics of remote care by where they may treat and by where they stand.

    Those that may treat the whole country are in `wide` alone.
    """

    country: str
    narrow: Mapping[tuple[str, str], int]
    wide: Mapping[str, int]

    @classmethod
    def into(cls, country: str) -> Self:
        """The reach into `country` and its regions. Two queries."""
        doors = _doors_of_remote_care(country)
        whole = doors.filter(region=pack_region(country))
        parts = doors.exclude(region=pack_region(country)).exclude(
            clinic__in=whole.values("clinic")
        )
        narrow = parts.values_list("region", "home_region")
        wide = whole.values_list("home_region")
        clinics = Count("clinic", distinct=True)
        return cls(
            country=country,
            narrow={
                (unpack_region(region), unpack_region(home)): count
                for region, home, count in narrow.annotate(clinics=clinics)
            },
            wide={
                unpack_region(home): count
                for home, count in wide.annotate(clinics=clinics)
            },
        )

    def of(self, region: str) -> int:
        """Clinics, wherever they stand, that offer remote care to patients there."""
        return sum(self._by_home(region).values())

    def from_elsewhere(self, region: str) -> int:
        """Those of them that do not stand there."""
        is_inside = region.startswith if region == self.country else region.__eq__
        return sum(
            n for home, n in self._by_home(region).items() if not is_inside(home)
        )

    def _by_home(self, region: str) -> Mapping[str, int]:
        found = Counter(self.wide)
        for (covered, home), count in self.narrow.items():
            if covered == region:
                found[home] += count
        return found


def _doors_of_remote_care(country: str) -> QuerySet[SearchEntry]:
    """The doors by which a search for remote visits comes into `country`."""
    asked = Trait.CARE | Trait.FOR_PATIENTS
    return (
        SearchEntry.objects.filter(
            door=Door.COVERAGE,
            remote=Fact.YES,
            basis__in=[Basis.STATED, Basis.ASSUMED],
            region__range=packed_span(country),
        )
        .annotate(kind=F("traits").bitand(asked))
        .filter(kind=asked)
        .order_by()
    )
