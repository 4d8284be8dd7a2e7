"""Searching: the home page, the results, and the same for machines."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..asking.filters import ClinicFilter, FeatureFilter
from ..asking.links import Link
from ..conditional import A_WHILE, conditional
from ..metrics import count_search
from ..models import DataVersion
from ..results import geojson
from ..results.cards import cards
from ..results.dead_ends import dead_end, other_ways
from ..results.notes import last_notes, notes
from ..results.paging import Paging
from ..search import remembering
from ..search.query import SearchResults
from .page import page, read_only, unindexed


@read_only
@conditional(public=True, max_age=A_WHILE)
def home(request: HttpRequest) -> HttpResponse:
    asked = ClinicFilter.empty(request)
    return page(request, "home", {"asked": asked, "home_region": _home_region(asked)})


def _home_region(asked: ClinicFilter) -> Link | None:
    """The search for the region that the operator serves; None where none is set."""
    code = settings.LOCATOR_HOME_REGION
    if code not in asked.catalogues.regions:
        return None
    return Link(asked.catalogues.region_label(code), asked.links.url(region=code))


@read_only
@conditional()
def clinic_search(request: HttpRequest) -> HttpResponse:
    asked = ClinicFilter.of(request)
    results = _counted(request, asked)
    context = {
        "asked": asked,
        "results": results,
        "cards": cards(results, asked),
        "notes": notes(asked, results),
        "last_notes": last_notes(asked, results),
        "dead_end": dead_end(asked, results),
        "ways": other_ways(asked),
        "page": Paging(results, asked.links),
    }
    response = page(request, "clinic_search", context, region=asked.where.region)
    return unindexed(response) if request.GET else response


def _counted(request: HttpRequest, asked: ClinicFilter) -> SearchResults:
    """What answers `asked`, whose options then know what they would find."""
    results = SearchResults.none()
    if asked.is_ready:
        versions = DataVersion.of(request)
        results = remembering.find(asked.query, versions, counted=True)
        asked.counts = results.counts
    count_search(asked.outcome, results.total)
    return results


@read_only
@conditional()
def clinic_geojson(request: HttpRequest) -> HttpResponse:
    asked = FeatureFilter.of(request)
    if asked.is_map:
        return unindexed(geojson.for_map(request, asked))
    results = SearchResults.none()
    if asked.is_ready:
        results = remembering.find(asked.query, DataVersion.of(request))
    count_search(asked.outcome, results.total)
    return unindexed(geojson.collection(request, asked, results))


@read_only
@conditional(public=True, max_age=A_WHILE)
def map_parts(request: HttpRequest) -> HttpResponse:
    """What the script of the map puts around it: most visitors never open one."""
    return unindexed(render(request, "locator/map_parts.html"))
