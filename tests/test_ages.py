from datetime import UTC, datetime, timedelta

import pytest

from locator.ages import Age, age, checked_before

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (0, Age.FRESH),
        (89, Age.FRESH),
        (90, Age.AGING),
        (179, Age.AGING),
        (180, Age.STALE),
        (364, Age.STALE),
        (365, Age.EXPIRED),
        (4000, Age.EXPIRED),
    ],
)
def test_a_check_grows_older_by_whole_days_of_utc(days, step):
    late_that_day = (NOW - timedelta(days=days)).replace(hour=23, minute=59)

    assert age(late_that_day, NOW) is step
    assert (late_that_day < checked_before(90, NOW)) is (days >= 90)


def test_what_was_never_checked_is_listed_and_a_check_to_come_is_fresh():
    assert age(None, NOW) is Age.LISTED
    assert age(NOW + timedelta(days=3), NOW) is Age.FRESH
