"""Files at the desk: sent, compared, looked at, applied; with a worker and without."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from locator import tasks
from locator.admin.tasks import MOST_LINES_AT_ONCE
from locator.models import Clinic, ImportRun, Task, Worker
from tests.desk import told
from tests.importing import (
    directory_row,
    facility_row,
    make_postcodes,
    write_directory,
    write_facilities,
)
from tests.making import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(sign_in):
    make_postcodes()
    return sign_in("manager")


@pytest.fixture
def worker(db):
    """A worker that is there, and does nothing for now."""
    now = timezone.now()
    return Worker.objects.create(name="w", started_at=now, seen_at=now)


def send(client, path, **fields):
    """Send the form as a browser does; follow to the task's page."""
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    sent = {"file": upload, "layout": "", "as_of": "2022"} | fields
    return client.post(reverse("admin:imports"), sent, follow=True)


def press(client, name, task):
    return client.post(reverse(f"admin:{name}", args=[task.pk]), follow=True)


def the_task():
    return Task.objects.defer("file").get()


def errors(response):
    return {name: list(said) for name, said in response.context["form"].errors.items()}


# --- The whole way -----------------------------------------------------------------


def test_a_small_file_is_compared_and_applied_without_a_worker(manager, tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])

    seen = send(manager, path)
    before = Clinic.objects.count()
    done = press(manager, "task_apply", the_task())

    assert "Juniper Bend Counseling" in seen.text
    assert "Nothing is written yet." in seen.text
    assert before == 0
    assert Clinic.objects.get().is_public
    run = ImportRun.objects.get()
    assert run.by == manager.person
    assert reverse("admin:locator_importrun_change", args=[run.pk]) in done.text


def test_new_clinics_can_be_left_drafts(manager, tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])

    send(manager, path, new_as_drafts="on")
    press(manager, "task_apply", the_task())

    assert Clinic.objects.get().status == Clinic.Status.DRAFT


def test_a_newer_file_over_the_first_shows_facts_before_and_after(manager, tmp_path):
    first = write_directory(tmp_path / "first.csv", [directory_row()])
    send(manager, first)
    press(manager, "task_apply", the_task())
    rows = [facility_row(phone="512-555-0199")]
    newer = write_facilities(tmp_path / "newer.csv", rows)

    seen = send(manager, newer, as_of="2023-11")

    assert "<del>" in seen.text
    assert "0101" in seen.text
    assert "0199" in seen.text


def test_the_layout_is_found_out_and_said(manager, tmp_path):
    path = write_facilities(tmp_path / "facilities.csv", [facility_row()])

    seen = send(manager, path, as_of="2023-11")

    assert the_task().asked["layout"] == "findtreatment"
    assert "Layout findtreatment, edition 2023-11." in seen.text


def test_rejected_rows_are_read_and_taken_along_to_be_mended(manager, tmp_path):
    rows = [directory_row(), directory_row(name1="=Lost", zip="none")]
    path = write_directory(tmp_path / "directory.csv", rows)

    seen = send(manager, path)
    task = the_task()
    part = manager.get(reverse("admin:task", args=[task.pk]), {"part": "rejected"})
    file = manager.get(reverse("admin:task_rejects", args=[task.pk]))

    assert "Rejected rows" in seen.text
    assert "“none” is not a ZIP code." in part.text
    assert 'filename="directory.rejects.csv"' in file["Content-Disposition"]
    (header, row) = csv.reader(StringIO(file.getvalue().decode()))
    assert header[:3] == ["line", "reason", "name1"]
    assert row[:3] == ["3", "“none” is not a ZIP code.", "'=Lost"]


# --- Workers -----------------------------------------------------------------------


def test_without_a_worker_a_large_file_waits_and_the_page_says_why(manager, tmp_path):
    rows = [directory_row()] * (MOST_LINES_AT_ONCE + 1)
    path = write_directory(tmp_path / "directory.csv", rows)

    seen = send(manager, path)

    assert the_task().state == Task.State.WAITING
    assert "No worker runs now." in seen.text
    assert "manage.py work" in seen.text


def test_with_a_worker_the_page_follows_its_progress(manager, worker, tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])

    seen = send(manager, path)
    task = the_task()
    Task.objects.update(state=Task.State.RUNNING, progress=0.25)
    answer = manager.get(reverse("admin:task_progress", args=[task.pk]))

    assert task.state == Task.State.WAITING
    assert "No worker runs now." not in seen.text
    assert "Look again" in seen.text
    assert answer.json() == {"state": "running", "label": "runs", "progress": 0.25}
    assert "no-store" in answer["Cache-Control"]


def test_a_worker_that_fell_silent_is_no_worker(manager, worker):
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=2))

    assert "No worker runs now." in manager.get(reverse("admin:imports")).text


def test_a_page_of_thousands_of_lines_is_short_and_costs_few_queries(
    manager, django_assert_max_num_queries
):
    line = {"name": "A", "city": "B", "region": "US-TX", "status": "draft"}
    task = Task.objects.create(
        kind=Task.Kind.IMPORT,
        state=Task.State.READY,
        made_at=timezone.now(),
        result={"counts": {"new": 9000}, "tally": {"records": 9000}},
    )
    task.lines.bulk_create(
        task.lines.model(
            task=task,
            part="new",
            position=number,
            said=line | {"name": f"Clinic {number}", "services": 1, "line": number},
        )
        for number in range(9000)
    )
    address = reverse("admin:task", args=[task.pk])
    manager.get(address)

    with django_assert_max_num_queries(12):
        page = manager.get(address, {"part": "new", "p": 180})

    assert "Clinic 8999" in page.text
    assert page.text.count("<strong>Clinic ") == 50
    assert len(page.content) < 60_000


