"""More clinics at once than a map shows each alone."""

from locator.models import Clinic, Service
from locator.search import entries


def make_crowd(count: int) -> None:
    """`count` clinics for mental health in Texas, 45 a column of a grid of 1/50 degree.

    The south-west corner is at 30° N, 98° W; columns go on to the east.
    """
    clinics = Clinic.objects.bulk_create(
        Clinic(
            name=f"Clinic {number}",
            slug=f"clinic-{number}",
            region_id="US-TX",
            latitude=30 + number % 45 / 50,
            longitude=-98 + number // 45 / 50,
            point_source="source",
            point_precision="address",
            status="published",
        )
        for number in range(count)
    )
    services = Service.objects.bulk_create(
        Service(
            clinic=clinic,
            service_type_id="consultation",
            remote="yes",
            in_person="yes",
        )
        for clinic in clinics
    )
    specialties = Service.specialties.through
    specialties.objects.bulk_create(
        specialties(service=service, specialty_id="mental-health")
        for service in services
    )
    entries.rebuild(clinic.pk for clinic in clinics)
