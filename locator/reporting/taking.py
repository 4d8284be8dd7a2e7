"""Keeping a report, once, and not too many of one sender."""

from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from ..models import Report
from ..replicas.failing import is_read_only
from . import senders

SAME_WITHIN = timedelta(days=1)
_SAID = ("topics", "proposed", "email")


class TooManyError(Exception):
    """The sender has sent as many reports today as one may; its text is a sentence.

    `seconds` later they may send again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            _(
                "So many reports came from your network today that we take no more "
                "before tomorrow. Nothing that you wrote was kept."
            )
        )
        self.seconds = seconds


class ReadOnlyError(Exception):
    """Nothing can be kept just now; its text is a sentence, as of `TooManyError`."""

    seconds = 60

    def __init__(self) -> None:
        super().__init__(
            _(
                "We cannot take this just now: the database that keeps it is away for "
                "a moment. What you wrote still stands here. Please send it again in "
                "a minute."
            )
        )


def take(report: Report, *, address: str | None, now: datetime) -> Report:
    """Keep `report`, which is not saved yet; returns it, or the same one of today.

    `address` is where it came from, or None; a digest of it is counted for this day,
    and nothing of it kept beyond. Raises TooManyError, and ReadOnlyError where only a
    replica of the database is there.
    """
    try:
        return _take(report, address, now)
    except DatabaseError as error:
        if is_read_only(error):
            raise ReadOnlyError from error
        raise


def _take(report: Report, address: str | None, now: datetime) -> Report:
    too_many = TooManyError(senders.seconds_left(now))
    # Asked first without a lock: a flood must not keep others from writing.
    if senders.is_spent(address, now=now):
        raise too_many
    with transaction.atomic():
        senders.forget(now=now)
        if not senders.count(address, now=now):
            raise too_many
        if same := _same(report, now):
            return same
        report.sent_at = now
        report.save()
    return report


def _same(report: Report, now: datetime) -> Report | None:
    """What was sent in the same words within a day, of the same clinic."""
    alike = Report.objects.filter(
        clinic=report.clinic,
        kind=report.kind,
        text=report.text,
        sent_at__gt=now - SAME_WITHIN,
    )
    return next(
        (
            each
            for each in alike
            if all(getattr(each, name) == getattr(report, name) for name in _SAID)
        ),
        None,
    )
