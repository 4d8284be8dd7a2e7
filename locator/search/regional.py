"""Searches of a region that many treat: near clinics are read, the others added up.

Who is near the patient is gone through clinic by clinic. Who treats the region from
anywhere is known group by group (`groups`): all of these, less those of them who are
near, and whoever is near as they are, are the answer.
"""

from dataclasses import replace

import numpy as np
from django.db.models import Sum
from django.db.models.functions import Coalesce

from ..geo import Point, box_around
from ..models import Door, SearchPack
from ..prepared import Prepared
from . import entries as search_entries
from . import packs
from .columns import Chosen, Columns
from .counting import opened
from .engine import Radii, match, used_km
from .groups import Asked, ChangedError, Question
from .names import folded
from .opening import open_at, open_of
from .query import ClinicHit, SearchQuery, Sort, Visit
from .ranking import Line
from .tally import Tally

# Where fewer entries lead to a region, to read them all at once is quicker.
MANY = 3000
# The steps of the radius as far as which is read at once: most live near many clinics.
STEPS = (0, 2, 4)
# Somebody who saves all the time keeps nobody from an answer.
LOOKS = 3
# Where the patient is makes no difference to who treats the region.
ANYWHERE = Point(0.0, 0.0)


class Regional(Tally):
    """All clinics that answer a query, told as `Matches` does; see `look`."""

    def __init__(self, query: SearchQuery, used_km: float | None) -> None:
        super().__init__()
        self.query, self.used_km = query, used_km
        self._lines: list[Line] = []

    def stand(self, line: Line) -> None:
        """Put these clinics in line."""
        self._lines.append(line)

    def hits(self, first: int, last: int) -> tuple[ClinicHit, ...]:
        """The clinics from place `first` up to, not including, `last`.

        They are read once more: one that changed meanwhile may be missing.
        """
        if not self._lines:
            return ()
        clinics = Line.joined(self._lines).between(first, last, folded).tolist()
        if not clinics:
            return ()
        query, km = self.query, self.used_km
        entries = Columns(search_entries.of_clinics(clinics))
        hours = open_at(query.now, entries) if query.open_now else {}
        radii = Radii(km, km, km) if query.is_widening else None
        found = match(entries, query, names=folded, open_hours=hours, radii=radii)
        return tuple(hit for pk in clinics if (hit := found.hit(pk)))


_COUNT = Prepared(
    SearchPack,
    lambda regions: (
        SearchPack.objects.filter(door=Door.COVERAGE, region__in=regions)
        .order_by()
        .values("door")
        .annotate(all=Coalesce(Sum("count"), 0))
        .values_list("all")
    ),
)


def is_for(query: SearchQuery) -> bool:
    """Whether many entries lead to the one region of `query`, whoever offers them.

    At most one query. A search for in-person care alone reads no such entries.
    """
    if not query.region or query.region == query.country:
        return False
    if query.words or query.among or query.visit is Visit.IN_PERSON:
        return False
    ((count,),) = _COUNT.rows(regions=search_entries.covering_regions(query)) or [(0,)]
    return count >= MANY


# --- Looking -----------------------------------------------------------------------


def look(query: SearchQuery, *, counted: bool = False) -> Regional | None:
    """What answers `query`, which `is_for` holds of, as far as its page needs it.

    With `counted` it has `counts` of options. None where too few are near for a radius,
    and where clinics change all the time.
    """
    # Other kinds of visit are counted too, so the doors to all of them are read.
    either = replace(query, visit=Visit.ANY) if counted else query
    for _ in range(LOOKS):
        looked = _look(either)
        if looked is None:
            return None
        try:
            found = _found(query, looked, counted=counted)
        except ChangedError:
            continue
        if counted:
            open_hours = open_of(query.now, found.counts["hours"])
            unstated = query.with_unstated
            found.counts = opened(found.counts, open_hours, with_unstated=unstated)
        return found
    return None


