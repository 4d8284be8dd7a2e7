"""How much one address may ask: what is longer is refused before anything reads it."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .errors import not_text, too_long

# As proxies have it. All options of the form at once take about half of this.
MOST_CHARACTERS = 8192
# Far more than the form has options.
MOST_PARAMETERS = 400

View = Callable[[HttpRequest], HttpResponse]


def refuse_excess(get_response: View) -> View:
    """Middleware: 414 to a long address, 400 to many parameters or to what is no text.

    PostgreSQL takes a null byte in no text, and no field looks for one in a path. What
    a parameter may say is checked beside its field. The desk, whose addresses list
    what was chosen, has bounds of its own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return _refusal(request) or get_response(request)

    return middleware


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.path_info.startswith(settings.SESSION_COOKIE_PATH):
        return None
    query = request.META.get("QUERY_STRING", "")
    if len(request.path_info) + len(query) > MOST_CHARACTERS:
        return too_long(request, 414)
    if query.count("&") >= MOST_PARAMETERS:
        return too_long(request, 400)
    if not (_is_text_of_path(request.path_info) and _is_text(query)):
        return not_text(request)
    return None


def _is_text_of_path(path: str) -> bool:
    # Of bytes that are no UTF-8 Django has made %FF again; no path of ours has a "%".
    return "\0" not in path and "%" not in path


def _is_text(query: str) -> bool:
    """Whether it is UTF-8, which Django would mend unsaid."""
    try:
        unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeError:
        return False
    return True
