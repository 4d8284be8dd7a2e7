"""Searches of the whole directory, part by part: nobody needs the memory for all of it.

A clinic is in one part with all its entries, and what is told of matches counts
clinics: so what the parts say adds up.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

import numpy as np

from . import entries as search_entries
from . import parts
from .columns import taken
from .counting import counts
from .engine import Matches, Radii, match
from .names import folded, named_by
from .opening import open_at
from .query import ClinicHit, Fact, SearchQuery
from .ranking import Line, Placed
from .reading import unpack
from .tally import Tally

# More are not kept in line before those that no page needs leave it.
MOST_IN_LINE = 20_000


class Everywhere(Tally):
    """All clinics that answer a query, told as `Matches` does; see `look`."""

    def __init__(self, query: SearchQuery, radii: Radii | None, last: int | None):
        super().__init__()
        self.used_km = radii.used_km if radii else query.asked_km
        self._query, self._radii, self._last = query, radii, last
        self._lines: list[Line] = []
        self._placed: list[Placed] = []

    # --- Adding up -------------------------------------------------------------------

    def stand(self, matches: Matches) -> None:
        """Put what matches in one part in line."""
        if self._last is None:
            self._lines.append(matches.line)
            self._placed.append(matches.placed())
            return
        self._lines.append(matches.line.leading(self._last))
        if sum(map(len, self._lines)) > max(MOST_IN_LINE, 2 * self._last):
            self._lines = [self._line.leading(self._last)]

    # --- Telling ---------------------------------------------------------------------

    @property
    def _line(self) -> Line:
        return Line.joined(self._lines)

    def hits(self, first: int, last: int) -> tuple[ClinicHit, ...]:
        """The clinics from place `first` up to, not including, `last`.

        They are read once more: one that changed meanwhile may be missing.
        """
        clinics = self._line.between(first, last, folded).tolist()
        if not clinics:
            return ()
        found = search_entries.of_clinics(clinics)
        matches = _match(self._query, found, self._radii)
        return tuple(hit for pk in clinics if (hit := matches.hit(pk)))

    def placed(self) -> Placed:
        """Where each clinic stands and by which ways it matches."""
        return Placed.joined(self._placed)

    def order_of(self, clinics: np.ndarray) -> np.ndarray:
        """The places of `clinics`, ids of some that match, in the order of the list."""
        return self._line.order_of(clinics, folded)


# --- Looking -----------------------------------------------------------------------


def look(
    query: SearchQuery,
    radii: Radii | None,
    *,
    counted: bool = False,
    is_page: bool = True,
) -> Everywhere:
    """What answers `query` in the whole directory.

    `radii` are those of a query that chooses some. With `counted` it tells what options
    would find. Only where `is_page` is false it knows more clinics
    than those of the page and before, and where they stand.
    """
    last = query.page * query.page_size if is_page else None
    found = Everywhere(query, radii, last)
    named = named_by(query.words) if query.words else None
    for entries in _entries(query):
        open_hours = _open_hours(query, entries, counted=counted)
        matches = _match(query, entries, radii, named=named, open_hours=open_hours)
        found.stand(matches)
        told = {}
        if counted:
            told = counts(matches.reading, matches.used_km, open_hours, radii)
        found.add(Tally.of(matches, told))
    return found


def _entries(query: SearchQuery) -> Iterator[np.ndarray]:
    """What `query` can use, part by part; at least one part, which may be empty."""
    # An empty one first: what nobody answers is told as fully as anything else.
    for entries in chain([unpack([])], parts.read()):
        if query.has_place:
            yield entries
        else:
            # Doors make no difference then, and a service has more than one.
            firsts = np.flatnonzero(np.diff(entries["service"], prepend=-1))
            yield taken(entries, firsts)


def _open_hours(
    query: SearchQuery, entries: np.ndarray, *, counted: bool = False
) -> Mapping[int, Fact]:
    return open_at(query.now, entries) if query.open_now or counted else {}


def _match(
    query: SearchQuery,
    entries: np.ndarray,
    radii: Radii | None,
    *,
    named: Collection[int] | None = None,
    open_hours: Mapping[int, Fact] | None = None,
) -> Matches:
    if open_hours is None:
        open_hours = _open_hours(query, entries)
    return match(
        entries, query, names=folded, named=named, open_hours=open_hours, radii=radii
    )
