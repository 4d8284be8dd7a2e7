"""From a question to the clinics that answer it: what is read, and matched."""

from django.db.models import Q

from ..models import Door
from . import entries
from .engine import Matches, match
from .names import of_clinics_named
from .opening import open_at
from .query import SearchQuery, SearchResults

FIRST_STEPS = 3


def find(query: SearchQuery, *, counted: bool = False) -> SearchResults:
    """The page of clinics that answers `query`, and what was left out and why.

    One query, or two where too few are near.
    """
    matches = find_all(query)
    first = (query.page - 1) * query.page_size
    return SearchResults(
        query=query,
        total=matches.total,
        hits=matches.hits(first, first + query.page_size),
        used_km=matches.used_km,
        is_widened=query.is_widening,
        more_remote_beyond=matches.more_remote_beyond,
        more_other_telehealth=matches.more_other_telehealth,
        left_out_unstated=matches.left_out_unstated,
        more_in_subdivisions=matches.more_in_subdivisions,
    )


def find_all(query: SearchQuery) -> Matches:
    """All clinics that answer `query`, in order, whatever its page; reads as `find`."""
    if query.words:
        # They narrow more than a circle does, so the whole world is read at once.
        doors = entries.doors_within(query, query.asked_km)
        return _match(query, _read(query, doors & of_clinics_named(query.words)))
    if query.is_widening:
        return _widening(query)
    return _match(query, _read(query, entries.doors_within(query, query.asked_km)))


def _widening(query: SearchQuery) -> Matches:
    """Look near first, and at the whole world only where too few are near."""
    near_km = query.steps_km[FIRST_STEPS - 1]
    near = _read(query, entries.doors_within(query, near_km))
    matches = _match(query, near)
    if matches.used_km is not None and matches.used_km <= near_km:
        return matches
    everywhere = _read(query, entries.site_doors(query, None))
    return _match(query, near.without(Door.SITE) + everywhere)


def _read(query: SearchQuery, doors: Q) -> entries.Read:
    if query.among:
        doors &= Q(clinic__in=query.among)
    return entries.fetch(doors, with_hours=query.open_now)


def _match(query: SearchQuery, read: entries.Read) -> Matches:
    open_hours = open_at(query.now, read.hours)
    return match(read.entries, query, names=read.names, open_hours=open_hours)
