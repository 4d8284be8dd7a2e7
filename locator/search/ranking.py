"""Rule 13: which of the matching clinics comes first, and through which services."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from ..ages import STALE_DAYS
from ..models.catalogue import BITS_PER_COLUMN
from .query import (
    EPOCH,
    Basis,
    ClinicHit,
    Fact,
    SearchQuery,
    ServiceHit,
    Sort,
    Trait,
    unpack_region,
)
from .reading import Reading, km_from
from .treating import BASIS_RANK

# The folded names of clinics by their ids; those that are gone may be missing.
Names = Callable[[Sequence[int]], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Placed:
    """Clinics as a map shows them: arrays of one length, an element for each.

    `points` are unit vectors, (n, 3), NaN where a clinic has no point.
    """

    clinics: np.ndarray
    points: np.ndarray
    is_remote: np.ndarray
    is_in_person: np.ndarray

    @classmethod
    def joined(cls, some: Sequence[Self]) -> Self:
        """The clinics of all of `some`, one at least."""
        columns = ([getattr(each, f.name) for each in some] for f in fields(cls))
        return cls(*map(np.concatenate, columns))


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to the matching services: an entry and how it leads there.

    `rows` are places in the entries, clinic by clinic; `clinics` are the ids,
    ascending, and `firsts` where the ways of each begin. `rank` is rule 13 up to the
    distance: less is better.
    """

    reading: Reading
    rows: np.ndarray
    is_remote: np.ndarray
    is_unstated: np.ndarray
    treats: np.ndarray
    rank: np.ndarray
    clinics: np.ndarray
    firsts: np.ndarray

    @classmethod
    def of(cls, reading: Reading, remote: np.ndarray, in_person: np.ndarray) -> Self:
        """The ways by the entries that `remote` and `in_person` mark."""
        near, far = np.flatnonzero(in_person), np.flatnonzero(remote)
        rows = np.concatenate([near, far])
        # Entries lie clinic by clinic, so that these are two runs to merge.
        order = np.argsort(rows, kind="stable")
        rows, is_remote = rows[order], order >= len(near)
        clinics, traits = (reading.entries[name][rows] for name in ("clinic", "traits"))
        stated = np.where(
            is_remote, reading.remote.yes[rows], reading.in_person.yes[rows]
        )
        for answer in reading.facts.values():
            stated &= answer.yes[rows]
        treats = (traits & Trait.TELEMEDICINE) != 0
        treats |= ~is_remote & ((traits & Trait.CARE) != 0)
        is_beyond = _beyond(reading.query, reading.km[rows]) & ~is_remote
        basis_rank = BASIS_RANK[reading.treated.basis[rows]]
        rank = _rank(
            reading.query,
            treats,
            stated,
            traits,
            reading.entries["verified_on"][rows],
            np.where(is_remote, _REMOTE + basis_rank, is_beyond * _BEYOND),
        )
        firsts = np.flatnonzero(np.diff(clinics, prepend=-1))
        return cls(
            reading, rows, is_remote, ~stated, treats, rank, clinics[firsts], firsts
        )

    def line(self) -> "Line":
        """The clinics with what they are put in order by."""
        km = self.reading.km[self.rows[self.firsts]]
        return self.standing().line(self.reading.query, km)

    def standing(self) -> "Standing":
        """The clinics with what says where they stand, wherever the patient is."""
        entries, rows = self.reading.entries, self.rows[self.firsts]
        told = (entries[name][rows] for name in ("name", "verified_on", *"xyz"))
        return Standing(self.clinics, _least_of_each(self.rank, self.firsts), *told)

    def placed(self) -> Placed:
        """All clinics that match, by their ids."""
        entries, rows = self.reading.entries, self.rows[self.firsts]
        return Placed(
            clinics=self.clinics,
            points=np.column_stack([entries[axis][rows] for axis in "xyz"]),
            is_remote=_any_of_each(self.is_remote, self.firsts),
            is_in_person=_any_of_each(~self.is_remote, self.firsts),
        )

    def hit(self, clinic: int) -> ClinicHit:
        """`clinic`, which matches, with its services, the best first."""
        at = self._best_first(clinic)
        ways: dict[int, list[int]] = {}
        for each in at:
            service = int(self.reading.entries["service"][self.rows[each]])
            ways.setdefault(service, []).append(each)
        km = float(self.reading.km[self.rows[at[0]]])
        return ClinicHit(
            clinic_id=clinic,
            km=km if np.isfinite(km) else None,
            is_remote=bool(self.is_remote[at].any()),
            is_in_person=not self.is_remote[at].all(),
            services=tuple(self._service(each) for each in ways.values()),
        )

    def _best_first(self, clinic: int) -> list[int]:
        """The places of the ways to `clinic`."""
        place = int(np.searchsorted(self.clinics, clinic))
        ends = np.append(self.firsts[place + 1 : place + 2], len(self.rows))
        at = np.arange(self.firsts[place], ends[0])
        rows, treated = self.rows[at], self.reading.treated
        # Of equal ways the better basis, then the narrower region is the reason told.
        reason = (-treated.region[rows], BASIS_RANK[treated.basis[rows]])
        services = self.reading.entries["service"][rows]
        order = np.lexsort((*reason, services, ~self.treats[at], self.rank[at]))
        return at[order].tolist()

    def _service(self, at: list[int]) -> ServiceHit:
        """The service that the ways `at` lead to, the best first."""
        remote = [each for each in at if self.is_remote[each]]
        entries, row = self.reading.entries, self.rows[at[0]]
        basis, region = Basis.NONE, ""
        if remote and self.reading.query.has_place:
            door, found = self.rows[remote[0]], self.reading.treated
            basis = Basis(found.basis[door])
            region = unpack_region(int(found.region[door]))
        told = {name: int(entries[name][row]) for name in _TOLD}
        low, high = (int(entries[name][row]) for name in ("languages_0", "languages_1"))
        return ServiceHit(
            service_id=int(entries["service"][row]),
            is_remote=bool(remote),
            is_in_person=len(remote) < len(at),
            is_unstated=bool(self.is_unstated[at].all()),
            is_other_telehealth=not self.treats[at].any(),
            basis=basis,
            region=region,
            languages=low | high << BITS_PER_COLUMN,
            **{name: Fact(entries[name][row]) for name in _FACTS},
            **told,
        )


