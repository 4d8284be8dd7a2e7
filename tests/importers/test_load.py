"""What an import makes of a site, and of the sites of a second file."""

import pytest

from locator.importers.load import Import, ImportFailedError, Job
from locator.models import (
    Clinic,
    CoverageArea,
    DataVersion,
    ImportRun,
    Language,
    Organization,
    SearchEntry,
    Source,
    SourceRecord,
    Versioned,
)
from locator.search import entries

from ..importing import (
    codes,
    directory_row,
    facility_row,
    service,
    the_clinic,
    write_directory,
)


def test_a_row_with_telehealth_is_published_and_covers_its_own_state(directory):
    directory(directory_row("MH * OP * TELE * MD SF VAF * SP * ADLT * VET * XYZ"))

    clinic, visits = the_clinic(), the_clinic().services.get()
    assert clinic.status == Clinic.Status.PUBLISHED
    assert (clinic.source_id, clinic.source_date) == ("samhsa-mental-health", "2022")
    assert clinic.slug == "juniper-bend-counseling-austin-tx"
    assert clinic.verified_at is None
    assert codes(clinic.payments) == {"medicaid", "self-pay"}
    assert codes(clinic.languages) == {"en", "es"}
    assert [str(phone) for phone in clinic.phones.all()] == ["+15125550101"]
    assert (visits.remote, visits.in_person) == ("yes", "yes")
    assert codes(visits.modalities) == set()
    assert codes(visits.age_groups) == {"adult"}
    assert codes(visits.groups) == {"veterans"}
    assert codes(visits.eligibility) == {"everyone", "veterans"}
    area = visits.coverage.get()
    assert (area.region_id, area.basis) == ("US-TX", CoverageArea.Basis.ASSUMED)
    assert (area.as_of, area.source_id) == ("2022", "samhsa-mental-health")


def test_a_row_that_lists_no_telehealth_is_a_draft(directory):
    outcome = directory(directory_row("MH * OP"))

    assert the_clinic().status == Clinic.Status.DRAFT
    assert the_clinic().services.get().remote == "no"
    assert outcome.tally["new_draft"] == 1


def test_a_row_that_is_silent_is_a_draft_marked_unknown(facilities):
    facilities(facility_row("MH", "mh op"), without=("tele",))

    assert the_clinic().status == Clinic.Status.DRAFT
    assert the_clinic().services.get().remote == "unknown"


def test_a_clinic_that_nobody_can_reach_is_a_draft(facilities):
    facilities(facility_row(phone=""))

    assert the_clinic().status == Clinic.Status.DRAFT


def test_a_programme_belongs_to_an_organization_made_once(directory):
    directory(
        directory_row(name2="Day Programme"),
        directory_row(name2="Night Programme"),
    )

    organization = Organization.objects.get()
    assert organization.name == "Juniper Bend Counseling"
    assert organization.clinics.count() == 2


def test_mh_and_su_rows_of_a_site_are_one_clinic_each_row_setting_its_service(
    facilities,
):
    facilities(
        facility_row("MH", "mh sa op tele md sp", phone="512-555-0101"),
        facility_row("SU", "sa res mc", phone="512-555-0102", website="http://"),
    )

    clinic = the_clinic()
    mental, substance = (
        service(clinic, "mental-health"),
        service(clinic, "substance-use"),
    )
    assert clinic.services.count() == 2
    assert (mental.remote, substance.remote) == ("yes", "no")
    assert not substance.remote_is_clinic_wide
    assert codes(mental.settings) == {"outpatient"}
    assert codes(substance.settings) == {"residential"}
    assert clinic.status == Clinic.Status.PUBLISHED
    assert [phone.number for phone in clinic.phones.all()] == [
        "+15125550101",
        "+15125550102",
    ]
    # Where they differ, each has its own.
    assert codes(mental.payments) == {"medicaid"}
    assert codes(substance.payments) == {"medicare"}
    assert codes(substance.languages) == {"en"}


def test_a_silent_row_does_not_inherit_what_the_other_says(facilities):
    facilities(
        facility_row("MH", "mh op tele md"),
        facility_row("SU", "sa op tele"),
    )

    clinic = the_clinic()
    assert codes(clinic.payments) == set()
    assert codes(service(clinic, "mental-health").payments) == {"medicaid"}
    assert codes(service(clinic, "substance-use").payments) == set()


def test_suites_and_numbers_of_merged_rows_are_all_kept(directory):
    directory(
        directory_row(street2="Suite A", phone="512-555-0101"),
        directory_row("MH * OP", street2="Suite B", phone="512-555-0102 x4"),
    )

    clinic = the_clinic()
    assert clinic.unit == "Suite A; Suite B"
    assert [str(phone) for phone in clinic.phones.all()] == [
        "+15125550101",
        "+15125550102 x4",
    ]
    assert sorted(each.remote for each in clinic.services.all()) == ["no", "yes"]


def test_rows_of_a_site_that_say_the_same_make_one_service(directory):
    directory(
        directory_row(street2="Suite A"),
        directory_row(street2="Suite B"),
    )

    assert the_clinic().services.count() == 1
    assert the_clinic().records.count() == 2