def test_what_changes_costs_as_many_queries_for_fifty_clinics_as_for_one(
    manager, make_clinic, django_assert_max_num_queries
):
    with at_once():
        clinics = [make_clinic(f"Clinic {number}") for number in range(50)]
    task = Task.objects.create(
        kind=Task.Kind.SHEET,
        state=Task.State.READY,
        made_at=timezone.now(),
        result={"sheet": "clinics", "counts": {"changed": 50, "refused": 0}},
    )
    task.lines.bulk_create(
        task.lines.model(
            task=task,
            part="changed",
            position=number,
            said={
                "row": number,
                "clinic": clinic.pk,
                "name": clinic.name,
                "slug": clinic.slug,
                "diff": {"services": {clinic.services.get().pk: {"notes": ["", "n"]}}},
            },
        )
        for number, clinic in enumerate(clinics)
    )
    address = reverse("admin:task", args=[task.pk])
    manager.get(address)

    with django_assert_max_num_queries(35):
        page = manager.get(address)

    assert "Clinic 49" in page.text


# --- Bad input ---------------------------------------------------------------------


def test_the_same_file_leads_to_the_first_while_that_is_open(manager, tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])
    send(manager, path)

    again = send(manager, path)

    assert Task.objects.count() == 1
    assert reverse("admin:task", args=[the_task().pk]) in errors(again)["file"][0]


def test_a_file_may_be_sent_again_after_it_was_cancelled(manager, tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])
    send(manager, path)

    page = press(manager, "task_cancel", the_task())
    send(manager, path)

    assert told(page) == ["It was cancelled; nothing was written."]
    assert Task.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        (b"\x00\x01binary", "file", "is a binary file"),
        (b"a,b\n1,2\n", "file", "Its columns are those of no layout"),
        ("name\ncaf\xe9\n".encode("latin-1"), "file", "is not in UTF-8"),
        (b"", "file", "empty"),
        (b'name\n"A\n', "file", ""),
    ],
)
def test_a_file_that_is_none_is_refused_beside_its_field(
    manager, tmp_path, data, field, sentence
):
    path = tmp_path / "file.csv"
    path.write_bytes(data)

    response = send(manager, path, as_of="2023")

    if sentence:
        assert sentence in errors(response)[field][0]
        # What was typed stands there still.
        assert 'value="2023"' in response.text
        assert not Task.objects.exists()
    else:
        assert "never closed" in the_task().problem


@pytest.mark.parametrize("as_of", ["", "last year", "2022-13", "2022-02-30"])
def test_an_edition_that_is_no_date_is_refused_beside_its_field(
    manager, tmp_path, as_of
):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])

    response = send(manager, path, as_of=as_of)

    assert list(errors(response)) == ["as_of"]


def test_a_layout_that_the_file_has_not_is_refused_with_what_it_lacks(
    manager, tmp_path
):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])

    response = send(manager, path, layout="findtreatment")

    assert "findtreatment" in errors(response)["file"][0]


def test_a_file_larger_than_allowed_is_refused(manager, tmp_path, settings):
    settings.LOCATOR_LARGEST_UPLOAD = 1
    path = tmp_path / "large.csv"
    path.write_bytes(b"name\n" + b"A" * 1024 * 1024)

    response = send(manager, path)

    assert "this site takes files of up to 1.0" in errors(response)["file"][0]


def test_applying_twice_writes_once_and_says_so(manager, tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])
    send(manager, path)
    press(manager, "task_apply", the_task())

    page = press(manager, "task_apply", the_task())

    assert told(page) == ["Too late for that. Its state is now: done."]
    assert ImportRun.objects.count() == 1


def test_a_task_that_is_not_there_is_not_found(manager):
    assert manager.get(reverse("admin:task", args=[9])).status_code == 404


# --- Who may -----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["contributor", "curator"])
def test_who_may_not_import_sees_nothing_of_it(sign_in, role):
    client = sign_in(role)

    assert client.get(reverse("admin:imports")).status_code == 403
    assert client.get(reverse("admin:tasks")).status_code == 403


def test_an_auditor_looks_and_changes_nothing(sign_in, tmp_path):
    make_postcodes()
    manager, auditor = sign_in("manager"), sign_in("auditor")
    send(manager, write_directory(tmp_path / "directory.csv", [directory_row()]))
    task = the_task()

    page = auditor.get(reverse("admin:task", args=[task.pk]))
    answer = auditor.post(reverse("admin:task_apply", args=[task.pk]))

    assert "Juniper Bend Counseling" in page.text
    assert "Apply" not in page.text
    assert answer.status_code == 403
    assert not Clinic.objects.exists()


def test_the_list_of_tasks_never_reads_their_files(
    manager, django_assert_max_num_queries
):
    for number in range(60):
        tasks.enqueue(
            Task.Kind.IMPORT,
            {},
            by=manager.person,
            file=b"%d" % number,
            file_name=f"{number}.csv",
        )
    manager.get(reverse("admin:tasks"))

    with django_assert_max_num_queries(10) as queries:
        page = manager.get(reverse("admin:tasks"))

    assert "59.csv" in page.text
    assert not any('"locator_task"."file",' in query["sql"] for query in queries)
