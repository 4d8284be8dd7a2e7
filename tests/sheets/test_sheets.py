"""Clinics out to a spreadsheet and back: exact, checked, and never over newer news."""

from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
import tablib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locator import curation, sheets
from locator.models import Change, Clinic, Phone
from locator.search import entries
from tests.making import curator as the_curator
from tests.making import make_clinic as make

pytestmark = pytest.mark.django_db

FORMATS = ["csv", "xlsx"]
# What spreadsheets would make formulas of.
TRAPS = ["=SUM(A1:A9)", "+49 30 1234", "-1", "@x", "'=x", "'", "-", "=", "02203", "1-2"]


@pytest.fixture
def boss(curator):
    """Somebody who may do all of it."""
    curator.is_superuser = True
    curator.save()
    return curator


def exported(name="clinics", ending="xlsx") -> tablib.Dataset:
    """The sheet of every clinic, as it comes out of a file."""
    pks = Clinic.objects.order_by("pk").values_list("pk", flat=True)
    dataset = sheets.SheetResource(sheets.SHEETS[name]).dataset(list(pks))
    return sheets.dataset_of(sheets.bytes_of(dataset, ending), f"{name}.{ending}")


def edited(dataset: tablib.Dataset, number=0, **cells) -> tablib.Dataset:
    """`dataset` with other cells in one row."""
    rows = dataset.dict
    rows[number] |= cells
    return sheet_of(*rows)


def sheet_of(*rows) -> tablib.Dataset:
    made = tablib.Dataset(headers=list(rows[0]))
    for row in rows:
        made.append(list(row.values()))
    return made


def sent(dataset, by, *, writes=True) -> sheets.Rows:
    sheet = sheets.known_sheet(dataset, "clinics.xlsx")
    return sheets.follow(sheet, dataset, by=by, writes=writes)


def reasons(rows: sheets.Rows) -> list[str]:
    return [reason for row in rows.refused for reason in row["reasons"]]


# --- Out and back ------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", ["clinics", "services"])
def test_a_sheet_that_nobody_edited_changes_nothing(make_clinic, boss, name, ending):
    for number, trap in enumerate(TRAPS):
        clinic = make_clinic(
            f"{trap} {number}",
            description=f"{trap}\r\nsecond line; with “signs”, and commas",
            street=trap,
            at=(30.25, -97.75),
            covers=["US-TX", "US-NM"],
            languages=["en", "es"],
            notes=trap,
            minimum_age=18,
        )
        clinic.other_names.create(name=f"{trap}; also", kind="former")
        clinic.identifiers.create(authority="NPI", value=f"{trap}{number}")

    rows = sent(exported(name, ending), boss)

    assert (rows.changed, rows.refused) == ([], [])
    assert rows.unchanged == len(TRAPS)
    assert not Change.objects.exists()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
@pytest.mark.parametrize("ending", FORMATS)
def test_any_text_comes_back_as_it_was(db, text, ending):
    Clinic.objects.all().delete()
    make("River", description=text)
    boss = the_curator()
    boss.is_superuser = True

    rows = sent(exported(ending=ending), boss)

    assert (rows.changed, rows.refused, rows.unchanged) == ([], [], 1)


def test_no_cell_of_a_spreadsheet_is_a_formula(make_clinic):
    for number, trap in enumerate(TRAPS):
        make_clinic(f"{trap}{number}", street=trap, description=trap)
    dataset = sheets.SheetResource(sheets.SHEETS["clinics"]).dataset(
        list(Clinic.objects.values_list("pk", flat=True))
    )

    book = openpyxl.load_workbook(BytesIO(sheets.bytes_of(dataset, "xlsx")))

    cells = [cell for row in book.active.rows for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    starts = {cell.value[0] for cell in cells if cell.value}
    assert not starts & set("=+@")


def test_phones_keep_their_plus_and_can_be_edited(make_clinic, boss):
    clinic = make_clinic(covers=["US-TX"])
    dataset = exported()
    assert dataset.dict[0]["phones"] == "'+15125550100 (main)"
    two = "'+49 30 901820 (main); 512-555-0142 x7 (intake)"

    rows = sent(edited(dataset, phones=two), boss)

    assert rows.refused == []
    assert list(clinic.phones.values_list("number", "extension", "purpose")) == [
        ("+4930901820", "", "main"),
        ("+15125550142", "7", "intake"),
    ]


# --- What is written ---------------------------------------------------------------


def test_every_edited_fact_is_written_and_told_as_one_event(make_clinic, boss):
    first, second = (
        make_clinic("A", covers=["US-TX"]),
        make_clinic("B", covers=["US-TX"]),
    )
    dataset = edited(exported(), 0, city="Waco", languages="es; en", latitude="31.5")
    dataset = edited(dataset, 0, longitude="-97.1", point_source="curator")
    dataset = edited(dataset, 0, point_precision="city", organization="Plains Health")
    dataset = edited(dataset, 1, opening_hours="Mo-Fr 09:00-17:00")
    dataset = edited(dataset, 1, time_zone="America/Chicago", website="b.example")

    rows = sent(dataset, boss)

    assert reasons(rows) == []
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.city, first.organization.name) == ("Waco", "Plains Health")
    assert (first.latitude, first.point_precision) == (31.5, "city")
    assert set(first.languages.values_list("pk", flat=True)) == {"en", "es"}
    assert second.opening_hours == "Mo-Fr 09:00-17:00"
    assert second.website == "http://b.example"
    changes = Change.objects.all()
    assert {change.kind for change in changes} == {Change.Kind.SHEET}
    assert len({change.event for change in changes}) == 1
    assert first.field_sources["city"]["user"] == boss.pk
    assert entries.differences() == []


