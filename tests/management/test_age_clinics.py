from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from locator.models import Clinic

pytestmark = pytest.mark.django_db


def age_clinics(*options: str) -> str:
    out = StringIO()
    call_command("age_clinics", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def old(make_clinic):
    return make_clinic("Old", verified_at=timezone.now() - timedelta(days=400))


def is_public(clinic: Clinic) -> bool:
    return Clinic.objects.published().filter(pk=clinic.pk).exists()


def test_it_says_what_it_did(old):
    said = age_clinics("--allow-many")

    assert "1 public clinic:" in said
    assert "1 not for 365 days: they leave the public list" in said
    assert "1 withdrawn as unconfirmed." in said
    assert not is_public(old)


def test_a_dry_run_says_what_would_be_done_and_does_not_do_it(old):
    said = age_clinics("--dry-run", "--allow-many")

    assert "1 would be withdrawn as unconfirmed." in said
    assert is_public(old)


def test_a_run_that_is_too_large_fails_and_says_what_to_do(old):
    with pytest.raises(CommandError, match=r"--dry-run.*--allow-many"):
        age_clinics()

    assert is_public(old)


def test_listings_leave_by_age_only_where_the_operator_says_so(make_clinic, settings):
    clinic = make_clinic(
        covers=["US-TX"], source="samhsa-mental-health", source_date="2022"
    )

    age_clinics("--allow-many")
    kept = is_public(clinic)
    settings.LOCATOR_WITHDRAW_IMPORTED_AFTER = 365
    age_clinics("--allow-many")
    gone = not is_public(clinic)
    settings.LOCATOR_WITHDRAW_IMPORTED_AFTER = 0
    said = age_clinics()

    assert kept
    assert gone
    assert "1 published again." in said
    assert is_public(clinic)
