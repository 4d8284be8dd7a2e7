"""Reads of the gazetteer. Every one is a single query over an index."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q, QuerySet

from ..geo import BANDS_PER_DEGREE, Box, Point, box_around, distance_km
from ..models import Place, PlaceName
from ..models.region import country_of
from ..prepared import Prepared
from ..text import fold

# Countries whose letters the US posts; their postcodes are among the US's.
POSTED_BY_US = ("US", "FM", "MH", "PW")

NAMES_PER_QUERY = 900


@dataclass(frozen=True, slots=True)
class Hit:
    """A place, and the folded name and the kind of name that it was found by."""

    folded: str
    name_kind: PlaceName.Kind
    pk: int
    kind: Place.Kind
    name: str
    region: str
    country: str
    latitude: float | None
    longitude: float | None
    population: int
    town: str

    @property
    def point(self) -> Point | None:
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def area(self) -> str:
        """The region, or where it lies in none, the country."""
        return self.region or self.country

    def is_within(self, km: float, other: "Hit") -> bool:
        """Whether both lie within `km`; without points, whether in one region."""
        if self.point is None or other.point is None:
            return self.area == other.area
        return distance_km(self.point, other.point) <= km


def named(names: Iterable[str], kind: PlaceName.Kind | None = None) -> list[Hit]:
    """Every place that has one of the folded `names`, once for each of them."""
    names = list(dict.fromkeys(names))
    if not names:
        return []
    rows = _NAMED.rows(names=names, kinds=[] if kind is None else [kind])
    return [
        Hit(folded, name_kind, pk, kind, name, region or "", *rest)
        for folded, name_kind, pk, kind, name, region, *rest in rows
    ]


def _named(*, names: Sequence[str], kinds: Sequence[int]) -> QuerySet:
    found = PlaceName.objects.filter(folded__in=names)
    if kinds:
        found = found.filter(kind__in=kinds)
    return found.values_list(
        "folded",
        "kind",
        "place_id",
        "place__kind",
        "place__name",
        "place__region_id",
        "place__country",
        "place__latitude",
        "place__longitude",
        "place__population",
        "place__town",
    )


_NAMED = Prepared(PlaceName, _named)


def by_key(pks: Collection[int]) -> dict[int, Hit]:
    """The places of these keys, each as if hit by its own name; no query for none."""
    if not pks:
        return {}
    return {
        pk: Hit(
            fold(name), PlaceName.Kind.OFFICIAL, pk, kind, name, region or "", *rest
        )
        for pk, kind, name, region, *rest in _BY_KEY.rows(pks=list(pks))
    }


def _by_key(*, pks: Sequence[int]) -> QuerySet:
    return Place.objects.filter(pk__in=pks).values_list(
        "pk",
        "kind",
        "name",
        "region_id",
        "country",
        "latitude",
        "longitude",
        "population",
        "town",
    )


_BY_KEY = Prepared(Place, _by_key)


def postcodes(country: str, codes: Iterable[str]) -> dict[str, Place]:
    """Those of `codes` that `country` has, each with its place; a query for 900.

    Codes as they are written on letters, in full: `02203`, not `2203` nor
    `02203-1234`. Of a place, `point`, `region_id`, `time_zone` and `town` tell.
    """
    countries = POSTED_BY_US if country == "US" else (country,)
    found: dict[str, Place] = {}
    rest = iter(set(codes))
    while part := list(islice(rest, NAMES_PER_QUERY)):
        names = PlaceName.objects.filter(
            folded__in=part,
            kind=PlaceName.Kind.POSTCODE,
            place__country__in=countries,
        ).select_related("place")
        found |= {each.folded: each.place for each in names}
    return found


def postcode_point(code: str, country: str) -> Place | None:
    """The place of one postcode; see `postcodes`."""
    return postcodes(country, [code]).get(code)


@dataclass(frozen=True, slots=True)
class RegionAt:
    """The region of a point, "" for none, and others so near that it may be theirs."""

    region: str = ""
    also: tuple[str, ...] = ()


# RULES 5.
NEAREST_KM = 50
BORDER_KM = 15


def region_at(point: Point) -> RegionAt:
    """The region of the postcode nearest to `point`, and those of a border nearby."""
    distances = _regions_around(point, NEAREST_KM)
    if not distances:
        return RegionAt()
    region = min(distances, key=lambda code: (distances[code], code))
    return RegionAt(region, _near(distances, region))


def nearby_regions(point: Point, region: str) -> tuple[str, ...]:
    """Other regions with a postcode so near to a place of `region`, nearest first."""
    # Of most places all that is around is their own region.
    own = [code for code in dict.fromkeys((region, country_of(region))) if code]
    return _near(_regions_around(point, BORDER_KM, apart_from=own), region)


def _near(distances: Mapping[str, float], region: str) -> tuple[str, ...]:
    near = [
        code
        for code, km in distances.items()
        # A country is no other region beside its own subdivision.
        if km <= BORDER_KM and code not in {region, country_of(region)}
    ]
    return tuple(sorted(near, key=lambda code: (distances[code], code)))


def _regions_around(
    point: Point, km: float, *, apart_from: Sequence[str] = ()
) -> dict[str, float]:
    """Regions with a postcode within `km`, each with the kilometres to its nearest."""
    box = box_around(point, km)
    spots = _SPOTS.rows(
        latitudes=_latitudes(box),
        wests=[west for west, _east in box.longitudes],
        easts=[east for _west, east in box.longitudes],
        apart_from=apart_from,
    )
    found: dict[str, float] = {}
    for region, latitude, longitude in spots:
        away = distance_km(point, Point(latitude, longitude))
        if away <= km and away < found.get(region, km + 1):
            found[region] = away
    return found


def _spots(
    *,
    latitudes: tuple[float, float],
    wests: Sequence[float],
    easts: Sequence[float],
    apart_from: Sequence[str],
) -> QuerySet:
    """Where postcodes lie in a box, outside some regions."""
    places = Place.objects.filter(
        _inside(latitudes, zip(wests, easts, strict=True)),
        kind=Place.Kind.POSTCODE,
        region__isnull=False,
    )
    if apart_from:
        places = places.exclude(region__in=apart_from)
    return places.values_list("region_id", "latitude", "longitude").distinct()


_SPOTS = Prepared(Place, _spots)


def in_box(point: Point, km: float) -> Q:
    """What may lie within `km` of `point`; also across the antimeridian, at a pole."""
    box = box_around(point, km)
    return _inside(_latitudes(box), box.longitudes)


def _latitudes(box: Box) -> tuple[float, float]:
    south = box.first / BANDS_PER_DEGREE - 90
    return south, (box.last + 1) / BANDS_PER_DEGREE - 90


def _inside(
    latitudes: tuple[float, float], longitudes: Iterable[tuple[float, float]]
) -> Q:
    south, north = latitudes
    across = Q()
    for west, east in longitudes:
        across |= Q(longitude__gte=west, longitude__lte=east)
    return Q(latitude__gte=south, latitude__lte=north) & across


CITY_KM = 100


def region_of_nearest_city(point: Point) -> str:
    """The region of the city nearest to `point` within 100 km; "" for none."""
    cities = Place.objects.filter(
        in_box(point, CITY_KM),
        kind=Place.Kind.CITY,
        population__gt=0,
        region__isnull=False,
    )
    found = [
        (distance_km(point, Point(latitude, longitude)), region)
        for region, latitude, longitude in cities.values_list(
            "region_id", "latitude", "longitude"
        )
    ]
    away, region = min(found, default=(CITY_KM + 1, ""))
    return region if away <= CITY_KM else ""
