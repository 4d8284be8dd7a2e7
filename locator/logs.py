"""What the site writes of its own running: never who asked, nor for what."""

import logging
import traceback
from collections.abc import Iterator
from http import HTTPStatus
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve


def client_address(request: HttpRequest) -> str | None:
    """The address that wrong passwords are counted by, None where unclear. Not logged.

    Behind the operator's proxy the last of X-Forwarded-For: that one it wrote itself.
    """
    if settings.LOCATOR_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        return _address(forwarded.rpartition(",")[2])
    return _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None


def anonymous(*_client: object) -> str:
    """What django-axes calls a client in its log, whatever it knows of it."""
    return "a client"


class RefusalFilter(logging.Filter):
    """Leaves of a refused request only the kind of refusal.

    Django's own sentence repeats the host, origin or value that was refused.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = "Refused a request: %s"
        record.args = (record.name.rpartition(".")[2],)
        record.exc_info = record.exc_text = record.request = None
        return True


class PrivateFormatter(logging.Formatter):
    """What failed, by the pattern of its address and by the kind of error alone.

    An address may hold a secret or a place, and an error's words repeat a query.
    """

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            status = getattr(record, "status_code", None)
            said = f"{_phrase(status)}: {route(request)}"
            record = logging.makeLogRecord(vars(record) | {"msg": said, "args": ()})
        return super().format(record)

    def formatException(self, ei) -> str:  # noqa: N802
        return "\n".join(
            "".join(traceback.format_tb(error.__traceback__))
            + f"{type(error).__module__}.{type(error).__qualname__}"
            for error in _causes_first(ei[1])
        )


def route(request: HttpRequest) -> str:
    """The pattern of the address that was asked, and nothing that stands in its place.

    As "clinics/<slug:slug>/"; "no page" where there is none.
    """
    try:
        return (request.resolver_match or resolve(request.path_info)).route
    except Resolver404:
        return "no page"


def _phrase(status: int | None) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "A request"


def _causes_first(error: BaseException | None) -> Iterator[BaseException]:
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return reversed(chain)
