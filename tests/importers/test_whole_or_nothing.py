"""After anything that happens to an import the database is as before or as after."""

import os
import signal
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from locator import curation
from locator.importers.load import READ, Import, ImportFailedError, Job
from locator.models import Clinic, ImportRun, SearchEntry, SourceRecord
from locator.search import entries

from ..importing import directory_row, the_clinic, write_directory

MANY = 400


def many_rows(count=MANY):
    """Each at a door of its own: pairs of all are another matter, and many."""
    codes = "SA MH * OP * TELE * MD MC SF * ADLT"
    return [
        directory_row(
            codes,
            name1=f"Invented Clinic {n}",
            street1=f"{n + 1} Sample Street",
            phone=f"512-555-{n + 1000}",
        )
        for n in range(count)
    ]


def reading(path, progress=None, as_of="2022"):
    work = Import(Job("samhsa-directory", path, as_of=as_of))
    if progress:
        work.progress = progress
    work.read()
    return work


def counts():
    models = (Clinic, SourceRecord, ImportRun, SearchEntry)
    return [model.objects.count() for model in models]


# --- Somebody else writes meanwhile ------------------------------------------------


def test_data_that_moved_after_comparing_is_compared_again(
    directory, curator, tmp_path
):
    directory(directory_row())
    path = write_directory(tmp_path / "next.csv", [directory_row("MH * TELE * MC")])
    meddled = []

    def meddle(share):
        """A curator, between comparing and writing."""
        if share >= 0.4 and not meddled:
            meddled.append(share)
            clinic = the_clinic()
            clinic.payments.set(["self-pay"])
            curation.record_person(clinic, fields=["payments"], by=curator)
            clinic.save()
            entries.rebuild([clinic.pk])

    outcome = reading(path, meddle).apply()

    assert meddled
    assert [each.pk for each in the_clinic().payments.all()] == ["self-pay"]
    assert outcome.tally["left_to_person"] == 1


@pytest.mark.django_db(transaction=True)
def test_who_changes_clinics_all_the_time_waits_for_the_import_in_the_end(
    directory, tmp_path
):
    directory(directory_row())
    path = write_directory(tmp_path / "next.csv", [directory_row("MH * TELE * MC")])
    pk, saves = the_clinic().pk, []

    def save():
        entries.rebuild([pk])
        connection.close()

    def meddle(share):
        """Another curator saves, each time that the import begins to compare."""
        if share == READ:
            saves.append(threading.Thread(target=save))
            saves[-1].start()
            # As long as a save takes that nobody holds off.
            saves[-1].join(2)

    outcome = reading(path, meddle).apply()

    for each in saves:
        each.join()
    assert outcome.run
    assert outcome.tally["clinics_changed"] == 1
    assert len(saves) > 1
    assert entries.differences() == []


# --- Nothing is left half done -----------------------------------------------------


def test_a_failure_at_any_step_of_writing_leaves_everything_as_it_was(
    postcodes, tmp_path
):
    path = write_directory(tmp_path / "directory.csv", many_rows(5))
    before = counts()

    class PlugPulledError(Exception):
        pass

    for step in (0.5, 0.6, 0.7, 0.8, 0.9, 1):

        def pull(share, step=step):
            if share >= step:
                raise PlugPulledError

        with pytest.raises(PlugPulledError):
            reading(path, pull).apply()
        assert counts() == before


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_in_a_sentence_and_leaves_everything_as_it_was(
    postcodes, tmp_path
):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told how large its file may grow")
    path = write_directory(tmp_path / "directory.csv", many_rows())
    work = reading(path)
    before = counts()
    with connection.cursor() as cursor:
        # Pages that tests before this one left free would be filled first.
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
    try:
        with pytest.raises(ImportFailedError, match=r"full.*as it was before"):
            work.apply()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {2**30}")

    assert counts() == before
    work.apply()
    assert Clinic.objects.count() == MANY


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_the_database_as_before_or_as_after(postcodes, tmp_path):
    path = write_directory(tmp_path / "directory.csv", many_rows())
    empty = (0, 0, 0, 0)
    whole = None
    seen = []
    for delay in (0.0, 0.03, 0.1, 0.25, 0.5):
        killed = _import_and_kill(path, delay)
        now = tuple(counts())
        seen.append((killed, now))
        if now != empty:
            whole = now
            break

    _import_and_kill(path, delay=None)
    done = tuple(counts())
    assert done[:2] == (MANY, MANY)
    assert whole in (None, done)
    assert entries.differences() == []
    assert any(killed for killed, _ in seen)


def _import_and_kill(path, delay: float | None) -> bool:
    """Import in a process of its own; kill it `delay` seconds into its writing.

    Whether it was still at work then. With no delay it is left to end.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(path)],
        env=os.environ | _database() | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in process.stdout:
            if line.strip() == "writing" and delay is not None:
                time.sleep(delay)
                is_at_work = process.poll() is None
                process.send_signal(signal.SIGKILL)
                return is_at_work
        assert process.wait() == 0
        return False
    finally:
        process.stdout.close()
        process.wait()


_SCRIPT = """
import sys
import django

django.setup()
from pathlib import Path
from locator.importers.load import READ, Import, Job

def tell(share):
    if share == 0.5:
        print("writing", flush=True)

work = Import(Job("samhsa-directory", Path(sys.argv[1]), as_of="2022"), tell)
work.read()
work.apply()
"""


def _database() -> dict[str, str]:
    """The test's own database, for a process beside it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"}
    server = urlsplit(os.environ["DATABASE_URL"])
    return {"DATABASE_URL": server._replace(path=f"/{name}").geturl()}
