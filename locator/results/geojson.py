"""A search for machines, as a GeoJSON FeatureCollection (RULES 16)."""

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..asking.filters import FeatureFilter, Outcome
from ..asking.links import Link
from ..geo import Extent
from ..models import Clinic, Source
from ..search.points import Cell, Points, points
from ..search.query import SearchResults
from ..telling import wording
from .cards import Card, cards
from .paging import Paging

CONTENT_TYPE = "application/geo+json"

Json = dict[str, Any]


def collection(
    request: HttpRequest, asked: FeatureFilter, results: SearchResults
) -> JsonResponse:
    """The answer to `asked`: 400 where a parameter is unusable, else 200."""
    page = Paging(results, asked.links, "clinic_geojson")
    site = request.build_absolute_uri("/").removesuffix("/")
    features = [feature(site, card) for card in cards(results, asked)]
    return _answer(
        request,
        asked,
        total=results.total,
        links=_links(request, page),
        features=features,
    )


def for_map(request: HttpRequest, asked: FeatureFilter) -> JsonResponse:
    """All that answers `asked`, as a map draws it: clinics, and cells that count some.

    `numberPlaced` of those that match have a point; `summary` says so in words. `bbox`
    holds them all, `view` most of them; `searched` is the circle in which visits in
    person were looked for. An answer stays below 100 kB, compressed.
    """
    found = Points()
    if asked.is_ready:
        part, zoom = asked.cleaned["bbox"], asked.cleaned["zoom"]
        found = points(asked.query, part=part, zoom=zoom)
    self_url = request.build_absolute_uri(asked.links.url("clinic_geojson"))
    extents = {"bbox": found.extent, "view": found.view}
    return _answer(
        request,
        asked,
        total=found.total,
        links=[{"rel": "self", "type": CONTENT_TYPE, "href": self_url}],
        features=_alone(found) + [_cell(each) for each in found.cells],
        numberPlaced=found.placed,
        summary=_summary(found),
        searched=_searched(asked, found),
        **{name: _sides(each) for name, each in extents.items() if each},
    )


def _answer(
    request: HttpRequest,
    asked: FeatureFilter,
    *,
    total: int,
    links: list[Json],
    features: list[Json],
    **beside: Any,
) -> JsonResponse:
    body = {
        "type": "FeatureCollection",
        "outcome": _outcome(asked, total),
        "numberMatched": total,
        "numberReturned": len(features),
        **beside,
        "links": links,
        "attribution": attribution(),
        "features": features,
    }
    status = 200
    if asked.outcome is Outcome.INVALID:
        body["errors"] = {name: list(each) for name, each in asked.errors.items()}
        status = 400
    elif not asked.is_ready:
        found = asked.where.found
        named = [Link(each.name, each.query) for each in found.others]
        spelled = [Link(each, each) for each in found.suggestions]
        body["places"] = [_place(request, asked, each) for each in named + spelled]
    return JsonResponse(
        body, status=status, content_type=CONTENT_TYPE, json_dumps_params=_COMPACT
    )


_COMPACT = {"ensure_ascii": False, "separators": (",", ":")}


def _outcome(asked: FeatureFilter, total: int) -> str:
    if not asked.is_ready:
        return asked.outcome.value
    return "found" if total else "none"


def _place(request: HttpRequest, asked: FeatureFilter, place: Link) -> Json:
    url = asked.links.url("clinic_geojson", place=place.url)
    return {
        "name": place.text,
        "place": place.url,
        "href": request.build_absolute_uri(url),
    }


def _links(request: HttpRequest, page: Paging) -> list[Json]:
    urls = {"self": page.self_url, "prev": page.previous_url, "next": page.next_url}
    if page.is_past_end:
        urls["last"] = page.last_url
    return [
        {"rel": rel, "type": CONTENT_TYPE, "href": request.build_absolute_uri(url)}
        for rel, url in urls.items()
        if url
    ]


def attribution() -> list[str]:
    """What the licence of each source asks us to say, and what holds for all."""
    said = list(Source.objects.values_list("attribution", flat=True))
    note = _("%(site)s is not endorsed by any of its sources.")
    return [*said, note % {"site": settings.LOCATOR_NAME}]


