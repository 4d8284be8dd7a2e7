"""A loop with geopy over a queryset, counting in Python: what many tutorials teach.

It answers the total, the first page and the counts of the catalogues; the rest of what
a page tells it leaves out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from geopy.distance import great_circle

from locator import catalogues
from locator.models import Clinic, Service
from locator.search.query import Visit

from .django_way import ENOUGH, PAGE
from .questions import Answer

OF_SERVICE = {
    "specialty": "specialties",
    "age": "age_groups",
    "eligibility": "eligibility",
}
OF_CLINIC = {
    "language": "languages",
    "payment": "payments",
    "accessibility": "accessibility",
}
AT_ONCE = 500


def search(query: Any) -> Answer:
    km = _distances(query)
    asked = _asked(query)
    used = _first_full_step(query, km, asked) if query.is_widening else query.asked_km
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    clinics: dict[int, Clinic] = {}
    for service in _candidates(query, km, used):
        if not _is_care(service) or not _matches(query, service, km, used):
            continue
        said = _said(service)
        missing = [name for name, codes in asked.items() if not codes & said[name]]
        if not missing:
            clinics[service.clinic_id] = service.clinic
        for name, codes in said.items():
            if set(missing) <= {name}:
                for code in codes:
                    found[name][code].add(service.clinic_id)
    counts = {n: {c: len(pks) for c, pks in each.items()} for n, each in found.items()}
    return Answer(
        total=len(clinics), page=_page(query, clinics, km), counts=counts, used_km=used
    )


def _distances(query: Any) -> Mapping[int, float]:
    """How far each clinic is, in km; nothing where no point is asked."""
    if query.origin is None:
        return {}
    here = (query.origin.latitude, query.origin.longitude)
    clinics = Clinic.objects.published().exclude(latitude=None)
    points = clinics.values_list("pk", "latitude", "longitude")
    return {pk: great_circle(here, point).km for pk, *point in points.iterator()}


def _asked(query: Any) -> Mapping[str, set[str]]:
    known = catalogues.current()
    masks = {
        "specialty": (known.specialties, query.specialties),
        "language": (known.languages, query.languages),
        "payment": (known.payments, query.payments),
    }
    return {
        name: {entry.code for entry in choices.of(mask)}
        for name, (choices, mask) in masks.items()
        if mask
    }


def _first_full_step(
    query: Any, km: Mapping[int, float], asked: Mapping[str, set[str]]
) -> float | None:
    for step in query.steps_km:
        near = [pk for pk, far in km.items() if far <= step]
        matching = {
            service.clinic_id
            for service in _services(near)
            if _is_care(service)
            and service.in_person == "yes"
            and all(codes & _said(service)[name] for name, codes in asked.items())
        }
        if len(matching) >= ENOUGH:
            return step
    return None


def _candidates(
    query: Any, km: Mapping[int, float], used: float | None
) -> Iterable[Service]:
    if query.origin is None:
        regions = {query.region, query.country}
        covering = Service.objects.filter(coverage__region__in=regions).distinct()
        return _services(sorted(set(covering.values_list("clinic_id", flat=True))))
    return _services([pk for pk, far in km.items() if used is None or far <= used])


def _services(clinics: list[int]) -> Iterator[Service]:
    for first in range(0, len(clinics), AT_ONCE):
        some: QuerySet[Service] = Service.objects.filter(
            clinic__in=clinics[first : first + AT_ONCE], clinic__status="published"
        )
        of_clinic = (f"clinic__{name}" for name in OF_CLINIC.values())
        yield from some.select_related("service_type", "clinic").prefetch_related(
            "coverage", *OF_SERVICE.values(), *of_clinic
        )


def _is_care(service: Service) -> bool:
    kind = service.service_type
    return kind.is_care and kind.audience == "patients"


def _matches(
    query: Any, service: Service, km: Mapping[int, float], used: float | None
) -> bool:
    regions = {query.region, query.country}
    remote = service.remote == "yes" and any(
        area.region_id in regions and area.basis != "unknown"
        for area in service.coverage.all()
    )
    if query.visit is Visit.REMOTE:
        return remote
    in_person = service.in_person == "yes" and service.clinic_id in km
    return in_person or (query.visit is Visit.ANY and remote)


def _said(service: Service) -> Mapping[str, set[str]]:
    said = {
        name: {entry.code for entry in getattr(service, noun).all()}
        for name, noun in OF_SERVICE.items()
    }
    return said | {
        name: {entry.code for entry in getattr(service.clinic, noun).all()}
        for name, noun in OF_CLINIC.items()
    }


def _page(
    query: Any, clinics: Mapping[int, Clinic], km: Mapping[int, float]
) -> list[int]:
    def by_distance(clinic: Clinic) -> tuple:
        return km.get(clinic.pk, float("inf")), clinic.name.lower(), clinic.pk

    def by_check(clinic: Clinic) -> tuple:
        day = clinic.verified_at.date().toordinal() if clinic.verified_at else 0
        return -day, clinic.name.lower(), clinic.pk

    order = by_check if query.origin is None else by_distance
    return [clinic.pk for clinic in sorted(clinics.values(), key=order)[:PAGE]]
