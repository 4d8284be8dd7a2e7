from datetime import UTC, datetime, timedelta

import pytest

from locator import curation
from locator.ages import Age
from locator.curation import aging
from locator.models import Change, Clinic, Inspection, Report, SearchEntry
from locator.search import entries

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
LISTED = {"source": "samhsa-mental-health", "source_date": "2022"}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def make(make_clinic, curator):
    """A function: a public clinic, verified so many days ago, or never."""

    def make(name: str, days: int | None = None, **facts) -> Clinic:
        clinic = make_clinic(name, covers=["US-TX"], **facts)
        if days is not None:
            at = NOW - timedelta(days=days)
            curation.verify(clinic, by=curator, method="phoned", at=at)
        return clinic

    return make


def grow(**asked) -> aging.Aging:
    return aging.grow_older(**{"now": NOW, "may_be_many": True} | asked)


def standing(clinic: Clinic) -> tuple[str, str]:
    clinic.refresh_from_db()
    return clinic.status, clinic.withdrawn_reason


PUBLIC, UNCONFIRMED = ("published", ""), ("withdrawn", "unconfirmed")


# --- Leaving -----------------------------------------------------------------------


def test_a_clinic_leaves_the_public_list_a_year_after_its_check(make):
    kept, gone = make("Kept", 364), make("Gone", 365)

    done = grow()

    assert (done.public, done.withdrawn) == (2, 1)
    assert standing(kept) == PUBLIC
    assert standing(gone) == UNCONFIRMED
    assert not SearchEntry.objects.filter(clinic=gone).exists()
    assert entries.differences() == []


def test_each_withdrawal_is_in_the_clinic_s_history_as_no_person_s(make):
    first, second = make("First", 400), make("Second", 500)

    grow()

    changes = Change.objects.filter(kind="age")
    assert {each.clinic_id for each in changes} == {first.pk, second.pk}
    assert {each.by for each in changes} == {None}
    assert len({each.event for each in changes}) == 1
    assert changes[0].diff["clinic"]["status"] == ["published", "withdrawn"]


def test_the_second_run_of_a_day_writes_nothing(make):
    clinic = make("Old", 400)
    grow()
    clinic.refresh_from_db()
    written = clinic.updated_at, Change.objects.count()

    again = grow()

    clinic.refresh_from_db()
    assert (again.withdrawn, again.returned) == (0, 0)
    assert (clinic.updated_at, Change.objects.count()) == written


def test_a_dry_run_counts_and_writes_nothing(make):
    clinic = make("Old", 400)
    make("Listed", **LISTED)
    before = Change.objects.count()

    told = grow(is_dry_run=True)

    assert told.withdrawn == 1
    assert told.steps == dict.fromkeys(Age, 0) | {Age.EXPIRED: 1, Age.LISTED: 1}
    assert standing(clinic) == PUBLIC
    assert Change.objects.count() == before


def test_what_was_only_listed_stays_however_old_its_source(make):
    clinic = make("Listed", source="samhsa-mental-health", source_date="1998")

    grow()

    assert standing(clinic) == PUBLIC


def test_an_operator_may_let_listings_leave_by_the_date_of_their_source(make):
    # The last day that "2024" can mean lies 672 days before.
    old = make("Old", source="samhsa-mental-health", source_date="2024")
    new = make("New", source="samhsa-mental-health", source_date="2025-03")
    checked = make("Checked", 10, source="samhsa-mental-health", source_date="2020")
    ours = make("Written here")

    grow(imported_after=673)
    early = standing(old)
    grow(imported_after=672)

    assert early == PUBLIC
    assert standing(old) == UNCONFIRMED
    assert [standing(each) for each in (new, checked, ours)] == [PUBLIC] * 3


