"""Opening hours in OpenStreetMap's syntax: checked, told for a moment and for a week.

Nothing here raises on what it cannot read: it says that it does not know.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from opening_hours import OpeningHours, ParserError, State, UnknownCountryError

# A change farther away than this is none: no rule needs to be followed for ever.
HORIZON_DAYS = 366
# What ends before noon belongs to the evening before, not to a day of its own.
LATEST_END_OF_A_NIGHT = time(12)
MIDNIGHT = time(0)
NOON = time(12)
ALWAYS = "24/7"
A_DAY = timedelta(days=1)
DAYS_SHOWN = 7

_COMMENT = re.compile(r'"([^"]*)"')
_RULE_END = re.compile(r";|\|\|")
# What says when, or that it is open, closed or unknown.
_TELLING = re.compile(
    r"\d:\d\d|24/7|\b(?:dawn|sunrise|sunset|dusk|open|closed|off|unknown)\b"
)
_HOLIDAYS = re.compile(r"\b[PS]H\b")
_WHERE_IT_BREAKS = re.compile(r"--> \d+:(\d+)")


@dataclass(frozen=True, slots=True)
class Span:
    """A time on one day; `closes` may lie on the next. Local to the clinic.

    `is_open` is None where only a comment says what holds then.
    """

    opens: datetime
    closes: datetime
    is_open: bool | None
    comment: str

    @property
    def text(self) -> str:
        """ "9 a.m.–5 p.m. (call first)" in the page's language."""
        if self.is_open is None:
            return self.comment or _("Not stated")
        return f"{self._times} ({self.comment})" if self.comment else self._times

    @property
    def _times(self) -> str:
        if self.closes - self.opens >= A_DAY and self.opens.time() == MIDNIGHT:
            return _("Open 24 hours")
        times = {"opens": _clock(self.opens), "closes": _clock(self.closes)}
        is_past_midnight = (
            self.closes.date() > self.opens.date() and self.closes.time() != MIDNIGHT
        )
        if is_past_midnight:
            return _("%(opens)s–%(closes)s (next day)") % times
        return _("%(opens)s–%(closes)s") % times


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the table and when the clinic is open on it."""

    day: date
    is_today: bool
    is_holiday: bool
    spans: tuple[Span, ...]

    @property
    def name(self) -> str:
        return formats.date_format(self.day, "l")

    @property
    def short_name(self) -> str:
        return formats.date_format(self.day, "D")

    @property
    def text(self) -> str:
        return ", ".join(span.text for span in self.spans) or _("Closed")


@dataclass(frozen=True, slots=True)
class Now:
    """One moment: `is_open` is None where it is not known, `text` says it.

    `is_always` is said of what never closes. `is_holiday` is True where the clinic's
    country is known to have a public holiday.
    """

    is_open: bool | None
    is_always: bool
    is_holiday: bool
    text: str


@dataclass(frozen=True, slots=True)
class Week:
    """Today and the six days after it, in the clinic's zone.

    `is_open` is None where it is not known; `now` says it in a sentence, `note` what to
    mind about holidays ("" for nothing).
    """

    days: tuple[Day, ...]
    is_open: bool | None
    now: str
    note: str
    zone: str


def is_open(
    opening_hours: str, time_zone: str, now: datetime, country: str = ""
) -> bool | None:
    """Whether it is open at `now` (aware); None where that is not known.

    `country` is an ISO code: its public holidays count where their calendar is known.
    """
    parsed = _parsed(opening_hours, time_zone, country)
    if parsed is None:
        return None
    hours, zone = parsed
    state, comment = hours.state(now.astimezone(zone))
    return _known(state, comment, opening_hours)


def at(
    opening_hours: str, time_zone: str, now: datetime, country: str = ""
) -> Now | None:
    """What holds at `now` (aware), and until when; None for no hours at all."""
    parsed = _parsed(opening_hours, time_zone, country)
    if parsed is None:
        return None
    hours, zone = parsed
    local = now.astimezone(zone)
    open_now = _known(*hours.state(local), opening_hours)
    return Now(
        is_open=open_now,
        is_always=opening_hours == ALWAYS,
        is_holiday=_is_holiday(_holidays(opening_hours, country), local.date()),
        text=_now(hours, opening_hours, local, open_now),
    )


def problem(opening_hours: str) -> str | None:
    """What is wrong with `opening_hours`, as a sentence for a curator.

    None for nothing; no text at all is no problem.
    """
    if not opening_hours:
        return None
    try:
        OpeningHours(opening_hours)
    except ParserError as error:
        place = _WHERE_IT_BREAKS.search(str(error))
        rest = opening_hours[int(place[1]) - 1 :] if place else ""
        return _(
            "The opening hours cannot be read from “%(rest)s” on. Write them like "
            "this: Mo-Fr 09:00-17:00; Sa 10:00-12:00; PH off"
        ) % {"rest": (rest or opening_hours)[:40]}
    if vague := _vague_comments(opening_hours):
        return _(
            "“%(comment)s” stands without a time. Write the time before it, or: "
            'unknown "%(comment)s"'
        ) % {"comment": sorted(vague)[0]}
    return None


def week(
    opening_hours: str, time_zone: str, now: datetime, country: str = ""
) -> Week | None:
    """The table of a clinic's hours from the day of `now` (aware) on; None for none."""
    parsed = _parsed(opening_hours, time_zone, country)
    if parsed is None:
        return None
    hours, zone = parsed
    local = now.astimezone(zone)
    holidays = _holidays(opening_hours, country)
    spans = list(_spans(hours, opening_hours, local))
    days = [local.date() + A_DAY * offset for offset in range(DAYS_SHOWN)]
    open_now = _known(*hours.state(local), opening_hours)
    return Week(
        days=tuple(
            Day(
                day=day,
                is_today=day == local.date(),
                is_holiday=_is_holiday(holidays, day),
                spans=tuple(span for span in spans if span.opens.date() == day),
            )
            for day in days
        ),
        is_open=open_now,
        now=_now(hours, opening_hours, local, open_now),
        note=_note(opening_hours, country),
        zone=time_zone,
    )


