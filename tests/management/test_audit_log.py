import io

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command

from locator import curation
from locator.models import Language


def told(since):
    out = io.StringIO()
    call_command("audit_log", since=since, stdout=out)
    return out.getvalue().splitlines()


def test_who_changed_a_clinic_is_told_without_what_it_says(make_clinic, curator):
    clinic = make_clinic("Willow Room")
    with curation.recorded([clinic.pk], by=curator, kind="edit"):
        clinic.name = "Willow House"
        clinic.save()

    lines = told("2020-01-01")

    assert lines[-1].endswith(f"Z {curator} edit {clinic.slug}: name")
    assert "Willow House" not in lines[-1]


def test_what_else_is_done_at_the_desk_is_told_too(curator):
    language = Language.objects.get(code="es")
    LogEntry.objects.log_actions(
        user_id=curator.pk, queryset=[language], action_flag=CHANGE, single_object=True
    )

    (line,) = told("2020-01-01")

    assert line.endswith(f"Z {curator} changed language {language}")


def test_only_what_came_since_is_told(curator, make_clinic):
    make_clinic("Willow Room")

    assert told("2100-01-01") == []


def test_what_is_no_day_is_refused(db):
    with pytest.raises(CommandError, match="yesterday is no day"):
        told("yesterday")
