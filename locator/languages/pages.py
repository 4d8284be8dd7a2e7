"""Which language a page is in, and the same page in the others.

The address alone decides: `/es/…` is Spanish, and without a prefix it is the first of
`LOCATOR_LANGUAGES`, whatever a browser asks for. What a browser asks is only offered.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.text import capfirst
from django.utils.translation import (
    get_language_from_path,
    get_language_info,
    get_supported_language_variant,
    override,
)
from django.utils.translation.trans_real import parse_accept_lang_header

# What the strings of the code are written in; it needs no review.
SOURCE_LANGUAGE = "en"

View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Edition:
    """A page in one language; `native_name` is the language's own, as in a sentence."""

    code: str
    native_name: str
    url: str
    is_current: bool

    @property
    def name(self) -> str:
        """The native name, standing alone."""
        return capfirst(self.native_name)


def language_of_the_address(get_response: View) -> View:
    """Middleware: the language of the address, for the page and for its errors.

    Django's own keeps a choice in a cookie, which no visitor of ours is to have.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        prefix = get_language_from_path(request.path_info)
        is_desk = request.path.startswith(reverse("admin:index"))
        language = _of_the_desk() if is_desk else prefix or settings.LANGUAGE_CODE
        if may_offer := not prefix and not is_desk and len(settings.LANGUAGES) > 1:
            request.offered_language = _wanted(request, language)
        with override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        if may_offer and response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def _of_the_desk() -> str:
    """English, unless the site has none: the desk is not translated."""
    codes = dict(settings.LANGUAGES)
    return SOURCE_LANGUAGE if SOURCE_LANGUAGE in codes else settings.LANGUAGE_CODE


def _wanted(request: HttpRequest, language: str) -> str:
    """The first of our languages that the browser asks for; "" where it has it."""
    header = request.headers.get("Accept-Language", "")
    for asked, _quality in parse_accept_lang_header(header):
        try:
            found = get_supported_language_variant(asked)
        except LookupError:
            continue
        return "" if found == language else found
    return ""


def editions(
    request: HttpRequest | None, current: str, *, is_whole: bool = False
) -> list[Edition]:
    """The page of `request` in each language; of no request, the home pages.

    Their addresses are paths with the query of the request; whole ones have the host
    and no query.
    """
    return [
        Edition(
            code=code,
            native_name=get_language_info(code)["name_local"],
            url=_whole(request, code) if is_whole else address(request, code),
            is_current=code == current,
        )
        for code, _name in settings.LANGUAGES
    ]


def _whole(request: HttpRequest, language: str) -> str:
    path = address(request, language).partition("?")[0]
    return request.build_absolute_uri(path)


def address(request: HttpRequest | None, language: str) -> str:
    """Path and query of the page of `request` in `language`; of none, its home page."""
    with override(language):
        home = reverse("locator:home")
    if request is None:
        return home
    path, query = escape_uri_path(request.path_info), request.META.get("QUERY_STRING")
    prefix = get_language_from_path(request.path_info)
    rest = path.lstrip("/")
    if prefix and prefix != settings.LANGUAGE_CODE:
        # Two slashes would begin the name of another host.
        rest = rest.partition("/")[2].lstrip("/")
    return f"{home}{rest}" + (f"?{iri_to_uri(query)}" if query else "")


def needs_review(language: str) -> bool:
    """Whether no native speaker has read the site in `language` yet."""
    return language not in (SOURCE_LANGUAGE, *settings.LOCATOR_REVIEWED_LANGUAGES)
