"""Opening hours at the desk: read out in words, and written by a table of the week.

The table shows what repeats every week, twice a day at most. What says more (a season,
a comment, a holiday with hours of its own) is read out and left as it is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from opening_hours import OpeningHours, ParserError, State

from .. import hours, places
from ..models.region import country_of
from .site import site

CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MOST_SPANS = 2
# A Monday, and a week without a public holiday in the country below, nor one after it.
A_MONDAY = datetime(2026, 3, 2)
A_DAY = timedelta(days=1)
# Any country whose holidays are known tells "PH off" from nothing.
COUNTRY = "US"
DAYS_COMPARED = 400
LATEST_END_OF_A_NIGHT = time(12)

Span = tuple[str, str]
Spans = tuple[Span, ...]

# All that a week can be made of. More digits in a row are a year.
_WEEKLY = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|off|closed|open|24/7|[\d:,;\s-])*")
_YEAR = re.compile(r"\d{3}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Weekly:
    """Hours that repeat every week: of each day from Monday, opening and closing.

    Times are "09:00"; what closes at or before its opening does so on the next day.
    """

    days: tuple[Spans, ...]
    closed_on_holidays: bool = False


class WeekError(ValueError):
    """A table of the week that says no hours; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Opening hours in words: `lines` of when and what, `now` whether it is open.

    `problem` says why they cannot be read. `weekly` is None where the table of the week
    cannot show them. `is_by_day`: the lines are the coming days, not every week's.
    """

    problem: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    now: str = ""
    weekly: Weekly | None = None
    is_by_day: bool = False


# --- The table and the syntax ------------------------------------------------------


def written(weekly: Weekly) -> str:
    """`weekly` in OpenStreetMap's syntax; "" where it is never open."""
    by_spans: dict[Spans, list[int]] = {}
    for day, spans in enumerate(weekly.days):
        if spans:
            by_spans.setdefault(spans, []).append(day)
    if not by_spans:
        return ""
    holidays = "; PH off" if weekly.closed_on_holidays else ""
    if by_spans == {(("00:00", "00:00"),): [*range(7)]} and not holidays:
        return hours.ALWAYS
    rules = [f"{_days(days)} {_times(spans)}" for spans, days in by_spans.items()]
    return "; ".join(rules) + holidays


def _days(days: list[int]) -> str:
    return ",".join(
        CODES[first] if first == last else f"{CODES[first]}-{CODES[last]}"
        for first, last in _runs(days)
    )


def _runs(days: Iterable[int]) -> list[tuple[int, int]]:
    """`days` as first and last of those that follow each other."""
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _times(spans: Spans) -> str:
    return ",".join(
        f"{opens}-{'24:00' if closes == '00:00' else closes}" for opens, closes in spans
    )


@lru_cache(maxsize=1_000)
def weekly(opening_hours: str) -> Weekly | None:
    """`opening_hours` as a table of the week; None where that would lose something."""
    if not _WEEKLY.fullmatch(opening_hours) or _YEAR.search(opening_hours):
        return None
    try:
        moments = _moments(opening_hours)
    except (ParserError, ValueError):
        return None
    week = _week(moments)
    if max(map(len, week)) > MOST_SPANS or not any(week):
        return None
    # On days without a holiday in sight only the text tells.
    says_holidays = "PH" in opening_hours
    tried = (Weekly(week, closed) for closed in (says_holidays, not says_holidays))
    return next((each for each in tried if _moments(written(each)) == moments), None)


def _moments(opening_hours: str) -> list[tuple[datetime, datetime]]:
    """When it is open in a year and more from the day before A_MONDAY on."""
    parsed = OpeningHours(opening_hours, country=COUNTRY)
    until = A_MONDAY + A_DAY * DAYS_COMPARED
    return [
        (opens, closes)
        for opens, closes, state, _comment in parsed.intervals(A_MONDAY - A_DAY, until)
        if state == State.OPEN
    ]


def _week(moments: Iterable[tuple[datetime, datetime]]) -> tuple[Spans, ...]:
    days: list[list[Span]] = [[] for _code in CODES]
    for begins, ends in moments:
        while begins < ends and begins < A_MONDAY + A_DAY * 7:
            closes = _end_of_span(begins, ends)
            # What is left of Saturday's night, and Sunday, are of the week before.
            if begins >= A_MONDAY:
                days[begins.weekday()].append((f"{begins:%H:%M}", f"{closes:%H:%M}"))
            begins = closes
    return tuple(map(tuple, days))


def _end_of_span(begins: datetime, ends: datetime) -> datetime:
    """`ends`, or midnight where more than a night is left."""
    midnight = datetime.combine(begins.date() + A_DAY, time())
    is_night = (
        begins.time() != time()
        and ends < midnight + A_DAY
        and ends.time() <= LATEST_END_OF_A_NIGHT
    )
    return ends if is_night else min(ends, midnight)


# --- In words ----------------------------------------------------------------------


