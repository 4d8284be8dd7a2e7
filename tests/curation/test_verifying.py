from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from locator import curation
from locator.curation.verifying import repeat_newest
from locator.models import Change, Clinic, SearchEntry, User, Verification
from locator.search import entries
from tests.making import at_once

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
GROUPS = ("contact", "hours", "services", "coverage")


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


def verified(clinic: Clinic) -> tuple:
    clinic.refresh_from_db()
    return clinic.verified_at, clinic.verified_by, clinic.verified_method


# --- Recording a check -------------------------------------------------------------


def test_a_check_reaches_the_search(make_clinic, curator):
    clinic = make_clinic()

    curation.verify(clinic, by=curator, method="phoned", at=MARCH)

    days = (MARCH.date() - datetime(1970, 1, 1).date()).days
    assert SearchEntry.objects.filter(clinic=clinic).first().verified_on == days
    assert entries.differences() == []


def test_an_older_check_that_is_recorded_later_does_not_hide_the_newer(
    make_clinic, curator
):
    clinic = make_clinic()
    curation.verify(clinic, by=curator, method="phoned", at=MARCH)

    earlier = MARCH.replace(year=2025)
    curation.verify(clinic, by=curator, method="website", at=earlier)

    assert verified(clinic) == (MARCH, curator, "phoned")
    assert clinic.verifications.count() == 2


def test_a_check_of_the_hours_alone_leaves_the_rest_unverified(make_clinic, curator):
    clinic = make_clinic()

    curation.verify(clinic, by=curator, method="phoned", at=MARCH, checked="hours")

    assert verified(clinic) == (None, None, "")


def test_a_check_of_one_group_does_not_make_an_old_check_of_all_younger(
    make_clinic, curator
):
    clinic = make_clinic()
    curation.verify(clinic, by=curator, method="phoned", at=MARCH)

    curation.verify(clinic, by=curator, method="website", at=NOW, checked="contact")

    assert verified(clinic) == (MARCH, curator, "phoned")


def test_checks_of_every_group_are_together_as_old_as_the_oldest(make_clinic, curator):
    clinic = make_clinic()
    other = User.objects.create(username="other")
    days = [MARCH + timedelta(days=number) for number in range(4)]

    for checked, at in zip(GROUPS, days, strict=True):
        by = other if at == MARCH else curator
        curation.verify(clinic, by=by, method="phoned", at=at, checked=checked)

    assert verified(clinic) == (MARCH, other, "phoned")


def test_a_newer_check_of_every_group_renews_an_old_check_of_all(make_clinic, curator):
    clinic = make_clinic()
    curation.verify(clinic, by=curator, method="phoned", at=MARCH)

    for checked in GROUPS:
        curation.verify(clinic, by=curator, method="website", at=NOW, checked=checked)

    assert verified(clinic) == (NOW, curator, "website")


def test_a_check_cannot_lie_in_the_future(make_clinic, curator):
    clinic = make_clinic()
    tomorrow = NOW + timedelta(days=1)

    for record in (
        lambda: curation.verify(clinic, by=curator, method="phoned", at=tomorrow),
        lambda: curation.verify_many(
            [clinic.pk], by=curator, method="phoned", at=tomorrow
        ),
    ):
        with pytest.raises(ValidationError, match="future"):
            record()

    assert not Verification.objects.exists()


def test_a_clinic_that_was_merged_away_is_not_checked(make_clinic, curator):
    winner = make_clinic("Stays")
    loser = make_clinic("Goes", status="withdrawn", merged_into=winner)

    with pytest.raises(ValidationError, match="check that one"):
        curation.verify(loser, by=curator, method="phoned", at=MARCH)

    assert not Verification.objects.exists()


def test_a_clinic_repeats_its_newest_check(make_clinic, curator):
    clinic = make_clinic()
    other = User.objects.create(username="other")
    curation.verify(clinic, by=curator, method="phoned", at=MARCH)

    curation.verify(
        clinic, by=other, method="website", at=MARCH.replace(year=2025), checked="hours"
    )

    clinic.refresh_from_db()
    assert clinic.verified_at == MARCH
    assert clinic.verified_by == curator
    assert clinic.verified_method == "phoned"
    assert clinic.verifications.count() == 2