# --- Reading -----------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def _parsed(
    opening_hours: str, time_zone: str, country: str
) -> tuple[OpeningHours, ZoneInfo] | None:
    """The hours and their zone; None where either cannot be read."""
    try:
        zone = ZoneInfo(time_zone)
        # Datetimes must carry a ZoneInfo: the parser knows no other kind of zone.
        hours = OpeningHours(
            opening_hours,
            timezone=zone,
            country=country if has_holidays(country) else None,
            max_interval_days=HORIZON_DAYS,
        )
    except (ParserError, ValueError, OSError, LookupError):
        return None
    return hours, zone


@lru_cache(maxsize=500)
def has_holidays(country: str) -> bool:
    """Whether the public holidays of the country with this ISO code are known."""
    try:
        OpeningHours("24/7", country=country)
    except UnknownCountryError:
        return False
    return True


def _holidays(opening_hours: str, country: str) -> OpeningHours | None:
    """Hours that are open on public holidays alone.

    None where those are not known, and for what never closes, whatever the day.
    """
    return None if opening_hours == ALWAYS else _holidays_of(country)


@lru_cache(maxsize=500)
def _holidays_of(country: str) -> OpeningHours | None:
    return OpeningHours("PH", country=country) if has_holidays(country) else None


@lru_cache(maxsize=5_000)
def _is_holiday(holidays: OpeningHours | None, day: date) -> bool:
    return holidays is not None and holidays.is_open(datetime.combine(day, NOON))


def _known(state: State, comment: str, opening_hours: str) -> bool | None:
    """What a state says: a comment instead of a time says nothing."""
    if state == State.UNKNOWN:
        return None
    if comment and comment in _vague_comments(opening_hours):
        return None
    return state == State.OPEN


