"""What the directory holds: where, for what, from whom, and which facts are stated."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Q
from django.db.models.functions import Substr
from django.http import HttpRequest

from ..models import Clinic, DataVersion, Door, Kept, SearchEntry, Specialty, Versioned
from ..models.catalogue import BITS_PER_COLUMN
from ..models.region import country_of
from .entries import fetch
from .query import Fact, unpack_region

# The parameters whose answers are masks, and the mask's column.
_MASKS = {
    "type": "types",
    "specialty": "specialties",
    "modality": "modalities",
    "payment": "payments",
    "age": "ages",
    "eligibility": "eligibility",
    "accessibility": "accessibility",
    "contact": "contacts",
}


@dataclass(frozen=True, slots=True)
class Holdings:
    """The published clinics in numbers. Shared by all requests: nobody writes to it.

    Regions and countries are ISO codes, "" where a clinic's is not known; the most
    clinics come first. A country's `specialties_in` is the mask of what its clinics,
    and those that cover it, are for; `years_in` the first and the last year of its
    listings. `stated` holds, by parameter of a search, the mask of what any listing
    states; for `accepting` and `open` it is 1 where any does.
    """

    clinics: int
    has_samples: bool
    by_country: Mapping[str, int]
    by_region: Mapping[str, int]
    by_specialty: Mapping[str, int]
    by_source: Mapping[tuple[str, str], int]
    treated: frozenset[str]
    specialties_in: Mapping[str, int]
    years_in: Mapping[str, tuple[str, str]]
    stated: Mapping[str, int]

    @property
    def countries(self) -> frozenset[str]:
        """Countries that clinics stand in, or that one of them may treat."""
        return frozenset(self.by_country) - {""} | self.treated

    @property
    def years(self) -> tuple[str, str] | None:
        """The first and the last year of all listings; None where none has one."""
        pairs = self.years_in.values()
        if not pairs:
            return None
        return min(first for first, _ in pairs), max(last for _, last in pairs)

    @classmethod
    def read(cls) -> "Holdings":
        """What the database holds now; a few queries over all clinics."""
        listed = _listed()
        entries = fetch(Q(is_lead=True)).entries
        covered = _covered()
        return cls(
            clinics=sum(listed.values()),
            has_samples=any(is_sample for *_, is_sample in listed),
            by_country=_sums(listed, lambda row: country_of(row[0])),
            by_region=_sums(listed, lambda row: row[0]),
            by_specialty=_by_specialty(entries),
            by_source=_sums(listed, lambda row: (row[1], row[2])),
            treated=frozenset(covered) - {""},
            specialties_in=_specialties_in(entries, covered),
            years_in=_years_in(listed),
            stated=_stated(entries),
        )


_KEPT = Kept(Holdings.read)


def current() -> Holdings:
    """What the directory holds now. One query, unless a clinic changed since."""
    return _KEPT.at(DataVersion.token_of(Versioned.CLINICS))


def of(request: HttpRequest) -> Holdings:
    """What the directory holds, for all of `request`; no query of its own."""
    if not hasattr(request, "_holdings"):
        request._holdings = _KEPT.at(DataVersion.of(request).get(Versioned.CLINICS))
    return request._holdings


# --- Counting ----------------------------------------------------------------------

Listed = Mapping[tuple[str, str, str, bool], int]


def _listed() -> Listed:
    """Published clinics by region, source, year of the source and being a sample."""
    rows = (
        Clinic.objects.published()
        .order_by()
        .annotate(year=Substr("source_date", 1, 4))
        .values_list("region_id", "source_id", "year", "is_sample")
        .annotate(clinics=Count("pk"))
    )
    return {(r or "", s or "", year, sample): n for r, s, year, sample, n in rows}


def _sums(listed: Listed, key) -> dict:
    counts: Counter = Counter()
    for row, clinics in listed.items():
        counts[key(row)] += clinics
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _years_in(listed: Listed) -> dict[str, tuple[str, str]]:
    years: dict[str, set[str]] = {}
    for region, _source, year, _is_sample in listed:
        if year:
            years.setdefault(country_of(region), set()).add(year)
    return {country: (min(found), max(found)) for country, found in years.items()}


def _by_specialty(entries: np.ndarray) -> dict[str, int]:
    """Clinics by code of the specialty; each clinic once, whatever its services."""
    order = np.argsort(entries["clinic"], kind="stable")
    _, firsts = np.unique(entries["clinic"][order], return_index=True)
    if not len(firsts):
        return {}
    masks = np.bitwise_or.reduceat(entries["specialties"][order], firsts)
    counts = {
        code: int(((masks >> bit) & 1).sum())
        for code, bit in Specialty.objects.values_list("code", "bit")
    }
    return {code: n for code, n in counts.items() if n}


def _covered() -> dict[str, int]:
    """The mask of the specialties of remote services by the country they cover."""
    rows = SearchEntry.objects.filter(door=Door.COVERAGE).order_by()
    covered: dict[str, int] = {}
    for region, mask in rows.values_list("region", "specialties").distinct():
        country = country_of(unpack_region(region))
        covered[country] = covered.get(country, 0) | mask
    return covered


def _specialties_in(entries: np.ndarray, covered: Mapping[str, int]) -> dict[str, int]:
    masks = dict(covered)
    for region in np.unique(entries["home_region"]):
        country = country_of(unpack_region(int(region)))
        here = entries["specialties"][entries["home_region"] == region]
        masks[country] = masks.get(country, 0) | int(np.bitwise_or.reduce(here))
    return {country: mask for country, mask in masks.items() if country}


def _stated(entries: np.ndarray) -> dict[str, int]:
    stated = {
        parameter: _union(entries[column]) for parameter, column in _MASKS.items()
    }
    low, high = _union(entries["languages_0"]), _union(entries["languages_1"])
    stated["language"] = low | high << BITS_PER_COLUMN
    stated["accepting"] = int((entries["accepting"] != Fact.UNKNOWN).any())
    stated["open"] = int((entries["hours"] != 0).any())
    return stated


def _union(masks: np.ndarray) -> int:
    return int(np.bitwise_or.reduce(masks, initial=0))