def test_an_otp_row_alone_is_a_draft_of_which_nothing_is_said(facilities):
    facilities(facility_row("OTP", "mh sa tele md sp op adlt"))

    clinic = the_clinic()
    assert clinic.status == Clinic.Status.DRAFT
    assert not clinic.services.exists()
    assert codes(clinic.payments) == set()
    assert clinic.phones.count() == 1
    assert clinic.records.get().raw["md"] == "1"


def test_entries_of_what_is_published_are_true_at_once(directory):
    directory(directory_row(), directory_row("MH * OP", name1="Cedar Row"))

    assert SearchEntry.objects.exists()
    assert entries.differences() == []


def test_addresses_differ_where_names_do_not(directory):
    directory(
        directory_row(),
        directory_row(street1="7 Other Street"),
    )

    assert set(Clinic.objects.values_list("slug", flat=True)) == {
        "juniper-bend-counseling-austin-tx",
        "juniper-bend-counseling-austin-tx-2",
    }


def test_a_run_says_what_it_read_did_and_could_not_map(directory):
    outcome = directory(directory_row("MH * TELE * XYZ"), directory_row(zip="x"))

    run = ImportRun.objects.get()
    assert run == outcome.run
    assert (run.layout, run.as_of) == ("samhsa-directory", "2022")
    assert len(run.file_hash) == 64
    assert run.finished_at >= run.started_at
    assert run.tally["clinics_new"] == run.tally["rejected"] == 1
    assert run.notes["codes_not_mapped"] == {"XYZ": {"records": 1, "name": ""}}
    assert run.notes["rejected"] == ["Line 3: “x” is not a ZIP code."]


# --- The same again ----------------------------------------------------------------


def test_the_same_file_again_changes_nothing(directory):
    row = directory_row("SA MH * OP * TELE * MD")
    directory(row)
    before = _everything()

    outcome = directory(row)

    assert outcome.run is None
    assert outcome.tally["records_unchanged"] == 1
    assert _everything() == before


def test_the_same_rows_in_another_order_change_nothing(directory):
    rows = [
        directory_row(phone="512-555-0101"),
        directory_row(phone="512-555-0102"),
        directory_row(name1="Cedar Row"),
    ]
    directory(*rows)
    before = _everything()

    outcome = directory(*reversed(rows))

    assert outcome.run is None
    assert _everything() == before


def _everything():
    models = (Clinic, SourceRecord, ImportRun, DataVersion, SearchEntry, Organization)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_changed_row_updates_its_clinic_and_no_other(directory):
    cedar = directory_row(name1="Cedar Row")
    directory(directory_row("MH * TELE * MD"), cedar)
    untouched = Clinic.objects.get(name="Cedar Row").updated_at

    outcome = directory(
        directory_row("MH * TELE * MD MC * PTSD", phone="512-555-0150"), cedar
    )

    clinic = Clinic.objects.get(name="Juniper Bend Counseling")
    assert codes(clinic.payments) == {"medicaid", "medicare"}
    assert codes(clinic.services.get().specialties) == {"mental-health", "ptsd"}
    assert clinic.phones.get().number == "+15125550150"
    assert outcome.tally["clinics_changed"] == 1
    assert Clinic.objects.get(name="Cedar Row").updated_at == untouched
    assert entries.differences() == []


def test_a_record_of_which_only_unmapped_codes_change_leaves_the_clinic(directory):
    directory(directory_row("MH * TELE"))
    before = the_clinic().updated_at

    directory(directory_row("MH * TELE * XYZ"))

    assert the_clinic().updated_at == before
    assert the_clinic().records.get().raw["service_code_info"] == "MH * TELE * XYZ"


def test_a_new_edition_dates_the_clinic_and_its_assumed_coverage(directory):
    row = directory_row()
    directory(row)

    directory(row, as_of="2023")

    assert the_clinic().source_date == "2023"
    assert the_clinic().services.get().coverage.get().as_of == "2023"


def test_an_older_edition_changes_nothing(directory):
    directory(directory_row("MH * TELE"), as_of="2023")

    outcome = directory(directory_row("MH * OP"), as_of="2022")

    assert outcome.run is None
    assert outcome.tally["older"] == 1
    assert the_clinic().status == Clinic.Status.PUBLISHED


def test_a_vanished_row_is_reported_and_stays(directory):
    cedar = directory_row(name1="Cedar Row")
    directory(directory_row(), cedar)

    outcome = directory(cedar)

    assert outcome.vanished == [
        "mh | juniper bend counseling |  | 1200 sample street |  | 78701"
    ]
    assert Clinic.objects.published().count() == 2


def test_a_file_of_other_states_or_types_makes_nothing_vanish(directory, facilities):
    directory(directory_row())
    facilities(facility_row("MH"))

    other_state = directory(
        directory_row(name1="Birch Lane", state="MA", zip="02203", city="Boston")
    )
    other_type = facilities(facility_row("SU", "sa op"))

    assert other_state.vanished == []
    assert other_type.vanished == []


