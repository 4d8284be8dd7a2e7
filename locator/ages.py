"""How long ago a person checked a clinic, and what follows from that.

Days are days of UTC, as search entries count them. A listing that nobody checked has
no such age: it is `LISTED` from its first day, however new its source is.
"""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

# From this many days after its check on, a clinic is …
AGING_DAYS = 90  # … said to be unverified since
STALE_DAYS = 180  # … ranked after fresher ones
EXPIRED_DAYS = 365  # … taken off the public list


class Age(StrEnum):
    """The steps that a clinic takes, and `LISTED` for one that takes none."""

    FRESH = "fresh"
    AGING = "aging"
    STALE = "stale"
    EXPIRED = "expired"
    LISTED = "listed"


_SINCE = {
    Age.EXPIRED: EXPIRED_DAYS,
    Age.STALE: STALE_DAYS,
    Age.AGING: AGING_DAYS,
    Age.FRESH: 0,
}


def age(verified_at: datetime | None, now: datetime) -> Age:
    """Which step a clinic that was checked at `verified_at` has come to."""
    if verified_at is None:
        return Age.LISTED
    days = (now.astimezone(UTC).date() - verified_at.astimezone(UTC).date()).days
    return next((step for step, since in _SINCE.items() if days >= since), Age.FRESH)


def checked_before(days: int, now: datetime) -> datetime:
    """The moment before which a check is `days` old or older."""
    day = now.astimezone(UTC).date() - timedelta(days=days - 1)
    return datetime.combine(day, time.min, UTC)
