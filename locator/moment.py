"""The moment that pages are told for: what is open, and how fresh a check is."""

from datetime import datetime, timedelta

from django.utils import timezone


def moment() -> datetime:
    """Now, cut to the quarter hour (UTC).

    What was told for a moment may be told again until the next one begins.
    """
    now = timezone.now()
    return now - timedelta(
        minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond
    )
