"""Clinics for tests, where a test states only what matters to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from locator.models import (
    Clinic,
    CoverageArea,
    Phone,
    Place,
    PlaceName,
    Service,
    Tier,
    User,
)
from locator.text import fold

MANY = {field.name for field in Clinic._meta.many_to_many}
OF_A_SERVICE = {
    field.name
    for field in (*Service._meta.get_fields(), *Service._meta.many_to_many)
    if field.name not in {"id", "clinic", *MANY}
} | {"type", "covers", "basis", "as_of"}


# The clinics whose entries are made when a block of `at_once` ends.
_waiting: list[int] | None = None


@contextmanager
def at_once() -> Iterator[None]:
    """Make the search entries of all clinics of the block together, at its end.

    A hundred cost little more than one. Within the block no search finds them.
    """
    global _waiting
    from locator.search import entries

    assert _waiting is None, "a block within a block"
    _waiting = made = []
    try:
        yield
    finally:
        _waiting = None
    entries.rebuild(made)


def make_clinic(
    name: str = "Clear Creek Care",
    *,
    at: tuple[float, float] | None = None,
    services: list[dict[str, Any]] | None = None,
    phone: str = "+15125550100",
    **facts: Any,
) -> Clinic:
    """A published clinic with true search entries, and one service if not told others.

    `facts` that a service has go to its one service, the rest to the clinic; both by
    the names of the models' fields, catalogue entries and regions by code. `services`
    are the facts of several services instead. `covers` are region codes, with `basis`.
    """
    from locator.search import entries

    of_service = {key: facts.pop(key) for key in OF_A_SERVICE & facts.keys()}
    with transaction.atomic():
        clinic = _clinic(name, at, _home(of_service, services), facts)
        if phone:
            Phone.objects.create(clinic=clinic, number=phone)
        for stated in [of_service] if services is None else services:
            _service(clinic, **stated)
        if _waiting is None:
            entries.rebuild([clinic.pk])
        else:
            _waiting.append(clinic.pk)
    return clinic


def _home(of_service: dict, services: list[dict] | None) -> str:
    covers = (services[0] if services else of_service).get("covers", ())
    return next((code for code in covers if "-" in code), "US-TX")


def _clinic(name: str, at, home: str, facts: dict[str, Any]) -> Clinic:
    sets = {key: facts.pop(key) for key in MANY & facts.keys()}
    region = facts.pop("region", home)
    if at is not None:
        facts = {
            "latitude": at[0],
            "longitude": at[1],
            "point_source": Clinic.PointSource.CURATOR,
            "point_precision": Clinic.Precision.ADDRESS,
        } | facts
    if isinstance(facts.get("source"), str):
        facts["source_id"] = facts.pop("source")
        facts.setdefault("source_date", "2022")
    if facts.get("verified_at"):
        facts.setdefault("verified_by", curator())
        facts.setdefault("verified_method", Clinic.Method.PHONED)
    facts.setdefault("status", Clinic.Status.PUBLISHED)
    facts.setdefault("slug", _free_slug(name))
    clinic = Clinic.objects.create(name=name, region_id=region, **facts)
    for key, codes in sets.items():
        getattr(clinic, key).set(codes)
    return clinic


def _free_slug(name: str) -> str:
    slug = slugify(name) or "clinic"
    taken = Clinic.objects.filter(slug__startswith=slug).count()
    return f"{slug}-{taken + 1}" if taken else slug


def _service(
    clinic: Clinic,
    *,
    type: str = "consultation",
    specialties: tuple[str, ...] = ("mental-health",),
    covers: tuple[str, ...] = (),
    basis: str = CoverageArea.Basis.LICENSE,
    as_of: str = "2026-03",
    **facts: Any,
) -> Service:
    many = {field.name for field in Service._meta.many_to_many}
    sets = {key: facts.pop(key) for key in many & facts.keys()}
    facts = {
        "remote": "yes",
        "in_person": "yes" if clinic.is_placed else "no",
    } | facts
    service = Service.objects.create(clinic=clinic, service_type_id=type, **facts)
    for key, codes in {"specialties": specialties, **sets}.items():
        getattr(service, key).set(codes)
    CoverageArea.objects.bulk_create(
        CoverageArea(service=service, region_id=code, basis=basis, as_of=as_of)
        for code in covers
    )
    return service


def curator() -> User:
    """A person who checks clinics."""
    return User.objects.get_or_create(
        username="curator", defaults={"is_staff": True, "date_joined": timezone.now()}
    )[0]


def make_place(
    name: str,
    *,
    at: tuple[float, float] | None,
    region: str = "US-TX",
    other_names: tuple[str, ...] = (),
    **facts: Any,
) -> Place:
    """A town, or with `kind` a postcode, that visitors can name. `region` is a code."""
    latitude, longitude = at or (None, None)
    place = Place.objects.create(
        name=name,
        region_id=region or None,
        latitude=latitude,
        longitude=longitude,
        **{"kind": Place.Kind.CITY, "country": region[:2], **facts},
    )
    is_postcode = place.kind == Place.Kind.POSTCODE
    kind = PlaceName.Kind.POSTCODE if is_postcode else PlaceName.Kind.OFFICIAL
    tier = Tier.of(place.kind, place.population)
    other = dict.fromkeys(other_names, PlaceName.Kind.OTHER)
    for written, kind_of_name in {name: kind, **other}.items():
        PlaceName.objects.create(
            place=place,
            folded=fold(written),
            kind=kind_of_name,
            tier=tier,
            weight=kind_of_name.weight(place.population),
            country=place.country,
        )
    return place
