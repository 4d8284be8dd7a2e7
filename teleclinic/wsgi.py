"""What a WSGI server serves, as `manage.py serve` does."""

import logging
import os
import re
from collections.abc import Callable, Iterable

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from .bodies import Bodies, BodyError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teleclinic.settings")
os.environ.setdefault("LOCATOR_STATEMENT_SECONDS", "30")

logger = logging.getLogger(__name__)

# The largest body in bytes of what visitors send; the desk takes whole files.
VISITORS_BODY = 256 * 1024
# What a form around a file may add to the file.
ENVELOPE = 1024 * 1024

KIND = re.compile(r"\s*([\w.+-]+/[\w.+-]+)\s*(?:;|\Z)", re.ASCII)
BOUNDARY = re.compile(r';\s*boundary=("[^"\r\n]{1,200}"|[^\s;,"]{1,200})', re.I)

_site = get_wsgi_application()
_bodies = Bodies(max(1, settings.LOCATOR_THREADS // 2))


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """The site; what would break it before any page of its own is answered here."""
    environ["CONTENT_TYPE"] = plain_type(environ.get("CONTENT_TYPE") or "")
    if _is_too_large(environ):
        return _answer(start_response, "413 Content Too Large", TOO_LARGE)
    try:
        # No other method is asked for its body.
        if environ["REQUEST_METHOD"] != "POST":
            return _site(environ, start_response)
        with _bodies.take(environ["wsgi.input"], _length(environ)) as body:
            return _site({**environ, "wsgi.input": body}, start_response)
    except BodyError as error:
        return _answer(start_response, error.status, NOT_READ)
    except Exception:
        # The server would print the error's own words, which may repeat a query.
        logger.exception("A request broke outside of every page")
        return _answer(start_response, "500 Internal Server Error", BROKEN)


def plain_type(told: str) -> str:
    """A Content-Type by its kind and its boundary alone.

    Words are UTF-8 here, whatever `charset=` says: Django would look it up and fail
    over codecs that are none of text, such as "hex".
    """
    kind = KIND.match(told)
    boundary = BOUNDARY.search(told)
    return (kind[1] if kind else "") + (boundary[0] if kind and boundary else "")


def _is_too_large(environ: dict) -> bool:
    """Whether the body is larger than any that this address takes.

    A body of no told length is an empty one to Django.
    """
    at_the_desk = environ.get("PATH_INFO", "").startswith("/admin/")
    largest = settings.LOCATOR_LARGEST_UPLOAD * 1024 * 1024 + ENVELOPE
    return _length(environ) > (largest if at_the_desk else VISITORS_BODY)


def _length(environ: dict) -> int:
    """How many bytes the body says that it has."""
    told = environ.get("CONTENT_LENGTH") or "0"
    return int(told[:20]) if told.isascii() and told.isdecimal() else 0


TOO_LARGE = "This is too large to be sent here. Shorten it, or send a smaller file.\n"
NOT_READ = "What you sent did not arrive. Please send it again in a minute.\n"
BROKEN = "Something went wrong. In an emergency, call your local emergency number.\n"


def _answer(start_response: Callable, status: str, sentence: str) -> list[bytes]:
    start_response(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ],
    )
    return [sentence.encode()]
