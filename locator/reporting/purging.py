"""Reports lose what people wrote in them, after the time that was promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from ..models import Decision, Report
from . import senders

# So long a report may wait for its decision before its words go all the same.
OPEN_DAYS = 365


@dataclass(frozen=True, slots=True)
class Purged:
    """How many reports lost their words, and how many rows of past days went."""

    reports: int
    tallies: int


def due(*, now: datetime) -> QuerySet[Report]:
    """Reports whose words have been kept for long enough."""
    decided = now - timedelta(days=settings.LOCATOR_REPORT_KEEP_DAYS)
    is_old = Q(decided_at__lte=decided) | Q(
        decision=Decision.OPEN, sent_at__lte=now - timedelta(days=OPEN_DAYS)
    )
    return Report.objects.filter(is_old, purged_at=None)


def purge(*, now: datetime) -> Purged:
    """Remove words, addresses, answers and suggestions of reports that are due.

    What was taken over stays, and so does that there was a report. Running it again
    changes nothing.
    """
    reports = due(now=now).update(
        text="", email="", answer="", proposed={}, purged_at=now
    )
    return Purged(reports, senders.forget(now=now))
