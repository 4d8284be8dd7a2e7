"""The pages for when something went wrong. None of these reads the database."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .brand import brand
from .replicas.failing import is_away, is_busy

# Programs read what these answer: an error is JSON there too.
FOR_MACHINES = {"locator:clinic_geojson", "locator:places"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request makes no sense, or asks for a host that is not ours."""
    if not _is_for_machines(request):
        return _page("400.html", 400)
    said = _(
        "Something in the address is not as it should be. Starting anew usually helps."
    )
    return _json(400, address=said)


def not_text(request: HttpRequest) -> HttpResponse:
    """The address holds bytes that stand for no text."""
    if not _is_for_machines(request):
        return _page("400.html", 400)
    return _json(400, address=_("Write the address in UTF-8, without null bytes."))


def too_long(request: HttpRequest, status: int) -> HttpResponse:
    """The address asks more than is read: it is too long, or says too many things."""
    if not _is_for_machines(request):
        return _page("414.html", status)
    said = _(
        "It asks more than we can read at once. Choose fewer answers, write fewer "
        "words, or start anew."
    )
    return _json(status, address=said)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """Whoever asks has to wait so long before anything is searched for them again."""
    if _is_for_machines(request):
        said = ngettext(
            "These are too many requests. Ask again in %(seconds)d second.",
            "These are too many requests. Ask again in %(seconds)d seconds.",
            seconds,
        )
        response = _json(429, requests=said % {"seconds": seconds})
    else:
        response = _page("429.html", 429, seconds=seconds)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke; where it was the database that is away, the page says that."""
    error = sys.exception()
    if is_away(error):
        return database_away(request, error)
    if not _is_for_machines(request):
        return _page("500.html", 500)
    said = _(
        "It is not about what you asked, and it does not mean that there are no "
        "clinics."
    )
    return _json(500, site=said)


def database_away(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The directory cannot be read now; the same request may work in a minute.

    It keeps the `database_error`, by which another database may be asked instead.
    """
    if request.path_info.startswith("/admin/"):
        response = _page("admin/database_away.html", 503, is_busy=is_busy(error))
    elif _is_for_machines(request):
        said = _(
            "Our database is away for a moment. It does not mean that there are no "
            "clinics."
        )
        response = _json(503, directory=said)
    else:
        response = _page("503.html", 503)
    response.database_error = error
    response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    return response


def _is_for_machines(request: HttpRequest) -> bool:
    try:
        asked = request.resolver_match or resolve(request.path_info)
        return asked.view_name in FOR_MACHINES
    except Resolver404:
        return False


def _json(status: int, **errors: str) -> HttpResponse:
    """What is wrong, by what it is about, as a search says it of its parameters."""
    said = {about: [sentence] for about, sentence in errors.items()}
    return JsonResponse({"errors": said}, status=status)


def _page(template: str, status: int, **context: object) -> HttpResponse:
    # Without the request: no context processor runs, nothing is asked of a database.
    try:
        return HttpResponse(
            loader.get_template(template).render({**brand(), **context}),
            status=status,
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
