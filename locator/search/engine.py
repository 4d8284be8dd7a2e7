"""The matching: a pure function of an array of search entries and a query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..models import Door
from .columns import Columns
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
from .ranking import Line, Names, Placed, Standing, Ways
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


@dataclass(frozen=True)
class Matches:
    """All clinics that answer a query; counts are clinics.

    `more_unstated` would match if silence counted as an answer; less than none where
    the radius would be nearer then.
    """

    total: int
    used_km: float | None
    more_remote_beyond: int
    more_other_telehealth: int
    more_unstated: int
    more_in_subdivisions: Mapping[str, int]
    _ways: Ways
    _names: Names

    @property
    def reading(self) -> Reading:
        """What the clinics were found in, read against the query."""
        return self._ways.reading

    @property
    def left_out_unstated(self) -> int:
        # A nearer radius can be full where silence counts, so that fewer match.
        return max(0, self.more_unstated)

    @cached_property
    def line(self) -> Line:
        """The clinics with what they are put in order by."""
        return self._ways.line()

    def clinics(self, first: int = 0, last: int | None = None) -> list[int]:
        """The ids in order from place `first` up to, not including, `last`."""
        last = self.total if last is None else last
        return self.line.between(first, last, self._names).tolist()

    def hits(self, first: int, last: int) -> tuple[ClinicHit, ...]:
        """The clinics from place `first` up to, not including, `last`."""
        return tuple(map(self._ways.hit, self.clinics(first, last)))

    def hit(self, clinic: int) -> ClinicHit | None:
        """What is told of `clinic`; None where it does not match."""
        return self._ways.hit(clinic) if clinic in self._ways.clinics else None

    def standing(self) -> Standing:
        """The clinics with what says where they stand, wherever the patient is."""
        return self._ways.standing()

    def placed(self) -> Placed:
        """Where each clinic stands and by which ways it matches, by their ids."""
        return self._ways.placed()

    def order_of(self, clinics: np.ndarray) -> np.ndarray:
        """The places of `clinics`, ids of some that match, in the order of the list."""
        return self.line.order_of(clinics, self._names)


@dataclass(frozen=True, slots=True)
class Radii:
    """The radii that a search of all entries uses, None for the whole world.

    `silent_km` is the one where silence counts as an answer, `either_km` that of the
    same search for any visit.
    """

    used_km: float | None
    silent_km: float | None
    either_km: float | None


def match(
    entries: np.ndarray | Columns,
    query: SearchQuery,
    *,
    names: Names,
    named: Collection[int] | None = None,
    open_hours: Mapping[int, Fact] | None = None,
    radii: Radii | None = None,
) -> Matches:
    """Clinics of `entries` that answer `query`, in the order it asks for.

    `entries` is an array of dtype ENTRY in any order, one row for each service and
    door. `names` tells the folded names of clinics, and is asked those of a few only;
    `named` are those that the words of the query hit, None for all; `open_hours` says
    by the id of hours whether they are open now; `radii` are needed where there are
    other clinics than those of `entries`. Pure.
    """
    reading = read(entries, query, named=named, open_hours=open_hours or {})
    km, silent_km = (None, None)
    if radii:
        km, silent_km = far(radii.used_km), far(radii.silent_km)
    unstated = query.with_unstated
    kept = keep(reading, reading.facts, with_unstated=unstated, km=km)
    matched = reading.clinics(kept.remote | kept.in_person)
    return Matches(
        total=int(matched.sum()),
        used_km=radii.used_km if radii else kept.used_km,
        more_remote_beyond=_more(reading, kept.beyond, matched),
        more_other_telehealth=_other_telehealth(reading, kept, matched),
        more_unstated=_unstated(reading, kept, matched, silent_km),
        more_in_subdivisions=_in_subdivisions(reading, matched),
        _ways=Ways.of(reading, kept.remote, kept.in_person),
        _names=names,
    )


def far(km: float | None) -> float:
    """The radius as a number: the whole world is infinitely far."""
    return np.inf if km is None else km


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
    within = np.flatnonzero(in_person & (reading.km <= query.steps_km[-1]))
    clinics = reading.entries["clinic"][within]
    firsts = np.flatnonzero(np.diff(clinics, prepend=-1))
    nearest = np.sort(reading.km[within[firsts]])
    for step in query.steps_km:
        if np.searchsorted(nearest, step, side="right") >= ENOUGH_IN_PERSON:
            return step
    return None


def _more(reading: Reading, kept: np.ndarray, matched: np.ndarray) -> int:
    """How many clinics of `kept` are not among `matched`."""
    return int((reading.clinics(kept) & ~matched).sum()) if kept.any() else 0


def _unstated(
    reading: Reading, kept: Kept, matched: np.ndarray, km: float | None
) -> int:
    """How many more would match if silence counted as an answer.

    `km` is the radius then, None where it is for these entries to choose.
    """
    if reading.query.with_unstated:
        return 0
    answers = [*reading.facts.values(), reading.remote, reading.in_person]
    # The silence of others can bring the radius nearer.
    is_same_radius = km in (None, kept.used_km)
    if is_same_radius and not any(each.silent.any() for each in answers):
        return 0
    also = keep(reading, reading.facts, with_unstated=True, km=km)
    found = reading.clinics(also.remote | also.in_person)
    return int(found.sum()) - int(matched.sum())


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
    kept &= ~matched[reading.clinic_at]
    if not kept.any():
        return {}
    regions = entries["region"][kept]
    return {
        query.region: int(reading.clinics(kept).sum()),
        **{
            unpack_region(int(region)): int(
                reading.clinics(kept & (entries["region"] == region)).sum()
            )
            for region in np.unique(regions)
        },
    }
