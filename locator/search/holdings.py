"""What the directory holds: where, for what, from whom, and which facts are stated."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from ..models import DataVersion, Kept, Specialty, Versioned
from ..models.region import country_of
from . import parts
from .sums import Listed, total


@dataclass(frozen=True, slots=True)
class Holdings:
    """The published clinics in numbers. Shared by all requests: nobody writes to it.

    Regions and countries are ISO codes, "" where a clinic's is not known; the most
    clinics come first. A country's `specialties_in` is the mask of what its clinics,
    and those that cover it, are for; `years_in` the first and the last year of its
    listings. `offered` counts clinics by the options of `type` and `category`, as a
    search without a place does. `stated` holds, by parameter of a search, the mask of
    what any listing states; for `accepting` and `open` it is 1 where any does.
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
    offered: Mapping[str, Counter]

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
        """What the database holds now: two queries, and a few for each stale part."""
        sums = total(parts.sums())
        return cls(
            clinics=sums.listed.total(),
            has_samples=any(is_sample for *_, is_sample in sums.listed),
            by_country=_counts(sums.listed, lambda row: country_of(row[0])),
            by_region=_counts(sums.listed, lambda row: row[0]),
            by_specialty={
                code: sums.specialties[bit]
                for code, bit in Specialty.objects.values_list("code", "bit")
                if sums.specialties[bit]
            },
            by_source=_counts(sums.listed, lambda row: (row[1], row[2])),
            treated=frozenset(sums.treated) - {""},
            specialties_in=_either(sums.standing, sums.treated),
            years_in=_years_in(sums.listed),
            stated=sums.stated,
            offered=sums.offered,
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


# --- Telling -----------------------------------------------------------------------


def _counts(listed: Mapping[Listed, int], key: Callable[[Listed], object]) -> dict:
    counts: Counter = Counter()
    for row, clinics in listed.items():
        counts[key(row)] += clinics
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _years_in(listed: Mapping[Listed, int]) -> dict[str, tuple[str, str]]:
    years: dict[str, set[str]] = {}
    for region, _source, year, _is_sample in listed:
        if year:
            years.setdefault(country_of(region), set()).add(year)
    return {country: (min(found), max(found)) for country, found in years.items()}


def _either(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    """The union of the masks by country, where that is known."""
    countries = (some.keys() | others.keys()) - {""}
    return {each: some.get(each, 0) | others.get(each, 0) for each in countries}
