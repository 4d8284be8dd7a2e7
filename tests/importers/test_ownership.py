"""What a person wrote is left alone and listed; importers own the rest."""

from datetime import UTC, datetime

import pytest

from locator import curation
from locator.importers.ownership import is_newer
from locator.models import Clinic, Phone, Specialty, Stated
from locator.search import entries

from ..importing import codes, directory_row, facility_row, service, the_clinic


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        ("2023", "2022", True),
        ("2023-01", "2022-12-31", True),
        ("2022-06", "2022", False),
        ("2022", "2022-06", False),
        ("2022", "2022", False),
        ("2022-06-02", "2022-06-01", True),
    ],
)
def test_a_date_is_newer_if_all_of_it_is(one, other, newer):
    assert is_newer(one, other) is newer


def test_a_field_that_a_person_changed_is_left_alone_and_listed(directory):
    directory(directory_row("MH * TELE * MD"))
    Clinic.objects.update(name="Juniper Bend")
    the_clinic().payments.set(["self-pay"])

    outcome = directory(directory_row("MH * TELE * MD MC", intake1="512-555-0150"))

    clinic = the_clinic()
    assert clinic.name == "Juniper Bend"
    assert codes(clinic.payments) == {"self-pay"}
    assert clinic.phones.count() == 2
    (said,) = outcome.notes["left_to_person"]
    assert said.endswith(": name, payments.")


def test_a_person_filling_a_blank_is_not_contradicted_by_it(directory):
    directory(directory_row("MH * TELE"))
    visits = the_clinic().services.get()
    visits.modalities.set(["video"])
    visits.accepting = Stated.YES
    visits.save()
    Clinic.objects.update(email="desk@juniper.example")

    outcome = directory(directory_row("MH * TELE * MD"))

    assert codes(the_clinic().services.get().modalities) == {"video"}
    assert the_clinic().email == "desk@juniper.example"
    assert "left_to_person" not in outcome.notes


def test_what_a_person_put_back_is_the_importers_again(directory):
    directory(directory_row("MH * TELE"))
    Clinic.objects.update(city="Dallas")
    directory(directory_row("MH * TELE * MD", city="West Lake Hills"))
    Clinic.objects.update(city="Austin")

    directory(directory_row("MH * TELE * MC", city="West Lake Hills"))

    assert the_clinic().city == "West Lake Hills"


def test_what_a_person_emptied_stays_empty(directory):
    directory(directory_row("MH * TELE * MD"))
    the_clinic().phones.all().delete()
    the_clinic().phones.create(number="+15125550199", purpose=Phone.Purpose.INTAKE)
    the_clinic().payments.clear()

    directory(directory_row("MH * TELE * MD MC", phone="512-555-0150"))

    assert the_clinic().phones.get().number == "+15125550199"
    assert codes(the_clinic().payments) == set()


def test_a_curators_pin_is_never_overwritten(facilities):
    facilities(facility_row())
    Clinic.objects.update(latitude=30.3, longitude=-97.7, point_source="curator")

    facilities(facility_row(latitude="30.28", longitude="-97.75"), as_of="2024-11")

    assert the_clinic().latitude == 30.3
    assert the_clinic().point_source == Clinic.PointSource.CURATOR


def test_an_address_made_private_takes_no_point_from_a_file(facilities):
    facilities(facility_row(zip="73301", latitude="", longitude=""))
    Clinic.objects.update(address_is_private=True)

    facilities(facility_row(zip="73301", latitude="30.27", longitude="-97.74", mc="1"))

    assert the_clinic().point is None
    assert "medicare" in codes(the_clinic().payments)


def test_a_service_that_a_person_made_stays_beside_the_sources(directory):
    directory(directory_row("MH * TELE"))
    own = the_clinic().services.create(service_type_id="appointment-booking")

    directory(directory_row("MH * TELE * PTSD"))

    assert the_clinic().services.filter(pk=own.pk).exists()
    assert the_clinic().services.count() == 2


def test_a_service_that_a_person_removed_is_not_made_again(directory):
    directory(directory_row("SA MH * TELE"))
    service(the_clinic(), "substance-use").delete()

    outcome = directory(directory_row("SA MH * TELE * MD"))

    assert the_clinic().services.count() == 1
    assert "substance-use (a person removed it)" in outcome.notes["left_to_person"][0]


def test_a_service_given_up_stays_if_a_person_wrote_of_it(directory):
    directory(directory_row("SA MH * TELE"))
    service(the_clinic(), "substance-use").modalities.set(["phone"])

    outcome = directory(directory_row("MH * TELE"))

    assert the_clinic().services.count() == 2
    assert "its source no longer has it" in outcome.notes["left_to_person"][0]


def test_a_clinic_that_a_person_deleted_is_not_made_again(directory):
    directory(directory_row())
    the_clinic().delete()

    outcome = directory(directory_row("MH * TELE * MC"))

    assert not Clinic.objects.exists()
    assert outcome.tally["deleted_by_a_person"] == 1
    assert directory(directory_row("MH * TELE * MC")).run is None


def test_what_neither_can_be_no_keeps_the_persons_word(directory):
    directory(directory_row("MH * TELE"))
    visits = the_clinic().services.get()
    visits.in_person = Stated.NO
    visits.save()

    outcome = directory(directory_row("MH"))

    visits.refresh_from_db()
    assert (visits.remote, visits.in_person) == ("yes", "no")
    assert "remote" in outcome.notes["left_to_person"][0]


