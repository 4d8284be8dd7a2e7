"""What there is to read: the explainer, about the site, and the rules for robots."""

from django.http import HttpRequest, HttpResponse

from ..models import Source
from .page import page, read_only

# The day when a person last compared the explainer with the article behind it.
EXPLAINER_REVIEWED_ON = "2026-11-24"
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /clinics.geojson
Disallow: /*/clinics.geojson
Disallow: /places/
Disallow: /*/places/
"""


@read_only
def explainer(request: HttpRequest) -> HttpResponse:
    context = {"reviewed_on": EXPLAINER_REVIEWED_ON}
    return page(request, "explainer", context)


@read_only
def about(request: HttpRequest) -> HttpResponse:
    context = {"sources": list(Source.objects.all())}
    return page(request, "about", context)


@read_only
def robots_txt(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
