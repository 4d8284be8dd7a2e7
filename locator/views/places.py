"""Places that the box of the place suggests while somebody types."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from .. import catalogues
from ..conditional import conditional
from ..places.completing import complete
from .page import read_only, unindexed

# What places there are changes with a release; what somebody types is their own.
KEPT_FOR = 3600


@read_only
@conditional(max_age=KEPT_FOR)
def places(request: HttpRequest) -> HttpResponse:
    """The text of each place for the box, and how it reads; none for no text."""
    suggested = complete(
        request.GET.get("q", ""),
        home=settings.LOCATOR_HOME_COUNTRY,
        catalogues=catalogues.of(request),
    )
    told = [
        {
            "place": each.text,
            "name": each.name,
            "detail": each.detail,
            "kind": each.place.kind,
        }
        for each in suggested
    ]
    return unindexed(JsonResponse({"places": told}))
