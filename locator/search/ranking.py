"""Rule 13: which of the matching clinics comes first, and through which services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from .reading import Reading
from .treating import BASIS_RANK


@dataclass(frozen=True, slots=True)
class Placed:
    """Clinics as a map shows them: arrays of one length, an element for each.

    `points` are unit vectors, (n, 3), NaN where a clinic has no point; `km` is inf
    where no distance is known.
    """

    clinics: np.ndarray
    points: np.ndarray
    km: np.ndarray
    is_remote: np.ndarray
    is_in_person: np.ndarray


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to the matching services: an entry and how it leads there.

    `rows` are places in the entries, sorted by clinic, the best way of each first.
    `rank` is rule 13 up to the distance: less is better.
    """

    reading: Reading
    rows: np.ndarray
    is_remote: np.ndarray
    is_unstated: np.ndarray
    treats: np.ndarray
    rank: np.ndarray
    clinics: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, reading: Reading, remote: np.ndarray, in_person: np.ndarray) -> Self:
        """The ways by the entries that `remote` and `in_person` mark."""
        near, far = np.flatnonzero(in_person), np.flatnonzero(remote)
        rows = np.concatenate([near, far])
        is_remote = np.arange(len(rows)) >= len(near)
        # Column by column: whole entries are long, and copying them takes most.
        clinics, services, traits = (
            reading.entries[column][rows] for column in ("clinic", "service", "traits")
        )
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
        # Of equal ways the better basis, then the narrower region is the reason told.
        reason = (-reading.treated.region[rows], basis_rank)
        order = np.lexsort((*reason, services, ~treats, rank, clinics))
        return cls(
            reading,
            rows[order],
            is_remote[order],
            ~stated[order],
            treats[order],
            rank[order],
            clinics[order],
        )

    def in_order(self, names: Mapping[int, str]) -> np.ndarray:
        """The ids of the clinics in the order that the query asks for; total.

        `names` are folded, by clinic.
        """
        clinics, firsts = np.unique(self.clinics, return_index=True)
        called = [names[clinic] for clinic in clinics.tolist()]
        # Stable, so that of one name the lower id comes first.
        by_name = sorted(range(len(called)), key=called.__getitem__)
        place = np.empty(len(called), dtype="i8")
        place[by_name] = np.arange(len(called))
        km = self.reading.km[self.rows[firsts]]
        newest = -self.reading.entries["verified_on"][self.rows[firsts]].astype("i8")
        keys = {
            Sort.NAME: (),
            Sort.DISTANCE: (km,),
            Sort.VERIFIED: (newest,),
            Sort.BEST: (self.rank[firsts], km),
        }
        query = self.reading.query
        if query.origin is None:
            keys[Sort.BEST] = keys[Sort.DISTANCE] = (self.rank[firsts], newest)
        return clinics[np.lexsort((place, *reversed(keys[query.sort])))]

    def placed(self, clinics: np.ndarray) -> Placed:
        """These clinics, all of which match, in the order given."""
        known, firsts = np.unique(self.clinics, return_index=True)
        at = np.searchsorted(known, clinics)
        rows = self.rows[firsts][at]
        return Placed(
            clinics=clinics,
            points=np.column_stack(
                [self.reading.entries[axis][rows] for axis in "xyz"]
            ),
            km=self.reading.km[rows],
            is_remote=_any_of_each(self.is_remote, firsts)[at],
            is_in_person=_any_of_each(~self.is_remote, firsts)[at],
        )

    def hit(self, clinic: int) -> ClinicHit:
        """`clinic`, which matches, with its services, the best first."""
        first, last = np.searchsorted(self.clinics, [clinic, clinic + 1])
        ways: dict[int, list[int]] = {}
        for at in range(first, last):
            service = int(self.reading.entries["service"][self.rows[at]])
            ways.setdefault(service, []).append(at)
        km = float(self.reading.km[self.rows[first]])
        return ClinicHit(
            clinic_id=clinic,
            km=km if np.isfinite(km) else None,
            is_remote=bool(self.is_remote[first:last].any()),
            is_in_person=not self.is_remote[first:last].all(),
            services=tuple(self._service(at) for at in ways.values()),
        )

    def _service(self, at: list[int]) -> ServiceHit:
        """The service that the ways `at` lead to, the best first."""
        remote = [each for each in at if self.is_remote[each]]
        entry = self.reading.entries[self.rows[at[0]]]
        basis, region = Basis.NONE, ""
        if remote and self.reading.query.has_place:
            row, found = self.rows[remote[0]], self.reading.treated
            basis = Basis(found.basis[row])
            region = unpack_region(int(found.region[row]))
        return ServiceHit(
            service_id=int(entry["service"]),
            is_remote=bool(remote),
            is_in_person=len(remote) < len(at),
            is_unstated=bool(self.is_unstated[at].all()),
            is_other_telehealth=not self.treats[at].any(),
            basis=basis,
            region=region,
            remote=Fact(entry["remote"]),
            in_person=Fact(entry["in_person"]),
            accepting=Fact(entry["accepting"]),
            types=int(entry["types"]),
            specialties=int(entry["specialties"]),
            modalities=int(entry["modalities"]),
            languages=int(entry["languages_0"])
            | int(entry["languages_1"]) << BITS_PER_COLUMN,
            payments=int(entry["payments"]),
            ages=int(entry["ages"]),
            eligibility=int(entry["eligibility"]),
            accessibility=int(entry["accessibility"]),
            contacts=int(entry["contacts"]),
        )


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
