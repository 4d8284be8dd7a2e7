"""What robots read: where they may go, and the map of the site in parts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control

from ..browsing.sitemap import Sitemap, index_xml, part_xml
from ..search import holdings
from .page import read_only

TEXT = "text/plain; charset=utf-8"
XML = "application/xml; charset=utf-8"
RULES = """\
User-agent: *
Disallow: /admin/
Disallow: /clinics.geojson
Disallow: /*/clinics.geojson
Disallow: /places/
Disallow: /*/places/
Disallow: /report/
Disallow: /*/report/
Disallow: /*/mine/

Sitemap: {sitemap}
"""


@read_only
def robots_txt(request: HttpRequest) -> HttpResponse:
    where = request.build_absolute_uri(reverse("sitemap"))
    return HttpResponse(RULES.format(sitemap=where), content_type=TEXT)


@read_only
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    told = index_xml(request, Sitemap(holdings.of(request)))
    return HttpResponse(told, content_type=XML)


@read_only
@cache_control(public=True, max_age=3600)
def sitemap_part(request: HttpRequest, part: str) -> HttpResponse:
    paths = Sitemap(holdings.of(request)).paths(part)
    if not paths:
        raise Http404
    return HttpResponse(part_xml(request, paths), content_type=XML)
