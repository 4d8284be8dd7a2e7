"""What some clinics hold, summed: what is stated, of what, where, from whom. Pure.

Sums of parts of the directory are added up to those of all of it. They are plain values
that a database keeps as JSON.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from ..models import Door
from ..models.catalogue import BITS_PER_COLUMN
from ..models.region import country_of
from .columns import by_clinic
from .counting import by_hours
from .query import EPOCH, Fact, SearchQuery, unpack_region
from .reading import MASKS, read, unpack

# The region, the source, its year and whether it is a sample: of some clinics.
Listed = tuple[str, str, str, bool]


@dataclass(frozen=True, slots=True)
class Sums:
    """What some published clinics hold.

    `listed` counts clinics. `specialties` counts them by the bit of each specialty, a
    clinic once, whatever its services. `standing` and `treated` have, by ISO country,
    the mask of what the clinics there are for, and those that may treat there. `stated`
    has, by parameter of a search, the mask of what any of them states; for `accepting`
    and `open` it is 1 where any does. `offered` counts clinics by the options of `type`
    and of `category`, as a search without a place does.
    """

    listed: Counter[Listed] = field(default_factory=Counter)
    specialties: Counter[int] = field(default_factory=Counter)
    standing: dict[str, int] = field(default_factory=dict)
    treated: dict[str, int] = field(default_factory=dict)
    stated: dict[str, int] = field(default_factory=dict)
    offered: dict[str, Counter] = field(default_factory=dict)

    @classmethod
    def of(cls, listed: Mapping[Listed, int], entries: np.ndarray) -> Self:
        """Those of clinics that have all of `entries`, of dtype ENTRY in any order."""
        covers = entries["door"] == Door.COVERAGE
        return cls(
            Counter(listed),
            _by_bit(by_clinic(entries)),
            _by_country(entries["home_region"], entries["specialties"]),
            _by_country(entries["region"][covers], entries["specialties"][covers]),
            _stated(entries),
            _offered(entries),
        )

    def add(self, other: Self) -> None:
        """Take `other` clinics in."""
        self.listed.update(other.listed)
        self.specialties.update(other.specialties)
        for name in ("standing", "treated", "stated"):
            masks = getattr(self, name)
            for key, mask in getattr(other, name).items():
                masks[key] = masks.get(key, 0) | mask
        for name, options in other.offered.items():
            self.offered.setdefault(name, Counter()).update(options)

    def as_json(self) -> dict[str, Any]:
        return {
            "listed": [[*row, clinics] for row, clinics in self.listed.items()],
            "specialties": [*self.specialties.items()],
            "standing": self.standing,
            "treated": self.treated,
            "stated": self.stated,
            "offered": {name: [*told.items()] for name, told in self.offered.items()},
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `as_json` told."""
        return cls(
            Counter({(*row,): clinics for *row, clinics in told["listed"]}),
            Counter(dict(told["specialties"])),
            told["standing"],
            told["treated"],
            told["stated"],
            {name: Counter(dict(each)) for name, each in told["offered"].items()},
        )


def _by_bit(entries: np.ndarray) -> Counter[int]:
    """Clinics by the bit of the specialty."""
    firsts = np.flatnonzero(np.diff(entries["clinic"], prepend=-1))
    if not len(firsts):
        return Counter()
    masks = np.bitwise_or.reduceat(entries["specialties"], firsts)
    counts = {bit: int((masks >> bit & 1).sum()) for bit in range(BITS_PER_COLUMN)}
    return Counter({bit: clinics for bit, clinics in counts.items() if clinics})


def _by_country(regions: np.ndarray, masks: np.ndarray) -> dict[str, int]:
    """The union of `masks` by the country of the packed region."""
    found: dict[str, int] = {}
    for region in np.unique(regions):
        country = country_of(unpack_region(int(region)))
        found[country] = found.get(country, 0) | _union(masks[regions == region])
    return found


def _stated(entries: np.ndarray) -> dict[str, int]:
    columns = {"type": "types", **MASKS}
    stated = {name: _union(entries[column]) for name, column in columns.items()}
    low, high = _union(entries["languages_0"]), _union(entries["languages_1"])
    stated["language"] = low | high << BITS_PER_COLUMN
    stated["accepting"] = int((entries["accepting"] != Fact.UNKNOWN).any())
    stated["open"] = int((entries["hours"] != 0).any())
    return stated


def _offered(entries: np.ndarray) -> dict[str, Counter]:
    reading = read(entries, SearchQuery(now=EPOCH), open_hours={})
    counts = by_hours(reading, None)
    return {name: counts[name] for name in ("type", "category")}


def _union(masks: np.ndarray) -> int:
    return int(np.bitwise_or.reduce(masks, initial=0))


def total(parts: Iterable[Sums]) -> Sums:
    """Those of all clinics of all `parts` together."""
    sums = Sums.of({}, unpack([]))
    for part in parts:
        sums.add(part)
    return sums
