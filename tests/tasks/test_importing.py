"""Imports as tasks: compared, looked at, applied; also where a worker is killed."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from locator import curation, tasks
from locator.models import Change, Clinic, ImportRun, Task
from locator.search import entries
from locator.tasks.importing import APPLY, COMPARE, layout_of
from tests.importing import (
    DIRECTORY,
    FACILITIES,
    directory_row,
    make_postcodes,
    write_csv,
    write_directory,
)
from tests.workers import PATIENCE, environment, start_worker, wait_until

pytestmark = pytest.mark.django_db
MANY = 120


@pytest.fixture
def directory_task(curator, tmp_path):
    """A function: a task that compares a directory of these rows."""
    make_postcodes()

    def ask(*rows, **asked) -> Task:
        path = write_directory(tmp_path / "directory.csv", rows)
        return tasks.enqueue(
            Task.Kind.IMPORT,
            {"step": COMPARE, "layout": "samhsa-directory", "as_of": "2022"} | asked,
            by=curator,
            file=path.read_bytes(),
            file_name="directory.csv",
        )

    return ask


def work_once():
    call_command("work", once=True, verbosity=0)


def apply(task):
    task.refresh_from_db()
    assert tasks.ask_again(task, {"step": APPLY})
    work_once()
    task.refresh_from_db()


def said(task, part):
    return list(task.lines.filter(part=part).values_list("said", flat=True))


def many_rows():
    """Each at a door of its own: pairs of all are another matter, and many."""
    return [
        directory_row(
            name1=f"Invented Clinic {number}",
            street1=f"{number + 1} Sample Street",
            phone=f"512-555-{number + 1000}",
        )
        for number in range(MANY)
    ]


# --- Compared, and applied ---------------------------------------------------------


def test_comparing_writes_nothing_and_tells_each_case(directory_task):
    task = directory_task(directory_row(), directory_row(zip="no ZIP", name1="Lost"))

    work_once()

    task.refresh_from_db()
    assert task.state == Task.State.READY
    assert not Clinic.objects.exists()
    assert [line["name"] for line in said(task, "new")] == ["Juniper Bend Counseling"]
    assert said(task, "rejected")[0]["reason"] == "“no ZIP” is not a ZIP code."
    assert task.result["counts"]["new"] == task.result["counts"]["rejected"] == 1


def test_applying_writes_what_was_seen_in_the_name_of_who_asked(directory_task):
    task = directory_task(directory_row())
    work_once()

    apply(task)

    assert task.state == Task.State.DONE
    assert Clinic.objects.get().name == "Juniper Bend Counseling"
    assert (task.run, task.run.by) == (ImportRun.objects.get(), task.by)


def test_what_changes_is_told_fact_by_fact(directory_task):
    first = directory_task(directory_row())
    work_once()
    apply(first)
    task = directory_task(directory_row(phone="512-555-0199"), as_of="2023")

    work_once()

    (changed,) = said(task, "changed")
    assert changed["clinic"] == Clinic.objects.get().pk
    assert changed["diff"]["clinic"]["phones"] == [
        [["+15125550101", "", "main"]],
        [["+15125550199", "", "main"]],
    ]


def test_a_file_that_says_nothing_new_is_done_when_it_is_compared(directory_task):
    first = directory_task(directory_row())
    work_once()
    apply(first)
    task = directory_task(directory_row())

    work_once()

    task.refresh_from_db()
    assert (task.state, task.run) == (Task.State.DONE, None)


def test_clinics_that_moved_after_comparing_are_compared_again(directory_task, curator):
    first = directory_task(directory_row())
    work_once()
    apply(first)
    task = directory_task(directory_row(phone="512-555-0199"), as_of="2023")
    work_once()
    edit = curation.Edit(clinic={"phones": [["+15125550177", "", "main"]]})
    curation.change(Clinic.objects.get(), edit, by=curator, kind=Change.Kind.EDIT)

    apply(task)

    assert task.state == Task.State.READY
    assert task.result["has_moved"]
    assert Clinic.objects.get().phones.get().number == "+15125550177"


def test_a_change_that_does_not_touch_the_file_stands_in_nobodys_way(
    directory_task, make_clinic, curator
):
    other = make_clinic("Elsewhere", covers=["US-TX"])
    task = directory_task(directory_row())
    work_once()
    edit = curation.Edit(clinic={"description": "Quiet."})
    curation.change(other, edit, by=curator, kind=Change.Kind.EDIT)

    apply(task)

    assert task.state == Task.State.DONE


def test_a_file_that_is_none_fails_with_a_sentence(directory_task):
    task = directory_task(directory_row(), layout="findtreatment")

    work_once()

    task.refresh_from_db()
    assert task.state == Task.State.FAILED
    assert "It looks like the layout samhsa-directory." in task.problem


def test_a_file_that_is_not_kept_any_more_is_asked_for_again(directory_task):
    task = directory_task(directory_row())
    Task.objects.update(file=None)

    work_once()

    task.refresh_from_db()
    assert task.problem == "The file is not kept any more: send it again."


def test_the_layout_is_told_by_the_header(tmp_path):
    own = write_csv(tmp_path / "own.csv", [{"name": "A", "city": "Austin"}])
    header = own.read_text().splitlines()[0].split(",")

    assert layout_of(header) == "csv"
    assert layout_of(FACILITIES) == "findtreatment"
    assert layout_of(DIRECTORY) == "samhsa-directory"
    assert layout_of(["name", "nonsense"]) == ""


# --- Workers that are stopped ------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_sigterm_lets_a_worker_end_its_task(directory_task):
    task = directory_task(*many_rows())
    worker = start_worker()
    try:
        wait_until(lambda: state_of(task) == Task.State.RUNNING, "the worker begins")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        worker.wait()

    assert state_of(task) == Task.State.READY
    assert not tasks.is_worked()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("share", [0.3, 0.9], ids=["reading", "writing"])
def test_a_worker_that_is_killed_leaves_nothing_half_done(directory_task, share):
    """The next worker takes the task up again, and it is written once."""
    task = directory_task(*many_rows())
    work_once()
    task.refresh_from_db()
    tasks.ask_again(task, {"step": APPLY})

    _work_until_killed(share)
    assert state_of(task) == Task.State.RUNNING
    assert Clinic.objects.count() in (0, MANY)
    # As if a minute had gone by.
    Task.objects.update(beat_at=timezone.now() - timedelta(minutes=2))
    work_once()

    task.refresh_from_db()
    assert (task.state, task.attempts) == (Task.State.DONE, 2)
    assert Clinic.objects.count() == MANY
    assert task.run == ImportRun.objects.get()
    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_died_after_writing_is_believed(directory_task):
    """What was written is there; only that it was could not be said any more."""
    task = directory_task(directory_row())
    work_once()
    apply(task)
    Task.objects.update(
        state=Task.State.RUNNING,
        run=None,
        beat_at=timezone.now() - timedelta(minutes=2),
    )

    work_once()

    task.refresh_from_db()
    assert (task.state, task.run) == (Task.State.DONE, ImportRun.objects.get())


def state_of(task):
    return Task.objects.values_list("state", flat=True).get(pk=task.pk)


def _work_until_killed(share: float) -> None:
    """Work in a process that kills itself when a task is `share` done."""
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(share)],
        env=environment(),
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL


_SCRIPT = """
import os, signal, sys, threading
import django

django.setup()
from locator.tasks import pulse, work

def tell(self, share):
    if share >= float(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)

pulse.Pulse.progress = tell
work(once=True, stop=threading.Event())
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_beside_a_server_stops_when_the_server_is_gone(directory_task):
    reading, writing = os.pipe()
    worker = f"{sys.executable} -m django work --skip-checks --beside $$"
    command = f"{worker} & exec sleep {PATIENCE}"
    server = subprocess.Popen(["sh", "-c", command], env=environment(), stdout=writing)
    os.close(writing)
    try:
        wait_until(tasks.is_worked, "the worker is there")
        server.kill()
        server.wait()
        # The pipe ends when the last process that holds it does.
        assert os.read(reading, 1) == b""
    finally:
        os.close(reading)

    assert not tasks.is_worked()
