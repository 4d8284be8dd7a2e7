"""Whether a clinic is open now, and when it is, in its own zone, which is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .. import hours
from ..models import Clinic
from ..zones import zone_name


@dataclass(frozen=True, slots=True)
class OpenNow:
    """`is_open` is None where hours are stated and yet say nothing of this moment.

    `text` says it in words, `note` what to mind about today's being a holiday.
    """

    is_open: bool | None
    text: str
    note: str


def open_now(clinic: Clinic, now: datetime) -> OpenNow | None:
    """Whether `clinic` is open at `now` (aware); None where its hours are not known."""
    told = hours.at(*_hours_of(clinic), now, clinic.country_code)
    if told is None:
        return None
    return OpenNow(
        is_open=told.is_open,
        text=_zoned(told, clinic.time_zone),
        note=_("Public holiday there today: hours may differ")
        if told.is_holiday
        else "",
    )


def _zoned(told: hours.Now, time_zone: str) -> str:
    if told.is_open is None or told.is_always:
        return told.text
    names = {"when": told.text, "zone": zone_name(time_zone)}
    return _("%(when)s (%(zone)s)") % names


def week_in_short(clinic: Clinic, now: datetime) -> str:
    """The seven days from that of `now` on, equal ones together; "" where not known."""
    if not clinic.opening_hours:
        return ""
    local = now.astimezone(ZoneInfo(clinic.time_zone)).date()
    language = get_language() or ""
    return _in_short(*_hours_of(clinic), clinic.country_code, local, language)


# The language is part of the key: what is kept is in words.
@lru_cache(maxsize=5_000)
def _in_short(
    opening_hours: str, time_zone: str, country: str, day: date, language: str
) -> str:
    start = datetime.combine(day, time(12), ZoneInfo(time_zone))
    week = hours.week(opening_hours, time_zone, start, country)
    if week is None:
        return ""
    if len(told := {_day_told(day) for day in week.days}) == 1:
        return _("Every day: %(hours)s") % {"hours": told.pop()}
    return "; ".join(_spans_of(week.days))


def _spans_of(days: Iterable[hours.Day]) -> Iterable[str]:
    # From Monday on, so that a week reads as people write it.
    ordered = sorted(days, key=lambda day: day.day.isoweekday())
    for text, alike in groupby(ordered, key=_day_told):
        names = [day.short_name for day in alike]
        named = {"first": names[0], "last": names[-1], "hours": text}
        if len(names) == 1:
            yield _("%(first)s %(hours)s") % named
        else:
            yield _("%(first)s–%(last)s %(hours)s") % named


def _day_told(day: hours.Day) -> str:
    if not day.is_holiday:
        return day.text
    return _("%(hours)s (public holiday)") % {"hours": day.text}


def _hours_of(clinic: Clinic) -> tuple[str, str]:
    return clinic.opening_hours, clinic.time_zone
