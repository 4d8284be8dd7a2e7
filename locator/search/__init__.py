"""From a question to the clinics that answer it: `find`."""

import numpy as np
from django.db.models import Q

from ..models import Door
from . import entries, opening
from .engine import ENOUGH_IN_PERSON, Matches, match
from .names import clinics_named
from .query import SearchQuery, SearchResults

__all__ = ["ENOUGH_IN_PERSON", "SearchQuery", "SearchResults", "find"]

FIRST_STEPS = 3
FEW_CLINICS = 500


def find(query: SearchQuery) -> SearchResults:
    """The page of clinics that answers `query`, and what was left out and why.

    Reads entries at most twice; once more for words, and for hours not seen before.
    """
    matches = _matches(query)
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


def _matches(query: SearchQuery) -> Matches:
    named = clinics_named(query.words) if query.words else None
    if named is not None and len(named) <= FEW_CLINICS:
        doors = entries.doors_within(query, query.asked_km)
        return _match(entries.fetch(doors & Q(clinic__in=named)), query, named)
    if not query.is_widening:
        found = entries.fetch(entries.doors_within(query, query.asked_km))
        return _match(found, query, named)
    return _widening(query, named)


def _widening(query: SearchQuery, named: list[int] | None) -> Matches:
    """Look near first, and at the whole world only where too few are near."""
    near_km = query.steps_km[FIRST_STEPS - 1]
    found = entries.fetch(entries.doors_within(query, near_km))
    matches = _match(found, query, named)
    if matches.used_km is not None and matches.used_km <= near_km:
        return matches
    others = found[found["door"] != Door.SITE]
    everywhere = entries.fetch(entries.site_doors(query, None))
    return _match(np.concatenate([others, everywhere]), query, named)


def _match(found: np.ndarray, query: SearchQuery, named: list[int] | None) -> Matches:
    open_hours = opening.facts(found["hours"], query.now) if query.open_now else None
    return match(found, query, named=named, open_hours=open_hours)