@lru_cache(maxsize=5_000)
def _vague_comments(opening_hours: str) -> frozenset[str]:
    """Comments that stand where a time should: the parser takes them for "always"."""
    vague = set()
    for comment in _COMMENT.finditer(opening_hours):
        before = _COMMENT.sub("", opening_hours[: comment.start()])
        rule = _RULE_END.split(before)[-1]
        telling = [*_TELLING.finditer(rule)]
        if not telling or "," in rule[telling[-1].end() :]:
            vague.add(comment[1])
    return frozenset(vague)


# --- The week ----------------------------------------------------------------------


def _spans(hours: OpeningHours, text: str, local: datetime) -> Iterator[Span]:
    """When it is open or may be, from today on, each on the day that it begins."""
    today = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    intervals = hours.intervals(today - A_DAY, today + A_DAY * (DAYS_SHOWN + 1))
    for begins, ends, state, comment in intervals:
        known = _known(state, comment, text)
        if known is False:
            continue
        for opens, closes in _by_day(begins, ends):
            if opens < today < local < closes:
                # Of last night's hours, what is left of them.
                opens = today
            yield Span(opens, closes, known, comment)


def _by_day(begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The parts of a time by day; a night stays whole."""
    while begins < ends:
        midnight = datetime.combine(begins.date() + A_DAY, MIDNIGHT, begins.tzinfo)
        is_night = (
            begins.time() != MIDNIGHT
            and ends.date() == midnight.date()
            and ends.time() <= LATEST_END_OF_A_NIGHT
        )
        until = ends if is_night else min(ends, midnight)
        yield begins, until
        begins = until


def _now(hours: OpeningHours, text: str, local: datetime, open_now: bool | None) -> str:
    """Whether it is open, and until when or from when, in a sentence."""
    if open_now is None:
        return _("Whether it is open now is not stated")
    change = _next(hours, text, local, is_open=not open_now)
    if open_now:
        if change is None:
            return _("Open now, day and night")
        is_soon = change - local < A_DAY / 2
        when = _at(change) if is_soon else _when(change, local)
        return _("Open now · closes %(when)s") % {"when": when}
    if change is None:
        return _("Closed now")
    return _("Closed now · opens %(when)s") % {"when": _when(change, local)}


def _next(
    hours: OpeningHours, text: str, local: datetime, *, is_open: bool
) -> datetime | None:
    """When it next is open, or not surely open any more; None within a year."""
    end = local + timedelta(days=HORIZON_DAYS)
    for begins, _ends, state, comment in hours.intervals(local, end):
        is_other = (_known(state, comment, text) is True) == is_open
        if is_other and begins > local:
            return begins
    return None


def _when(moment: datetime, local: datetime) -> str:
    """ "at 5 p.m.", "Monday at 9 a.m.", "January 2 at 9 a.m.", seen from `local`."""
    # "Thursday at midnight" is the end of Thursday.
    named = moment - A_DAY if moment.time() == MIDNIGHT else moment
    days = (named.date() - local.date()).days
    if days <= 0:
        return _at(moment)
    if days == 1:
        return _("tomorrow at %(time)s") % {"time": _clock(moment)}
    day = formats.date_format(named, "l" if days < DAYS_SHOWN else "MONTH_DAY_FORMAT")
    return _("%(day)s at %(time)s") % {"day": day, "time": _clock(moment)}


def _at(moment: datetime) -> str:
    return _("at %(time)s") % {"time": _clock(moment)}


def _note(opening_hours: str, country: str) -> str:
    if opening_hours == ALWAYS:
        return ""
    if has_holidays(country):
        return _("Hours may differ on public holidays")
    if _HOLIDAYS.search(_COMMENT.sub("", opening_hours)):
        return _("Public holidays are not shown here: ask the clinic")
    return ""


def _clock(moment: datetime) -> str:
    return formats.time_format(moment.time(), "TIME_FORMAT")