def test_samples_drafts_and_withdrawn_clinics_do_not_age(make):
    sample = make("Sample", 400, is_sample=True)
    draft = make("Draft", 400, status="draft")
    closed = make("Closed", 400, status="withdrawn", withdrawn_reason="closed")

    done = grow()

    assert (done.public, done.withdrawn) == (0, 0)
    assert standing(sample) == PUBLIC
    assert standing(draft) == ("draft", "")
    assert standing(closed) == ("withdrawn", "closed")


def test_a_run_that_would_withdraw_more_than_one_in_twenty_stops(make):
    old = [make(f"Old {number}", 400) for number in range(2)]
    for number in range(37):
        make(f"Listed {number}")

    with pytest.raises(aging.TooManyError, match=r"2 of 39 public.*--allow-many"):
        grow(may_be_many=False)
    refused = [standing(each) for each in old]
    make("One more")
    done = grow(may_be_many=False)

    assert refused == [PUBLIC] * 2
    assert (done.public, done.withdrawn) == (40, 2)


def test_a_dry_run_says_too_that_it_would_be_too_many(make):
    make("Old", 400)

    with pytest.raises(aging.TooManyError):
        grow(may_be_many=False, is_dry_run=True)


def test_a_large_run_goes_in_chunks_with_few_queries_each(
    make, monkeypatch, django_assert_max_num_queries
):
    clinics = [make(f"Old {number}", 400) for number in range(9)]
    monkeypatch.setattr(aging, "CLINICS_A_WRITE", 4)

    with django_assert_max_num_queries(3 * 80):
        done = grow()

    assert done.withdrawn == 9
    assert {standing(each) for each in clinics} == {UNCONFIRMED}


# --- Coming back -------------------------------------------------------------------


def test_a_check_puts_a_clinic_that_left_for_its_age_on_the_list_again(make, curator):
    clinic = make("Old", 400)
    said = {"user": curator.pk, "at": "2025-01-01"}
    Clinic.objects.filter(pk=clinic.pk).update(field_sources={"status": said})
    grow()
    clinic.refresh_from_db()

    curation.verify(clinic, by=curator, method="phoned", at=NOW)

    assert standing(clinic) == PUBLIC
    assert clinic.field_sources["status"] == said
    assert SearchEntry.objects.filter(clinic=clinic).exists()
    back = Change.objects.first()
    assert (back.kind, back.by) == ("verify", curator)
    assert back.diff["clinic"]["status"] == ["withdrawn", "published"]


def test_a_check_of_a_group_is_not_enough_to_come_back(make, curator):
    clinic = make("Old", 400)
    grow()

    curation.verify(clinic, by=curator, method="phoned", at=NOW, checked="hours")

    assert standing(clinic) == UNCONFIRMED


def test_a_check_of_long_ago_that_is_recorded_late_does_not_bring_back(make, curator):
    clinic = make("Old", 400)
    grow()
    long_ago = NOW - timedelta(days=370)

    curation.verify(clinic, by=curator, method="phoned", at=long_ago)

    assert standing(clinic) == UNCONFIRMED


def test_a_check_does_not_publish_what_a_person_withdrew(make, curator):
    clinic = make("Unsure")
    curation.withdraw(clinic, reason="unconfirmed", by=curator)

    curation.verify(clinic, by=curator, method="phoned", at=NOW)

    assert standing(clinic) == UNCONFIRMED


def test_a_checked_clinic_that_may_not_be_public_stays_away(make, curator):
    clinic = make("Old", 400)
    grow()
    clinic.phones.all().delete()

    curation.verify(clinic, by=curator, method="website", at=NOW)

    assert standing(clinic) == UNCONFIRMED
    clinic.refresh_from_db()
    assert clinic.verified_at == NOW


def test_a_listing_comes_back_with_a_newer_edition_of_its_source(make):
    clinic = make("Listed", **LISTED)
    grow(imported_after=365)
    gone = standing(clinic)
    Clinic.objects.filter(pk=clinic.pk).update(source_date="2026")

    done = grow(imported_after=365)

    assert gone == UNCONFIRMED
    assert (done.withdrawn, done.returned) == (0, 1)
    assert standing(clinic) == PUBLIC
    assert entries.differences() == []


