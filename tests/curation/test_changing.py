"""Facts written to one clinic: by a person, from a source, and what is refused."""

import pytest
from django.core.exceptions import ValidationError

from locator import curation, facts
from locator.facts import CLINIC, FIELDS, SERVICES
from locator.models import Change, Clinic, ImportRun, Organization, Source, SourceRecord
from locator.search import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(make_clinic):
    return make_clinic("River Clinic", covers=["US-TX"], at=(30.27, -97.74))


def facts_of(clinic) -> facts.Facts:
    return facts.read([clinic.pk], with_records=False)[clinic.pk].facts


def service_facts(clinic) -> facts.Facts:
    state = facts.read([clinic.pk], with_records=False)[clinic.pk]
    [service] = state.services.values()
    return service.facts


def edit(clinic, curator, said=None, **parts):
    change = curation.Edit(said or {}, **parts)
    return curation.change(clinic, change, by=curator, kind=Change.Kind.EDIT)


@pytest.fixture
def record(clinic):
    source = Source.objects.get(code="samhsa-mental-health")
    run = ImportRun.objects.create(
        source=source, layout="csv", started_at="2026-01-01T00:00Z", as_of="2026"
    )
    return SourceRecord.objects.create(
        source=source,
        layout="csv",
        key="river",
        site_key="river",
        line=2,
        raw={},
        as_of="2026",
        clinic=clinic,
        first_run=run,
        last_run=run,
    )


# --- What is written ---------------------------------------------------------------

EVERY_KIND_OF_FACT = {
    "name": "Lake Clinic",
    "region": "US-OK",
    "organization": "Blue River Health",
    "point": [36.1, -95.9, "curator", "street"],
    "source": ["samhsa-mental-health", "2022"],
    "languages": ["es", "hi"],
    "phones": [["+15125550177", "12", "intake"], ["+15125550178", "", "main"]],
    "other_names": [["Old Lake", "former", ""]],
    "identifiers": [["NPI", "1234567893"]],
    "opening_hours": "Mo-Fr 09:00-17:00",
    "time_zone": "America/Chicago",
    "address_is_private": False,
}


@pytest.mark.parametrize("fact", EVERY_KIND_OF_FACT)
def test_every_kind_of_fact_is_written_and_read_back(clinic, curator, fact):
    zone = {"time_zone": "America/Chicago"} if fact == "opening_hours" else {}

    edit(clinic, curator, {fact: EVERY_KIND_OF_FACT[fact], **zone})

    assert facts_of(clinic)[fact] == EVERY_KIND_OF_FACT[fact]
    assert entries.differences() == []


@pytest.mark.parametrize("fact", ["point", "source", "phones", "languages", "region"])
def test_a_fact_is_emptied_too(make_clinic, curator, fact):
    clinic = make_clinic(
        covers=["US-TX"],
        at=(30.27, -97.74),
        source="samhsa-mental-health",
        languages=["es"],
        email="desk@river.example",
    )
    empty = "" if fact == "region" else []

    edit(clinic, curator, {fact: empty})

    assert facts_of(clinic)[fact] == empty


def test_facts_of_a_service_are_written(clinic, curator):
    said = {
        "accepting": "yes",
        "minimum_age": 18,
        "modalities": ["video"],
        "coverage": [["US-OK", "license", "2026-03", ""]],
    }

    edit(clinic, curator, services={clinic.services.get().pk: said})

    written = service_facts(clinic)
    assert {name: written[name] for name in said} == said
    assert entries.differences() == []


def test_services_are_made_and_removed(clinic, curator):
    old = clinic.services.get()
    said = service_facts(clinic) | {"specialties": ["substance-use"]}

    edit(clinic, curator, made=[said], removed=[old.pk])

    assert clinic.services.get().pk != old.pk
    assert service_facts(clinic) == said


def test_an_organization_of_that_name_is_taken_before_another_is_made(clinic, curator):
    first = Organization.objects.create(name="Blue River Health")

    edit(clinic, curator, {"organization": "Blue River Health"})

    assert Clinic.objects.get().organization == first


