"""What every public page is made with: its frame, and how it may be asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from .. import catalogues
from ..aid import aid_for
from ..search import holdings

View = Callable[..., HttpResponse]


def read_only(view: View) -> View:
    """Answers 405 to what is no reading: without this it would ask for a token first.

    The token would come from a cookie, and visitors have none.
    """
    return csrf_exempt(require_safe(view))


def sent_back(view: View) -> View:
    """Answers reading, and the form that the page holds, which carries its own token.

    Django's check wants a cookie, and visitors have none: the view has to look at
    `reporting.tokens` instead.
    """
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(view))


def page(
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


def unindexed(response: HttpResponse) -> HttpResponse:
    """Keep it out of search engines: one of endless pages, or not of a real clinic."""
    response["X-Robots-Tag"] = "noindex"
    if isinstance(response, TemplateResponse):
        # It has no address of record either: see templates/base.html.
        response.context_data["is_indexed"] = False
    return response
