from datetime import UTC, datetime

import pytest

from locator import curation

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)


def test_what_a_person_writes_is_kept_with_their_name_and_the_day(
    make_clinic, curator, time_machine
):
    time_machine.move_to(MARCH)
    clinic = make_clinic()
    clinic.field_sources = {"city": {"record": 7, "at": "2022-01-01"}}

    curation.record_person(clinic, fields=["email"], by=curator)

    assert clinic.field_sources == {
        "city": {"record": 7, "at": "2022-01-01"},
        "email": {"user": curator.pk, "at": "2026-03-14"},
    }
