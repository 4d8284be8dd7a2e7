"""Losing the database, and having it again."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from locator import backups
from locator.models import Clinic

from . import postgres

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = datetime(2026, 11, 24, 2, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    """PostgreSQL's tools are at least as new as the server of the tests."""
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", postgres.tools(), prepend=":")


def found():
    return Client().get("/clinics/", {"q": "Willow"}).content.decode()


def run(*arguments, **options):
    said = io.StringIO()
    call_command(*arguments, stdout=said, **options)
    return said.getvalue()


def test_a_lost_database_comes_back_and_is_searched_again(make_clinic, tmp_path):
    make_clinic("Willow Room", covers=["US-TX"])
    saved = run("backup", tmp_path / "kept")
    Clinic.objects.all().delete()
    lost = found()

    said = run("restore", Path(saved.split(" (")[0]))

    assert "Willow Room" not in lost
    assert "Willow Room" in found()
    assert said == "1 clinic is back.\n"
    call_command("reindex", check=True)


def test_clinics_that_are_here_are_taken_away_only_where_asked(make_clinic, tmp_path):
    make_clinic("Willow Room")
    path = backups.save(tmp_path, at=NIGHT, keep=1)
    make_clinic("Newer")

    with pytest.raises(CommandError, match="holds 2 clinics"):
        run("restore", path)
    run("restore", path, "--replace")

    assert [clinic.name for clinic in Clinic.objects.all()] == ["Willow Room"]


def test_a_table_that_the_backup_does_not_know_goes_too(make_clinic, tmp_path):
    path = backups.save(tmp_path, at=NIGHT, keep=1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE locator_of_a_later_release (id integer)")

    run("restore", path)

    assert "locator_of_a_later_release" not in connection.introspection.table_names()


def test_a_file_that_is_no_backup_changes_nothing(make_clinic, tmp_path):
    make_clinic("Willow Room")
    broken = tmp_path / "broken.dump"
    broken.write_bytes(b"PGDMP and then nonsense")

    with pytest.raises(CommandError):
        run("restore", broken, "--replace")

    assert Clinic.objects.count() == 1


def test_only_the_newest_are_kept_and_nobody_else_may_read_them(db, tmp_path):
    days = [NIGHT.replace(day=day) for day in (21, 22, 23)]

    kept = [backups.save(tmp_path, at=day, keep=2) for day in days]

    assert sorted(tmp_path.iterdir()) == kept[1:]
    assert {path.stat().st_mode & 0o777 for path in kept[1:]} == {0o600}
