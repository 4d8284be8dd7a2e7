"""Keeping a report: once, and not too many of one sender, however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from locator.models import DailySecret, Report, SenderTally
from locator.reporting import senders
from locator.reporting.taking import TooManyError, take

NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
HERE = "198.51.100.7"


def said(clinic, text="It moved.", **facts):
    return Report(clinic=clinic, text=text, **facts)


def test_what_was_said_already_today_is_the_report_that_there_is(make_clinic):
    clinic = make_clinic()
    first = take(said(clinic, topics=["closed"]), address=HERE, now=NOW)

    same = take(said(clinic, topics=["closed"]), address="203.0.113.9", now=NOW)
    other = take(said(clinic, topics=["phone"]), address="203.0.113.9", now=NOW)

    assert same.pk == first.pk
    assert other.pk != first.pk


def test_the_same_words_about_another_clinic_are_another_report(make_clinic):
    for name in ("One", "Two"):
        take(said(make_clinic(name)), address=HERE, now=NOW)

    assert Report.objects.count() == 2


def test_the_count_begins_anew_with_the_day(make_clinic, settings):
    settings.LOCATOR_REPORT_DAILY = 1
    clinic = make_clinic()
    take(said(clinic, "One"), address=HERE, now=NOW)

    with pytest.raises(TooManyError) as refused:
        take(said(clinic, "Two"), address=HERE, now=NOW)
    later = NOW + timedelta(seconds=refused.value.seconds)
    take(said(clinic, "Two"), address=HERE, now=later)

    assert Report.objects.count() == 2
    assert refused.value.seconds <= 30 * 60 + 1


def test_what_is_too_many_leaves_no_trace(make_clinic, settings):
    settings.LOCATOR_REPORT_DAILY = 1
    clinic = make_clinic()
    take(said(clinic, "One"), address=HERE, now=NOW)
    kept = list(SenderTally.objects.values())

    with pytest.raises(TooManyError):
        take(said(clinic, "Two"), address=HERE, now=NOW)

    assert list(SenderTally.objects.values()) == kept
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("198.51.100.7", "198.51.100.8", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::1", "::2", True),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.8", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        (None, None, True),
        (None, "198.51.100.7", False),
    ],
)
def test_who_counts_as_one_sender(db, settings, one, other, is_same):
    settings.LOCATOR_REPORT_DAILY = 1
    senders.count(one, now=NOW)

    assert senders.is_spent(other, now=NOW) is is_same


def test_a_digest_cannot_be_led_back_without_the_secret_of_its_day(db):
    senders.count(HERE, now=NOW)
    digest = SenderTally.objects.get().digest
    senders.forget(now=NOW + timedelta(days=1))
    senders.count(HERE, now=NOW + timedelta(days=1))

    assert SenderTally.objects.get().digest != digest
    assert DailySecret.objects.get().day == (NOW + timedelta(days=1)).date()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_kept_than_one_may_send(make_clinic, settings):
    settings.LOCATOR_REPORT_DAILY = 3
    clinic = make_clinic()
    now = timezone.now()

    def send(number):
        try:
            # Each text comes twice, as from somebody who presses the button twice.
            take(said(clinic, f"Text {number // 2}"), address=HERE, now=now)
        except TooManyError:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(8) as crowd:
        taken = sum(crowd.map(send, range(16)))

    assert taken == 3
    assert SenderTally.objects.get().count == 3
    texts = list(Report.objects.values_list("text", flat=True))
    assert len(texts) == len(set(texts)) <= 3