def read(opening_hours: str, *, time_zone: str, country: str, now: datetime) -> Reading:
    """`opening_hours` for a curator; nothing at all for none."""
    if not opening_hours:
        return Reading()
    if problem := hours.problem(opening_hours):
        return Reading(problem=problem)
    present = hours.at(opening_hours, time_zone, now, country)
    said = present.text if present else _("Give a time zone to see whether it is open.")
    if (table := weekly(opening_hours)) is not None:
        return Reading("", tuple(_lines(table)), said, table)
    # Without a zone any will do: the days are the clinic's own.
    week = hours.week(opening_hours, time_zone or "UTC", now, country)
    lines = tuple((day.name, day.text) for day in week.days) if week else ()
    return Reading("", lines, said, None, is_by_day=True)


def _lines(table: Weekly) -> Iterable[tuple[str, str]]:
    names = [formats.date_format(A_MONDAY + A_DAY * day, "l") for day in range(7)]
    first = 0
    for day in range(1, 8):
        if day < 7 and table.days[day] == table.days[first]:
            continue
        when = names[first]
        if day - first == 7:
            when = _("Every day")
        elif day - first > 1:
            pattern = _("%(first)s to %(last)s")
            if day - first == 2:
                pattern = _("%(first)s and %(last)s")
            when = pattern % {"first": names[first], "last": names[day - 1]}
        yield when, ", ".join(map(_worded, table.days[first])) or _("closed")
        first = day
    if table.closed_on_holidays:
        yield _("Public holidays"), _("closed")


def _worded(span: Span) -> str:
    opens, closes = span
    if opens == closes == "00:00":
        return _("day and night")
    times = {"opens": _clock(opens), "closes": _clock(closes)}
    if closes <= opens and closes != "00:00":
        return _("%(opens)s–%(closes)s (next day)") % times
    return _("%(opens)s–%(closes)s") % times


def _clock(written_time: str) -> str:
    return formats.time_format(time.fromisoformat(written_time), "TIME_FORMAT")


# --- The table as a form -----------------------------------------------------------


def from_table(sent: Mapping[str, str]) -> Weekly:
    """The week of the fields that `rows` names; WeekError where it says no hours."""
    days = tuple(_spans_of(sent, day) for day in range(7))
    return Weekly(days, bool(sent.get("week-holidays")))


def _spans_of(sent: Mapping[str, str], day: int) -> Spans:
    name = formats.date_format(A_MONDAY + A_DAY * day, "l")
    spans: list[Span] = []
    for number in range(MOST_SPANS):
        opens, closes = (
            sent.get(f"week-{day}-{number}-{end}", "").strip()[:5]
            for end in ("opens", "closes")
        )
        if not opens and not closes:
            continue
        if not (_TIME.fullmatch(opens) and _TIME.fullmatch(closes)):
            raise WeekError(
                _("%(day)s: say when it opens and when it closes.") % {"day": name}
            )
        if opens == closes != "00:00":
            raise WeekError(
                _("%(day)s: it opens and closes at the same time.") % {"day": name}
            )
        if spans and not spans[-1][0] < spans[-1][1] < opens:
            raise WeekError(
                _("%(day)s: its second time begins before the first has ended.")
                % {"day": name}
            )
        spans.append((opens, closes))
    return tuple(spans)


def rows(table: Weekly | None, sent: Mapping[str, str] | None = None) -> list[dict]:
    """The seven rows of the table, for its template; as `sent`, or else as `table`."""
    days = table.days if table else ((),) * 7
    return [
        {
            "name": formats.date_format(A_MONDAY + A_DAY * day, "l"),
            "fields": [
                {
                    "name": f"week-{day}-{number}-{end}",
                    "end": end,
                    "number": number,
                    "value": _value(days[day], number, end, sent, day),
                }
                for number in range(MOST_SPANS)
                for end in ("opens", "closes")
            ],
        }
        for day in range(7)
    ]


def _value(spans: Spans, number: int, end: str, sent, day: int) -> str:
    if sent is not None:
        return sent.get(f"week-{day}-{number}-{end}", "")
    if number >= len(spans):
        return ""
    return spans[number][end == "closes"]


@site.page(
    "clinics/hours/",
    name="clinic_hours",
    permission=("locator.change_clinic", "locator.add_clinic"),
)
@require_POST
def hours_read(request: HttpRequest) -> JsonResponse:
    """The hours that were sent, read out; with `by_table` those of the table."""
    said = request.POST.get("opening_hours", "").strip()
    problem = ""
    if "by_table" in request.POST:
        try:
            said = written(from_table(request.POST))
        except WeekError as error:
            problem = str(error)
    reading = Reading(problem=problem) if problem else of_form(request.POST, said)
    table = reading.weekly
    return JsonResponse(
        {
            "opening_hours": said,
            "reading": render_to_string(
                "admin/locator/clinic/_reading.html", {"reading": reading}
            ),
            "is_problem": bool(reading.problem),
            "week": table.days if table else None,
            "holidays": bool(table and table.closed_on_holidays),
            "fits": not said or table is not None,
        }
    )


def of_form(values: Mapping[str, str], opening_hours: str) -> Reading:
    """`opening_hours` read with the zone and the country of a clinic's form."""
    country = country_of(values.get("region") or "")
    zone = values.get("time_zone") or _zone(values.get("postal_code") or "", country)
    return read(opening_hours, time_zone=zone, country=country, now=timezone.now())


def _zone(postal_code: str, country: str) -> str:
    """What the form will take where no zone is written: that of the postcode."""
    postcode = postal_code and country and places.postcode_point(postal_code, country)
    return postcode.time_zone if postcode else ""
