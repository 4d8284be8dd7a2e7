"""The towns that listings name, and the addresses of what lies where.

Addresses are made of ISO codes and of folded names of towns, in small letters:
`/browse/us/tx/austin/`. Where we hold no subdivisions, towns stand below their country.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from ..models import Clinic
from ..text import fold, spell

# --- Addresses -----------------------------------------------------------------------


def slug(name: str) -> str:
    """`name` as a part of an address: folded, its words joined; "" for none.

    The vowel signs of Indian scripts stay, since they alone tell many names apart.
    """
    folded = fold(name)
    return "-".join((folded if folded.isascii() else spell(name)).split())


def region_url(code: str) -> str:
    """The page of a country or of one of its regions, by its ISO code."""
    parts = code.lower().split("-")
    view = "browse_region" if len(parts) == 2 else "browse_country"
    return reverse(f"locator:{view}", args=parts)


def town_url(code: str, town: str) -> str:
    """The page of the town of slug `town` in the region, or the country, `code`."""
    parts = code.lower().split("-")
    view = "browse_town" if len(parts) == 2 else "browse_region"
    return reverse(f"locator:{view}", args=[*parts, town])


# --- Towns ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Town:
    """A town of a region, in every spelling that listings use, the commonest first."""

    region: str
    slug: str
    spellings: tuple[str, ...]
    clinics: int

    @property
    def name(self) -> str:
        return self.spellings[0]

    @property
    def url(self) -> str:
        return town_url(self.region, self.slug)


def towns(regions: Iterable[str] | None = None) -> list[Town]:
    """Towns in which clinics of `regions` (default: of all) stand, by name. One query.

    Spellings that fold alike are one town.
    """
    clinics = Clinic.objects.published().exclude(city="").exclude(region=None)
    if regions is not None:
        clinics = clinics.filter(region__in=regions)
    rows = clinics.order_by().values_list("region_id", "city")
    spelled: dict[tuple[str, str], Counter] = {}
    for region, city, count in rows.annotate(clinics=Count("pk")):
        if key := slug(city):
            spelled.setdefault((region, key), Counter())[city] += count
    return [
        Town(
            region=region,
            slug=key,
            spellings=tuple(sorted(counts, key=lambda name: _rank(name, counts))),
            clinics=counts.total(),
        )
        for (region, key), counts in sorted(spelled.items())
    ]


def _rank(name: str, counts: Mapping[str, int]) -> tuple:
    """The commonest spelling first; of two, the one that is not shouted."""
    return -counts[name], name.isupper(), name