def test_services_are_edited_a_row_each(make_clinic, boss):
    clinic = make_clinic(covers=["US-TX"], minimum_age=18)
    cells = {
        "accepting": "yes",
        "minimum_age": "",
        "coverage": "US-TX license 2026-03; US-OK compact 2026",
        "service_languages": "es",
    }

    rows = sent(edited(exported("services"), **cells), boss)

    assert reasons(rows) == []
    service = clinic.services.get()
    assert (service.accepting, service.minimum_age) == ("yes", None)
    assert set(service.coverage.values_list("region", "basis")) == {
        ("US-TX", "license"),
        ("US-OK", "compact"),
    }
    assert service.languages.get().pk == "es"
    assert entries.differences() == []


def test_a_row_left_out_is_no_deletion_and_a_column_left_out_no_blank(
    make_clinic, boss
):
    make_clinic("A", city="Waco", description="Quiet.", covers=["US-TX"])
    make_clinic("B", city="Waco", covers=["US-TX"])
    row = exported().dict[0]

    rows = sent(
        sheet_of({name: row[name] for name in ("clinic", "version")} | {"city": ""}),
        boss,
    )

    assert rows.refused == []
    assert list(Clinic.objects.values_list("name", "city", "description")) == [
        ("A", "", "Quiet."),
        ("B", "Waco", ""),
    ]


def test_a_preview_tells_what_it_would_write_and_writes_nothing(make_clinic, boss):
    clinic = make_clinic(city="Austin", covers=["US-TX"])

    rows = sent(edited(exported(), city="Waco"), boss, writes=False)

    assert rows.changed == [
        {
            "row": 2,
            "clinic": clinic.pk,
            "service": None,
            "name": clinic.name,
            "slug": clinic.slug,
            "diff": rows.changed[0]["diff"],
        }
    ]
    assert rows.changed[0]["diff"]["clinic"] == {"city": ["Austin", "Waco"]}
    assert Clinic.objects.get().city == "Austin"
    assert not Change.objects.exists()


def test_a_second_go_of_the_same_sheet_changes_nothing(make_clinic, boss):
    make_clinic(city="Austin", covers=["US-TX"])
    dataset = edited(exported(), city="Waco")
    sent(dataset, boss)

    rows = sent(dataset, boss)

    assert (rows.changed, rows.refused, rows.unchanged) == ([], [], 1)


# --- What is refused ---------------------------------------------------------------


def test_a_row_whose_clinic_changed_after_the_export_is_refused_alone(
    make_clinic, boss
):
    stale = make_clinic("A", city="Austin", covers=["US-TX"])
    make_clinic("B", city="Austin", covers=["US-TX"])
    dataset = edited(edited(exported(), 0, city="Waco"), 1, city="Waco")
    edit = curation.Edit(clinic={"description": "Moved."})
    curation.change(stale, edit, by=boss, kind=Change.Kind.EDIT)

    rows = sent(dataset, boss)

    assert [(row["row"], row["is_stale"]) for row in rows.refused] == [(2, True)]
    assert reasons(rows) == [
        "It changed here after this sheet was exported: export it anew."
    ]
    assert list(Clinic.objects.values_list("city", flat=True)) == ["Austin", "Waco"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"clinic": "nobody"}, "There is no clinic “nobody” (any more)."),
        ({"clinic": ""}, "The cell “clinic” is empty."),
        ({"version": ""}, "It changed here after this sheet was exported"),
        ({"region": "US-ZZ"}, "There is no region US-ZZ."),
        ({"languages": "xx-nonsense"}, "has no entry “xx-nonsense”"),
        ({"phones": "call us"}, "phones: “call us” is not a phone number."),
        ({"website": "not a site"}, "website: “not a site” is not an address"),
        ({"latitude": "north"}, "latitude: “north” and “-97.75” are not degrees"),
        ({"latitude": "95"}, "latitude: “95” and “-97.75” are not degrees"),
        ({"status": ""}, "status: “” is none of draft, published, withdrawn."),
        ({"status": "withdrawn"}, "Say why it is withdrawn."),
        ({"opening_hours": "always"}, ""),
        ({"time_zone": "Mars/North"}, "time_zone: There is no time zone “Mars/North”."),
        ({"name": ""}, "name"),
        ({"source": "nobody", "source_date": "2026"}, "source"),
        ({"phones": ""}, "There is no way to contact it"),
    ],
)
def test_what_cannot_be_is_refused_with_its_row_and_a_sentence(
    make_clinic, boss, cells, reason
):
    make_clinic(at=(30.25, -97.75), city="Austin", covers=["US-TX"])

    rows = sent(edited(exported(), 0, **{"city": "Waco"} | cells), boss)

    (refused,) = rows.refused
    assert refused["row"] == 2
    assert reason in " ".join(refused["reasons"])
    assert Clinic.objects.get().city == "Austin"


