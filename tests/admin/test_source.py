"""Sources, import runs and source records in the desk."""

from datetime import UTC, datetime, timedelta

import pytest

from locator.models import (
    DataVersion,
    ImportRun,
    Place,
    PlaceName,
    Source,
    SourceRecord,
    Versioned,
)
from tests.desk import Page, change_url, list_url, saved

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)


@pytest.fixture
def source(db):
    return Source.objects.create(
        code="a-list",
        name="A list",
        short_name="List",
        publisher="An office",
        licence="None",
        attribution="An office",
    )


@pytest.fixture
def run(source):
    return ImportRun.objects.create(
        source=source,
        layout="csv",
        file_name="clinics.csv",
        as_of="2025",
        started_at=MARCH,
        finished_at=MARCH + timedelta(seconds=12),
        tally={"new": 3, "changed": 1},
        notes={
            "codes not mapped": {"XYZ": 12},
            "points replaced": ["line 7", "line 9"],
        },
    )


@pytest.fixture
def record(run, make_clinic):
    return SourceRecord.objects.create(
        source=run.source,
        layout="csv",
        key="river clinic | 1 main st",
        site_key="river clinic",
        line=2,
        raw={"name1": "River <Clinic>", "phone": None, "codes": ["TELE", "MH"]},
        content_hash="0",
        written={"city": "Austin"},
        as_of="2025",
        clinic=make_clinic("River Clinic", covers=["US-TX"]),
        first_run=run,
        last_run=run,
    )


def test_a_record_shows_its_row_as_a_table(desk, record):
    response = desk.get(change_url(record))

    assert "<th>name1</th><td>River &lt;Clinic&gt;</td>" in response.text
    assert "<th>phone</th><td>–</td>" in response.text
    assert "<th>codes</th><td>TELE\nMH</td>" in response.text
    assert "<th>city</th><td>Austin</td>" in response.text
    assert f'href="{change_url(record.clinic)}"' in response.text


def test_a_run_shows_what_it_did_and_links_to_its_records(desk, run, record):
    page = desk.get(change_url(run))
    url = f"{list_url(SourceRecord)}?last_run__id__exact={run.pk}"
    records = desk.get(url)

    assert "<th>new</th><td>3</td>" in page.text
    assert "<th>codes not mapped › XYZ</th><td>12</td>" in page.text
    assert "<td>line 7\nline 9</td>" in page.text
    assert f'href="{url}">1</a>' in page.text
    assert list(records.context["cl"].result_list) == [record]


def test_a_run_with_very_much_to_tell_tells_the_beginning(desk, run):
    run.notes = {"points replaced": [f"line {number}" for number in range(1000)]}
    run.save()

    page = desk.get(change_url(run))

    assert "line 199\n… and 800 more</td>" in page.text


def test_a_clinic_links_to_its_records(desk, record):
    response = desk.get(change_url(record.clinic))

    assert change_url(record) in response.text


@pytest.mark.parametrize("kind", ["run", "record"])
def test_what_an_import_wrote_is_not_changed_by_hand(sign_in, run, record, kind):
    boss = sign_in()
    thing = {"run": run, "record": record}[kind]
    before = type(thing).objects.filter(pk=thing.pk).values().get()

    changed = boss.post(change_url(thing), {"line": 9, "file_name": "x", "key": "x"})
    deleted = boss.post(change_url(thing).replace("change", "delete"), {"post": "yes"})

    assert changed.status_code == deleted.status_code == 403
    assert type(thing).objects.filter(pk=thing.pk).values().get() == before


def test_records_are_found_by_words_of_their_row_and_their_clinic(desk, record):
    for asked in ("main st", "River Clinic"):
        response = desk.get(list_url(SourceRecord), {"q": asked})
        assert list(response.context["cl"].result_list) == [record]


def test_a_source_that_is_renamed_is_named_anew_at_once(sign_in, source):
    DataVersion.bump(Versioned.CLINICS)
    before = DataVersion.objects.get(part=Versioned.CLINICS).token

    saved(Page(sign_in("manager"), change_url(source)).save(short_name="New"))

    source.refresh_from_db()
    assert source.short_name == "New"
    assert DataVersion.objects.get(part=Versioned.CLINICS).token != before


def test_a_place_is_found_by_any_of_its_names(desk):
    place = Place.objects.create(
        kind="city", name="Bengaluru", country="IN", region_id="IN-KA"
    )
    other = Place.objects.create(kind="city", name="Zzz", country="IN")
    for name, of in (("bengaluru", place), ("bangalore", place), ("zzz", other)):
        PlaceName.objects.create(place=of, folded=name, kind=2)

    response = desk.get(list_url(Place), {"q": "Bangal"})
    page = desk.get(change_url(place))

    assert list(response.context["cl"].result_list) == [place]
    assert "bangalore, bengaluru" in page.text or "bengaluru, bangalore" in page.text
