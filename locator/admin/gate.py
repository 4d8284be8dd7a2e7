"""What stands before every page of the desk: middleware for /admin/ alone."""

import datetime
from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext

from ..models import User

SEEN = "seen_at"
# Each note writes a row; a minute more or less is no matter.
NOTED_EVERY = datetime.timedelta(minutes=1)

Get = Callable[[HttpRequest], HttpResponse]


def refuse_nulls(get_response: Get) -> Get:
    """Answer 400 to a null byte, which PostgreSQL takes in no text.

    Filters of lists, ids in addresses and hidden fields reach queries as they came. To
    look for it, all that is sent is read; so what is larger than the files that people
    may send is refused unread, for anybody may send it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if _is_of_desk(request) and _length(request) > _most_bytes():
            raise RequestDataTooBig("More than the desk takes at once.")
        if _is_of_desk(request) and any("\0" in text for text in _texts(request)):
            raise BadRequest("A null byte in a request to the desk.")
        return get_response(request)

    return middleware


def _is_of_desk(request: HttpRequest) -> bool:
    return request.path_info.startswith(settings.SESSION_COOKIE_PATH)


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdecimal() else 0


def _most_bytes() -> int:
    """Room for a file and a second one that explains it, and the fields beside."""
    return (2 * settings.LOCATOR_LARGEST_UPLOAD + 1) * 1024 * 1024


def _texts(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    for sent in (request.GET, request.POST):
        for name, values in sent.lists():
            yield name
            yield from values


def end_idle_sessions(get_response: Get) -> Get:
    """Sign out whoever did nothing at the desk for LOCATOR_IDLE_MINUTES."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _is_of_desk(request) and request.user.is_authenticated:
            _note_or_end(request, timezone.now())
        return get_response(request)

    return middleware


def _note_or_end(request: HttpRequest, now: datetime.datetime) -> None:
    noted = request.session.get(SEEN)
    # A session is as old as the sign-in that made it, until something is noted.
    seen = parse_datetime(noted) if noted else request.user.last_login or now
    if now - seen > datetime.timedelta(minutes=settings.LOCATOR_IDLE_MINUTES):
        logout(request)
        messages.info(request, _signed_out(settings.LOCATOR_IDLE_MINUTES))
    elif now - seen > NOTED_EVERY:
        request.session[SEEN] = now.isoformat()


def _signed_out(minutes: int) -> str:
    said = ngettext(
        "You were signed out after %d minute without a click.",
        "You were signed out after %d minutes without a click.",
        minutes,
    )
    return said % minutes


def begin(request: HttpRequest) -> None:
    """Let the session that a sign-in just opened end in LOCATOR_SESSION_HOURS."""
    now = timezone.now()
    request.session[SEEN] = now.isoformat()
    # As a time, not as a span: that one would begin anew whenever it is written.
    request.session.set_expiry(
        now + datetime.timedelta(hours=settings.LOCATOR_SESSION_HOURS)
    )


def end_all(person: User) -> None:
    """End every session of `person`, wherever it is open.

    A deactivated person has none that works; without this, theirs would work again
    once they are active.
    """
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()
