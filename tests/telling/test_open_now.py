from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from locator.models import Clinic
from locator.telling.open_now import open_now, week_in_short

# A Wednesday, ten in the morning in Chicago.
NOW = datetime(2026, 4, 1, 15, tzinfo=UTC)
THANKSGIVING = datetime(2026, 11, 26, 18, tzinfo=UTC)


def a_clinic(hours, zone="America/Chicago", region="US-TX"):
    return Clinic(opening_hours=hours, time_zone=zone, region_id=region)


@pytest.mark.parametrize(
    ("hours", "zone", "told"),
    [
        (
            "Mo-Fr 08:00-17:00",
            "America/Chicago",
            "Open now · closes at 5 p.m. (Central time)",
        ),
        (
            "Mo-Fr 12:00-17:00",
            "America/Chicago",
            "Closed now · opens at noon (Central time)",
        ),
        (
            "Mo-Fr 08:00-17:00",
            "Australia/Melbourne",
            "Closed now · opens at 8 a.m. (Melbourne time)",
        ),
        ("24/7", "America/Chicago", "Open now, day and night"),
        (
            'unknown "by appointment"',
            "America/Chicago",
            "Whether it is open now is not stated",
        ),
    ],
)
def test_it_is_told_in_the_clinics_own_zone_by_its_name(hours, zone, told):
    assert open_now(a_clinic(hours, zone), NOW).text == told


def test_where_no_hours_are_stated_nothing_is_told():
    silent = a_clinic("", "")

    assert open_now(silent, NOW) is None
    assert week_in_short(silent, NOW) == ""


def test_a_public_holiday_is_warned_of_where_its_calendar_is_known():
    texas = open_now(a_clinic("Mo-Fr 08:00-17:00"), THANKSGIVING)
    closed = open_now(a_clinic("Mo-Fr 08:00-17:00; PH off"), THANKSGIVING)
    india = a_clinic("Mo-Fr 08:00-23:59", "Asia/Kolkata", "IN-KA")

    assert texas.is_open
    assert texas.note == "Public holiday there today: hours may differ"
    assert closed.is_open is False
    assert open_now(india, THANKSGIVING).note == ""
    assert week_in_short(a_clinic("Mo-Fr 08:00-17:00; PH off"), THANKSGIVING) == (
        "Mon–Wed 8 a.m.–5 p.m.; Thu Closed (public holiday); Fri 8 a.m.–5 p.m.; "
        "Sat–Sun Closed"
    )


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("Mo-Fr 08:00-17:00", "Mon–Fri 8 a.m.–5 p.m.; Sat–Sun Closed"),
        (
            "Mo-Th 08:00-17:00; Fr 08:00-12:00; Sa 10:00-12:00",
            "Mon–Thu 8 a.m.–5 p.m.; Fri 8 a.m.–noon; Sat 10 a.m.–noon; Sun Closed",
        ),
        ("Mo-Su 07:00-23:00", "Every day: 7 a.m.–11 p.m."),
        ("24/7", "Every day: Open 24 hours"),
    ],
)
def test_a_week_is_told_with_equal_days_together(hours, told):
    assert week_in_short(a_clinic(hours), NOW) == told


def test_a_week_is_told_in_the_language_of_the_page():
    clinic = a_clinic("Mo-Fr 08:00-17:00")
    english = week_in_short(clinic, NOW)

    with override("es"):
        spanish = week_in_short(clinic, NOW)

    assert english != spanish
    assert week_in_short(clinic, NOW) == english
