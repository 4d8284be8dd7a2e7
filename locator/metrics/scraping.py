"""Measures each request, and tells Prometheus what all of them came to."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from .meters import Meters, is_on, meters
from .searches import Remembered, count_failed_search

PATH = "/metrics"
SEARCHES = ("clinic_search", "clinic_geojson")
# What an answer came to, by the hundreds of its status and by some of their own.
OUTCOMES = {2: "ok", 3: "redirect", 4: "refused", 5: "failed"}
OUTCOME_OF = {304: "not_modified", 404: "not_found", 410: "not_found", 429: "limited"}

View = Callable[[HttpRequest], HttpResponse]


def measure(get_response: View) -> View:
    """Middleware: times every request, and answers `/metrics` to who has the token.

    Before anything that looks at the host or the scheme: Prometheus asks from inside.
    """
    if not is_on():
        raise MiddlewareNotUsed
    remembered = Remembered()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH:
            return _told(request)
        began = time.perf_counter()
        response = get_response(request)
        _note(request, response, time.perf_counter() - began)
        remembered.count()
        return response

    return middleware


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    view, outcome = view_of(request, response), outcome_of(response)
    meters().requests.labels(view, outcome).observe(seconds)
    if view in SEARCHES and outcome == "failed":
        count_failed_search()


def view_of(request: HttpRequest, response: HttpResponse) -> str:
    """The view by its name in the addresses, never by the address that was asked.

    All of the desk is one, and so are files, and what was answered before any view.
    """
    match = request.resolver_match
    if match is None:
        is_file = request.path_info.startswith(settings.STATIC_URL)
        return "static" if is_file and response.status_code < 400 else "none"
    if match.namespace == "admin":
        return "admin"
    return match.url_name or "none"


def outcome_of(response: HttpResponse) -> str:
    status = response.status_code
    return OUTCOME_OF.get(status) or OUTCOMES.get(status // 100, "failed")


def _told(request: HttpRequest) -> HttpResponse:
    token = f"Bearer {settings.LOCATOR_METRICS_TOKEN}"
    if not constant_time_compare(request.headers.get("Authorization", ""), token):
        response = HttpResponse("The token is missing or wrong.\n", status=401)
        response["WWW-Authenticate"] = "Bearer"
        kind = "text/plain; charset=utf-8"
    else:
        from prometheus_client import CONTENT_TYPE_LATEST as kind  # noqa: N811

        response = HttpResponse(exposition(meters()))
    response["Content-Type"] = kind
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def exposition(measured: Meters) -> bytes:
    """Everything that there is to tell now, as Prometheus reads it."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    from .state import State

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(measured.folder))
    registry.register(State())
    return generate_latest(registry)
