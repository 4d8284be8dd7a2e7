"""How many other clinics a patient of a clinic could turn to, for the order of work.

Those count that see people in person within 25 miles; for a clinic without a point,
the published ones of its region.
"""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from django.db.models import Count, Q

from ..geo import (
    EARTH_KM,
    Point,
    box_around,
    km_from_miles,
    unit_vector,
)
from ..models import Clinic, Door, SearchEntry

WITHIN_KM = km_from_miles(25)
# The length of a chord of the unit sphere over that distance, squared.
CHORD_2 = (2 * np.sin(WITHIN_KM / EARTH_KM / 2)) ** 2
# Of so few clinics the surroundings alone are read; of more, every site.
FEW = 20
# How many distances are held at once: 32 MB.
MOST_PAIRS = 4_000_000

SITE = np.dtype([("clinic", "i8"), ("x", "f8"), ("y", "f8"), ("z", "f8")])


class Sites:
    """The points where clinics see people, sorted by latitude, each clinic once."""

    def __init__(self, rows: Iterator[tuple]) -> None:
        sites = np.fromiter(rows, SITE)
        _, first = np.unique(sites["clinic"], return_index=True)
        sites = sites[first]
        self._sites = sites[np.argsort(sites["z"], kind="stable")]
        self._vectors = _vectors(self._sites)

    @classmethod
    def all(cls) -> "Sites":
        """Every site; one query."""
        return cls(_rows(Q()))

    @classmethod
    def around(cls, points: Sequence[Point]) -> "Sites":
        """The sites that may be near to one of a few `points`; one query."""
        near = Q(pk__in=[])
        for point in points:
            near |= _box(point)
        return cls(_rows(near))

    def count_near(self, clinics: Sequence[tuple[int, Point]]) -> dict[int, int]:
        """How many sites of other clinics are near to each of `clinics`, by its id."""
        if not clinics:
            return {}
        asked = np.array([(pk, *unit_vector(point)) for pk, point in clinics], SITE)
        asked = asked[np.argsort(asked["z"], kind="stable")]
        found: dict[int, int] = {}
        for part in self._parts(asked):
            found |= self._count(part)
        return found

    def _parts(self, asked: np.ndarray) -> Iterator[np.ndarray]:
        """`asked` in parts, each with not too many sites of its latitudes."""
        start = 0
        while start < len(asked):
            size = len(asked) - start
            while size > 1 and size * self._span(asked[start : start + size])[2] > (
                MOST_PAIRS
            ):
                size = (size + 1) // 2
            yield asked[start : start + size]
            start += size

    def _span(self, asked: np.ndarray) -> tuple[int, int, int]:
        """From which to which site those near to `asked` stand, and how many."""
        angle = WITHIN_KM / EARTH_KM
        lowest = np.arcsin(np.clip(asked["z"][0], -1, 1)) - angle
        highest = np.arcsin(np.clip(asked["z"][-1], -1, 1)) + angle
        south = -1.0 if lowest <= -np.pi / 2 else np.sin(lowest)
        north = 1.0 if highest >= np.pi / 2 else np.sin(highest)
        first = int(np.searchsorted(self._sites["z"], south, "left"))
        last = int(np.searchsorted(self._sites["z"], north, "right"))
        return first, last, last - first

    def _count(self, asked: np.ndarray) -> dict[int, int]:
        first, last, _many = self._span(asked)
        dots = _vectors(asked) @ self._vectors[first:last].T
        near = dots >= 1 - CHORD_2 / 2
        # A clinic is no alternative to itself.
        near &= asked["clinic"][:, None] != self._sites["clinic"][None, first:last]
        counts = near.sum(axis=1)
        return dict(zip(asked["clinic"].tolist(), counts.tolist(), strict=True))


def _vectors(sites: np.ndarray) -> np.ndarray:
    return np.column_stack([sites["x"], sites["y"], sites["z"]])


def _rows(which: Q) -> Iterator[tuple]:
    entries = SearchEntry.objects.filter(which, door=Door.SITE).order_by()
    return entries.values_list("clinic_id", "x", "y", "z").distinct().iterator()


def _box(point: Point) -> Q:
    box = box_around(point, WITHIN_KM)
    sides = Q(pk__in=[])
    for west, east in box.longitudes:
        sides |= Q(longitude__range=(west, east))
    return Q(band__in=range(box.first, box.last + 1)) & sides


class Regions:
    """How many published clinics each of some regions has; one query."""

    def __init__(self, codes: Collection[str]) -> None:
        published = Clinic.objects.published().filter(region__in=codes)
        counted = published.order_by().values_list("region")
        self._counts = dict(counted.annotate(number=Count("pk")))

    def count_beside(self, clinic: Clinic) -> int:
        """Published clinics of its region other than `clinic`; 0 where it has none."""
        return self._counts.get(clinic.region_id, int(clinic.is_public)) - int(
            clinic.is_public
        )
