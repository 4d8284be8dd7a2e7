"""The matching: a pure function of an array of search entries and a query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..models import Door
from .query import (
    Category,
    ClinicHit,
    Fact,
    SearchQuery,
    Trait,
    Visit,
    packed_span,
    unpack_region,
)
from .ranking import Placed, Ways
from .reading import Answer, Reading, category_answer, read, remote_answer
from .treating import treated_also

ENOUGH_IN_PERSON = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """Per entry: whether it matches, and how.

    `beyond` marks remote matches that an explicit `within` leaves out. `used_km` is the
    radius of the in-person half, None for the whole world.
    """

    remote: np.ndarray
    in_person: np.ndarray
    beyond: np.ndarray
    used_km: float | None


@dataclass(frozen=True, slots=True)
class Matches:
    """All clinics that answer a query, in order; counts are clinics."""

    clinics: np.ndarray
    used_km: float | None
    more_remote_beyond: int
    more_other_telehealth: int
    left_out_unstated: int
    more_in_subdivisions: Mapping[str, int]
    _ways: Ways

    @property
    def total(self) -> int:
        return len(self.clinics)

    @property
    def reading(self) -> Reading:
        """What the clinics were found in, read against the query."""
        return self._ways.reading

    def hits(self, first: int, last: int) -> tuple[ClinicHit, ...]:
        """The clinics from place `first` up to, not including, `last`."""
        return tuple(self._ways.hit(int(clinic)) for clinic in self.clinics[first:last])

    def placed(self) -> Placed:
        """Where each clinic stands and by which ways it matches, in their order."""
        return self._ways.placed(self.clinics)


def match(
    entries: np.ndarray,
    query: SearchQuery,
    *,
    names: Mapping[int, str],
    named: Collection[int] | None = None,
    open_hours: Mapping[int, Fact] | None = None,
) -> Matches:
    """Clinics of `entries` that answer `query`, in the order it asks for.

    `entries` is an array of dtype ENTRY in any order, one row for each service and
    door. `names` are the folded names of their clinics; `named` are those that the
    words of the query hit, None for all; `open_hours` says by the id of hours whether
    they are open now. Pure.
    """
    reading = read(entries, query, named=named, open_hours=open_hours or {})
    kept = keep(reading, reading.facts, with_unstated=query.with_unstated)
    ways = Ways.of(reading, kept.remote, kept.in_person)
    matched = _clinics(reading, kept.remote | kept.in_person)
    return Matches(
        clinics=ways.in_order(names),
        used_km=kept.used_km,
        more_remote_beyond=_more(reading, kept.beyond, matched),
        more_other_telehealth=_other_telehealth(reading, kept, matched),
        left_out_unstated=_left_out(reading, matched),
        more_in_subdivisions=_in_subdivisions(reading, matched),
        _ways=ways,
    )


def used_km(
    entries: np.ndarray, query: SearchQuery, *, open_hours: Mapping[int, Fact]
) -> float | None:
    """The radius that `match` uses for the in-person half."""
    reading = read(entries, query, open_hours=open_hours)
    return keep(reading, reading.facts, with_unstated=query.with_unstated).used_km


# --- Keeping -----------------------------------------------------------------------


def keep(
    reading: Reading,
    facts: Mapping[str, Answer],
    *,
    with_unstated: bool,
    km: float | None = None,
) -> Kept:
    """The entries that meet all of `facts`, by the ways that the query allows.

    `km` fixes the radius of the in-person half; without it the query chooses.
    """
    query, service = reading.query, reading.entries["service"]
    meets = np.ones(len(service), dtype=bool)
    for answer in facts.values():
        meets &= answer.kept(with_unstated)
    remote = meets & reading.remote.kept(with_unstated)
    in_person = meets & reading.in_person.kept(with_unstated)
    if "modality" in facts:
        # How the remote visit is held: being near does not answer that.
        in_person &= np.isin(service, service[remote])
    used_km = km if km is not None else _radius(reading, in_person)
    in_person &= reading.km <= (np.inf if used_km is None else used_km)
    within = query.asked_km if query.visit is Visit.ANY else None
    far = reading.km > (np.inf if within is None else within)
    return Kept(remote & ~far, in_person, remote & far, used_km)


def _radius(reading: Reading, in_person: np.ndarray) -> float | None:
    """The asked radius, else the first step with enough in-person matches."""
    query = reading.query
    if not query.is_widening:
        return query.asked_km
    _, firsts = np.unique(reading.entries["clinic"][in_person], return_index=True)
    nearest = np.sort(reading.km[in_person][firsts])
    for step in query.steps_km:
        if np.searchsorted(nearest, step, side="right") >= ENOUGH_IN_PERSON:
            return step
    return None


def _clinics(reading: Reading, kept: np.ndarray) -> np.ndarray:
    """The ids of the clinics of the entries that `kept` marks, each once, ascending."""
    return np.unique(reading.entries["clinic"][kept])


def _more(reading: Reading, kept: np.ndarray, matched: np.ndarray) -> int:
    """How many clinics of `kept` are not among `matched`."""
    return len(np.setdiff1d(_clinics(reading, kept), matched, assume_unique=True))


def _left_out(reading: Reading, matched: np.ndarray) -> int:
    """How many more would match if silence counted as an answer."""
    answers = [*reading.facts.values(), reading.remote, reading.in_person]
    if reading.query.with_unstated or not any(each.silent.any() for each in answers):
        return 0
    kept = keep(reading, reading.facts, with_unstated=True)
    # A nearer radius can be full then, so that fewer match.
    return max(0, len(_clinics(reading, kept.remote | kept.in_person)) - len(matched))


def _other_telehealth(reading: Reading, kept: Kept, matched: np.ndarray) -> int:
    """How many more have nothing but other telehealth services, which are not care."""
    query = reading.query
    if query.types or query.category is not Category.ANY:
        return 0
    asked = replace(query, category=Category.TELEHEALTH_ONLY)
    facts = {**reading.facts, "category": category_answer(reading.entries, asked)}
    others = keep(
        reading,
        facts,
        with_unstated=query.with_unstated,
        km=np.inf if kept.used_km is None else kept.used_km,
    )
    alone = (reading.entries["traits"] & Trait.BESIDE_CARE) == 0
    return _more(reading, (others.remote | others.in_person) & alone, matched)


def _in_subdivisions(reading: Reading, matched: np.ndarray) -> Mapping[str, int]:
    """How many more treat a part of the country, where only that is known.

    By the part's code, and by the country's for all of them together.
    """
    query, entries = reading.query, reading.entries
    if query.region != query.country or not query.region:
        return {}
    first, last = packed_span(query.region)
    inside = (entries["region"] > first) & (entries["region"] <= last)
    covers = inside & (entries["door"] == Door.COVERAGE)
    found = treated_also(entries, covers, query.also)
    parts = replace(reading, remote=remote_answer(entries, found, query))
    kept = keep(parts, reading.facts, with_unstated=query.with_unstated).remote
    kept &= ~np.isin(entries["clinic"], matched)
    if not kept.any():
        return {}
    pairs = np.unique(entries[["region", "clinic"]][kept])
    regions, counts = np.unique(pairs["region"], return_counts=True)
    found = {
        unpack_region(int(r)): int(n) for r, n in zip(regions, counts, strict=True)
    }
    return {query.region: len(np.unique(pairs["clinic"])), **found}