def test_each_field_says_which_record_or_person_wrote_it(directory, curator):
    directory(directory_row("MH * TELE * MD"))
    clinic = the_clinic()

    record = clinic.records.get().pk
    assert clinic.field_sources["payments"]["record"] == record
    assert clinic.field_sources["latitude"]["record"] == record
    assert "email" not in clinic.field_sources
    assert clinic.services.get().field_sources["remote"]["record"] == record


# --- Status ------------------------------------------------------------------------


def test_the_last_remote_care_gone_makes_a_draft_and_is_listed(directory):
    directory(directory_row("MH * OP * TELE"))

    outcome = directory(directory_row("MH * OP"))

    assert the_clinic().status == Clinic.Status.DRAFT
    assert outcome.notes["made_draft"] == [
        "Juniper Bend Counseling (/clinics/juniper-bend-counseling-austin-tx/)."
    ]
    assert entries.differences() == []


def test_that_holds_for_a_clinic_that_a_person_published(directory, curator):
    directory(directory_row("MH * OP"))
    visits = the_clinic().services.get()
    directory(directory_row("MH * OP * TELE"))
    curation.to_draft(the_clinic(), by=curator)
    curation.publish(the_clinic(), by=curator)

    directory(directory_row("MH * OP"))

    assert the_clinic().status == Clinic.Status.DRAFT
    assert visits.pk == the_clinic().services.get().pk


def test_it_does_not_where_a_person_set_that_fact(directory):
    directory(directory_row("MH * OP"))
    visits = the_clinic().services.get()
    visits.remote = Stated.YES
    visits.save()
    visits.coverage.create(region_id="US-TX", basis="clinic_stated", as_of="2026")
    Clinic.objects.update(status=Clinic.Status.PUBLISHED)

    directory(directory_row("MH * OP * MD"))

    assert the_clinic().status == Clinic.Status.PUBLISHED


def test_telehealth_that_comes_with_an_edition_publishes(directory):
    directory(directory_row("MH * OP"))

    outcome = directory(directory_row("MH * OP * TELE"))

    assert the_clinic().status == Clinic.Status.PUBLISHED
    assert the_clinic().services.get().coverage.get().region_id == "US-TX"
    assert outcome.tally["clinics_published"] == 1
    assert entries.differences() == []


@pytest.mark.parametrize("began_as", ["MH * OP", "MH * OP * TELE"])
def test_what_a_person_drafted_or_withdrew_is_never_published(
    directory, curator, began_as
):
    directory(directory_row(began_as), directory_row(began_as, name1="Cedar Row"))
    drafted, withdrawn = Clinic.objects.order_by("-name")
    # Drafts that a person publishes first and then takes back are a person's too.
    for clinic in (drafted, withdrawn):
        clinic.services.update(remote="yes")
        for visits in clinic.services.all():
            visits.coverage.get_or_create(
                region_id="US-TX",
                defaults={"basis": "clinic_stated", "as_of": "2026"},
            )
        curation.publish(clinic, by=curator)
    curation.to_draft(drafted, by=curator)
    curation.withdraw(withdrawn, reason=Clinic.WithdrawnReason.UNCONFIRMED, by=curator)

    directory(
        directory_row("MH * OP * TELE * MD"),
        directory_row("MH * OP * TELE * MD", name1="Cedar Row"),
    )

    drafted.refresh_from_db()
    withdrawn.refresh_from_db()
    assert drafted.status == Clinic.Status.DRAFT
    assert withdrawn.status == Clinic.Status.WITHDRAWN


def test_an_import_verifies_nothing_and_leaves_checks_alone(directory, curator):
    directory(directory_row())
    at = datetime(2026, 3, 14, tzinfo=UTC)
    curation.verify(the_clinic(), by=curator, method=Clinic.Method.PHONED, at=at)

    directory(directory_row("MH * TELE * MC"))

    assert the_clinic().verified_at == at


# --- Two clinics that a person made one --------------------------------------------


def test_records_of_a_merged_clinic_follow_it_and_quarrel_over_nothing(
    directory, curator
):
    rows = [
        directory_row("MH * TELE * MD"),
        directory_row("MH * TELE * MC", name1="Juniper Bend Inc"),
    ]
    directory(*rows)
    loser, winner = Clinic.objects.order_by("-name")
    curation.merge(winner, loser, by=curator)
    rows = [row | {"phone": "512-555-0150"} for row in rows]

    first = directory(*rows, as_of="2023")
    second = directory(*rows, as_of="2023")

    winner.refresh_from_db()
    assert winner.name == "Juniper Bend Counseling"
    assert winner.status == Clinic.Status.PUBLISHED
    assert first.tally["clinics_new"] == 0
    assert second.run is None
    assert entries.differences() == []


def test_a_specialty_by_a_person_is_kept_with_the_services_other_facts(directory):
    directory(directory_row("MH * TELE"))
    visits = the_clinic().services.get()
    visits.specialties.add(Specialty.objects.get(code="ptsd"))

    directory(directory_row("MH * TELE * PED * ADLT"))

    assert codes(visits.specialties) == {"mental-health", "ptsd"}
    assert codes(visits.age_groups) == {"adult"}
