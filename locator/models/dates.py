"""Dates as sources give them: a year, a month or a day, never more than was said."""

import calendar
import re
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import formats
from django.utils.translation import gettext_lazy as _

PARTIAL_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


class PartialDateField(models.CharField):
    """An ISO 8601 date of reduced precision: `2022`, `2022-03` or `2022-03-14`."""

    default_validators = [
        RegexValidator(
            PARTIAL_DATE,
            _("Write a year, a month or a day: 2022, 2022-03 or 2022-03-14."),
        )
    ]

    def __init__(self, *args, **kwargs) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def validate(self, value, model_instance) -> None:
        super().validate(value, model_instance)
        if re.match(PARTIAL_DATE, value or ""):
            last_day(value)


def last_day(partial: str) -> date:
    """The last day that `partial` may mean; ValidationError where there is none."""
    try:
        parts = [int(part) for part in partial.split("-")]
        year, month = parts[0], parts[1] if len(parts) > 1 else 12
        if len(parts) == 3:
            return date(year, month, parts[2])
        return date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise ValidationError(
            _("There is no day %(day)s."), params={"day": partial}
        ) from None


def first_day(partial: str) -> date:
    """The first day that `partial` may mean; ValidationError where there is none."""
    last = last_day(partial)
    if len(partial) == 10:
        return last
    return last.replace(month=1 if len(partial) == 4 else last.month, day=1)


def worded(partial: str) -> str:
    """`partial` for a reader, always with its year: "2022", "March 2022"."""
    day = last_day(partial)
    if len(partial) == 4:
        return partial
    is_month = len(partial) == 7
    return formats.date_format(day, "YEAR_MONTH_FORMAT" if is_month else "DATE_FORMAT")
