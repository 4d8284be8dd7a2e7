"""The matches of a search as a map shows them: each alone, or counted by cells.

Cells are squares of the Web Mercator plane, the plane of map tiles: at each zoom twice
as many lie side by side as at the one before.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..geo import Extent
from .finding import find_all
from .query import SearchQuery
from .ranking import Placed

# So many clinics are shown each alone, whatever part of the map is asked for.
MOST_ALONE = 2000
# Of more, so few in one part are no crowd; and there are never more cells than this.
MOST_IN_A_PART = 100
MOST_CELLS = 300

# A cell is 64 pixels wide where the world is 256 pixels wide at zoom 0.
CELLS_AT_ZOOM_0 = 4
# Finer cells would tell apart what no map shows apart.
FINEST_ZOOM = 18
# Where the plane ends, being a square then.
MOST_LATITUDE = 85.0511

# A view need not hold the outermost of each side, where that brings all others nearer.
OUTERMOST = 0.01
NEARER = 3


@dataclass(frozen=True, slots=True)
class Spots:
    """Clinics with a point, arrays of one length; degrees."""

    clinics: np.ndarray
    latitudes: np.ndarray
    longitudes: np.ndarray
    is_remote: np.ndarray
    is_in_person: np.ndarray

    @classmethod
    def of(cls, placed: Placed) -> Self:
        """Those of `placed` that have a point."""
        has_point = ~np.isnan(placed.points[:, 0])
        x, y, z = placed.points[has_point].T
        return cls(
            clinics=placed.clinics[has_point],
            # A vector's last digits are not the point's: at the edge they would count.
            latitudes=np.degrees(np.arcsin(np.clip(z, -1.0, 1.0))).round(9),
            longitudes=np.degrees(np.arctan2(y, x)).round(9),
            is_remote=placed.is_remote[has_point],
            is_in_person=placed.is_in_person[has_point],
        )

    def __len__(self) -> int:
        return len(self.clinics)

    def __getitem__(self, kept: np.ndarray) -> Self:
        """Those that `kept` marks or numbers."""
        return type(self)(
            self.clinics[kept],
            self.latitudes[kept],
            self.longitudes[kept],
            self.is_remote[kept],
            self.is_in_person[kept],
        )

    def inside(self, extent: Extent) -> Self:
        """Those in `extent`, its edges included."""
        west, east = extent.west, extent.east
        if west <= east:
            kept = (west <= self.longitudes) & (self.longitudes <= east)
        else:
            kept = (west <= self.longitudes) | (self.longitudes <= east)
        kept &= extent.south <= self.latitudes
        kept &= self.latitudes <= extent.north
        return self[kept]

    @property
    def extent(self) -> Extent | None:
        """The least that holds them all, not across the antimeridian; None for none."""
        return _extent(self, 0.0)

    @property
    def view(self) -> Extent | None:
        """What a map shows of them first: all, or all but a few that lie far out."""
        whole, most = self.extent, _extent(self, OUTERMOST)
        if whole is None or whole.area <= NEARER * most.area:
            return whole
        return most


def _extent(spots: Spots, outermost: float) -> Extent | None:
    """What holds them but for the share `outermost` at each of the four sides."""
    if not len(spots):
        return None
    sides = [outermost, 1 - outermost]
    south, north = np.quantile(spots.latitudes, sides)
    west, east = np.quantile(spots.longitudes, sides)
    return Extent(float(west), float(south), float(east), float(north))


@dataclass(frozen=True, slots=True)
class Cell:
    """Clinics near each other: how many, their middle, and what holds them."""

    count: int
    latitude: float
    longitude: float
    extent: Extent


@dataclass(frozen=True, slots=True)
class Points:
    """All that a search found, for a map.

    `total` counts every match, as the list does; `placed` those with a point, wherever
    on the map. Of the part that was asked for `alone` holds clinics, in the order of
    the list, and `cells` counts the others. `extent` and `view` are of all of them.
    """

    total: int = 0
    placed: int = 0
    alone: Spots | None = None
    cells: tuple[Cell, ...] = ()
    extent: Extent | None = None
    view: Extent | None = None
    used_km: float | None = None


def points(
    query: SearchQuery, *, part: Extent | None = None, zoom: int | None = None
) -> Points:
    """All clinics that answer `query`, whatever its page, in `part` of the map.

    The same as `find` answers, from the same read.
    """
    matches = find_all(query)
    spots = Spots.of(matches.placed())
    inside = spots if part is None else spots.inside(part)
    alone, cells = drawn(inside, is_crowd=len(spots) > MOST_ALONE, zoom=zoom)
    alone = alone[matches.order_of(alone.clinics)]
    return Points(
        total=matches.total,
        placed=len(spots),
        alone=alone,
        cells=cells,
        extent=spots.extent,
        view=spots.view,
        used_km=matches.used_km,
    )


# --- Counting by cells: pure ---------------------------------------------------------


def drawn(
    spots: Spots, *, is_crowd: bool, zoom: int | None
) -> tuple[Spots, tuple[Cell, ...]]:
    """What is drawn of `spots`: clinics alone, and cells that count the others.

    All are alone, unless they belong to a crowd and are many here. Without `zoom` the
    cells are as small as MOST_CELLS allows. A clinic that has its cell to itself is
    alone.
    """
    if not is_crowd or len(spots) <= MOST_IN_A_PART:
        return spots, ()
    cells = _finest(spots, FINEST_ZOOM if zoom is None else min(zoom, FINEST_ZOOM))
    _, of_cell, counts = np.unique(cells, return_inverse=True, return_counts=True)
    is_alone = counts[of_cell] == 1
    crowded, of_cell = spots[~is_alone], of_cell[~is_alone]
    order = np.argsort(of_cell, kind="stable")
    firsts = np.flatnonzero(np.diff(of_cell[order], prepend=-1))
    return spots[is_alone], _cells(crowded[order], firsts)


def _finest(spots: Spots, zoom: int) -> np.ndarray:
    """The cell of each, at `zoom` or the nearest before it without too many cells."""
    across, down = _plane(spots)
    while True:
        per_side = CELLS_AT_ZOOM_0 << zoom
        column = np.minimum((across * per_side).astype("i8"), per_side - 1)
        row = np.minimum((down * per_side).astype("i8"), per_side - 1)
        cells = row * per_side + column
        if zoom == 0 or len(np.unique(cells)) <= MOST_CELLS:
            return cells
        zoom -= 1


def _plane(spots: Spots) -> tuple[np.ndarray, np.ndarray]:
    """Web Mercator: from 0 in the west to 1 in the east, from 0 in the north to 1."""
    latitudes = np.clip(spots.latitudes, -MOST_LATITUDE, MOST_LATITUDE)
    down = 0.5 - np.arctanh(np.sin(np.radians(latitudes))) / (2 * np.pi)
    return (spots.longitudes + 180) / 360, np.clip(down, 0.0, 1.0)


def _cells(spots: Spots, firsts: np.ndarray) -> tuple[Cell, ...]:
    """A cell for each run of `spots` that starts at one of `firsts`."""
    if not len(firsts):
        return ()
    counts = np.diff(firsts, append=len(spots))
    south, north = _ends(spots.latitudes, firsts)
    west, east = _ends(spots.longitudes, firsts)
    latitudes = np.add.reduceat(spots.latitudes, firsts) / counts
    longitudes = np.add.reduceat(spots.longitudes, firsts) / counts
    columns = (counts, latitudes, longitudes, west, south, east, north)
    return tuple(
        Cell(count, latitude, longitude, Extent(*sides))
        for count, latitude, longitude, *sides in zip(
            *(column.tolist() for column in columns), strict=True
        )
    )


def _ends(degrees: np.ndarray, firsts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.minimum.reduceat(degrees, firsts), np.maximum.reduceat(degrees, firsts)
