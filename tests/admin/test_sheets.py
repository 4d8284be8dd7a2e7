"""Clinics in a spreadsheet at the desk: the filtered list out, edits back in."""

from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from locator import sheets
from locator.models import Change, Clinic, Task
from tests.desk import list_url, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(sign_in):
    return sign_in("manager")


def download(client, name="clinics", ending="xlsx", **filters):
    asked = {"_sheet": name, "_format": ending} | filters
    response = client.get(reverse("admin:sheet_export"), asked)
    assert response.status_code == 200, response
    return sheets.dataset_of(response.content, f"sheet.{ending}")


def send(client, dataset, ending="xlsx"):
    data = sheets.bytes_of(dataset, ending)
    upload = SimpleUploadedFile(f"clinics.{ending}", data)
    return client.post(reverse("admin:sheets"), {"file": upload}, follow=True)


def edited(dataset, **cells):
    rows = dataset.dict
    rows[0] |= cells
    dataset.dict = rows
    return dataset


def test_the_sheet_holds_what_the_list_shows(manager, make_clinic):
    make_clinic("In Austin", city="Austin", covers=["US-TX"])
    make_clinic("A Draft", city="Austin", status="draft", covers=["US-TX"])
    make_clinic("In Waco", city="Waco", covers=["US-TX"])
    filters = {"q": "austin", "status__exact": "published"}

    shown = manager.get(list_url(Clinic), filters)
    dataset = download(manager, **filters)

    assert "Edit in a spreadsheet" in shown.text
    assert f"{reverse('admin:sheets')}?q=austin" in shown.text
    assert dataset["name"] == ["In Austin"]


def test_the_page_says_how_many_are_chosen_and_links_each_format(manager, make_clinic):
    make_clinic("In Austin", city="Austin", covers=["US-TX"])
    make_clinic("In Waco", city="Waco", covers=["US-TX"])

    page = manager.get(reverse("admin:sheets"), {"q": "austin"})

    assert "1 clinic is chosen." in page.text
    links = [link for each in page.context["downloads"] for _, link in each["links"]]
    assert [urlsplit(link).query.split("&")[0] for link in links] == ["q=austin"] * 4


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_comes_back_is_looked_at_and_written(manager, make_clinic, ending):
    clinic = make_clinic(city="Austin", covers=["US-TX"])

    seen = send(manager, edited(download(manager, ending=ending), city="Waco"), ending)
    before = Clinic.objects.get().city
    task = Task.objects.get()
    manager.post(reverse("admin:task_apply", args=[task.pk]))

    assert "<del>Austin</del>" in seen.text
    assert "<ins>Waco</ins>" in seen.text
    assert before == "Austin"
    clinic.refresh_from_db()
    assert clinic.city == "Waco"
    change = Change.objects.get()
    assert (change.kind, change.by) == (Change.Kind.SHEET, manager.person)
    assert str(change.event) == task.asked["event"]
    assert "Waco" in manager.get(clinic.get_absolute_url()).text


def test_refused_rows_stand_beside_those_that_would_be_written(manager, make_clinic):
    make_clinic(city="Austin", covers=["US-TX"])

    seen = send(manager, edited(download(manager), region="US-ZZ"))

    assert "Row 2" in seen.text
    assert "There is no region US-ZZ." in seen.text


def test_a_file_that_is_no_sheet_is_refused_beside_its_field(manager):
    upload = SimpleUploadedFile("notes.csv", b"name,city\nA,B\n")

    page = manager.post(reverse("admin:sheets"), {"file": upload})

    assert "is no sheet that was exported here" in page.text
    assert not Task.objects.exists()


def test_filters_that_the_list_does_not_know_are_told(manager):
    page = manager.get(reverse("admin:sheets"), {"nonsense__exact": "1"}, follow=True)

    assert told(page) == ["These filters cannot be understood."]


def test_too_many_clinics_for_a_spreadsheet_are_told(manager, make_clinic, monkeypatch):
    from locator.admin import sheets as pages

    monkeypatch.setattr(pages, "MOST_CLINICS", 1)
    make_clinic("A")
    make_clinic("B")

    asked = {"_sheet": "clinics", "_format": "csv"}
    page = manager.get(reverse("admin:sheet_export"), asked, follow=True)

    assert told(page) == ["These are too many clinics: filter the list."]


def test_a_curator_exports_and_sends_nothing_back(desk, make_clinic):
    make_clinic(covers=["US-TX"])

    dataset = download(desk)
    page = desk.get(reverse("admin:sheets"))
    send(desk, edited(dataset, city="Waco"))

    assert len(dataset) == 1
    assert "send it back" not in page.text
    assert not Task.objects.exists()
