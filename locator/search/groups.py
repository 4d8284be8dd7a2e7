"""What groups of packs answer a question, remembered as long as these packs stay.

An answer belongs to the digests of the packs that it was made of: of the same entries
it is always the same. So a change of one clinic costs one group of packs, not all.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..models import Door
from . import packs
from .columns import Chosen, Columns
from .counting import by_hours
from .engine import Matches, match
from .memory import Memory
from .names import folded
from .opening import open_at
from .packing import PackedColumns
from .query import SearchQuery, Sort, packed_span
from .ranking import Standing
from .tally import Tally

# So many entries are gone through at once, roughly.
AT_ONCE = 16_384
MOST_BYTES = 48 << 20
# Those that come first of each group are remembered, and all that tie with the last.
BEST = 500
# Bytes that the numbers of one group take, measured.
_NUMBERS = 25_000


class ChangedError(Exception):
    """Packs changed while they were read: look again."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of clinics, the same wherever the patient is in the region.

    With `counted` options are counted. `is_away` asks nothing of clinics at home in the
    region of the query. With `is_whole` it is told of all clinics where they stand,
    else of the best.
    """

    query: SearchQuery
    counted: bool
    is_away: bool = False
    is_whole: bool = False

    def matches(self, entries: Columns) -> Matches:
        """What answers it among `entries`."""
        hours = open_at(self.query.now, entries) if self.query.open_now else {}
        return match(entries, self.query, names=folded, open_hours=hours)

    def tally(self, matches: Matches) -> Tally:
        counts = by_hours(matches.reading, matches.used_km) if self.counted else None
        return Tally.of(matches, counts)


@dataclass(frozen=True, slots=True)
class Told:
    """What a group of packs answers, and where its clinics stand, or the best do."""

    tally: Tally
    standing: Standing

    @property
    def has_all(self) -> bool:
        """Whether it tells of all clinics that answer where they stand."""
        return len(self.standing) == self.tally.total


_memory = Memory(MOST_BYTES)


def forget() -> None:
    """Drop all answers, as if this process had just begun."""
    _memory.forget()


class Asked:
    """What the packs of `doors` that are known to `looked` answer, group by group.

    A query for each group that is not remembered. ChangedError where packs are not what
    they were when they were looked at.
    """

    def __init__(
        self, looked: packs.Looked, question: Question, doors: Sequence[Door]
    ) -> None:
        self._looked, self._question = looked, question
        self._groups = [each for door in doors for each in _groups(looked, door)]
        self._told = [_answer(looked, question, *group) for group in self._groups]

    def total(self) -> Tally:
        """The numbers of all groups together."""
        # Nobody's first: what nobody answers is told as fully as anything else.
        tally = self._question.tally(self._question.matches(PackedColumns([])))
        for told in self._told:
            tally.add(told.tally)
        return tally

    def standings(self, known: np.ndarray, last: int, sort: Sort) -> Iterator[Standing]:
        """Clinics but for `known`, ascending ids, and among them the first `last`."""
        for told, group in zip(self._told, self._groups, strict=True):
            others = told.standing.without(known)
            is_enough = sort is Sort.BEST and len(others) >= last
            if not is_enough and not told.has_all:
                whole = replace(self._question, counted=False, is_whole=True)
                told = _answer(self._looked, whole, *group)
                others = told.standing.without(known)
            yield others


def _groups(looked: packs.Looked, door: Door) -> Iterator[tuple[np.ndarray, list[int]]]:
    """Packs that go together: rows of `looked.known` and the ids of stale ones.

    Clinics of neighbouring ids in all regions, or that live near each other.
    """
    known = looked.known[packs.doors_of(looked.known[:, 0]) == door]
    stale = np.array(sorted(looked.stale), dtype="i8")
    stale = stale[packs.doors_of(stale) == door]
    places = packs.places_of(np.concatenate([known[:, 0], stale]))
    if not len(places):
        return
    count = int(known[:, 2].sum()) + sum(len(looked.stale[pk]) for pk in stale.tolist())
    span = int(places.max() - places.min()) + 1
    shift = max(0, math.floor(math.log2(span * AT_ONCE / max(count, 1))))
    group_of = places >> shift
    for group in np.unique(group_of):
        is_in = group_of == group
        yield known[is_in[: len(known)]], stale[is_in[len(known) :]].tolist()


def _answer(
    looked: packs.Looked, question: Question, known: np.ndarray, stale: list[int]
) -> Told:
    def make() -> Told:
        values = _values(known)
        values += [value for pk in stale for value in looked.stale[pk]]
        entries: Columns = PackedColumns(values)
        if question.is_away:
            entries = _away(entries, question.query.region)
        matches = question.matches(entries)
        standing = matches.standing().small()
        if not question.is_whole:
            standing = standing.best(BEST)
        return Told(question.tally(matches), standing)

    return make() if stale else _memory.of((question, known.tobytes()), make, _weight)


def _values(known: np.ndarray) -> list[bytes]:
    pks, digests = known[:, 0].tolist(), known[:, 1].tolist()
    found = packs.values_by_id(pks) if pks else {}
    if [found.get(pk, (None,))[0] for pk in pks] != digests:
        raise ChangedError
    return [found[pk][1] for pk in pks]


def _away(entries: Columns, region: str) -> Columns:
    first, last = packed_span(region)
    home = entries["home_region"]
    return Chosen(entries, np.flatnonzero((home < first) | (home > last)))


def _weight(told: Told) -> int:
    return told.standing.nbytes + _NUMBERS