def test_listings_come_back_when_the_operator_takes_the_limit_away(make):
    clinic = make("Listed", **LISTED)
    grow(imported_after=365)

    done = grow()

    assert done.returned == 1
    assert standing(clinic) == PUBLIC


def test_what_may_not_be_public_any_more_is_counted_and_stays(make):
    clinic = make("Listed", **LISTED)
    grow(imported_after=365)
    clinic.phones.all().delete()

    done = grow()

    assert (done.returned, done.kept) == (0, 1)
    assert standing(clinic) == UNCONFIRMED


def test_what_a_person_puts_back_has_thirty_days_to_be_checked(
    make, curator, time_machine
):
    clinic = make("Old", 400)
    grow()
    clinic.refresh_from_db()
    curation.publish(clinic, by=curator)

    grow(now=NOW + timedelta(days=29))
    within = standing(clinic)
    grow(now=NOW + timedelta(days=31))

    assert within == PUBLIC
    assert standing(clinic) == UNCONFIRMED


# --- For the desk ------------------------------------------------------------------


def test_work_is_ordered_by_reports_then_by_how_few_others_are_near_then_by_age(make):
    alone, crowded = make("Alone", 100), make("Crowded", 300)
    for clinic, number in ((alone, 0), (crowded, 9)):
        Inspection.objects.create(clinic=clinic, at=NOW, alternatives=number)
    make("Not looked at, old", 300)
    make("Not looked at, listed")
    reported = make("Reported", 100)
    Report.objects.create(clinic=reported, sent_at=NOW)

    names = [clinic.name for clinic in aging.waiting(NOW)]

    assert names == [
        "Reported",
        "Alone",
        "Crowded",
        "Not looked at, listed",
        "Not looked at, old",
    ]


def test_what_is_fresh_a_sample_or_no_business_of_age_does_not_wait(make, curator):
    make("Fresh", 89)
    make("Sample", 400, is_sample=True)
    make("Draft", 400, status="draft")
    make("Closed", 400, status="withdrawn", withdrawn_reason="closed")
    make("Gone", 400)
    grow()

    names = [clinic.name for clinic in aging.waiting(NOW)]

    assert names == ["Gone"]


def test_steps_count_public_clinics_once_each(make):
    for days in (0, 89, 90, 179, 180, 364, 365, None):
        make(f"{days}", days)

    steps = aging.count_steps(NOW)

    assert steps == {
        Age.FRESH: 2,
        Age.AGING: 2,
        Age.STALE: 2,
        Age.EXPIRED: 1,
        Age.LISTED: 1,
    }


def test_the_pace_says_how_many_eight_weeks_like_the_last_keep_fresh(make, curator):
    for number in range(4):
        make(f"Checked {number}", 10 + number)
    twice = make("Twice", 20)
    curation.verify(twice, by=curator, method="website", at=NOW)
    make("Too long ago", 57)
    hours_alone = make("Hours alone")
    curation.verify(hours_alone, by=curator, method="phoned", at=NOW, checked="hours")
    slip = curation.verify(hours_alone, by=curator, method="phoned", at=NOW)
    curation.unverify(slip, by=curator)
    for number in range(93):
        make(f"Listed {number}")

    pace = aging.pace(NOW)

    assert (pace.checked, pace.a_week, pace.public) == (5, 5 / 8, 100)
    assert pace.keeps_fresh == 8  # 5 clinics in 56 days, for 90 days
    assert pace.keeps_listed == 33
    assert pace.needed == pytest.approx(100 * 7 / 90)


def test_a_pace_that_is_faster_than_needed_keeps_all(make):
    make("Only one", 1)

    pace = aging.pace(NOW)

    assert (pace.keeps_fresh, pace.keeps_listed) == (1, 1)
