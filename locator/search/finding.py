"""From a question to the clinics that answer it: what is read, and matched."""

from collections.abc import Mapping
from dataclasses import replace

from django.db.models import Q

from ..models import DataVersion, Versioned
from . import entries, packs, regional
from .counting import Counts, counts
from .engine import Matches, Radii, match, used_km
from .everywhere import Everywhere, look
from .names import folded, hit_few, of_clinics_named
from .opening import open_at
from .query import Fact, SearchQuery, SearchResults, Visit
from .regional import Regional

# The steps of the radius as far as which is read at once.
LOOKS = (2, 4)
# As many packs are not read at once.
MANY_PACKS = 1000
# Somebody who saves all the time keeps nobody from an answer.
LOOKS_EVERYWHERE = 2


def find(query: SearchQuery, *, counted: bool = False) -> SearchResults:
    """The page of clinics that answers `query`, and what was left out and why.

    One query, or up to three where too few are near, and one more where hours are asked
    or counted and any are stated. What concerns the whole of a large directory is read
    part by part.
    """
    found, counts_found = _look(query, counted=counted)
    first = (query.page - 1) * query.page_size
    return SearchResults(
        query=query,
        total=found.total,
        hits=found.hits(first, first + query.page_size),
        used_km=found.used_km,
        more_remote_beyond=found.more_remote_beyond,
        more_other_telehealth=found.more_other_telehealth,
        left_out_unstated=found.left_out_unstated,
        more_in_subdivisions=found.more_in_subdivisions,
        counts=counts_found,
    )


def find_all(query: SearchQuery) -> Matches | Everywhere:
    """All clinics that answer `query`, in order, whatever its page; reads as `find`."""
    return _look(query, is_page=False)[0]


def _look(
    query: SearchQuery, *, counted: bool = False, is_page: bool = True
) -> tuple[Matches | Everywhere | Regional, Counts]:
    # Other kinds of visit are counted too, so the doors to all of them are read.
    either = replace(query, visit=Visit.ANY) if counted else query
    if is_page and regional.is_for(either):
        found = regional.look(query, counted=counted)
        if found is not None:
            return found, found.counts
    read = _read(either)
    if read is None:
        everywhere = _look_everywhere(query, counted=counted, is_page=is_page)
        return everywhere, everywhere.counts
    open_hours = _open_hours(query, read, counted=counted)
    matches = match(read.entries, query, names=folded, open_hours=open_hours)
    if not counted:
        return matches, {}
    return matches, counts(matches.reading, matches.used_km, open_hours)


def _look_everywhere(query: SearchQuery, *, counted: bool, is_page: bool) -> Everywhere:
    """A look at all parts, and another where clinics changed under the first.

    Parts are read one after the other, not all as they were at one moment.
    """
    for _ in range(LOOKS_EVERYWHERE):
        token = DataVersion.token_of(Versioned.CLINICS)
        found = look(query, radii(query), counted=counted, is_page=is_page)
        if token == DataVersion.token_of(Versioned.CLINICS):
            break
    return found


def _open_hours(
    query: SearchQuery, read: entries.Read, *, counted: bool = False
) -> Mapping[int, Fact]:
    return open_at(query.now, read.entries) if query.open_now or counted else {}


# --- Reading -----------------------------------------------------------------------


def _read(query: SearchQuery) -> entries.Read | None:
    """Every entry that can have a say in the answer to `query`.

    None where that is more than should be in memory at once.
    """
    is_few = bool(query.among) or bool(query.words and hit_few(query.words))
    if not is_few and is_everywhere(query):
        return None
    # Most words narrow more than a circle does: the whole world is read at once then.
    if query.is_widening and not is_few:
        return _read_widening(query)
    named = of_clinics_named(query.words) if query.words else Q()
    return _within(query, query.asked_km, named)


def is_everywhere(query: SearchQuery) -> bool:
    """Whether `query` is about all clinics, or about those of a country with many."""
    if not query.has_place:
        return True
    if query.region != query.country or not query.region:
        return False
    in_country = query if query.is_by_area else replace(query, visit=Visit.REMOTE)
    return _are_many(entries.packs_within(in_country, None))


def _are_many(doors: packs.Doors) -> bool:
    return doors.packs[:MANY_PACKS].count() == MANY_PACKS


def _read_widening(query: SearchQuery) -> entries.Read | None:
    """Look near first, and farther only where too few are near; None as of `_read`.

    Each look reads everything again, so that all of it is of one moment.
    """
    named = of_clinics_named(query.words, are_few=False) if query.words else Q()
    for step in LOOKS:
        km = query.steps_km[step]
        read = _within(query, km, named)
        used = used_km(read.entries, query, open_hours=_open_hours(query, read))
        if used is not None and used <= km:
            return read
    if _are_many(entries.packs_within(query, None)):
        return None
    return _within(query, None, named)


def around(query: SearchQuery) -> entries.Read | None:
    """What lies in and around the place of `query`, whatever the visit, of all clinics.

    As far as the last step of the radius and as was asked at least; None where nothing
    is near and the place is a country with many, or everywhere.
    """
    either = replace(query, visit=Visit.ANY)
    if query.origin is None and is_everywhere(either):
        return None
    return _within(either, max(query.steps_km[-1], query.within_km or 0), Q())


def radii(query: SearchQuery) -> Radii | None:
    """The radii that `query` uses, where it chooses them itself, or any visit does."""
    either = replace(query, visit=Visit.ANY)
    if not either.is_widening:
        return None
    named = of_clinics_named(query.words, are_few=False) if query.words else Q()
    read = _within(either, query.steps_km[-1], named)
    open_hours = _open_hours(query, read)
    return Radii(
        *(
            used_km(read.entries, each, open_hours=open_hours)
            for each in (query, replace(query, with_unstated=True), either)
        )
    )


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
