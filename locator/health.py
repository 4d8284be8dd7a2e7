"""Whether the site is up, and what visitors get while its database is not."""

import logging
from collections.abc import Callable
from functools import cache

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse

from . import replicas
from .errors import database_away
from .replicas.failing import is_away

logger = logging.getLogger(__name__)


def answer_probes(get_response: Callable) -> Callable:
    """Middleware: `/healthz` and `/readyz`, whatever host, scheme or database.

    It stands first, since a probe asks by address over plain HTTP.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return _plain("ok", 200)
        if request.path == "/readyz":
            return _plain(*readiness())
        return get_response(request)

    return middleware


def _plain(text: str, status: int) -> HttpResponse:
    response = HttpResponse(
        f"{text}\n", content_type="text/plain; charset=utf-8", status=status
    )
    response["Cache-Control"] = "no-store"
    # The middleware that says so on every other answer stands behind this one.
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def readiness() -> tuple[str, int]:
    """What there is to say of the site, and 200 where it serves visitors, else 503.

    It does as long as one database can be read, be it a replica alone.
    """
    for name in replicas.servers():
        try:
            with replicas.only(name):
                applied = MigrationRecorder(connection).applied_migrations()
        except (DatabaseError, InterfaceError) as error:
            _log(error)
            continue
        if _latest_migrations() - set(applied):
            return "the database is not migrated", 503
        told = [
            f"{each.name} is {each.why}"
            for each in replicas.states()
            if each.is_trouble
        ]
        return f"ready, but {', '.join(told)}" if told else "ready", 200
    return "the database is away", 503


@cache
def _latest_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


class DatabaseAway:
    """Middleware: while the database is away, a page that says so, with status 503.

    What comes from outside a view ends in `errors.server_error`, which says the same.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not is_away(exception):
            return None
        _log(exception)
        return database_away(request, exception)


def _log(error: Exception) -> None:
    # By its code: the drivers' sentences hold addresses and values.
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    logger.error("The database is away: %s", code or type(cause or error).__name__)
