"""Points on the globe, distances and the grid that search entries are read by.

Degrees are WGS 84. Distances are great circles on a sphere of geopy's radius.
"""

import math
from dataclasses import dataclass

EARTH_KM = 6371.009
KM_PER_MILE = 1.609344
HALF_ROUND_KM = math.pi * EARTH_KM
BANDS_PER_DEGREE = 10
LAST_BAND = 180 * BANDS_PER_DEGREE - 1


@dataclass(frozen=True, slots=True)
class Point:
    """A latitude in [-90, 90] and a longitude in [-180, 180], in degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90:
            raise ValueError("The latitude must lie between -90 and 90 degrees.")
        if not -180 <= self.longitude <= 180:
            raise ValueError("The longitude must lie between -180 and 180 degrees.")

    @property
    def is_null_island(self) -> bool:
        """Whether this is (0, 0), what a geocoder says when it found nothing."""
        return self.latitude == 0 and self.longitude == 0

    def rounded(self, places: int = 2) -> "Point":
        """This point, coarse enough for a URL: 2 places are about a kilometre."""
        return Point(round(self.latitude, places), round(self.longitude, places))


@dataclass(frozen=True, slots=True)
class Box:
    """Bands `first` to `last`, and the longitude ranges that hold a circle.

    `longitudes` holds one (west, east) pair, or two where the circle crosses the
    antimeridian.
    """

    first: int
    last: int
    longitudes: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of the map in degrees; across the antimeridian where `west` > `east`."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        Point(self.south, self.west), Point(self.north, self.east)
        if self.south > self.north:
            raise ValueError("The south of an extent must not lie beyond its north.")

    def __str__(self) -> str:
        sides = self.west, self.south, self.east, self.north
        return ",".join(f"{side:.9g}" for side in sides)

    @property
    def area(self) -> float:
        """Square degrees: to compare extents that do not cross the antimeridian."""
        return (self.east - self.west) * (self.north - self.south)


def unit_vector(point: Point) -> tuple[float, float, float]:
    """`point` as (x, y, z) on the unit sphere."""
    latitude = math.radians(point.latitude)
    longitude = math.radians(point.longitude)
    ring = math.cos(latitude)
    return ring * math.cos(longitude), ring * math.sin(longitude), math.sin(latitude)


def distance_km(a: Point, b: Point) -> float:
    """Kilometres between `a` and `b` along the great circle."""
    chord = math.dist(unit_vector(a), unit_vector(b))
    return 2 * EARTH_KM * math.asin(min(1.0, chord / 2))


def km_from_miles(miles: float) -> float:
    return miles * KM_PER_MILE


def miles_from_km(km: float) -> float:
    return km / KM_PER_MILE


def band(latitude: float) -> int:
    """The grid band of `latitude`: 0 at the South Pole, a tenth of a degree each."""
    return min(LAST_BAND, math.floor((latitude + 90) * BANDS_PER_DEGREE))


def box_around(point: Point, km: float) -> Box:
    """The bands and longitudes outside which nothing lies within `km` of `point`."""
    # A metre more than asked, so that rounding never cuts the edge of the circle.
    angle = (km + 0.001) / EARTH_KM
    reach = math.degrees(angle)
    south, north = point.latitude - reach, point.latitude + reach
    first, last = band(max(-90.0, south)), band(min(90.0, north))
    if south <= -90 or north >= 90:
        return Box(first, last, ((-180.0, 180.0),))
    ratio = math.sin(angle) / math.cos(math.radians(point.latitude))
    spread = math.degrees(math.asin(min(1.0, ratio)))
    return Box(
        first, last, _longitudes(point.longitude - spread, point.longitude + spread)
    )


def _longitudes(west: float, east: float) -> tuple[tuple[float, float], ...]:
    if east - west >= 360:
        return ((-180.0, 180.0),)
    if west < -180:
        return ((-180.0, east), (west + 360, 180.0))
    if east > 180:
        return ((west, 180.0), (-180.0, east - 360))
    return ((west, east),)