def feature(site: str, card: Card) -> Json:
    """`card` as a Feature: codes of catalogues, not labels; null for not known.

    `site` is the address of this site, without a slash at its end.
    """
    clinic = card.clinic
    point = clinic.point
    return {
        "type": "Feature",
        "id": clinic.slug,
        "geometry": point
        and {"type": "Point", "coordinates": [point.longitude, point.latitude]},
        "properties": {
            "name": card.name,
            "url": site + card.url,
            "km": card.km,
            "miles": card.miles,
            "match": list(card.match),
            "reasons": list(card.reasons),
            "region": clinic.region_id,
            "city": clinic.city or None,
            "postal_code": clinic.public_postal_code or None,
            "phone": card.phone.dialled if card.phone else None,
            "categories": _categories(card),
            "types": _unique(line.code for line in card.services),
            **{noun: [each.code for each in card.stated[noun]] for noun in _NOUNS},
            "verified_at": (
                clinic.verified_at.isoformat() if clinic.is_checked_itself else None
            ),
            "source": wording.source_line(clinic) or None,
            "sample": card.is_sample,
        },
    }


_NOUNS = ("specialties", "modalities", "languages", "payments")


def _categories(card: Card) -> list[str]:
    """The category words: telemedicine is telehealth too (RULES 8)."""
    words = {line.category for line in card.services} - {""}
    return sorted(words | {"telehealth"}) if words else []


def _unique(codes) -> list[str]:
    return list(dict.fromkeys(codes))


# --- For the map ---------------------------------------------------------------------

# Decimals of a degree: a tenth of a metre for a clinic, ten metres for a middle.
_OF_CLINIC, _OF_CELL = 6, 4


def _alone(found: Points) -> list[Json]:
    """The clinics that stand alone, in the order of the list; one query."""
    spots = found.alone
    if not spots:
        return []
    columns = ("slug", "name", "latitude", "longitude", "is_sample")
    clinics = Clinic.objects.filter(pk__in=spots.clinics.tolist()).order_by()
    rows = {row[0]: row[1:] for row in clinics.values_list("pk", *columns)}
    ways = zip(
        spots.clinics.tolist(),
        spots.is_remote.tolist(),
        spots.is_in_person.tolist(),
        strict=True,
    )
    return [_pin(*rows[pk], remote, near) for pk, remote, near in ways if pk in rows]


def _pin(
    slug: str,
    name: str,
    latitude: float,
    longitude: float,
    is_sample: bool,
    is_remote: bool,
    is_in_person: bool,
) -> Json:
    match = {"remote": is_remote, "in-person": is_in_person}
    return {
        "type": "Feature",
        "id": slug,
        "geometry": _point(latitude, longitude, _OF_CLINIC),
        "properties": {
            "name": name,
            "match": [way for way, holds in match.items() if holds],
            **({"sample": True} if is_sample else {}),
        },
    }


def _cell(cell: Cell) -> Json:
    return {
        "type": "Feature",
        "geometry": _point(cell.latitude, cell.longitude, _OF_CELL),
        "bbox": _sides(cell.extent),
        "properties": {"count": cell.count},
    }


def _point(latitude: float, longitude: float, decimals: int) -> Json:
    position = [round(longitude, decimals), round(latitude, decimals)]
    return {"type": "Point", "coordinates": position}


def _searched(asked: FeatureFilter, found: Points) -> Json:
    """Where distances start, how far out was looked, each None for none; the unit."""
    point = asked.where.point if asked.is_ready else None
    has_radius = point is not None and not asked.is_remote_alone
    return {
        "point": point and [point.longitude, point.latitude],
        "km": found.used_km if has_radius else None,
        "unit": asked.where.unit,
    }


def _sides(extent: Extent) -> list[float]:
    """As RFC 7946 writes a bbox, rounded outwards so that it still holds all."""
    step = 10**_OF_CELL
    return [
        math.floor(extent.west * step) / step,
        math.floor(extent.south * step) / step,
        math.ceil(extent.east * step) / step,
        math.ceil(extent.north * step) / step,
    ]


def _summary(found: Points) -> str:
    """What the map shows, and what it cannot show."""
    if not found.placed:
        said = [_("No clinic of this list has a place on the map.")]
    else:
        said = [
            ngettext(
                "Map with %(many)s clinic.", "Map with %(many)s clinics.", found.placed
            )
            % {"many": wording.grouped(found.placed)}
        ]
    unplaced = found.total - found.placed
    if found.placed and unplaced:
        said.append(
            ngettext(
                "%(many)s more has no place on the map: it is in the list.",
                "%(many)s more have no place on the map: they are in the list.",
                unplaced,
            )
            % {"many": wording.grouped(unplaced)}
        )
    return " ".join(said)