def _look(query: SearchQuery) -> packs.Looked | None:
    """What is near, as far as the radius needs it, and what else is known."""
    regions = search_entries.covering_regions(query)
    if query.is_by_area or query.visit is Visit.REMOTE:
        homes = search_entries.homes_of_area(query) if query.is_by_area else None
        return packs.look(packs.Doors(homes, search_entries.coverage_doors(query)))
    steps = [query.steps_km[step] for step in STEPS]
    for km in steps if query.is_widening else [query.asked_km]:
        looked = packs.look_around(box_around(query.origin, km), regions)
        if not query.is_widening or _is_enough(looked.homes, query, km):
            return looked
    return None


def _is_enough(homes: Columns, query: SearchQuery, km: float) -> bool:
    open_hours = open_at(query.now, homes) if query.open_now else {}
    used = used_km(homes, query, open_hours=open_hours)
    return used is not None and used <= km


# --- Adding up ---------------------------------------------------------------------


def _found(query: SearchQuery, looked: packs.Looked, *, counted: bool) -> Regional:
    remote = Question(
        replace(_anywhere(query), visit=Visit.REMOTE),
        counted=counted and _is_remote_anywhere(query),
        is_away=query.is_by_area,
    )
    treating = Asked(looked, remote, (Door.COVERAGE,))
    others = treating.total()
    if query.is_by_area:
        found, near = _at_home(query, looked, counted=counted), _NOBODY
    else:
        found = _near(query, looked, counted=counted)
        near = _without_near(others, looked.homes, remote)
    _take_in(found, others, counted=counted)
    if _is_remote_anywhere(query):
        _stand(found, treating, near)
    return found


_NOBODY = np.empty(0, dtype="i8")


def _at_home(query: SearchQuery, looked: packs.Looked, *, counted: bool) -> Regional:
    """Who is at home in the region of `query`, and answers it."""
    found = Regional(query, None)
    question = Question(_anywhere(query), counted)
    living = Asked(looked, question, (Door.SITE, Door.PLAIN))
    found.add(living.total())
    _stand(found, living, _NOBODY)
    return found


def _stand(found: Regional, asked: Asked, known: np.ndarray) -> None:
    """Put in line whom of `asked` the page can need, but for those who are there."""
    query = found.query
    for standing in asked.standings(known, query.last, query.sort):
        found.stand(standing.leading(query, query.last))


def _near(query: SearchQuery, looked: packs.Looked, *, counted: bool) -> Regional:
    """Who answers `query` of those that were read."""
    question = Question(query, counted)
    matches = question.matches(looked.homes)
    found = Regional(query, matches.used_km)
    found.add(question.tally(matches))
    found.stand(matches.line.leading(query.last))
    return found


def _without_near(others: Tally, homes: Columns, remote: Question) -> np.ndarray:
    """Take those that were read out of all who treat the region; their ids."""
    doors = np.flatnonzero(homes["door"] == Door.COVERAGE)
    matches = remote.matches(Chosen(homes, doors))
    others.add(remote.tally(matches), -1)
    return matches.line.clinics


def _take_in(found: Regional, others: Tally, *, counted: bool) -> None:
    """Add who treats the region from beyond what was read, as far as it is asked."""
    query = found.query
    others.counts.pop("visit", None)
    if _is_remote_anywhere(query):
        found.add(others)
    elif query.visit is Visit.ANY:
        found.numbers["more_remote_beyond"] += others.total
    if counted:
        # An option of `visit` is counted as if it were asked.
        found.counts["visit"][Visit.REMOTE] += others.total
        if query.origin is None or query.within_km is None:
            found.counts["visit"][Visit.ANY] += others.total


def _is_remote_anywhere(query: SearchQuery) -> bool:
    """Whether it is asked for remote care however far away the clinic is."""
    return query.visit is not Visit.IN_PERSON and query.asked_km is None


def _anywhere(query: SearchQuery) -> SearchQuery:
    """`query`, as it is asked by everybody in its region, all day, on any page."""
    midnight = query.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return replace(
        query,
        point=ANYWHERE if query.origin else None,
        is_area=False,
        within_km=None,
        unit="mi",
        sort=Sort.BEST,
        page=1,
        now=query.now if query.open_now else midnight,
    )
