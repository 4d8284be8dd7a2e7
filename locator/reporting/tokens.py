"""What a form for visitors carries in place of a cookie, and where it may come from."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.http import is_same_domain
from django.utils.translation import gettext as _

# Ours are far shorter: nobody makes us hash more than this.
LONGEST_TOKEN = 500


class TokenError(ValueError):
    """A token that stands for nothing here, or no longer; its text is a sentence."""


class ExpiredError(TokenError):
    """A token that was ours, too long ago."""


def sign(purpose: str, subject: Any) -> str:
    """A token that stands for `subject`, plain JSON, from now on, for `purpose` alone.

    It may stand in an address, and anybody can read the subject in it.
    """
    return _signer(purpose).sign_object(subject, compress=False)


def read(purpose: str, token: str, max_age: float) -> Any:
    """The subject of `token`; TokenError where it is none, or older than `max_age` s.

    ExpiredError, which is one, where only its age is wrong.
    """
    try:
        if len(token) > LONGEST_TOKEN:
            raise signing.BadSignature
        return _signer(purpose).unsign_object(token, max_age=max_age)
    except signing.SignatureExpired:
        raise ExpiredError(
            _("This page was open for too long. Please send it again.")
        ) from None
    except signing.BadSignature:
        raise TokenError(
            _("This does not come from our page. Please open the page anew.")
        ) from None


def is_younger(purpose: str, token: str, seconds: float) -> bool:
    """Whether `token` was made less than `seconds` ago; no for what is no token."""
    try:
        read(purpose, token, seconds)
    except TokenError:
        return False
    return True


def is_own_origin(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent `request`.

    By Origin, else by Referer; where neither is told, it is not.
    """
    told = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        told = urlsplit(told)
    except ValueError:
        return False
    own = [f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS]
    return any(_is_of(told.scheme, told.netloc, origin) for origin in own)


def _is_of(scheme: str, host: str, origin: str) -> bool:
    """Whether scheme and host are those of `origin`, whose host may begin with "*."."""
    own_scheme, _between, own_host = origin.partition("://")
    return scheme == own_scheme and is_same_domain(host, own_host.removeprefix("*"))


def _signer(purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"locator.reporting.{purpose}")
