"""What machines found of clinics, made to say what holds now."""

import pytest
from django.core.management import call_command

from locator import inspecting
from locator.inspecting import refreshing
from locator.models import Clinic, Inspection
from tests.making import make_place

pytestmark = pytest.mark.django_db

AUSTIN = (30.27, -97.74)
NEAR_AUSTIN = (30.4, -97.74)
TULSA = (36.15, -95.99)


@pytest.fixture
def postcodes():
    make_place("78701", at=AUSTIN, kind="postcode")
    make_place("74103", at=TULSA, region="US-OK", kind="postcode")


def found() -> dict[str, tuple]:
    return {
        each.clinic.name: (
            each.alternatives,
            each.lies_in,
            each.km_from_postcode and round(each.km_from_postcode),
        )
        for each in Inspection.objects.select_related("clinic")
    }


def test_each_clinic_is_looked_at(make_clinic, postcodes):
    make_clinic("Right", at=AUSTIN, postal_code="78701")
    make_clinic("Near", at=NEAR_AUSTIN, postal_code="78701")
    make_clinic("Elsewhere", at=TULSA, postal_code="78701")
    make_clinic("Draft", at=AUSTIN, status="draft")
    make_clinic("Unplaced")

    assert inspecting.refresh_all() == 5

    assert found() == {
        "Right": (1, "", 0),
        "Near": (1, "", 14),
        "Elsewhere": (0, "US-OK", 674),
        "Draft": (2, "", None),
        "Unplaced": (3, "", None),
    }


def test_looking_again_changes_nothing(make_clinic, postcodes):
    make_clinic("Right", at=AUSTIN, postal_code="78701")
    make_clinic("Near", at=NEAR_AUSTIN)
    inspecting.refresh_all()
    before = found()

    call_command("inspect_clinics", verbosity=0)

    assert found() == before


def test_some_are_looked_at_as_all_are(make_clinic, postcodes):
    clinics = [make_clinic(f"No. {n}", at=(30 + n / 9, -97.7)) for n in range(9)]
    clinics.append(make_clinic("Unplaced"))
    inspecting.refresh_all()
    before = found()
    Inspection.objects.all().delete()

    for clinic in clinics:
        inspecting.refresh([clinic.pk])

    assert found() == before


def test_a_withdrawn_clinic_is_no_longer_looked_at(make_clinic):
    clinic = make_clinic("Closed", at=AUSTIN)
    inspecting.refresh([clinic.pk])
    Clinic.objects.filter(pk=clinic.pk).update(
        status="withdrawn", withdrawn_reason="closed"
    )

    inspecting.refresh([clinic.pk])

    assert not Inspection.objects.exists()


def test_what_is_not_there_is_passed_over():
    inspecting.refresh([404])
    inspecting.refresh([])

    assert not Inspection.objects.exists()


@pytest.mark.parametrize("number", [1, 12, 30])
def test_the_number_of_queries_does_not_grow_with_clinics(
    make_clinic, postcodes, number, django_assert_max_num_queries
):
    pks = [
        make_clinic(
            f"No. {n}", phone="", at=(30.27 + n / 900, -97.7), postal_code="78701"
        ).pk
        for n in range(number)
    ]

    with django_assert_max_num_queries(26):
        inspecting.refresh(pks)


def test_all_are_looked_at_in_parts(make_clinic, monkeypatch):
    for n in range(5):
        make_clinic(f"No. {n}", at=AUSTIN)
    monkeypatch.setattr(refreshing, "CLINICS_AT_ONCE", 2)
    shares = []

    inspecting.refresh_all(shares.append)

    assert Inspection.objects.count() == 5
    assert shares == [0.4, 0.8, 1]
