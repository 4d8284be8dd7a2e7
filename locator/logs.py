"""What the site writes of its own running: never who asked, nor for what."""

import logging
import traceback
from collections.abc import Iterator
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


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
        record.exc_info = record.exc_text = None
        return True


class PrivateFormatter(logging.Formatter):
    """Tracebacks by place and kind of error alone: its words may repeat a query."""

    def formatException(self, ei) -> str:  # noqa: N802
        return "\n".join(
            "".join(traceback.format_tb(error.__traceback__))
            + f"{type(error).__module__}.{type(error).__qualname__}"
            for error in _causes_first(ei[1])
        )


def _causes_first(error: BaseException | None) -> Iterator[BaseException]:
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return reversed(chain)
