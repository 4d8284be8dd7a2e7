"""A form that a visitor sends: from our page, by a person, once, not too often."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from ..logs import client_address
from . import tokens
from .forms import TOKEN, TRAP, Form
from .taking import ReadOnlyError, TooManyError, take

PURPOSE = "report"
# Typing takes longer than this, and no page stays open for longer than that.
LEAST_SECONDS, MOST_SECONDS = 3, 2 * 60 * 60
# Far more than all fields together can hold, in any script.
MOST_BYTES = 64 * 1024


@dataclass(slots=True)
class Sheet:
    """A form as its page shows it: empty, taken, or with what is wrong with it.

    `problem` is a sentence that is about no single field, `retry_after` a number of
    seconds where there is a time to wait for.
    """

    form: Form
    token: str
    status: int = 200
    problem: str = ""
    retry_after: int = 0
    is_taken: bool = False


def receive(
    request: HttpRequest, make: Callable[[QueryDict | None], Form], subject: Any
) -> Sheet:
    """The form of `make` for `request`, and where it was sent, what became of it.

    `subject`, plain JSON, is what its token stands for: nothing else is taken by it.
    """
    token = tokens.sign(PURPOSE, subject)
    if request.method != "POST":
        return Sheet(make(None), token)
    if _length(request) > MOST_BYTES:
        told = _("This is longer than we can take. Please tell us the main thing.")
        return Sheet(make(None), token, 413, told)
    sheet = Sheet(make(request.POST), token)
    if request.POST.get(TRAP):
        # Only a machine fills in what nobody sees; it is told what people are told.
        sheet.is_taken = True
        return sheet
    sheet.status, sheet.problem = _refusal(request, sheet, subject)
    if not sheet.problem and sheet.form.is_valid():
        _take(request, sheet)
    return sheet


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _refusal(request: HttpRequest, sheet: Sheet, subject: Any) -> tuple[int, str]:
    """Status and sentence where it is not from a person at our page; 200 and ""."""
    if not tokens.is_own_origin(request):
        return 403, _(
            "Your browser does not say that this comes from our page, so we have not "
            "taken it. Please send it again from here."
        )
    sent = request.POST.get(TOKEN, "")
    try:
        if tokens.read(PURPOSE, sent, MOST_SECONDS) != subject:
            return 400, _("This was written on another page. Please send it again.")
    except tokens.TokenError as error:
        return 400, str(error)
    if tokens.is_younger(PURPOSE, sent, LEAST_SECONDS):
        # The same token once more: it will be old enough by then.
        sheet.token = sent
        return 400, _("That was very quick. Please look over it and send it again.")
    return 200, ""


def _take(request: HttpRequest, sheet: Sheet) -> None:
    report = sheet.form.report()
    report.language = request.LANGUAGE_CODE
    try:
        take(report, address=client_address(request), now=timezone.now())
    except TooManyError as error:
        sheet.status, sheet.problem = 429, str(error)
        sheet.retry_after = error.seconds
    except ReadOnlyError as error:
        sheet.status, sheet.problem = 503, str(error)
        sheet.retry_after = error.seconds
    else:
        sheet.is_taken = True