# What a service that was found repeats of its entries.
_FACTS = ("remote", "in_person", "accepting")
_TOLD = (
    "types",
    "specialties",
    "modalities",
    "payments",
    "ages",
    "eligibility",
    "accessibility",
    "contacts",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Clinics and what puts them in order: columns of one length.

    `rank` is rule 13 up to the distance, `name` as entries have it, and the point as
    they do.
    """

    clinics: np.ndarray
    rank: np.ndarray
    name: np.ndarray
    verified_on: np.ndarray
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray

    def __len__(self) -> int:
        return len(self.clinics)

    def __getitem__(self, at: np.ndarray) -> Self:
        return type(self)(*(getattr(self, f.name)[at] for f in fields(self)))

    @property
    def nbytes(self) -> int:
        return sum(getattr(self, f.name).nbytes for f in fields(self))

    def small(self) -> Self:
        """The same in as little memory as it needs."""
        return replace(self, rank=self.rank.astype("i2"))

    def best(self, last: int) -> Self:
        """The first `last` by rank, and all that tie with the last of them."""
        if not 0 < last < len(self):
            return self
        return self[self.rank <= np.partition(self.rank, last - 1)[last - 1]]

    def without(self, clinics: np.ndarray) -> Self:
        """The same without these clinics, their ids in ascending order."""
        if not len(clinics):
            return self
        at = np.searchsorted(clinics, self.clinics).clip(max=len(clinics) - 1)
        return self[clinics[at] != self.clinics]

    def leading(self, query: SearchQuery, last: int) -> "Line":
        """The first `last` in the order of `query`, and those that tie, in any order.

        Of a query in the best order it takes no more than the best.
        """
        some = self.best(last) if query.sort is Sort.BEST else self
        km = km_from(query.origin, some.x, some.y, some.z)
        return some.line(query, km).leading(last)

    def line(self, query: SearchQuery, km: np.ndarray) -> "Line":
        """In the order of `query`, `km` being how far each is."""
        newest = -self.verified_on.astype("i8")
        keys = {
            Sort.NAME: (self.name,),
            Sort.DISTANCE: (km, self.name),
            Sort.VERIFIED: (newest, self.name),
            Sort.BEST: (self.rank, km, self.name),
        }
        if query.origin is None:
            keys[Sort.BEST] = keys[Sort.DISTANCE] = (self.rank, newest, self.name)
        return Line(self.clinics, keys[query.sort])


@dataclass(frozen=True, slots=True)
class Line:
    """Clinics and what they are put in order by: numbers, the less the earlier.

    Of those that tie in all of these the name comes first that does in the alphabet,
    then the lower id.
    """

    clinics: np.ndarray
    keys: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.clinics)

    def __getitem__(self, at: np.ndarray) -> Self:
        return type(self)(self.clinics[at], tuple(key[at] for key in self.keys))

    @classmethod
    def joined(cls, lines: Sequence[Self]) -> Self:
        """The clinics of all `lines`, one at least."""
        keys = zip(*(line.keys for line in lines), strict=True)
        return cls(
            np.concatenate([line.clinics for line in lines]),
            tuple(np.concatenate(each) for each in keys),
        )

    def leading(self, last: int) -> Self:
        """The first `last`, and all that tie with the last of them; in any order.

        Sorting everything for the sake of one page costs ten times as much.
        """
        tied, found = np.arange(len(self)), []
        for key in self.keys:
            if last >= len(tied) or last <= 0:
                break
            values = key[tied]
            limit = np.partition(values, last - 1)[last - 1]
            found.append(tied[values < limit])
            last -= len(found[-1])
            tied = tied[values == limit]
        return self[np.concatenate([*found, tied])]

    def between(self, first: int, last: int, names: Names) -> np.ndarray:
        """The ids from place `first` up to, not including, `last`; total.

        Names are asked only of clinics that tie, and only where it matters.
        """
        line = self.leading(last)
        line = line[np.lexsort([line.clinics, *reversed(line.keys)])]
        clinics = line.clinics
        runs = line._ties(first, last)
        called = names([pk for run in runs for pk in clinics[slice(*run)].tolist()])
        for start, end in runs:
            tied = clinics[start:end].tolist()
            # Stable, so that of one name the lower id comes first.
            tied.sort(key=lambda pk: called.get(pk, ""))
            clinics[start:end] = tied
        return clinics[first:last]

    def order_of(self, clinics: np.ndarray, names: Names) -> np.ndarray:
        """The places of `clinics`, ids of some that stand in line, in order."""
        some = self[np.isin(self.clinics, clinics)]
        found = some.between(0, len(some), names)
        order = np.argsort(clinics)
        return order[np.searchsorted(clinics, found, sorter=order)]

    def _ties(self, first: int, last: int) -> list[tuple[int, int]]:
        """The runs of clinics that tie, of a line in order, that reach in between."""
        if not len(self):
            return []
        begins = np.any([key[1:] != key[:-1] for key in self.keys], axis=0)
        starts = np.flatnonzero(np.concatenate([[True], begins]))
        ends = np.append(starts[1:], len(self))
        reach = (ends - starts > 1) & (starts < last) & (ends > first)
        return [*zip(starts[reach].tolist(), ends[reach].tolist(), strict=True)]


def _least_of_each(numbers: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """The least of each run of `numbers` that starts at one of `firsts`."""
    return np.minimum.reduceat(numbers, firsts) if len(firsts) else numbers


def _any_of_each(marks: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    """Whether any is marked, for each run of `marks` that starts at one of `firsts`."""
    if not len(firsts):
        return np.zeros(0, dtype=bool)
    return np.logical_or.reduceat(marks, firsts)


# Where a way stands: in person is 0, at a distance one of three, by its basis.
_REMOTE, _BEYOND = 1, 4


def _beyond(query: SearchQuery, km: np.ndarray) -> np.ndarray:
    """What only a search without any radius finds: farther than its last step."""
    if not query.is_widening:
        return np.zeros(len(km), dtype=bool)
    return km > query.steps_km[-1]


def _rank(
    query: SearchQuery,
    treats: np.ndarray,
    stated: np.ndarray,
    traits: np.ndarray,
    verified_on: np.ndarray,
    way: np.ndarray,
) -> np.ndarray:
    """Rule 13 up to the distance as a number; `way` is its fifth and sixth part.

    Without a point rules 1 and 2 hold: silence alone ranks, before the check's date.
    """
    if query.origin is None:
        return ~stated * 1
    rank = ~treats * 2 + ~stated
    restricted = (traits & Trait.RESTRICTED) != 0
    if query.eligibility:
        restricted = np.zeros_like(restricted)
    rank = (rank * 2 + restricted) * 3 + _oldness(query, verified_on)
    return rank * (_BEYOND + 1) + way


def _oldness(query: SearchQuery, verified_on: np.ndarray) -> np.ndarray:
    """0 for what was verified lately, 1 for longer ago, 2 for what is only listed."""
    today = (query.now - EPOCH).days
    is_listed = verified_on == 0
    return is_listed * 2 + (~is_listed & (today - verified_on >= STALE_DAYS))
