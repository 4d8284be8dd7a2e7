"""What a person says of a listing that waits, and takes back."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from locator import curation, facts
from locator.importers import matching
from locator.models import Change, Clinic, RecordMatch, SourceRecord
from locator.search import entries

from ..importing import codes, directory_row, facility_row, the_clinic
from ..others import going_on_once_waited_for, somebody_holds

DOUBTFUL = {
    "name1": "Juniper Bend Counseling LLC",
    "name2": "Day Programme",
    "phone": "512-555-0177",
}


@pytest.fixture
def doubtful(directory, facilities):
    """A clinic of the directory, and a listing that may be it."""
    directory(directory_row())
    facilities(facility_row("MH", "mh op tele mc", **DOUBTFUL))
    return matching.waiting().get()


def said(clinic):
    state = facts.read([clinic.pk], with_records=True)[clinic.pk]
    written = {each.pk: each.written for each in state.records}
    services = {pk: each.facts for pk, each in state.services.items()}
    return state.facts, services, state.field_sources, written


def test_a_person_says_which_clinic_a_listing_is(doubtful, curator):
    clinic = the_clinic()

    matching.settle([doubtful], clinic=clinic, by=curator)

    doubtful.refresh_from_db()
    assert (doubtful.clinic, doubtful.match) == (clinic, SourceRecord.Match.PERSON)
    assert doubtful.candidates == []
    assert codes(clinic.payments) == {"medicare"}
    match = doubtful.matches.first()
    assert (match.by, match.reasons) == (curator, ["person"])
    change = clinic.changes.first()
    assert (change.kind, change.by) == (Change.Kind.MATCH, curator)
    assert change.diff["clinic"]["payments"] == [["medicaid"], ["medicare"]]
    assert entries.differences() == []


def test_a_person_says_that_it_is_a_new_clinic(doubtful, curator):
    made = matching.settle([doubtful], clinic=None, by=curator)

    assert made.name == "Juniper Bend Counseling LLC, Day Programme"
    assert made.status == Clinic.Status.PUBLISHED
    assert made.changes.get().is_first
    assert made.records.get() == doubtful
    assert entries.differences() == []


def test_no_machine_asks_again_what_a_person_answered(doubtful, facilities, curator):
    made = matching.settle([doubtful], clinic=None, by=curator)

    # By now it is called as the other, and has its number.
    facilities(
        facility_row("MH", "mh op tele mc sp", **DOUBTFUL | {"phone": "512-555-0101"}),
        as_of="2025",
    )

    doubtful.refresh_from_db()
    assert (doubtful.clinic, doubtful.match) == (made, SourceRecord.Match.PERSON)
    assert doubtful.matches.count() == 2


def test_two_people_never_settle_one_listing(doubtful, curator):
    matching.settle([doubtful], clinic=None, by=curator)

    with pytest.raises(ValidationError, match="somebody has matched it"):
        matching.settle([doubtful], clinic=the_clinic_of("Juniper Bend"), by=curator)
    assert Clinic.objects.count() == 2


def the_clinic_of(name):
    return Clinic.objects.filter(name__startswith=name).earliest("pk")


def test_a_listing_is_not_given_to_a_clinic_that_cannot_have_it(
    doubtful, curator, make_clinic
):
    sample = make_clinic("Invented", is_sample=True)

    with pytest.raises(ValidationError, match="never one"):
        matching.settle([doubtful], clinic=sample, by=curator)


def test_taking_a_match_back_leaves_the_clinic_as_it_was(doubtful, curator):
    clinic = the_clinic()
    before = said(clinic)
    matching.settle([doubtful], clinic=clinic, by=curator)

    matching.unmatch(doubtful, by=curator)

    assert said(clinic) == before
    doubtful.refresh_from_db()
    assert (doubtful.match, doubtful.clinic) == (SourceRecord.Match.WAITING, None)
    assert doubtful.candidates == [{"clinic": clinic.pk, "reasons": ["undone"]}]
    assert entries.differences() == []


def test_a_fact_that_a_match_left_unsaid_is_its_source_s_again(
    directory, facilities, curator
):
    directory(directory_row("MH SA * OP * TELE * MD * ADLT"))
    facilities(
        facility_row("MH", "mh sa op tele mc", **DOUBTFUL),
        facility_row("SU", "sa op tele mc", **DOUBTFUL),
    )
    record, clinic = matching.waiting().get(), the_clinic()
    before = said(clinic)
    assert "remote_is_clinic_wide" in str(before[3])
    matching.settle(matching.of_one_site(record), clinic=clinic, by=curator)

    matching.unmatch(record, by=curator)

    assert said(clinic) == before


def test_a_match_that_published_a_draft_leaves_no_word_of_it_when_taken_back(
    directory, facilities, curator
):
    directory(directory_row("MH * OP * MD * ADLT"))
    facilities(facility_row("MH", "mh op tele mc", **DOUBTFUL))
    record, clinic = matching.waiting().get(), the_clinic()
    before = said(clinic)
    matching.settle([record], clinic=clinic, by=curator)
    assert the_clinic().is_public

    matching.unmatch(record, by=curator)

    assert not the_clinic().is_public
    assert said(clinic) == before


def test_a_match_whose_facts_were_put_back_and_forth_is_taken_back(doubtful, curator):
    clinic = the_clinic()
    before = said(clinic)
    matching.settle([doubtful], clinic=clinic, by=curator)
    undone = curation.undo(clinic.changes.first(), by=curator)
    curation.undo(undone, by=curator)

    matching.unmatch(doubtful, by=curator)

    assert said(clinic)[:2] == before[:2]


def test_the_directory_owns_its_facts_again_after_a_match_was_taken_back(
    doubtful, curator, directory
):
    matching.settle([doubtful], clinic=the_clinic(), by=curator)
    matching.unmatch(doubtful, by=curator)

    outcome = directory(directory_row("MH * OP * TELE * SF * ADLT"), as_of="2024")

    assert codes(the_clinic().payments) == {"self-pay"}
    assert outcome.tally["proposals"] == 0


def test_a_machine_s_match_can_be_taken_back_and_is_not_made_again(
    directory, facilities, curator
):
    directory(directory_row())
    row = facility_row("MH", "mh op tele mc")
    facilities(row)
    record = SourceRecord.objects.get(layout="findtreatment")

    matching.unmatch(record, by=curator)
    facilities(row)
    facilities(row, as_of="2025")

    record.refresh_from_db()
    assert record.match == SourceRecord.Match.WAITING
    assert codes(the_clinic().payments) == {"medicaid"}
    assert RecordMatch.objects.filter(record=record, reasons=["undone"]).exists()


def test_a_clinic_that_a_match_made_is_a_draft_when_it_is_taken_back(doubtful, curator):
    made = matching.settle([doubtful], clinic=None, by=curator)

    matching.unmatch(doubtful, by=curator)

    made.refresh_from_db()
    assert made.status == Clinic.Status.DRAFT
    assert matching.waiting().get() == doubtful


def test_a_match_whose_facts_were_changed_since_is_taken_back_without_them(
    doubtful, curator
):
    clinic = the_clinic()
    matching.settle([doubtful], clinic=clinic, by=curator)
    clinic.payments.set(["self-pay"])

    with pytest.raises(ValidationError, match="Changed again since"):
        matching.unmatch(doubtful, by=curator)
    matching.unmatch(doubtful, by=curator, keeps_facts=True)

    assert codes(clinic.payments) == {"self-pay"}
    assert matching.waiting().get() == doubtful


# --- Gone from its source ----------------------------------------------------------


@pytest.fixture
def gone(facilities):
    """The record of a clinic that a newer edition lacks."""
    rows = [facility_row(), facility_row(name1="Elm Grove", street1="9 Road", phone="")]
    facilities(*rows, as_of="2023-11")
    facilities(rows[1], as_of="2025-11")
    return SourceRecord.objects.get(vanished_in__isnull=False)


def test_a_clinic_leaves_when_a_curator_agrees_that_its_source_lacks_it(gone, curator):
    assert matching.agree_gone(gone, by=curator)

    clinic = gone.clinic
    clinic.refresh_from_db()
    assert (clinic.status, clinic.withdrawn_reason) == ("withdrawn", "source")
    with pytest.raises(ValidationError, match="already"):
        matching.keep_listed(gone, by=curator)


def test_a_clinic_that_another_source_lists_stays(gone, directory, curator):
    directory(directory_row())

    assert not matching.agree_gone(gone, by=curator)

    gone.clinic.refresh_from_db()
    assert gone.clinic.is_public


def test_a_record_that_comes_back_is_missed_no_longer(gone, facilities, curator):
    matching.keep_listed(gone, by=curator)

    facilities(facility_row(), as_of="2026-11")

    gone.refresh_from_db()
    assert (gone.vanished_in, gone.vanished_seen) == (None, False)


def test_an_equally_old_file_makes_no_record_vanish(facilities):
    rows = [facility_row(), facility_row(name1="Elm Grove", street1="9 Road", phone="")]
    facilities(*rows)

    outcome = facilities(rows[1])

    assert len(outcome.vanished) == 1
    assert not SourceRecord.objects.filter(vanished_in__isnull=False).exists()


# --- While somebody else writes ----------------------------------------------------

only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
)


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_settling_waits_for_who_saves_the_clinic_and_is_waited_for_by_nobody(
    doubtful, curator
):
    clinic = the_clinic()
    save = partial(entries.rebuild, [clinic.pk])

    with (
        somebody_holds(Clinic.objects.all(), then=save) as may_end,
        going_on_once_waited_for(may_end),
    ):
        matching.settle([doubtful], clinic=clinic, by=curator)

    doubtful.refresh_from_db()
    assert doubtful.clinic == clinic
    assert entries.differences() == []


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_taking_back_waits_for_who_saves_the_clinic_and_is_waited_for_by_nobody(
    doubtful, curator
):
    clinic = the_clinic()
    matching.settle([doubtful], clinic=clinic, by=curator)
    save = partial(entries.rebuild, [clinic.pk])

    with (
        somebody_holds(Clinic.objects.all(), then=save) as may_end,
        going_on_once_waited_for(may_end),
    ):
        matching.unmatch(doubtful, by=curator)

    doubtful.refresh_from_db()
    assert doubtful.clinic is None
    assert entries.differences() == []


@only_postgresql
@pytest.mark.django_db(transaction=True)
def test_agreeing_that_a_clinic_is_gone_waits_for_an_import_that_finds_its_record(
    gone, curator
):
    record = SourceRecord.objects.filter(pk=gone.pk)

    with (
        somebody_holds(
            Clinic.objects.all(), then=lambda: record.update(vanished_in=None)
        ) as may_end,
        going_on_once_waited_for(may_end),
        pytest.raises(ValidationError, match="lists it again"),
    ):
        matching.agree_gone(gone, by=curator)

    assert gone.clinic.is_public
