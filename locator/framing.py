"""Who may show the site in a frame: nobody, or whom the operator names."""

from collections.abc import Callable

from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

View = Callable[[HttpRequest], HttpResponse]


def allow_framing(get_response: View) -> View:
    """Middleware: LOCATOR_FRAME_ANCESTORS may frame the public pages, not the admin."""
    if not settings.LOCATOR_FRAME_ANCESTORS:
        raise MiddlewareNotUsed
    name_them = csp_replace({"frame-ancestors": settings.LOCATOR_FRAME_ANCESTORS})
    framed = xframe_options_exempt(name_them(get_response))

    def middleware(request: HttpRequest) -> HttpResponse:
        is_admin = request.path.startswith(reverse("admin:index"))
        return get_response(request) if is_admin else framed(request)

    return middleware
