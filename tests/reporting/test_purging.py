from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from locator.models import DailySecret, Report, SenderTally
from locator.reporting.purging import purge

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = {
    "text": "It moved.",
    "email": "a@b.example",
    "proposed": {"street": "1 Road"},
}


def ago(days):
    return NOW - timedelta(days=days)


def a_report(clinic, *, sent=1, decided=None, **facts):
    if decided is not None:
        facts |= {"decision": "accepted", "decided_at": ago(decided), "answer": "Done"}
    return Report.objects.create(clinic=clinic, sent_at=ago(sent), **WORDS, **facts)


def test_words_go_after_the_set_time_and_decisions_stay(make_clinic, settings):
    settings.LOCATOR_REPORT_KEEP_DAYS = 90
    clinic = make_clinic()
    taken = {"street": "1 Road"}
    old = a_report(clinic, sent=200, decided=90, accepted=taken, reason="Called")
    young = a_report(clinic, sent=200, decided=89)

    done = purge(now=NOW)

    old.refresh_from_db()
    young.refresh_from_db()
    assert done.reports == 1
    assert (old.text, old.email, old.answer, old.proposed) == ("", "", "", {})
    assert (old.accepted, old.reason, old.purged_at) == (taken, "Called", NOW)
    assert (young.text, young.answer, young.purged_at) == ("It moved.", "Done", None)


def test_what_nobody_decided_loses_its_words_after_a_year(make_clinic):
    clinic = make_clinic()
    forgotten, waiting = a_report(clinic, sent=365), a_report(clinic, sent=364)

    purge(now=NOW)

    forgotten.refresh_from_db()
    waiting.refresh_from_db()
    assert (forgotten.text, forgotten.decision) == ("", "open")
    assert waiting.text == "It moved."


def test_purging_again_changes_nothing(make_clinic):
    a_report(make_clinic(), sent=400)
    purge(now=NOW)

    again = purge(now=NOW + timedelta(days=1))

    assert again.reports == 0
    assert Report.objects.get().purged_at == NOW


def test_secrets_and_counts_of_past_days_go(db):
    for day in (NOW.date(), ago(1).date()):
        DailySecret.objects.create(day=day, secret="s")
        SenderTally.objects.create(day=day, digest="d", count=1)

    done = purge(now=NOW)

    assert done.tallies == 2
    assert DailySecret.objects.get().day == NOW.date()
    assert SenderTally.objects.get().day == NOW.date()


def test_the_command_says_what_it_would_do_and_what_it_did(make_clinic):
    Report.objects.create(
        clinic=make_clinic(), sent_at=timezone.now() - timedelta(days=500), **WORDS
    )
    said = StringIO()

    call_command("purge_reports", dry_run=True, stdout=said)
    assert Report.objects.get().text == "It moved."
    call_command("purge_reports", stdout=said)

    assert said.getvalue().splitlines() == [
        "Reports that would lose their words: 1.",
        "Reports that lost their words: 1; counts of past days that are gone: 0.",
    ]
    assert Report.objects.get().text == ""
