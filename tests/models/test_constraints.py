"""What the database itself refuses, whoever writes."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from locator.models import (
    Clinic,
    CoverageArea,
    Phone,
    Region,
    Service,
    ServiceType,
    Source,
    User,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db):
    return Clinic.objects.create(slug="a-clinic", name="A clinic")


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("clinic_has_a_name", {"name": ""}),
        ("clinic_verified_trio_goes_together", {"verified_at": timezone.now()}),
        ("clinic_verified_trio_goes_together", {"verified_method": "phoned"}),
        ("clinic_point_says_where_from_and_how_exact", {"latitude": 30.0}),
        (
            "clinic_point_says_where_from_and_how_exact",
            {"latitude": 30.0, "longitude": -97.0},
        ),
        (
            "clinic_point_says_where_from_and_how_exact",
            {
                "latitude": 91.0,
                "longitude": 0.0,
                "point_source": "curator",
                "point_precision": "address",
            },
        ),
        ("clinic_hours_need_a_zone", {"opening_hours": "24/7"}),
        ("clinic_withdrawn_says_why", {"status": "withdrawn"}),
        ("clinic_withdrawn_says_why", {"withdrawn_reason": "closed"}),
        (
            "clinic_private_address_has_a_town_point_at_most",
            {
                "address_is_private": True,
                "latitude": 30.0,
                "longitude": -97.0,
                "point_source": "curator",
                "point_precision": "address",
            },
        ),
        ("clinic_source_and_date_go_together", {"source_date": "2022"}),
    ],
)
def test_a_clinic_that_cannot_be_true_is_refused(clinic, constraint, change):
    with refused(constraint), transaction.atomic():
        Clinic.objects.filter(pk=clinic.pk).update(**change)


CLOSED_LISTS = [
    (Clinic, "status"),
    (Clinic, "withdrawn_reason"),
    (Clinic, "point_source"),
    (Clinic, "point_precision"),
    (CoverageArea, "basis"),
    (ServiceType, "category"),
    (ServiceType, "audience"),
]


@pytest.mark.parametrize(("model", "field"), CLOSED_LISTS)
def test_the_database_knows_each_word_of_a_closed_list_and_no_other(model, field):
    (constraint,) = [
        each
        for each in model._meta.constraints
        if each.name.endswith(f"_{field}_is_known")
    ]

    column = model._meta.get_field(field)
    blank = {""} if column.blank else set()
    ((lookup, words),) = constraint.condition.children
    assert lookup == f"{field}__in"
    assert set(words) == blank | set(dict(column.choices))


@pytest.mark.parametrize(("model", "field"), CLOSED_LISTS)
def test_a_word_outside_a_closed_list_is_refused(clinic, model, field):
    service = Service.objects.create(clinic=clinic, service_type_id="consultation")
    CoverageArea.objects.create(
        service=service, region_id="US-TX", basis="license", as_of="2026"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**{field: "nonsense"[:8]})


def test_zero_is_a_coordinate_like_any_other(clinic):
    changed = Clinic.objects.filter(pk=clinic.pk).update(
        latitude=0.0,
        longitude=9.4,
        point_source="curator",
        point_precision="address",
    )

    assert changed == 1


def test_a_clinic_cannot_be_merged_into_itself(clinic):
    with refused("clinic_merged"), transaction.atomic():
        Clinic.objects.filter(pk=clinic.pk).update(
            status="withdrawn", withdrawn_reason="closed", merged_into=clinic
        )


def test_a_person_who_verified_a_clinic_cannot_be_deleted(clinic):
    person = User.objects.create_user("curator")
    Clinic.objects.filter(pk=clinic.pk).update(
        verified_at=timezone.now(), verified_by=person, verified_method="phoned"
    )

    with pytest.raises(IntegrityError):
        person.delete()


@pytest.mark.parametrize("number", ["512-555-0101", "+0123456", "+1512555010a", ""])
def test_a_phone_number_that_is_not_e164_is_refused(clinic, number):
    with refused("phone_number_is_e164"), transaction.atomic():
        Phone.objects.create(clinic=clinic, number=number)


def test_a_service_that_is_neither_remote_nor_in_person_is_refused(clinic):
    consultation = ServiceType.objects.get(code="consultation")

    with refused("service_is_not_neither"), transaction.atomic():
        Service.objects.create(
            clinic=clinic, service_type=consultation, remote="no", in_person="no"
        )


def test_a_fact_outside_yes_no_unknown_is_refused(clinic):
    consultation = ServiceType.objects.get(code="consultation")

    with refused("service_facts_are_three_valued"), transaction.atomic():
        Service.objects.create(
            clinic=clinic, service_type=consultation, accepting="maybe"
        )


def test_coverage_without_a_date_is_refused(clinic):
    service = Service.objects.create(
        clinic=clinic, service_type=ServiceType.objects.get(code="consultation")
    )

    with refused("coverage_area_is_dated"), transaction.atomic():
        CoverageArea.objects.create(
            service=service, region_id="US-TX", basis="license", as_of=""
        )


def test_a_training_for_health_workers_is_never_telemedicine(db):
    with refused("telemedicine_is_care"), transaction.atomic():
        ServiceType.objects.filter(code="health-worker-training").update(
            category="telemedicine"
        )


@pytest.mark.parametrize(
    ("code", "parent"), [("usa", None), ("US-TX", None), ("ZZ", "US")]
)
def test_a_region_is_a_country_or_lies_in_one(db, code, parent):
    with refused("region_"), transaction.atomic():
        Region.objects.create(code=code, name="Nowhere", parent_id=parent)


def test_a_source_may_be_shared_but_its_clinics_keep_it(clinic):
    source = Source.objects.create(
        code="list", name="A list", short_name="List", publisher="P", licence="L"
    )
    Clinic.objects.filter(pk=clinic.pk).update(source=source, source_date="2022")

    with pytest.raises(IntegrityError):
        source.delete()
