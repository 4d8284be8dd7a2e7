"""What is exported and imported into an empty site is exported the same again."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locator import curation
from locator.importers.csv_template import COLUMNS
from locator.importers.export import write_clinics
from locator.models import (
    Change,
    Clinic,
    ImportRun,
    OldSlug,
    Organization,
    Service,
    SourceRecord,
)
from locator.search import entries

from ..importing import directory_row, run, the_clinic


def exported() -> str:
    file = io.StringIO(newline="")
    write_clinics(file)
    return file.getvalue()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def empty() -> None:
    SourceRecord.objects.all().delete()
    Change.objects.all().delete()
    ImportRun.objects.all().delete()
    Clinic.objects.filter(merged_into__isnull=False).delete()
    gone = list(Clinic.objects.values_list("pk", flat=True))
    Clinic.objects.all().delete()
    entries.rebuild(gone)
    Organization.objects.all().delete()


def imported(text: str, tmp_path) -> None:
    path = tmp_path / "exported.csv"
    path.write_text(text, encoding="utf-8", newline="")
    outcome = run("csv", path, as_of="2026-03")
    assert outcome.rejections == []


def assert_round_trip(tmp_path) -> None:
    before = exported()
    empty()

    imported(before, tmp_path)

    assert exported() == before
    assert entries.differences() == []


def test_what_directories_said_makes_the_round_trip(directory, facilities, tmp_path):
    directory(
        directory_row("SA MH * OP * TELE * MD SF VAF * SP AH * ADLT CHLD * VET PTSD"),
        directory_row("MH * RES", name1="Cedar Row", name2="Night Programme"),
        directory_row("MH * TELE", name1="Birch Lane", zip="73301"),
    )

    assert_round_trip(tmp_path)


def test_what_no_directory_says_makes_the_round_trip(make_clinic, curator, tmp_path):
    clinic = make_clinic(
        "=Formula & Sons; the “odd” \\ ones",
        at=(0.0, -97.0),
        modalities=["video"],
        covers=["US-TX", "US-OK"],
        region="US-TX",
        time_zone="",
    )
    clinic.other_names.create(name="former: a name; with signs", kind="also")
    clinic.identifiers.create(authority="State=board", value="1")
    OldSlug.objects.create(slug="an-older-one", clinic=clinic)
    merged = make_clinic("Merged Away", covers=["US-TX"])
    curation.merge(clinic, merged, by=curator)
    withdrawn = make_clinic("Withdrawn", services=[], phone="")
    reason = Clinic.WithdrawnReason.REQUEST
    curation.withdraw(withdrawn, reason=reason, by=curator)
    make_clinic("Private", address_is_private=True, services=[], status="draft")

    assert_round_trip(tmp_path)
    found = Clinic.objects.get(slug="formula-sons-the-odd-ones")
    assert set(found.old_slugs.values_list("slug", flat=True)) == {
        "an-older-one",
        "merged-away",
    }


def test_samples_and_merged_clinics_are_left_out(make_clinic, curator):
    make_clinic("Sample", is_sample=True)
    winner, loser = make_clinic("Winner"), make_clinic("Loser")
    curation.merge(winner, loser, by=curator)

    assert {row["clinic"] for row in rows(exported())} == {"winner"}


def test_the_header_is_the_template_and_each_service_has_a_row(make_clinic):
    make_clinic("Two", services=[{"remote": "yes"}, {"type": "reminders"}])

    text = exported()

    assert tuple(text.splitlines()[0].split(",")) == COLUMNS
    assert [row["name"] for row in rows(text)] == ["Two", ""]
    assert {row["service_type"] for row in rows(text)} == {"consultation", "reminders"}


def test_no_cell_is_a_formula(make_clinic):
    make_clinic("=HYPERLINK(1)", description="@SUM(A1)", city="-Town")

    for row in rows(exported()):
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@"))
    assert rows(exported())[0]["name"] == "'=HYPERLINK(1)"
    assert rows(exported())[0]["phones"].startswith("'+1")


def test_an_exported_file_that_is_edited_updates_the_clinic(directory, tmp_path):
    directory(directory_row("MH * TELE * MD"))
    edited = exported().replace("medicaid", "medicaid; medicare")

    path = tmp_path / "edited.csv"
    path.write_text(edited.replace(",2022,", ",2026,"), encoding="utf-8", newline="")
    run("csv", path, as_of="2026")

    assert the_clinic().payments.count() == 2


# --- Whatever a clinic says --------------------------------------------------------

words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30
).map(str.strip)
facts = st.sampled_from(["yes", "no", "unknown"])
ages = st.none() | st.integers(0, 130)


def some(*codes):
    return st.lists(st.sampled_from(codes), unique=True)


services = st.fixed_dictionaries(
    {
        "service_type_id": st.sampled_from(["consultation", "reminders"]),
        "remote": facts,
        "remote_is_clinic_wide": st.booleans(),
        "in_person": facts,
        "accepting": facts,
        "referral": facts,
        "first_visit_in_person": facts,
        "sound_only": facts,
        "interpreter": facts,
        "platform": words | st.just(""),
        "notes": words | st.just(""),
        "minimum_age": ages,
        "maximum_age": ages,
    }
).filter(
    lambda each: (
        not each["remote"] == each["in_person"] == "no"
        and (each["minimum_age"] or 0)
        <= (130 if each["maximum_age"] is None else each["maximum_age"])
    )
)
sets = st.fixed_dictionaries(
    {
        "specialties": some("mental-health", "ptsd", "skin"),
        "modalities": some("video", "phone"),
        "settings": some("outpatient", "residential"),
        "eligibility": some("everyone", "veterans"),
        "age_groups": some("child", "senior"),
        "groups": some("veterans", "trauma"),
        "languages": some("en", "ase"),
        "payments": some("medicaid", "self-pay"),
    }
)
coverage = st.dictionaries(
    st.sampled_from(["US-TX", "US-OK", "IN"]),
    st.tuples(
        st.sampled_from(["license", "assumed_home_region", "unknown"]),
        st.sampled_from(["2026", "2026-03", "2026-03-14"]),
        st.sampled_from([None, "own"]),
    ),
)
points = st.none() | st.tuples(
    st.floats(-90, 90), st.floats(-180, 180), st.sampled_from(["curator", "geocoder"])
)


@pytest.mark.django_db
@settings(max_examples=25)
@given(
    name=words.filter(bool),
    texts=st.lists(words, min_size=6, max_size=6),
    point=points,
    other_names=st.lists(words.filter(bool), unique=True, max_size=3),
    offers=st.lists(st.tuples(services, sets, coverage), max_size=3),
    status=st.sampled_from(["draft", "withdrawn"]),
)
def test_whatever_a_clinic_says_makes_the_round_trip(
    name, texts, point, other_names, offers, status, tmp_path_factory
):
    empty()
    clinic = _clinic(name, texts, point, status)
    for other in other_names:
        clinic.other_names.create(name=other, kind="former")
    for service, chosen, areas in offers:
        _service(clinic, service, chosen, areas)

    assert_round_trip(tmp_path_factory.mktemp("export"))


def _clinic(name, texts, point, status) -> Clinic:
    programme, description, street, unit, city, postal_code = texts
    place = {}
    if point:
        latitude, longitude, source = point
        place = {
            "latitude": latitude,
            "longitude": longitude,
            "point_source": source,
            # A gazetteer's point far from any postcode: nothing here contradicts it.
            "point_precision": "city",
        }
    return Clinic.objects.create(
        name=name,
        slug="a-clinic",
        programme=programme,
        description=description,
        street=street,
        unit=unit,
        city=city,
        postal_code=postal_code[:12].strip(),
        status=status,
        withdrawn_reason="closed" if status == "withdrawn" else "",
        time_zone="Asia/Kolkata",
        **place,
    )


def _service(clinic, facts, chosen, areas) -> Service:
    service = clinic.services.create(**facts)
    for name, codes in chosen.items():
        getattr(service, name).set(codes)
    for region, (basis, as_of, source) in areas.items():
        service.coverage.create(
            region_id=region, basis=basis, as_of=as_of, source_id=source
        )
    return service
