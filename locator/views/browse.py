"""Browsing: the directory by country, region and town, without a search."""

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ..browsing.drawing import drawing
from ..browsing.shelves import Shelves
from ..browsing.towns import slug, towns
from ..conditional import conditional
from .page import View, page, read_only, unindexed


def plainly_written(view: View) -> View:
    """Answers 301 to the address in small letters, folded, where it is not that."""

    @wraps(view)
    def with_plain_parts(request: HttpRequest, **parts: str) -> HttpResponse:
        plain = {name: slug(part) for name, part in parts.items()}
        if plain != parts and all(plain.values()):
            return redirect(request.resolver_match.view_name, permanent=True, **plain)
        return view(request, **parts)

    return with_plain_parts


@read_only
@conditional()
def browse(request: HttpRequest) -> HttpResponse:
    shelves = Shelves.of(request)
    context = {"countries": shelves.countries(), "trail": shelves.trail()}
    return _shelf(request, "browse", context)


@read_only
@conditional()
@plainly_written
def browse_country(request: HttpRequest, country: str) -> HttpResponse:
    shelves = Shelves.of(request)
    code = shelves.country(country)
    if not code:
        return _unknown(request, shelves, country)
    context = shelves.country_page(code)
    context["drawing"] = drawing(code, context.get("regions", []))
    return _shelf(request, "browse_country", context, code)


@read_only
@conditional()
@plainly_written
def browse_region(request: HttpRequest, country: str, region: str) -> HttpResponse:
    shelves = Shelves.of(request)
    code = shelves.region(country, region)
    if not code:
        # Where we hold no regions, towns stand here.
        return _town(request, shelves, shelves.country(country), region)
    return _shelf(request, "browse_region", shelves.region_page(code), code)


@read_only
@conditional()
@plainly_written
def browse_town(
    request: HttpRequest, country: str, region: str, town: str
) -> HttpResponse:
    shelves = Shelves.of(request)
    code = shelves.region(country, region)
    if not code:
        return _unknown(request, shelves, region, shelves.country(country))
    return _town(request, shelves, code, town)


def _town(
    request: HttpRequest, shelves: Shelves, region: str, part: str
) -> HttpResponse:
    found = [town for town in towns([region]) if town.slug == part] if region else []
    if not found:
        return _unknown(request, shelves, part, region)
    return _shelf(request, "browse_town", shelves.town_page(found[0]), region)


def _unknown(
    request: HttpRequest, shelves: Shelves, part: str, region: str = ""
) -> HttpResponse:
    context = shelves.unknown_page(part, region)
    response = page(request, "browse_unknown", context, region=region, status=404)
    return unindexed(response)


def _shelf(
    request: HttpRequest, view: str, context: dict, region: str = ""
) -> HttpResponse:
    """The page; no search engine lists it while it may show samples."""
    response = page(request, view, context, region=region)
    return (
        unindexed(response)
        if response.context_data["holdings"].has_samples
        else response
    )
