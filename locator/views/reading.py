"""What there is to read: the explainer, and about the site."""

from django.http import HttpRequest, HttpResponse

from .. import catalogues
from ..glossary import glossary
from ..models import Source
from .page import page, read_only

# The day when a person last compared the explainer with the article behind it.
EXPLAINER_REVIEWED_ON = "2026-11-24"


@read_only
def explainer(request: HttpRequest) -> HttpResponse:
    context = {
        "reviewed_on": EXPLAINER_REVIEWED_ON,
        "glossary": glossary(catalogues.of(request)),
    }
    return page(request, "explainer", context)


@read_only
def about(request: HttpRequest) -> HttpResponse:
    context = {"sources": list(Source.objects.all())}
    return page(request, "about", context)