def test_a_clinic_that_stands_twice_is_followed_once(make_clinic, boss):
    make_clinic(city="Austin", covers=["US-TX"])
    row = exported().dict[0]

    rows = sent(sheet_of(row | {"city": "Waco"}, row | {"city": "Hutto"}), boss)

    assert reasons(rows) == [f"“{row['clinic']}” stands in an earlier row already."]
    assert Clinic.objects.get().city == "Waco"


def test_who_may_not_publish_changes_no_status_by_spreadsheet(make_clinic, curator):
    make_clinic(covers=["US-TX"])

    rows = sent(edited(exported(), status="draft"), curator)

    assert reasons(rows) == ["You may not publish or withdraw clinics."]
    assert Clinic.objects.get().is_public


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "it.csv is empty."),
        (b"name,city\nA,B\n", "is no sheet that was exported here"),
        (b"clinic,city\na,B\n", "lacks the column “version”"),
        (b"clinic,version,citty\na,v,B\n", "does not know: citty."),
        (b"clinic,version,clinic\na,v,B\n", "has the column “clinic” twice."),
        (b"PK\x03\x04 nonsense", "cannot be read as a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\0\0", "is neither CSV in UTF-8 nor XLSX"),
        ("clinic,version\nñ,v\n".encode("latin-1"), "is not in UTF-8"),
        (b",,\n1,2,3\n", "does not start with a row of columns."),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(db, data, sentence):
    with pytest.raises(sheets.SheetError) as refused:
        sheets.known_sheet(sheets.dataset_of(data, "it.csv"), "it.csv")

    assert sentence in str(refused.value)


# --- What spreadsheet programs do --------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_sheet_far_wider_than_any_of_ours_is_refused_before_it_is_filled_up(
    db, ending
):
    wide = tablib.Dataset([""] * 600, headers=["clinic", *map(str, range(599))])
    data = sheets.FORMATS[ending]().export_data(wide)
    data = data if isinstance(data, bytes) else data.encode()

    with pytest.raises(sheets.SheetError) as refusal:
        sheets.dataset_of(data, f"it.{ending}")

    assert "600 columns" in str(refusal.value)


def test_numbers_and_dates_that_a_program_made_of_texts_are_read(make_clinic, boss):
    clinic = make_clinic(at=(30.25, -97.75), source="own", covers=["US-TX"])
    row = exported().dict[0]
    book = openpyxl.Workbook()
    book.active.append(["clinic", "version", "latitude", "source_date"])
    book.active.append(
        [row["clinic"], row["version"], 30.5, datetime(2026, 3, 14, 0, 0)]
    )
    file = BytesIO()
    book.save(file)

    rows = sent(sheets.dataset_of(file.getvalue(), "x.xlsx"), boss)

    assert reasons(rows) == []
    clinic.refresh_from_db()
    assert (clinic.latitude, clinic.source_date) == (30.5, "2026-03-14")


def test_semicolons_between_cells_are_understood(make_clinic, boss):
    make_clinic(city="Austin", covers=["US-TX"])
    row = exported().dict[0]
    text = f"clinic;version;city\n{row['clinic']};{row['version']};Waco\n"

    sent(sheets.dataset_of(text.encode("utf-8-sig"), "x.csv"), boss)

    assert Clinic.objects.get().city == "Waco"


def test_a_sheet_costs_as_many_queries_however_many_clinics(
    make_clinic, boss, django_assert_max_num_queries
):
    for number in range(30):
        make_clinic(f"Clinic {number}", covers=["US-TX"])
    assert Phone.objects.count() == 30

    with django_assert_max_num_queries(25):
        dataset = exported()
    with django_assert_max_num_queries(25):
        sent(dataset, boss)
