"""Listings that wait, beside their candidates, and matches taken back."""

import pytest
from django.urls import reverse

from locator.importers import matching
from locator.models import Clinic, SourceRecord

from .. import importing
from ..desk import told
from ..importing import directory_row, facility_row

pytestmark = pytest.mark.django_db

DOUBTFUL = {
    "name1": "Juniper Bend Counseling LLC",
    "name2": "Day Programme",
    "phone": "512-555-0177",
}


@pytest.fixture
def doubtful(db, tmp_path):
    """A listing that may be the one clinic that there is."""
    importing.make_postcodes()
    importing.import_directory(tmp_path, directory_row())
    row = facility_row("MH", "mh op tele mc", **DOUBTFUL)
    importing.import_facilities(tmp_path, row)
    return matching.waiting().get()


def page(record):
    return reverse("admin:match", args=[record.pk])


def test_a_listing_stands_beside_its_candidate_with_what_speaks_for_it(desk, doubtful):
    response = desk.get(page(doubtful))

    shown = response.content.decode()
    assert "Juniper Bend Counseling LLC, Day Programme" in shown
    assert "but other phone numbers" in shown
    assert "(512) 555-0177" in shown
    assert "It is this clinic" in shown
    (candidate,) = response.context["candidates"]
    assert "Payment" in {row.label for row in candidate.changes}
    city = next(line for line in response.context["lines"] if line.label == "Town")
    assert [cell.is_same for cell in city.cells] == [False, True]


def test_a_curator_says_which_clinic_it_is_and_goes_to_the_next(desk, doubtful):
    clinic = Clinic.objects.get()

    response = desk.post(page(doubtful), {"decision": clinic.pk})

    assert response.url == reverse("admin:queue_next", args=["matches"])
    doubtful.refresh_from_db()
    assert (doubtful.clinic, doubtful.match) == (clinic, SourceRecord.Match.PERSON)


def test_a_curator_says_that_it_is_new_and_takes_it_back(desk, doubtful):
    desk.post(page(doubtful), {"decision": "new"})
    doubtful.refresh_from_db()
    made = doubtful.clinic
    assert made.is_public

    response = desk.post(page(doubtful), {"decision": "undo"}, follow=True)

    assert told(response)[-1] == "Taken back. The listing waits again."
    made.refresh_from_db()
    assert not made.is_public
    assert "a person took it from this clinic" in response.content.decode()


@pytest.mark.parametrize("answer", ["", "0", "nonsense", "999999", "9" * 5000])
def test_an_answer_that_is_none_is_a_sentence(desk, doubtful, answer):
    response = desk.post(page(doubtful), {"decision": answer})

    assert "Choose a clinic, or say that it is a new one." in response.content.decode()
    assert matching.waiting().exists()


def test_what_somebody_else_settled_meanwhile_is_told(desk, doubtful, curator):
    shown = Clinic.objects.get()
    matching.settle([doubtful], clinic=None, by=curator)

    response = desk.post(page(doubtful), {"decision": shown.pk})

    assert "somebody has matched it" in response.content.decode()


def test_what_changed_since_can_be_taken_back_without_its_facts(desk, doubtful):
    clinic = Clinic.objects.get()
    desk.post(page(doubtful), {"decision": clinic.pk})
    clinic.payments.set(["self-pay"])

    response = desk.post(page(doubtful), {"decision": "undo", "note": "Wrong door"})
    assert "Changed again since" in response.content.decode()
    assert 'value="Wrong door"' in response.content.decode()
    desk.post(page(doubtful), {"decision": "undo", "keeps_facts": "on"})

    assert matching.waiting().get() == doubtful


def test_a_candidate_that_was_merged_stands_as_what_it_became(
    desk, doubtful, make_clinic, curator
):
    from locator import curation

    kept = make_clinic("Elm Grove")
    curation.merge(kept, Clinic.objects.exclude(pk=kept.pk).get(), by=curator)

    response = desk.get(page(doubtful))

    assert [each.clinic for each in response.context["candidates"]] == [kept]


def test_a_listing_that_cannot_be_read_any_more_says_so(desk, doubtful):
    doubtful.raw = doubtful.raw | {"type_facility": "XX"}
    doubtful.save()

    response = desk.get(page(doubtful))

    assert "The listing cannot be read any more" in response.content.decode()


def test_the_history_says_who_matched_what_and_why(
    desk, doubtful, django_assert_num_queries
):
    desk.post(page(doubtful), {"decision": "new"})

    shown = desk.get(reverse("admin:matches"), {"who": "people"}).content.decode()

    assert "a person said so" in shown
    assert "Day Programme" in shown
    assert "no clinic was like it" not in shown


def test_the_history_asks_as_much_for_many_as_for_few(desk, tmp_path, doubtful):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as context:
            desk.get(reverse("admin:matches"))
        return len(context)

    few = queries()
    rows = [directory_row(name1=f"Invented {n}") for n in range(30)]
    importing.import_directory(tmp_path, *rows, as_of="2023")

    assert queries() <= few


def test_an_auditor_looks_and_settles_nothing(sign_in, doubtful):
    auditor = sign_in("auditor")

    assert "It is this clinic" not in auditor.get(page(doubtful)).content.decode()
    assert auditor.post(page(doubtful), {"decision": "new"}).status_code == 403
    assert matching.waiting().exists()


def test_whoever_matches_is_told_when_patients_lose_a_clinic_by_it(desk, tmp_path):
    importing.make_postcodes()
    importing.import_directory(tmp_path, importing.directory_row())
    importing.import_facilities(tmp_path, facility_row("MH", "mh op mc", **DOUBTFUL))
    listing, clinic = matching.waiting().get(), Clinic.objects.get()
    warned = "the listing names no remote visit."

    before = desk.get(page(listing)).content.decode()
    after = desk.post(page(listing), {"decision": clinic.pk}, follow=True)

    assert warned in before
    assert told(after)[1] == f"Patients do not see it any more: {warned}"
