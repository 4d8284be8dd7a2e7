"""The command as an operator meets it, on look-alike files in the sources' layouts."""

import csv
import io
import os
import stat

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from locator.models import Clinic, ImportRun, SourceRecord
from locator.search import entries

from ..importing import (
    codes,
    directory_row,
    make_postcodes,
    service,
    write_csv,
    write_directory,
    write_facilities,
)

DATA = settings.BASE_DIR / "tests" / "data"


@pytest.fixture(autouse=True)
def postcodes(db):
    make_postcodes()


@pytest.fixture
def look_alike(tmp_path):
    """A copy of a file of tests/data, where rejects may be written beside it."""

    def copy(name):
        path = tmp_path / name
        path.write_bytes((DATA / name).read_bytes())
        return path

    return copy


def command(*arguments, **options):
    out = io.StringIO()
    call_command("import_clinics", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


# --- Every trap of the files -------------------------------------------------------


def test_the_directory_with_its_traps(look_alike):
    told = command(
        "samhsa-directory",
        look_alike("samhsa_directory.csv"),
        codes=look_alike("samhsa_codes.csv"),
        as_of="2022",
    )

    clinics = {clinic.name: clinic for clinic in Clinic.objects.all()}
    assert Clinic.objects.count() == 7
    assert "Read 10 records, edition 2022: 9 new" in told
    assert "New clinics: 7 (5 published, 2 drafts" in told
    assert "Rejected: 1 row:" in told
    assert "Line 11: “ABCDE” is not a ZIP code." in told
    assert "States put right by the postcode: 1." in told
    assert "Cells that could not be used: 1." in told
    assert "Placed by their postcode: 7 clinics." in told
    # One site in two suites.
    cedar = clinics["Cedar Row Mental Health"]
    assert cedar.unit == "Suite 100; Suite 200"
    assert cedar.services.count() == 1
    assert [phone.number[-4:] for phone in cedar.phones.all()] == [
        "0103",
        "0104",
        "4673",
    ]
    # A ZIP without its zero, a state in other case, two records of one key.
    harbor = clinics["Harbor Street Services"]
    assert (harbor.postal_code, harbor.region_id) == ("02203", "US-MA")
    assert sorted(each.remote for each in harbor.services.all()) == ["no", "yes"]
    assert sorted(harbor.records.values_list("key", flat=True))[1].endswith(" #2")
    # The state that the postcode lies in.
    veterans = clinics["Sample VA Clinic, Mental Health"]
    assert veterans.region_id == "US-MA"
    assert codes(service(veterans, "mental-health").eligibility) == {"veterans"}
    assert "medicaid" in codes(veterans.payments)
    # Without a number that anyone could call.
    assert clinics["Birch Lane Centre"].status == Clinic.Status.DRAFT
    tribal = clinics["Tribal Sample Wellness"].services.get()
    assert codes(tribal.eligibility) == {"everyone", "tribal-members"}
    day = clinics["Juniper Bend Counseling, Day Clinic"]
    assert codes(day.languages) == {"en", "es", "ase", "ru"}
    assert service(day, "substance-use").remote_is_clinic_wide
    assert entries.differences() == []


def test_the_wide_export_with_its_traps(look_alike):
    told = command(
        "findtreatment",
        look_alike("findtreatment.csv"),
        codes=look_alike("findtreatment_codes.csv"),
        as_of="2023-11",
    )

    clinics = {clinic.name: clinic for clinic in Clinic.objects.all()}
    assert set(clinics) == {
        "Juniper Bend Counseling, Day Clinic",
        "Sample Opioid Program Inc.",
        "Cedar House",
        "Sample VA Clinic",
        "No Phone House",
    }
    assert "Left out on purpose: 1 rows of single prescribers (BUPREN)." in told
    assert "“XX” is not a type of facility that we know." in told
    assert "Points that cannot be right, replaced by the postcode's: 1." in told
    assert "Line 6, Cedar House: No point: (0, 0)." in told
    assert "Line 8, No Phone House: No point: It has none." in told
    juniper = clinics["Juniper Bend Counseling, Day Clinic"]
    mental, substance = (
        service(juniper, "mental-health"),
        service(juniper, "substance-use"),
    )
    assert (mental.remote, substance.remote) == ("yes", "no")
    assert juniper.website == "http://juniper.example"
    assert codes(substance.specialties) == {"opioid-use", "substance-use"}
    program = clinics["Sample Opioid Program Inc."]
    assert program.status == Clinic.Status.DRAFT
    assert not program.services.exists()
    house = clinics["Cedar House"]
    assert (house.postal_code, house.point_precision) == ("75211", "postcode")
    assert codes(house.payments) == {"free"}
    assert codes(house.services.get().eligibility) == {"women"}
    assert house.services.get().settings.get().is_overnight
    assert clinics["No Phone House"].status == Clinic.Status.DRAFT
    assert not SourceRecord.objects.filter(key__contains="prescriber").exists()
    assert entries.differences() == []


def test_both_files_meet_in_one_clinic(look_alike):
    command("samhsa-directory", look_alike("samhsa_directory.csv"), as_of="2022")
    before = Clinic.objects.count()

    command("findtreatment", look_alike("findtreatment.csv"), as_of="2023-11")

    juniper = Clinic.objects.get(name="Juniper Bend Counseling, Day Clinic")
    assert Clinic.objects.count() == before + 4
    assert juniper.records.count() == 3
    assert juniper.source_date == "2023-11"


def test_codes_are_told_with_their_names_and_how_often(look_alike):
    told = command(
        "samhsa-directory",
        look_alike("samhsa_directory.csv"),
        codes=look_alike("samhsa_codes.csv"),
        as_of="2022",
        verbosity=2,
    )

    assert "        3  CBT  Cognitive behavioral therapy" in told.splitlines()


# --- Options -----------------------------------------------------------------------


def test_a_dry_run_tells_all_and_writes_nothing(look_alike, tmp_path):
    told = command(
        "samhsa-directory",
        look_alike("samhsa_directory.csv"),
        as_of="2022",
        dry_run=True,
    )

    assert "A dry run: nothing was written. What would happen:" in told
    assert "New clinics: 7" in told
    assert not Clinic.objects.exists()
    assert not ImportRun.objects.exists()
    assert not list(tmp_path.glob("*rejects*"))


def test_a_second_run_says_that_nothing_has_changed(look_alike):
    path = look_alike("samhsa_directory.csv")
    command("samhsa-directory", path, as_of="2022")

    told = command("samhsa-directory", path, as_of="2022")

    assert "0 new, 0 changed, 9 as before." in told
    assert "Nothing has changed; nothing was written." in told
    assert ImportRun.objects.count() == 1


def test_rejected_rows_go_beside_the_file_to_be_mended(look_alike, tmp_path):
    command("samhsa-directory", look_alike("samhsa_directory.csv"), as_of="2022")

    with (tmp_path / "samhsa_directory.rejects.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["line"] == "11"
    assert row["reason"] == "“ABCDE” is not a ZIP code."
    assert (row["name1"], row["zip"]) == ("Broken Row", "ABCDE")


def test_rejected_rows_go_where_they_are_told_and_are_no_formulas(tmp_path):
    path = write_directory(
        tmp_path / "directory.csv",
        [directory_row(), directory_row(name1="=HYPERLINK()", zip="x")],
    )
    rejects = tmp_path / "mine.csv"

    command("samhsa-directory", path, as_of="2022", rejects=rejects)

    with rejects.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["name1"] == "'=HYPERLINK()"
    assert not (tmp_path / "directory.rejects.csv").exists()


def test_rejected_rows_can_be_mended_where_they_lie_and_imported(tmp_path):
    path = write_csv(
        tmp_path / "own.csv",
        [
            {"name": "Juniper", "region": "US-TX"},
            {"name": "Aspen", "region": "US-TX", "latitude": "here"},
        ],
    )
    rejects = tmp_path / "own.rejects.csv"
    command("csv", path, as_of="2026")
    rejects.write_text(rejects.read_text().replace("here", ""))

    command("csv", rejects, as_of="2026")

    assert set(Clinic.objects.values_list("name", flat=True)) == {"Juniper", "Aspen"}


def test_no_file_of_rejects_is_made_for_none(tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row()])

    command("samhsa-directory", path, as_of="2022")

    assert os.listdir(tmp_path) == ["directory.csv"]


def test_a_place_where_rejects_cannot_go_stops_the_import(look_alike, tmp_path):
    with pytest.raises(CommandError, match="Say with --rejects FILE where they may go"):
        command(
            "samhsa-directory",
            look_alike("samhsa_directory.csv"),
            as_of="2022",
            rejects=tmp_path / "no" / "folder.csv",
        )
    assert not Clinic.objects.exists()


def test_rejects_never_overwrite_the_file_that_is_imported(look_alike):
    path = look_alike("samhsa_directory.csv")
    before = path.read_bytes()

    with pytest.raises(CommandError, match="name another"):
        command("samhsa-directory", path, as_of="2022", rejects=path)
    assert path.read_bytes() == before


def test_a_source_of_the_operators_own(tmp_path):
    path = write_csv(tmp_path / "own.csv", [{"name": "Juniper", "region": "US-TX"}])

    command("csv", path, as_of="2026", source="findtreatment")

    assert Clinic.objects.get().source_id == "findtreatment"
    with pytest.raises(CommandError, match="There is no source “rumour”"):
        command("csv", path, as_of="2026", source="rumour")


# --- Files that are not what they should be ----------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a binary file"),
        ("name1,zip\nJuniper,\xe9".encode("latin-1"), "is not in UTF-8"),
        (b"fruit,colour\napple,red\n", "does not have the layout samhsa-directory"),
        (b"name1,name2,street1,street2,city,state,zip,phone\n", "lacks the column"),
    ],
)
def test_another_file_is_told_in_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "file.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError) as told:
        command("samhsa-directory", path, as_of="2022")

    assert sentence in str(told.value)
    assert "\n" not in str(told.value)
    assert told.value.returncode == 1
    assert not ImportRun.objects.exists()


