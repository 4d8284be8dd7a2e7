"""From a question to the clinics that answer it: what is read, and matched."""

from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Q

from . import entries, packs
from .counting import counts
from .engine import Matches, match, used_km
from .names import folded, hit_few, of_clinics_named
from .opening import open_at
from .query import Fact, SearchQuery, SearchResults, Visit

# The steps of the radius as far as which is read at once.
LOOKS = (2, 4)


def find(query: SearchQuery, *, counted: bool = False) -> SearchResults:
    """The page of clinics that answers `query`, and what was left out and why.

    One query, or up to three where too few are near, and one more where hours are asked
    or counted and any are stated.
    """
    # Other kinds of visit are counted too, so the doors to all of them are read.
    read = _read(replace(query, visit=Visit.ANY) if counted else query)
    open_hours = _open_hours(query, read, counted=counted)
    matches = match(read.entries, query, names=folded, open_hours=open_hours)
    first = (query.page - 1) * query.page_size
    return SearchResults(
        query=query,
        total=matches.total,
        hits=matches.hits(first, first + query.page_size),
        used_km=matches.used_km,
        more_remote_beyond=matches.more_remote_beyond,
        more_other_telehealth=matches.more_other_telehealth,
        left_out_unstated=matches.left_out_unstated,
        more_in_subdivisions=matches.more_in_subdivisions,
        counts=counts(matches.reading, matches.used_km, open_hours) if counted else {},
    )


def find_all(query: SearchQuery) -> Matches:
    """All clinics that answer `query`, in order, whatever its page; reads as `find`."""
    read = _read(query)
    open_hours = _open_hours(query, read)
    return match(read.entries, query, names=folded, open_hours=open_hours)


def _open_hours(
    query: SearchQuery, read: entries.Read, *, counted: bool = False
) -> Mapping[int, Fact]:
    return open_at(query.now, read.entries) if query.open_now or counted else {}


# --- Reading -----------------------------------------------------------------------


def _read(query: SearchQuery) -> entries.Read:
    """Every entry that can have a say in the answer to `query`."""
    # Most words narrow more than a circle does: the whole world is read at once then.
    if query.is_widening and not (query.words and hit_few(query.words)):
        return _read_widening(query)
    named = of_clinics_named(query.words) if query.words else Q()
    return _within(query, query.asked_km, named)


def _read_widening(query: SearchQuery) -> entries.Read:
    """Look near first, and farther only where too few are near.

    Each look reads everything again, so that all of it is of one moment.
    """
    named = of_clinics_named(query.words, are_few=False) if query.words else Q()
    for step in LOOKS:
        km = query.steps_km[step]
        read = _within(query, km, named)
        used = used_km(read.entries, query, open_hours=_open_hours(query, read))
        if used is not None and used <= km:
            return read
    return _within(query, None, named)


def _within(query: SearchQuery, km: float | None, named: Q) -> entries.Read:
    """The entries that `query` can use within `km`, of clinics that are `named`."""
    if query.has_place and not named and not query.among:
        return entries.Read(packs.fetch(entries.packs_within(query, km)))
    return fetch(query, entries.doors_within(query, km) & named)


def fetch(query: SearchQuery, doors: Q) -> entries.Read:
    """What lies behind `doors`, of the clinics that `query` looks at."""
    if query.among:
        doors &= Q(clinic__in=query.among)
    return entries.fetch(doors)
