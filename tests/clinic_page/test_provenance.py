from datetime import UTC, datetime

import pytest

from locator import catalogues, curation
from locator.clinic_page.profile import clinic_at
from locator.clinic_page.provenance import provenance
from locator.clinic_page.reading import read_services
from locator.models import Clinic, ImportRun, SourceRecord

pytestmark = pytest.mark.django_db

AT = (30.354, -97.7431)
NOVEMBER = datetime(2026, 11, 3, 15, tzinfo=UTC)
LATER = datetime(2026, 11, 10, 15, tzinfo=UTC)
LISTED = {"source": "samhsa-mental-health", "source_date": "2022"}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(LATER, tick=False)


def told(clinic: Clinic) -> dict[str, tuple[str, ...]]:
    clinic = clinic_at(clinic.slug)
    services = read_services([clinic], catalogues.current())[clinic.pk]
    return {each.label: each.lines for each in provenance(clinic, services)}


def make_record(clinic: Clinic, as_of: str = "2023-11") -> SourceRecord:
    run = ImportRun.objects.create(
        source_id="samhsa-mental-health",
        layout="csv",
        as_of=as_of,
        started_at=NOVEMBER,
    )
    return SourceRecord.objects.create(
        source_id="samhsa-mental-health",
        layout="csv",
        key="one",
        site_key="one",
        line=2,
        raw={},
        content_hash="0",
        as_of=as_of,
        clinic=clinic,
        first_run=run,
        last_run=run,
    )


def test_what_nobody_touched_is_by_the_source_of_the_clinic(make_clinic):
    clinic = make_clinic(at=AT, city="Austin", covers=["US-TX"], **LISTED)

    assert told(clinic) == {
        "Phone": ("SAMHSA, 2022",),
        "Address": ("SAMHSA, 2022",),
        "What it offers": ("SAMHSA, 2022",),
        "Where it may treat": ("SAMHSA, 2022",),
    }


def test_a_clinic_of_no_source_was_written_by_us(make_clinic):
    assert told(make_clinic())["Phone"] == ("Written by us",)


def test_a_group_that_was_checked_says_how_and_on_which_day(make_clinic, curator):
    clinic = make_clinic(
        website="https://creek.example",
        opening_hours="Mo-Fr 09:00-17:00",
        time_zone="America/Chicago",
        **LISTED,
    )
    curation.verify(clinic, by=curator, method="phoned", at=NOVEMBER, checked="contact")

    said = told(clinic)

    by_phone = ("Checked by phone with the clinic, November 3, 2026",)
    assert said["Phone"] == said["Website and e-mail"] == by_phone
    assert said["Opening hours"] == ("SAMHSA, 2022",)


def test_a_check_of_everything_counts_for_each_group(make_clinic, curator):
    clinic = make_clinic(covers=["US-TX"], **LISTED)
    curation.verify(clinic, by=curator, method="attested", at=NOVEMBER)

    said = told(clinic)

    assert set(said.values()) == {("Confirmed by the clinic itself, November 3, 2026",)}


def test_a_check_that_was_taken_back_vouches_for_nothing(make_clinic, curator):
    clinic = make_clinic(**LISTED)
    check = curation.verify(clinic, by=curator, method="website", at=NOVEMBER)

    curation.unverify(check, by=curator)

    assert told(clinic)["Phone"] == ("SAMHSA, 2022",)


def test_what_was_written_after_the_check_is_by_who_wrote_it(make_clinic, curator):
    clinic = make_clinic(website="https://creek.example", **LISTED)
    curation.verify(clinic, by=curator, method="phoned", at=NOVEMBER)
    clinic.refresh_from_db()
    curation.record_person(clinic, fields=["phones"], by=curator)
    clinic.save()

    said = told(clinic)

    assert said["Phone"] == ("Written by us, November 10, 2026",)
    assert said["Website and e-mail"] == (
        "Checked by phone with the clinic, November 3, 2026",
    )


def test_a_person_is_never_named(make_clinic, curator):
    curator.first_name, curator.last_name = "Ada", "Nother"
    curator.save()
    clinic = make_clinic(**LISTED)
    curation.record_person(clinic, fields=["phones"], by=curator)
    clinic.save()
    curation.verify(clinic, by=curator, method="phoned", at=NOVEMBER, note="Ada asked")

    lines = " ".join(line for lines in told(clinic).values() for line in lines)

    assert not any(word in lines for word in ("Ada", "Nother", "curator"))


def test_each_source_of_a_group_is_named_once_with_its_own_date(make_clinic):
    clinic = make_clinic(services=[{}, {}, {}], **LISTED)
    record = make_record(clinic)
    for service in clinic.services.all()[:2]:
        service.field_sources = {
            "remote": {"record": record.pk, "at": "2026-01-01"},
            "coverage": {"record": record.pk, "at": "2026-01-01"},
            "accepting": {"record": record.pk + 1, "at": "2026-01-01"},
        }
        service.save()

    assert told(clinic)["What it offers"] == ("SAMHSA, November 2023", "SAMHSA, 2022")


def test_a_private_address_is_vouched_for_by_its_town_alone(make_clinic):
    street = make_clinic("Street", address_is_private=True, street="17 Hidden Lane")
    town = make_clinic("Town", address_is_private=True, city="Austin")

    assert "Address" not in told(street)
    assert "Address" in told(town)


def test_the_page_tells_it_to_patients(client, make_clinic, curator):
    clinic = make_clinic(covers=["US-TX"], **LISTED)
    curation.verify(clinic, by=curator, method="phoned", at=NOVEMBER)

    page = client.get(clinic.get_absolute_url()).text

    assert "Checked by phone with the clinic, November 3, 2026" in page
    assert "Verified November 2026 by phone" in page


def test_the_page_of_a_clinic_that_was_not_checked_for_long_says_since_when(
    client, make_clinic, curator
):
    clinic = make_clinic(covers=["US-TX"], **LISTED)
    at = datetime(2026, 3, 14, tzinfo=UTC)
    curation.verify(clinic, by=curator, method="phoned", at=at)

    page = client.get(clinic.get_absolute_url()).text

    assert "Not verified since March 2026" in page
    assert "Verified March" not in page


def test_provenance_costs_two_queries(make_clinic, curator, django_assert_num_queries):
    clinic = make_clinic(services=[{}] * 5, **LISTED)
    record = make_record(clinic)
    said = {"phones": {"record": record.pk, "at": "2026-01-01"}}
    Clinic.objects.filter(pk=clinic.pk).update(field_sources=said)
    clinic = clinic_at(clinic.slug)
    services = read_services([clinic], catalogues.current())[clinic.pk]

    with django_assert_num_queries(2):
        provenance(clinic, services)