def test_a_file_of_another_layout_is_recognised(look_alike):
    with pytest.raises(CommandError, match="It looks like the layout findtreatment"):
        command("samhsa-directory", look_alike("findtreatment.csv"), as_of="2022")


def test_a_code_sheet_that_is_none_is_told(look_alike):
    path = look_alike("samhsa_directory.csv")

    with pytest.raises(CommandError, match="layout of a code sheet"):
        command("samhsa-directory", path, codes=path, as_of="2022")


def test_columns_without_rows_are_told(tmp_path):
    path = write_facilities(tmp_path / "facilities.csv", [])

    with pytest.raises(CommandError, match="no row that can be imported"):
        command("findtreatment", path, as_of="2022")


def test_a_file_with_none_but_bad_rows_says_the_first_reason(tmp_path):
    path = write_directory(tmp_path / "directory.csv", [directory_row(zip="x")])

    with pytest.raises(CommandError, match="The first reason, in line 2: “x” is not"):
        command("samhsa-directory", path, as_of="2022")


def test_an_edition_must_be_said_where_the_file_does_not(look_alike):
    with pytest.raises(CommandError, match="add --as-of with its year, month or day"):
        command("samhsa-directory", look_alike("samhsa_directory.csv"))


@pytest.mark.parametrize("day", ["2022-13", "22", "2022-02-30", "last year"])
def test_an_edition_that_is_no_date_is_told(look_alike, day):
    with pytest.raises(CommandError, match=f"--as-of {day}: "):
        command("samhsa-directory", look_alike("samhsa_directory.csv"), as_of=day)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(look_alike):
    path = look_alike("samhsa_directory.csv")
    path.chmod(stat.S_IWUSR)

    with pytest.raises(CommandError, match="cannot be read"):
        command("samhsa-directory", path, as_of="2022")
