"""The clinics of the database as plain objects, read without the derived tables."""

from datetime import UTC

from locator import hours, text
from locator.models import Clinic
from locator.search.query import Contact

from .plain import PlainClinic, PlainService

BASES = {"assumed_home_region": "assumed", "unknown": "unknown"}
OPEN = {True: "yes", False: "no", None: "unknown"}

LONGEST_WORD = 80

OF_A_CLINIC = ["other_names", "phones", "accessibility", "languages", "payments"]
OF_A_SERVICE = [
    "service_type",
    "specialties",
    "modalities",
    "languages",
    "payments",
    "age_groups",
    "eligibility",
    "coverage",
]


def published(query) -> list[PlainClinic]:
    of_services = [f"services__{name}" for name in OF_A_SERVICE]
    clinics = Clinic.objects.published().select_related("organization")
    clinics = clinics.prefetch_related(*OF_A_CLINIC, *of_services)
    return [plain_clinic(each, query) for each in clinics]


def plain_clinic(clinic, query) -> PlainClinic:
    called = [clinic.name, clinic.programme, clinic.city]
    called += [each.name for each in clinic.other_names.all()]
    if clinic.organization:
        called.append(clinic.organization.name)
    purposes = {each.purpose for each in clinic.phones.all()}
    contacts = {
        Contact.PHONE: purposes & {"main", "intake"},
        Contact.TEXT: "text" in purposes,
        Contact.EMAIL: clinic.email,
    }
    return PlainClinic(
        id=clinic.pk,
        name=text.fold(clinic.name),
        point=clinic.point,
        region=clinic.region_id or "",
        accessibility=mask(clinic.accessibility),
        contacts=sum(1 << way for way, there in contacts.items() if there),
        is_open=is_open(clinic, query.now),
        verified_on=day_of(clinic.verified_at),
        is_named=is_named(called, query.words),
        services=[plain_service(each) for each in clinic.services.all()],
    )


def plain_service(service) -> PlainService:
    clinic, kind = service.clinic, service.service_type
    eligibility = list(service.eligibility.all())
    return PlainService(
        id=service.pk,
        type=1 << kind.bit,
        is_care=kind.is_care,
        is_telemedicine=kind.category == "telemedicine",
        is_for_patients=kind.audience == "patients",
        remote=service.remote,
        in_person=service.in_person,
        accepting=service.accepting,
        specialties=mask(service.specialties),
        modalities=mask(service.modalities),
        languages=mask(service.languages) or mask(clinic.languages),
        payments=mask(service.payments) or mask(clinic.payments),
        ages=mask(service.age_groups),
        eligibility=mask(service.eligibility),
        is_restricted=all(each.is_restriction for each in eligibility)
        and bool(eligibility),
        coverage={
            area.region_id: BASES.get(area.basis, "stated")
            for area in service.coverage.all()
        },
    )


def mask(chosen) -> int:
    return sum(1 << entry.bit for entry in chosen.all())


def is_open(clinic, now) -> str:
    if not clinic.opening_hours:
        return "unknown"
    country = (clinic.region_id or "")[:2]
    return OPEN[hours.is_open(clinic.opening_hours, clinic.time_zone, now, country)]


def day_of(moment) -> int:
    if moment is None:
        return 0
    return moment.astimezone(UTC).toordinal() - 719_163


def is_named(called, asked) -> bool:
    """Words are told apart by their beginnings alone, where they are very long."""
    known = {word[:LONGEST_WORD] for name in called for word in text.words(name)}
    *whole, last = (word[:LONGEST_WORD] for word in asked or [""])
    return set(whole) <= known and any(word.startswith(last) for word in known)
