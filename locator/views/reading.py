"""What there is to read: the explainer, and about the site."""

from django.http import HttpRequest, HttpResponse

from ..conditional import A_WHILE, conditional
from ..explaining.choosing import Choosing
from ..explaining.glossary import glossary
from ..explaining.offers import Offers
from ..models import Source
from .page import page, read_only, unindexed

# The day when a person last compared the explainer with the article behind it.
EXPLAINER_REVIEWED_ON = "2026-11-24"


@read_only
@conditional(public=True, max_age=A_WHILE)
def explainer(request: HttpRequest) -> HttpResponse:
    choosing = Choosing.of(request)
    here = choosing.here
    context = {
        "reviewed_on": EXPLAINER_REVIEWED_ON,
        "choosing": choosing,
        "here": here,
        "offers": Offers.of(request, here),
        "glossary": glossary(here.catalogues),
    }
    response = page(request, "explainer", context, region=here.where.region)
    return unindexed(response) if request.GET else response


@read_only
@conditional(public=True, max_age=A_WHILE)
def about(request: HttpRequest) -> HttpResponse:
    context = {"sources": list(Source.objects.all())}
    return page(request, "about", context)