def test_rows_of_a_site_may_come_in_two_files(facilities):
    facilities(facility_row("MH", "mh op tele md"))

    facilities(facility_row("SU", "sa op tele mc", phone="512-555-0102"))

    clinic = the_clinic()
    assert clinic.services.count() == 2
    assert codes(service(clinic, "mental-health").payments) == {"medicaid"}
    assert codes(service(clinic, "substance-use").payments) == {"medicare"}
    assert clinic.phones.count() == 2


def test_a_record_read_again_says_only_what_the_catalogues_still_have(facilities):
    facilities(facility_row("MH", "mh op tele sp"))
    Language.objects.get(code="es").delete()
    DataVersion.bump(Versioned.CATALOGUES)

    facilities(facility_row("SU", "sa op tele"))

    assert the_clinic().services.count() == 2
    assert codes(the_clinic().languages) == {"en"}


def test_a_service_that_its_row_gives_up_is_removed(directory):
    directory(directory_row("SA MH * TELE"))

    outcome = directory(directory_row("MH * TELE"))

    assert the_clinic().services.count() == 1
    assert outcome.tally["services_removed"] == 1
    assert entries.differences() == []


# --- Two sources -------------------------------------------------------------------


def test_a_site_of_two_layouts_is_one_clinic_and_the_newer_wins(directory, facilities):
    directory(directory_row("SA MH * OP * TELE * MD", intake1="512-555-0177"))

    facilities(
        facility_row("MH", "mh op mc", website="http://juniper.example"),
        facility_row("SU", "sa op tele"),
    )

    clinic = the_clinic()
    mental, substance = (
        service(clinic, "mental-health"),
        service(clinic, "substance-use"),
    )
    assert clinic.records.count() == 3
    assert clinic.services.count() == 2
    assert (mental.remote, substance.remote) == ("no", "yes")
    # Its own row says so now, not the clinic's flag.
    assert not substance.remote_is_clinic_wide
    assert clinic.website == "http://juniper.example"
    assert codes(mental.payments) == {"medicare"}
    assert (clinic.source_id, clinic.source_date) == ("findtreatment", "2023-11")


def test_the_older_of_two_sources_only_fills_what_the_newer_leaves_blank(
    directory, facilities
):
    facilities(facility_row("MH", "mh op tele", website="http://juniper.example"))

    directory(directory_row("MH * OP * MD * PTSD", phone="512-555-0150"))

    clinic = the_clinic()
    assert clinic.services.get().remote == "yes"
    assert codes(clinic.payments) == {"medicaid"}
    assert clinic.phones.get().number == "+15125550101"
    assert clinic.source_id == "findtreatment"
    assert clinic.status == Clinic.Status.PUBLISHED


def test_each_source_stays_unchanged_by_a_second_reading(directory, facilities):
    old, new = directory_row("SA MH * OP * TELE"), facility_row("SU", "sa op tele md")
    directory(old)
    facilities(new)
    before = _everything()

    outcomes = directory(old), facilities(new)

    assert [outcome.run for outcome in outcomes] == [None, None]
    assert _everything() == before


def test_a_source_that_is_not_loaded_is_asked_for(directory):
    Source.objects.get(code="samhsa-mental-health").delete()

    with pytest.raises(ImportFailedError, match="load_catalogues"):
        directory(directory_row())


def test_a_mention_that_a_better_record_replaced_stays_replaced(directory, facilities):
    directory(directory_row("SA MH * OP * TELE * VAF SF"))
    facilities(facility_row("SU", "sa op"))

    directory(directory_row("SA MH * OP * TELE * VAF SF MC"), as_of="2024")
    facilities(facility_row("SU", "sa op tele vaf"), as_of="2025-11")

    substance = service(the_clinic(), "substance-use")
    assert (substance.remote, substance.remote_is_clinic_wide) == ("yes", False)
    assert codes(substance.eligibility) == {"veterans"}


def test_catalogues_that_change_under_an_import_stop_it(postcodes, tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])
    work = Import(Job("samhsa-directory", path, as_of="2022"))
    work.read()
    DataVersion.bump(Versioned.CATALOGUES)

    with pytest.raises(ImportFailedError, match="The catalogues changed"):
        work.apply()
    assert not Clinic.objects.exists()


def test_a_website_that_nobody_can_follow_is_left_out_and_listed(facilities):
    outcome = facilities(facility_row(website="see the leaflet"))

    assert the_clinic().website == ""
    assert outcome.notes["remarks"] == [
        "Line 2, Juniper Bend Counseling: The website “see the leaflet” was left out."
    ]


def test_very_long_names_and_streets_still_have_a_key(directory):
    long = {"name1": "x" * 180, "street1": "y" * 200, "street2": "z" * 200}

    directory(directory_row(**long), directory_row(**long, phone="512-555-0102"))

    keys = SourceRecord.objects.values_list("key", flat=True)
    assert len(set(keys)) == 2
    assert all(len(key) <= 500 for key in keys)
