"""What an import leaves behind: changes, matches, versions; and what it foretells."""

import pytest

from locator import curation, facts
from locator.models import Change, Clinic, RecordMatch, SourceRecord

from ..importing import directory_row, facility_row, the_clinic


def state(clinic):
    read = facts.read([clinic.pk], with_records=False)[clinic.pk]
    services = {pk: each.facts for pk, each in read.services.items()}
    return read.facts, read.standing, services


def test_a_new_clinic_has_a_first_change_without_a_before(directory, curator):
    outcome = directory(directory_row(), by=curator)

    change = the_clinic().changes.get()
    assert (change.is_first, change.diff, change.kind) == (True, {}, "import")
    assert (change.run, change.by) == (outcome.run, curator)
    match = RecordMatch.objects.get()
    assert (match.reasons, match.event) == (["new"], change.event)


def test_a_change_says_each_fact_before_and_after(directory):
    directory(directory_row("MH * TELE * MD"))
    before = state(the_clinic())

    directory(directory_row("MH * TELE * MC SF", city="Dallas"), as_of="2024")

    after = state(the_clinic())
    diff = the_clinic().changes.first().diff
    assert diff["clinic"]["city"] == ["Austin", "Dallas"]
    assert diff["clinic"]["payments"] == [["medicaid"], ["medicare", "self-pay"]]
    assert diff["clinic"]["source"][1] == ["samhsa-mental-health", "2024"]
    assert {name: both[0] for name, both in diff["clinic"].items()} == {
        name: value for name, value in before[0].items() if value != after[0][name]
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("MH * TELE * MD", "MH SA * TELE * MC SF"),
        ("MH SA * TELE * MD", "MH * TELE * MD"),
        ("MH * TELE * ADLT", "MH * OP"),
        ("MH SA * OP * TELE * VAF SF * SP", "MH SA * RES * SF"),
    ],
)
def test_what_an_import_did_to_a_clinic_can_be_taken_back(
    directory, curator, first, second
):
    directory(directory_row(first))
    before = state(the_clinic())
    directory(directory_row(second), as_of="2024")
    change = the_clinic().changes.first()
    assert state(the_clinic()) != before

    curation.undo(change, by=curator)

    assert state(the_clinic()) == before


def test_a_newer_edition_changes_the_source_s_date_and_nothing_else(directory):
    directory(directory_row())

    directory(directory_row(), as_of="2024")

    diff = the_clinic().changes.first().diff
    assert diff["clinic"].keys() == {"source"}


def test_content_that_changed_is_kept_as_it_was(directory):
    directory(directory_row("MH * TELE * MD"))
    hash_before = SourceRecord.objects.get().content_hash

    outcome = directory(directory_row("MH * TELE * MC"), as_of="2024")

    version = SourceRecord.objects.get().versions.get()
    assert version.raw["service_code_info"] == "MH * TELE * MD"
    assert (version.as_of, version.content_hash) == ("2022", hash_before)
    assert version.run == outcome.run


def test_a_newer_edition_that_says_the_same_makes_no_version(directory):
    directory(directory_row())

    directory(directory_row(), as_of="2024")

    assert not SourceRecord.objects.get().versions.exists()


def test_new_clinics_are_drafts_where_that_is_asked_until_a_person_publishes(
    directory,
):
    outcome = directory(directory_row(), new_as_drafts=True)
    assert outcome.new[0]["status"] == the_clinic().status == Clinic.Status.DRAFT

    directory(directory_row("MH * OP * TELE * MC"), as_of="2024")

    assert the_clinic().status == Clinic.Status.DRAFT


def test_a_dry_run_tells_each_case_and_writes_nothing(directory, facilities):
    directory(directory_row("MH * TELE * MD"))
    rows = [
        facility_row("MH", "mh op tele mc"),
        facility_row("SU", "sa op tele", name1="Elm Grove", street1="9 Road", phone=""),
        facility_row(name1="Juniper Bend Counselling LLC", street1="8 Far Road"),
    ]

    outcome = facilities(*rows, is_dry_run=True)

    (changed,) = outcome.changes
    assert changed["slug"] == the_clinic().slug
    assert changed["diff"]["clinic"]["payments"] == [["medicaid"], ["medicare"]]
    assert (changed["status_before"], changed["status"]) == ("published", "published")
    assert [each["name"] for each in outcome.new] == [
        "Elm Grove",
        "Juniper Bend Counselling LLC",
    ]
    assert outcome.new[0]["services"] == 1
    assert Change.objects.count() == 1


def test_a_dry_run_names_new_services_apart(directory):
    directory(directory_row("MH * TELE * MD"))

    outcome = directory(
        directory_row("MH SA * TELE * MD"), as_of="2024", is_dry_run=True
    )

    (made,) = outcome.changes[0]["diff"]["made"].values()
    assert made["specialties"] == ["substance-use"]
