"""How many clinics each option of a parameter would give: rule 14. Pure.

The count of an option is that of the clinics with one service that meets it and all the
other parameters, the parameter's own choices set aside, inside the radius of the query.
Only an option of `visit` brings a radius of its own, as a visitor who asks for it does:
the radius of a search for remote visits says nothing of who is near.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from ..models.catalogue import BITS_PER_COLUMN
from .columns import Columns
from .engine import Kept, Radii, far, keep
from .query import Category, Fact, Visit
from .reading import MASKS, Answer, Reading, category_answer, stated

Counts = Mapping[str, Counter]
# With `hours`, clinics by the id of their hours, in place of `open`.
ByHours = Mapping[str, Counter]

# Silence is every option at once.
_EVERY_BIT = -1


def counts(
    reading: Reading,
    used_km: float | None,
    open_hours: Mapping[int, Fact],
    radii: Radii | None = None,
) -> Counts:
    """Clinics by parameter and option; an option that is not there has none.

    `reading` holds the doors to every kind of visit, whichever was asked. `used_km` is
    the radius of its search, `open_hours` says by the id of hours whether they are open
    now. `radii` are needed as by `match`.
    """
    told = by_hours(reading, used_km, radii)
    return opened(told, open_hours, with_unstated=reading.query.with_unstated)


def by_hours(
    reading: Reading, used_km: float | None, radii: Radii | None = None
) -> ByHours:
    """The same, but in place of `open` with `hours`: clinics by the id of their hours.

    So it holds at any time of the day, unless the query asks who is open now.
    """
    either_km = far(radii.either_km) if radii else None
    options = _Options(reading, far(used_km), either_km)
    return {
        "visit": options.of_visit(),
        "category": options.of_category(),
        "type": options.of_type(),
        "language": options.of_language(),
        **{parameter: options.of_mask(parameter) for parameter in MASKS},
        "accepting": options.of_accepting(),
        "hours": options.of_hours(),
    }


def opened(
    counts: ByHours, open_hours: Mapping[int, Fact], *, with_unstated: bool
) -> Counts:
    """What `by_hours` says, with `open` for `hours`."""
    kept = {Fact.YES, Fact.UNKNOWN} if with_unstated else {Fact.YES}
    now = sum(
        clinics
        for hours, clinics in counts["hours"].items()
        if open_hours.get(hours, Fact.UNKNOWN) in kept
    )
    rest = {name: each for name, each in counts.items() if name != "hours"}
    return rest | {"open": Counter({"now": now})}


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Some of the entries, clinic by clinic.

    `rows` are their places among all `entries`; `firsts` are where each clinic begins.
    """

    entries: Columns
    rows: np.ndarray
    firsts: np.ndarray

    @classmethod
    def of(cls, entries: Columns, kept: np.ndarray) -> Self:
        """The entries that `kept` marks, of `entries` that lie clinic by clinic."""
        rows = np.flatnonzero(kept)
        firsts = np.flatnonzero(np.diff(entries["clinic"][rows], prepend=-1))
        return cls(entries, rows, firsts)

    def __getitem__(self, column: str) -> np.ndarray:
        return self.entries[column][self.rows]

    def count(self, options: Iterable[str], marks: Iterable[np.ndarray]) -> Counter:
        """Clinics by option: those with a row that the option's marks mark."""
        masks = np.zeros(len(self.rows), dtype="i8")
        for at, marked in enumerate(marks):
            masks |= marked[self.rows].astype("i8") << at
        clinics = self.clinics_by_bit(masks)
        return Counter(dict(zip(map(str, options), clinics, strict=False)))

    def clinics_by_bit(self, masks: np.ndarray) -> list[int]:
        """How many clinics have each bit, from the first, in any of their `masks`."""
        if not len(self.firsts):
            return [0] * BITS_PER_COLUMN
        of_clinics = np.bitwise_or.reduceat(masks, self.firsts)
        # A look at each octet of all clinics, not at each bit.
        octets = of_clinics.astype("<i8", copy=False).view("u1").reshape(-1, 8)
        told = int(np.bitwise_or.reduce(of_clinics)).to_bytes(8, "little", signed=True)
        counts = [0] * 64
        for at, bits in enumerate(told):
            if bits:
                clinics = np.bincount(octets[:, at], minlength=256)
                counts[8 * at : 8 * at + 8] = (clinics @ _BITS_OF_OCTETS).tolist()
        return counts[:BITS_PER_COLUMN]