# --- Many at once ------------------------------------------------------------------


def test_many_are_checked_at_once_but_only_what_patients_see(make_clinic, curator):
    seen, draft = make_clinic("Seen"), make_clinic("Draft", status="draft")
    fresher = make_clinic("Fresher")
    curation.verify(fresher, by=curator, method="phoned", at=NOW)

    number = curation.verify_many(
        [seen.pk, draft.pk, fresher.pk], by=curator, method="website", at=MARCH
    )

    assert number == 2
    assert verified(seen) == (MARCH, curator, "website")
    assert verified(draft) == (None, None, "")
    assert verified(fresher) == (NOW, curator, "phoned")
    assert entries.differences() == []


def test_a_check_of_many_says_of_each_what_its_own_checks_come_to(make_clinic, curator):
    clinic = make_clinic()
    curation.verify(clinic, by=curator, method="phoned", at=NOW, checked="hours")

    curation.verify_many([clinic.pk], by=curator, method="website", at=MARCH)

    said = verified(clinic)
    repeat_newest(clinic)
    assert said == verified(clinic) == (MARCH, curator, "website")


def test_the_queries_of_a_check_of_many_do_not_grow_with_them(
    make_clinic, curator, django_assert_max_num_queries
):
    with at_once():
        pks = [make_clinic(f"Clinic {number}").pk for number in range(20)]

    with django_assert_max_num_queries(42):
        curation.verify_many(pks, by=curator, method="website", at=MARCH)


# --- Taking it back ----------------------------------------------------------------


def test_a_check_that_is_taken_back_leaves_what_was_there_before(make_clinic, curator):
    clinic = make_clinic()
    curation.verify(clinic, by=curator, method="phoned", at=MARCH)
    slip = curation.verify(clinic, by=curator, method="website", at=NOW)

    curation.unverify(slip, by=curator)

    assert verified(clinic) == (MARCH, curator, "phoned")
    slip.refresh_from_db()
    assert (slip.undone_at, slip.undone_by) == (NOW, curator)
    assert entries.differences() == []


def test_the_only_check_taken_back_leaves_the_clinic_listed(make_clinic, curator):
    clinic = make_clinic()
    check = curation.verify(clinic, by=curator, method="phoned", at=NOW)

    curation.unverify(check, by=curator)

    assert verified(clinic) == (None, None, "")
    assert clinic.is_public


def test_a_check_is_taken_back_once(make_clinic, curator):
    check = curation.verify(make_clinic(), by=curator, method="phoned", at=NOW)
    same = Verification.objects.get(pk=check.pk)
    curation.unverify(check, by=curator)

    with pytest.raises(ValidationError, match="curator took this check back already"):
        curation.unverify(same, by=curator)


def test_a_clinic_that_is_too_old_without_a_check_leaves_with_it(make_clinic, curator):
    clinic = make_clinic()
    long_ago = NOW - timedelta(days=400)
    curation.verify(clinic, by=curator, method="phoned", at=long_ago)
    slip = curation.verify(clinic, by=curator, method="phoned", at=NOW)

    curation.unverify(slip, by=curator)

    clinic.refresh_from_db()
    assert (clinic.status, clinic.withdrawn_reason) == ("withdrawn", "unconfirmed")
    assert not SearchEntry.objects.filter(clinic=clinic).exists()
    change = Change.objects.get(clinic=clinic)
    assert (change.kind, change.by) == ("verify", curator)


def test_the_desk_counts_a_check_of_a_person_whose_other_check_is_undone(
    make_clinic, curator
):
    clinic = make_clinic()
    for checked in GROUPS:
        last = curation.verify(
            clinic, by=curator, method="phoned", at=NOW, checked=checked
        )

    curation.unverify(last, by=curator)

    assert verified(clinic) == (None, None, "")
