"""The public pages. None of them knows who asks: no user, no session, no cookie."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from . import catalogues, geojson
from .aid import aid_for
from .cards import cards
from .filters import ClinicFilter, FeatureFilter
from .gone import gone
from .links import Link
from .models import Clinic, Source
from .notes import notes
from .paging import Paging
from .profile import clinic_at, profile
from .search import find, holdings
from .search.query import SearchResults

# The day when a person last compared the explainer with the article behind it.
EXPLAINER_REVIEWED_ON = "2026-11-24"
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /clinics.geojson
Disallow: /places/
"""

View = Callable[..., HttpResponse]


def _read_only(view: View) -> View:
    """Answers 405 to what is no reading: without this it would ask for a token first.

    The token would come from a cookie, and visitors have none.
    """
    return csrf_exempt(require_safe(view))


@_read_only
def home(request: HttpRequest) -> HttpResponse:
    asked = ClinicFilter.empty(request)
    return _page(request, "home", {"asked": asked, "home_region": _home_region(asked)})


def _home_region(asked: ClinicFilter) -> Link | None:
    """The search for the region that the operator serves; None where none is set."""
    code = settings.LOCATOR_HOME_REGION
    if code not in asked.catalogues.regions:
        return None
    return Link(asked.catalogues.region_label(code), asked.links.url(region=code))


@_read_only
@cache_control(private=True)
def clinic_search(request: HttpRequest) -> HttpResponse:
    asked = ClinicFilter.of(request)
    results = find(asked.query) if asked.is_ready else SearchResults.none()
    context = {
        "asked": asked,
        "results": results,
        "cards": cards(results, asked),
        "notes": notes(asked, results),
        "page": Paging(results, asked.links),
    }
    response = _page(request, "clinic_search", context, region=asked.where.region)
    return _unindexed(response) if request.GET else response


@_read_only
@cache_control(private=True)
def clinic_geojson(request: HttpRequest) -> HttpResponse:
    asked = FeatureFilter.of(request)
    results = find(asked.query) if asked.is_ready else SearchResults.none()
    return _unindexed(geojson.collection(request, asked, results))


@_read_only
def clinic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One clinic: 301 from an old address, 410 for one withdrawn, 404 for a draft."""
    clinic = clinic_at(slug)
    if clinic is None or clinic.status == Clinic.Status.DRAFT:
        raise Http404
    if clinic.slug != slug:
        return redirect(clinic, permanent=True)
    if clinic.status == Clinic.Status.WITHDRAWN:
        context = gone(clinic, catalogues.of(request), now=timezone.now())
        return _page(
            request, "clinic_gone", context, region=clinic.region_id, status=410
        )
    told = profile(
        clinic,
        catalogues.of(request),
        now=timezone.now(),
        url=request.build_absolute_uri(clinic.get_absolute_url()),
    )
    context = {"clinic": clinic, "profile": told}
    response = _page(request, "clinic_detail", context, region=clinic.region_id)
    return _unindexed(response) if clinic.is_sample else response


@_read_only
def explainer(request: HttpRequest) -> HttpResponse:
    context = {"reviewed_on": EXPLAINER_REVIEWED_ON}
    return _page(request, "explainer", context)


@_read_only
def about(request: HttpRequest) -> HttpResponse:
    context = {"sources": list(Source.objects.all())}
    return _page(request, "about", context)


@_read_only
def robots_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def _page(
    request: HttpRequest,
    view: str,
    context: dict,
    *,
    region: str | None = None,
    status: int = 200,
) -> TemplateResponse:
    """The template of `view`, with what every page holds; `region` as for `aid_for`."""
    known = catalogues.of(request)
    shared = {
        "catalogues": known,
        "holdings": holdings.of(request),
        "aid": aid_for(known, region or ""),
    }
    return TemplateResponse(
        request, f"locator/{view}.html", {**shared, **context}, status=status
    )


def _unindexed(response: HttpResponse) -> HttpResponse:
    """Keep it out of search engines: one of endless pages, or not of a real clinic."""
    response["X-Robots-Tag"] = "noindex"
    return response
