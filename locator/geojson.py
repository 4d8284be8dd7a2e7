"""A search for machines, as a GeoJSON FeatureCollection (RULES 16)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from . import wording
from .cards import Card, cards
from .filters import FeatureFilter, Outcome
from .links import Link
from .models import Source
from .paging import Paging
from .search.query import SearchResults

CONTENT_TYPE = "application/geo+json"

Json = dict[str, Any]


def collection(
    request: HttpRequest, asked: FeatureFilter, results: SearchResults
) -> JsonResponse:
    """The answer to `asked`: 400 where a parameter is unusable, else 200."""
    page = Paging(results, asked.links, "clinic_geojson")
    features = [feature(request, card) for card in cards(results, asked)]
    body = {
        "type": "FeatureCollection",
        "outcome": _outcome(asked, results),
        "numberMatched": results.total,
        "numberReturned": len(features),
        "links": _links(request, page),
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


def _outcome(asked: FeatureFilter, results: SearchResults) -> str:
    if not asked.is_ready:
        return asked.outcome.value
    return "found" if results.total else "none"


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


def feature(request: HttpRequest, card: Card) -> Json:
    """`card` as a Feature: codes of catalogues, not labels; null for not known."""
    clinic = card.clinic
    point = clinic.point
    return {
        "type": "Feature",
        "id": clinic.slug,
        "geometry": point
        and {"type": "Point", "coordinates": [point.longitude, point.latitude]},
        "properties": {
            "name": card.name,
            "url": request.build_absolute_uri(card.url),
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
            "verified_at": clinic.verified_at and clinic.verified_at.isoformat(),
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
