"""The pages for when something went wrong. None of these reads the database."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from .brand import brand

DATABASE_AWAY = (InterfaceError, OperationalError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense, or asks for a host that is not ours."""
    return _page("400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke; where it was the database that is away, the page says that."""
    if isinstance(sys.exception(), DATABASE_AWAY):
        return database_away()
    return _page("500.html", 500)


def database_away() -> HttpResponse:
    """The directory cannot be read now; the same request may work in a minute."""
    response = _page("503.html", 503)
    response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    return response


def _page(template: str, status: int) -> HttpResponse:
    # Without the request: no context processor runs, nothing is asked of a database.
    try:
        return HttpResponse(
            loader.get_template(template).render(brand()), status=status
        )
    except Exception:
        # A page about an error must not fail over the page's own error.
        return HttpResponse(
            _(
                "Something went wrong. In an emergency, call your local emergency "
                "number."
            ),
            content_type="text/plain; charset=utf-8",
            status=status,
        )