# The bits of the numbers from 0 to 255, from the least.
_BITS_OF_OCTETS = np.unpackbits(
    np.arange(256, dtype="u1")[:, None], axis=1, bitorder="little"
).astype("i8")


class _Options:
    """Counts the options of one parameter after the other."""

    def __init__(self, reading: Reading, km: float, either_km: float | None) -> None:
        self._reading = reading
        self._entries = reading.entries
        self._query = reading.query
        self._km = km
        self._either_km = either_km

    # --- What the other parameters leave -------------------------------------------

    @cached_property
    def _all(self) -> Kept:
        return self._keep(self._reading.facts)

    @cached_property
    def _crowd_of_all(self) -> _Crowd:
        return self._crowd(self._all)

    def _keep(self, facts: Mapping[str, Answer]) -> Kept:
        unstated = self._query.with_unstated
        return keep(self._reading, facts, with_unstated=unstated, km=self._km)

    def _crowd(self, kept: Kept) -> _Crowd:
        return _Crowd.of(self._entries, kept.remote | kept.in_person)

    def _facts_without(self, parameter: str) -> dict[str, Answer]:
        facts = self._reading.facts
        return {name: answer for name, answer in facts.items() if name != parameter}

    def _without(self, parameter: str) -> _Crowd:
        """What is left with the choices of `parameter` set aside."""
        is_asked = parameter in self._reading.facts
        if not is_asked and parameter != "modality":
            return self._crowd_of_all
        kept = self._keep(self._facts_without(parameter)) if is_asked else self._all
        if parameter == "modality":
            # How the remote visit is held: being near does not answer that.
            return _Crowd.of(self._entries, kept.remote)
        return self._crowd(kept)

    def _or_silent(self, yes: np.ndarray, silent: np.ndarray) -> np.ndarray:
        return np.where(silent, _EVERY_BIT, yes) if self._query.with_unstated else yes

    # --- Counting ------------------------------------------------------------------

    def of_mask(self, parameter: str) -> Counter:
        crowd = self._without(parameter)
        masks = crowd[MASKS[parameter]].astype("i8", copy=False)
        return _bits(crowd.clinics_by_bit(self._or_silent(masks, masks == 0)))

    def of_language(self) -> Counter:
        crowd = self._without("language")
        low, high = crowd["languages_0"], crowd["languages_1"]
        silent = (low | high) == 0
        low, high = self._or_silent(low, silent), self._or_silent(high, silent)
        return _bits([*crowd.clinics_by_bit(low), *crowd.clinics_by_bit(high)])

    def of_type(self) -> Counter:
        """As if a type were asked: then not only care matches."""
        asked = replace(self._query, types=_EVERY_BIT)
        facts = self._facts_without("type")
        facts["category"] = category_answer(self._entries, asked)
        crowd = self._crowd(self._keep(facts))
        return _bits(crowd.clinics_by_bit(crowd["types"]))

    def of_category(self) -> Counter:
        """Each as if it alone were asked."""
        crowd = self._crowd(self._keep(self._facts_without("category")))
        answers = [
            category_answer(self._entries, replace(self._query, category=category))
            for category in Category
        ]
        unstated = self._query.with_unstated
        return crowd.count(Category, [each.kept(unstated) for each in answers])

    def of_visit(self) -> Counter:
        """Each as if it alone were asked, with its own radius."""
        either = self._reading.for_visit(Visit.ANY)
        facts, unstated = self._reading.facts, self._query.with_unstated
        kept = keep(either, facts, with_unstated=unstated, km=self._either_km)
        by_visit = {
            Visit.ANY: kept.remote | kept.in_person,
            Visit.REMOTE: kept.remote | kept.beyond,
            # With a question about the remote visit, in person alone cannot be asked.
            Visit.IN_PERSON: kept.in_person & ("modality" not in facts),
        }
        crowd = _Crowd.of(self._entries, by_visit[Visit.ANY] | kept.beyond)
        return crowd.count(by_visit, by_visit.values())

    def of_accepting(self) -> Counter:
        accepts = stated(self._entries["accepting"]).kept(self._query.with_unstated)
        return self._without("accepting").count(["yes"], [accepts])

    def of_hours(self) -> Counter:
        """Clinics by the id of their hours, 0 for those that state none."""
        crowd = self._without("open")
        hours, clinics = np.unique(crowd["hours"][crowd.firsts], return_counts=True)
        return Counter(dict(zip(hours.tolist(), clinics.tolist(), strict=True)))


def _bits(clinics: Iterable[int]) -> Counter:
    return Counter({bit: number for bit, number in enumerate(clinics) if number})