def test_a_new_address_leaves_the_old_one_behind(clinic, curator, client):
    old = clinic.get_absolute_url()

    edit(clinic, curator, {"slug": "lake"})

    assert client.get(old).headers["Location"] == "/clinics/lake/"


def test_nothing_is_recorded_where_nothing_differs(clinic, curator):
    change = edit(clinic, curator, {"name": "River Clinic"})

    assert change is None
    assert not clinic.changes.exists()


# --- Who says it -------------------------------------------------------------------


def test_a_person_says_what_a_person_wrote_every_part_of_it(clinic, curator):
    edit(clinic, curator, {"point": [36.1, -95.9, "curator", "street"]})

    said = Clinic.objects.get().field_sources
    assert set(said) == {"latitude", "longitude", "point_source", "point_precision"}
    assert {each["user"] for each in said.values()} == {curator.pk}


def test_what_is_taken_from_a_record_is_the_records_again(clinic, curator, record):
    service = clinic.services.get()
    record.written = {
        CLINIC: {"name": "Old", "city": "Austin"},
        SERVICES: {"mh": {"id": service.pk, "is_own": True, FIELDS: {}}},
    }
    record.save()

    curation.change(
        clinic,
        curation.Edit({"name": "Lake Clinic"}, {service.pk: {"accepting": "no"}}),
        by=curator,
        kind=Change.Kind.PROPOSAL,
        record=record,
    )

    record.refresh_from_db()
    assert record.written[CLINIC] == {"name": "Lake Clinic", "city": "Austin"}
    assert record.written[SERVICES]["mh"][FIELDS] == {"accepting": "no"}
    assert Clinic.objects.get().field_sources["name"]["record"] == record.pk


# --- What is refused ---------------------------------------------------------------

REFUSED = {
    "a region that there is not": ({"region": "US-ZZ"}, "There is no region US-ZZ."),
    "a code that there is not": (
        {"languages": ["xx"]},
        "The list “languages” has no entry “xx” (any more).",
    ),
    "a fact that there is not": ({"color": "red"}, "There is no fact “color”."),
    "hours that nobody can read": (
        {"opening_hours": "nine to five", "time_zone": "America/Chicago"},
        None,
    ),
    "hours without a zone": (
        {"opening_hours": "Mo-Fr 09:00-17:00"},
        "Opening hours need a time zone.",
    ),
    "a website that is none": ({"website": "river"}, "website: Enter a valid URL."),
    "a private address with a pin on the house": (
        {"address_is_private": True},
        "A private address may be pinned to its town only.",
    ),
    "to be withdrawn without a reason": (
        {"status": "withdrawn"},
        "Say why it is withdrawn.",
    ),
    "a phone that is none": ({"phones": [["12", "", "main"]]}, None),
    "no way to reach it": (
        {"phones": []},
        "There is no way to contact it: give a phone number, an e-mail address, a "
        "website or a booking address.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_written(
    clinic, curator, case
):
    said, sentence = REFUSED[case]
    before = facts_of(clinic)

    with pytest.raises(ValidationError) as refusal:
        edit(clinic, curator, said)

    assert sentence is None or sentence in refusal.value.messages
    assert facts_of(clinic) == before
    assert not clinic.changes.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"remote": "no", "in_person": "no"},
            "A service is remote or in person: it cannot be neither.",
        ),
        (
            {"minimum_age": 20, "maximum_age": 10},
            "The highest age lies below the lowest.",
        ),
    ],
)
def test_a_service_that_cannot_be_is_refused(clinic, curator, said, sentence):
    with pytest.raises(ValidationError) as refusal:
        edit(clinic, curator, services={clinic.services.get().pk: said})

    assert sentence in refusal.value.messages


def test_another_clinics_service_is_refused(clinic, make_clinic, curator):
    other = make_clinic("Lake Clinic", covers=["US-TX"]).services.get()

    with pytest.raises(ValidationError, match="has no service"):
        edit(clinic, curator, services={other.pk: {"accepting": "no"}})


def test_a_clinic_that_is_gone_is_said_to_be(clinic, curator):
    Clinic.objects.filter(pk=clinic.pk).delete()

    with pytest.raises(ValidationError, match="not there any more"):
        edit(clinic, curator, {"name": "Lake Clinic"})
