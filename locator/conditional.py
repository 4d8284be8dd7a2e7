"""Answers that a browser may keep, and that are made again only once they changed.

Each has a tag of all that it is made of: the data by its versions, the question, the
language, the moment, and how this release tells it. The tag is known before anything
is searched, so that who has the answer already costs one query.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import cache, wraps
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from django.utils.translation import get_language

from .models import DataVersion
from .moment import moment

View = Callable[..., HttpResponse]

# For what asks nothing of a visitor; no longer, for the data may change.
A_WHILE = 300  # seconds


def conditional(*, public: bool = False, max_age: int = 0) -> Callable[[View], View]:
    """Decorator: the answer holds until it changes, and 304 says that it does.

    A cache on the way may keep what is `public`, unless the address asks something: a
    place or a need is the visitor's own. `max_age` is in seconds; for 0 a browser asks
    each time. An answer that is no 200 has no tag.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def with_tag(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            is_shared = public and not request.META.get("QUERY_STRING")
            tag = tag_of(request)
            if tag and _is_held(request, tag):
                response = _still_holds(request)
            else:
                response = view(request, *args, **kwargs)
            if tag and response.status_code in (200, 304):
                response.headers["ETag"] = tag
            _say_who_keeps(response, is_shared=is_shared, max_age=max_age)
            return response

        return with_tag

    return decorated


def tag_of(request: HttpRequest) -> str:
    """What tells this answer to `request` from any other; "" where nothing does.

    Nobody without the site's key can tell from it what was asked.
    """
    # What a geocoder elsewhere answers has no version, nor has a file being edited.
    if settings.DEBUG or settings.LOCATOR_GEOCODER:
        return ""
    told = (
        sorted(DataVersion.of(request).items()),
        moment().isoformat(),
        request.scheme,
        request.get_host(),
        request.get_full_path(),
        get_language(),
        getattr(request, "offered_language", ""),
        release(),
    )
    # Weak: compression changes the bytes and not what they say.
    return f'W/"{salted_hmac(__name__, repr(told)).hexdigest()[:32]}"'


def _is_held(request: HttpRequest, tag: str) -> bool:
    """Whether the browser says that it has the answer of `tag`.

    "*" asks whether there is any, which nobody knows before it is made.
    """
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return any(each.removeprefix("W/") == tag.removeprefix("W/") for each in held)


def _still_holds(request: HttpRequest) -> HttpResponse:
    response = HttpResponseNotModified()
    if hasattr(request, "offered_language"):
        patch_vary_headers(response, ["Accept-Language"])
    return response


def _say_who_keeps(response: HttpResponse, *, is_shared: bool, max_age: int) -> None:
    whose = {"public": True} if is_shared else {"private": True}
    if response.status_code not in (200, 304):
        return  # `keep_no_errors` says it
    if max_age:
        patch_cache_control(response, **whose, max_age=max_age)
    else:
        patch_cache_control(response, **whose, no_cache=True)


def keep_no_errors(get_response: View) -> View:
    """Middleware: no cache keeps an error or a way elsewhere, unless it says more.

    Where a question is sent on to repeats the question, and 301 may be kept for ever.
    It stands before what sends plain HTTP on to HTTPS.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        status = response.status_code
        if status >= 400:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        elif status >= 300 and status != 304:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


# --- How this release tells it -----------------------------------------------------


@cache
def release() -> str:
    """What the pages of this process are made by: the same in every worker.

    Code, templates, words, packages, names of static files, and settings.
    """
    made_by = hashlib.sha256()
    for path in _files():
        made_by.update(path.read_bytes())
    made_by.update(repr(sorted(_settings())).encode())
    made_by.update(repr(sorted(_packages())).encode())
    made_by.update(str(getattr(staticfiles_storage, "manifest_hash", "")).encode())
    return made_by.hexdigest()


def _files() -> Iterator[Path]:
    here = Path(__file__).parent
    yield from sorted(here.rglob("*.py"))
    folders = dict.fromkeys(
        Path(folder) for engine in settings.TEMPLATES for folder in engine["DIRS"]
    )
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).rglob("*.mo"))


def _settings() -> Iterator[tuple[str, str]]:
    for name in dir(settings):
        if name.startswith("LOCATOR_") or name in ("LANGUAGES", "STATIC_URL"):
            yield name, repr(getattr(settings, name))


def _packages() -> Iterator[str]:
    for package in metadata.distributions():
        # One that is being installed just now may have no name yet.
        yield f"{package.name} {package.version}"
