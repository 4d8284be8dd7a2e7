from zoneinfo import available_timezones

import pytest

from locator import zones
from locator.zones import zone_name


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Chicago", "Central time"),
        ("America/Indiana/Tell_City", "Central time"),
        ("America/Indiana/Indianapolis", "Eastern time"),
        ("America/Phoenix", "Arizona time"),
        ("Asia/Kolkata", "India time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
    ],
)
def test_a_zone_is_called_as_people_call_it(zone, name):
    assert zone_name(zone) == name


def test_every_zone_that_is_named_exists():
    assert set(zones._NAME_OF) <= available_timezones()
