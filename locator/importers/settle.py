"""Claims made whole by what we know of places: region, point, zone, coverage.

Reads places and nothing else. What it answers are facts in the form of `locator.facts`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tzfpy import get_tz

from .. import places
from ..facts import CLINIC_COLUMNS, CLINIC_SETS, SERVICE_COLUMNS, SERVICE_SETS, Facts
from ..geo import Point
from ..models import Place, PlaceName
from ..models.region import country_of
from ..text import fold
from .listing import PointListing, ServiceListing
from .sites import Site

ASSUMED = "assumed_home_region"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the records of one site want a clinic to say.

    A fact that is None is one that they have no place for. `notes` are (topic,
    sentence) for the operator.
    """

    site: Site
    as_of: str
    facts: Facts
    services: Mapping[str, Facts]
    care_types: Collection[str]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Gazetteer:
    """Postcodes by country and code, read at once for many sites."""

    _postcodes: dict[str, dict[str, Place]] = field(default_factory=dict)

    @classmethod
    def for_sites(cls, sites: Iterable[Site]) -> "Gazetteer":
        codes: dict[str, set[str]] = defaultdict(set)
        for site in sites:
            if country := country_of(site.facts["region"]):
                codes[country].add(site.lead.identity.zip5)
        return cls(
            {
                country: places.postcodes(country, sorted(asked - {""}))
                for country, asked in codes.items()
            }
        )

    def postcode(self, site: Site) -> Place | None:
        country = country_of(site.facts["region"])
        return self._postcodes.get(country, {}).get(site.lead.identity.zip5)


def settled(
    site: Site,
    gazetteer: Gazetteer,
    *,
    source: str | None,
    as_of: str,
    care_types: Collection[str],
) -> Wanted:
    """What `site`, listed by `source` at `as_of`, wants its clinic to say.

    A `source` of None is no dataset: the clinic itself, or who runs this site.
    """
    notes: list[tuple[str, str]] = []
    postcode = gazetteer.postcode(site)
    region = _region(site, postcode, notes)
    if postcode and postcode.region_id != region:
        postcode = None
    point = _point(site, postcode, region, notes)
    zone = _zone(site, postcode, point)
    facts = _clinic_facts(site) | {
        "region": region,
        "point": _plain_point(point),
        "time_zone": zone,
        "source": [source, as_of] if source else [],
    }
    if facts["opening_hours"] and not zone:
        facts["opening_hours"] = ""
        notes.append(("hours_without_zone", f"{facts['name']}: hours without a zone."))
    services = {
        service.slot: _service_facts(
            service,
            home=region if service.service_type in care_types else "",
            source=source or "",
            as_of=as_of,
        )
        for service, _ in site.services
    }
    return Wanted(site, as_of, facts, services, care_types, tuple(notes))


# --- Where it is -------------------------------------------------------------------


def _region(site: Site, postcode: Place | None, notes: list[tuple[str, str]]) -> str:
    """The stated region, or the postcode's where the town's name bears it out."""
    stated = site.facts["region"]
    if not postcode or not postcode.region_id or postcode.region_id == stated:
        return stated
    said = f"{site.facts['name']}: says {stated}, its postcode "
    said += f"{postcode.name} lies in {postcode.region_id}."
    if _is_town_of(site.facts["city"], postcode):
        notes.append(("region_by_postcode", f"{said} The postcode was followed."))
        return postcode.region_id
    notes.append(("region_in_doubt", f"{said} Left as it says."))
    return stated


def _is_town_of(city: str, postcode: Place) -> bool:
    folded = fold(city)
    if folded == fold(postcode.town):
        return True
    towns = PlaceName.objects.filter(
        folded=folded, place__kind=Place.Kind.CITY, place__region=postcode.region_id
    )
    return towns.exists()


def _point(
    site: Site, postcode: Place | None, region: str, notes: list[tuple[str, str]]
) -> PointListing | None:
    """The point that the source gives, if it can be; else the postcode's, if known."""
    given: PointListing | None = site.facts["point"]
    if given and given.source == "curator":
        return given
    if given and not (reason := _why_not(given.point, postcode, region)):
        return given
    if not site.facts["may_have_point"]:
        return None
    if given:
        said = f"{site.facts['name']}: its point {reason}."
        notes.append(("point_replaced", said))
    if site.facts["address_is_private"]:
        return _point_of_town(site, region)
    if postcode and postcode.point:
        return PointListing(postcode.point, "geocoder", "postcode")
    said = f"{site.facts['name']}: no point for its postcode {site.lead.identity.zip5}."
    notes.append(("without_point", said))
    return None


def _why_not(point: Point, postcode: Place | None, region: str) -> str:
    """Why a point given by a source cannot be right; "" where it can."""
    odd = places.misplaced(point, region=region, postcode=postcode)
    if odd.is_far:
        return f"lies {odd.km_from_postcode:.0f} km from its postcode {postcode.name}"
    return f"lies in {odd.lies_in}, not in {region}" if odd.lies_in else ""


def _point_of_town(site: Site, region: str) -> PointListing | None:
    towns = Place.objects.filter(
        kind=Place.Kind.CITY,
        region=region or None,
        names__folded=fold(site.facts["city"]),
        latitude__isnull=False,
    )
    town = towns.order_by("-population", "pk").first()
    return PointListing(town.point, "geocoder", "city") if town else None


def _plain_point(point: PointListing | None) -> list:
    if not point:
        return []
    at = point.point
    return [at.latitude, at.longitude, point.source, point.precision]


def _zone(site: Site, postcode: Place | None, point: PointListing | None) -> str:
    if site.facts["time_zone"] is not None:
        return site.facts["time_zone"]
    if postcode and postcode.time_zone:
        return postcode.time_zone
    return get_tz(point.point.longitude, point.point.latitude) if point else ""


# --- What it says ------------------------------------------------------------------


def _clinic_facts(site: Site) -> Facts:
    said = site.facts
    facts = {name: said[name] for name in CLINIC_COLUMNS if name in said}
    facts["organization"] = said["organization"]
    for name in CLINIC_SETS:
        facts[name] = None if said[name] is None else sorted(said[name])
    facts["phones"] = _lists(said["phones"])
    for name in ("other_names", "identifiers"):
        facts[name] = None if said[name] is None else sorted(_lists(said[name]))
    return facts


def _lists(parts: Sequence[Any]) -> list[list]:
    return [
        list(part) if isinstance(part, tuple) else list(asdict(part).values())
        for part in parts
    ]


def _service_facts(
    service: ServiceListing, *, home: str, source: str, as_of: str
) -> Facts:
    facts = {name: getattr(service, name) for name in SERVICE_COLUMNS}
    facts |= {name: sorted(getattr(service, name)) for name in SERVICE_SETS}
    if service.coverage is not None:
        facts["coverage"] = [
            [each.region, each.basis, each.as_of or as_of, each.source]
            for each in service.coverage
        ]
    elif home and service.remote != "no":
        facts["coverage"] = [[home, ASSUMED, as_of, source]]
    else:
        facts["coverage"] = []
    return facts
