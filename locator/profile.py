"""One clinic's page: everything that is known of it, in words, and what is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from . import hours, wording
from .catalogues import Catalogues
from .links import SearchLinks
from .models import (
    Clinic,
    CoverageArea,
    OldSlug,
    Service,
    ServiceType,
    Source,
    Stated,
)
from .models.dates import worded
from .questions import ASK
from .structured import json_ld

MAP = "OpenStreetMap"
# Countries that write "Austin, Texas 78701".
POSTCODE_LAST = ("US", "CA", "AU")


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service on its clinic's page; empty parts are not stated."""

    code: str
    type: str
    explanation: str
    category: str
    category_label: str
    category_url: str
    search_url: str
    specialties: tuple[str, ...]
    how: tuple[str, ...]
    where: tuple[str, ...]
    whom: tuple[str, ...]
    restriction: str
    needs: tuple[str, ...]
    groups: tuple[str, ...]
    languages: tuple[str, ...]
    payments: tuple[str, ...]
    notes: str
    not_stated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a clinic states, by the name of its catalogue entry."""

    code: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One clinic on its page. A private address is a town, and no street anywhere."""

    name: str
    programme: str
    organization: str
    other_names: tuple[str, ...]
    town: str
    address: tuple[str, ...]
    is_private: bool
    directions_url: str
    directions_target: str
    point_note: str
    phones: tuple[wording.PhoneLine, ...]
    email: str
    website: str
    booking_url: str
    languages: tuple[Fact, ...]
    payments: tuple[Fact, ...]
    accessibility: tuple[Fact, ...]
    identifiers: tuple[str, ...]
    hours: object
    open_now: bool | None
    time_zone: str
    restrictions: tuple[str, ...]
    services: tuple[ServiceView, ...]
    dated: str
    dated_note: str
    source: Source | None
    source_date: str
    is_sample: bool
    json_ld: str


# --- Finding it ----------------------------------------------------------------------


def clinic_at(slug: str) -> Clinic | None:
    """The clinic that `slug` leads to, whatever its status; None for no such address.

    An old slug leads to its clinic, a merged clinic to the one that it went into.
    """
    clinics = Clinic.objects.select_related("organization", "source")
    clinic = clinics.filter(slug=slug).first()
    if clinic is None:
        pk = OldSlug.objects.filter(slug=slug).values_list("clinic", flat=True).first()
        clinic = pk and clinics.filter(pk=pk).first()
    seen = set()
    while clinic and clinic.merged_into_id and clinic.pk not in seen:
        seen.add(clinic.pk)
        clinic = clinics.filter(pk=clinic.merged_into_id).first()
    return clinic or None


# --- Telling it ----------------------------------------------------------------------


def profile(
    clinic: Clinic, catalogues: Catalogues, *, now: datetime, url: str
) -> Profile:
    """Everything about `clinic`, which has `url` on this site."""
    services = _read(clinic)
    phones = tuple(
        wording.phone_line(each, is_sample=clinic.is_sample)
        for each in clinic.phones.all()
    )
    week, open_now = _hours(clinic, now)
    return Profile(
        name=clinic.name,
        programme=clinic.programme,
        organization=wording.organization(clinic),
        other_names=tuple(each.name for each in clinic.other_names.all()),
        town=wording.town(clinic, _region(clinic, catalogues)),
        address=_address(clinic, catalogues),
        is_private=clinic.address_is_private,
        directions_url=_directions_url(clinic),
        directions_target=MAP,
        point_note=_point_note(clinic),
        phones=phones,
        email=clinic.email,
        website=clinic.website,
        booking_url=clinic.booking_url,
        languages=_facts(clinic.languages.all()),
        payments=_facts(clinic.payments.all()),
        accessibility=_facts(clinic.accessibility.all()),
        identifiers=tuple(map(str, clinic.identifiers.all())),
        hours=week,
        open_now=open_now,
        time_zone=clinic.time_zone,
        restrictions=_restrictions(services),
        services=tuple(_service_view(each, clinic, catalogues) for each in services),
        dated=wording.dated(clinic),
        dated_note=wording.dated_note(clinic),
        source=clinic.source,
        source_date=worded(clinic.source_date) if clinic.source else "",
        is_sample=clinic.is_sample,
        json_ld=json_ld(clinic, phones, url),
    )


def _read(clinic: Clinic) -> list[Service]:
    """Read all that `clinic` states, and give its services, care first."""
    services = Service.objects.select_related("service_type").prefetch_related(
        "specialties",
        "modalities",
        "settings",
        "eligibility",
        "age_groups",
        "groups",
        "languages",
        "payments",
        Prefetch("coverage", CoverageArea.objects.select_related("source")),
    )
    prefetch_related_objects(
        [clinic],
        "phones",
        "other_names",
        "languages",
        "payments",
        "accessibility",
        "identifiers",
        Prefetch("services", services),
    )
    return sorted(
        clinic.services.all(), key=lambda each: (each.service_type.position, each.pk)
    )


def _region(clinic: Clinic, catalogues: Catalogues) -> str:
    return catalogues.region_label(clinic.region_id) if clinic.region_id else ""


def _facts(entries: Iterable) -> tuple[Fact, ...]:
    return tuple(
        Fact(each.code, each.label(), each.explained())
        for each in sorted(entries, key=lambda each: (each.position, each.name))
    )


def _restrictions(services: Sequence[Service]) -> tuple[str, ...]:
    """Whom alone the clinic is open to, where that holds for all that it does."""
    told = [wording.restriction(each.eligibility.all()) for each in services]
    return tuple(dict.fromkeys(told)) if told and all(told) else ()


# Where and when


def _address(clinic: Clinic, catalogues: Catalogues) -> tuple[str, ...]:
    country = clinic.country_code
    region = _region(clinic, catalogues) if clinic.region_id != country else ""
    lines = (
        clinic.public_street,
        clinic.public_unit,
        _town_line(clinic, region),
        catalogues.region_label(country) if country else "",
    )
    has_site = clinic.street or clinic.city or clinic.postal_code
    return tuple(filter(None, lines)) if has_site else ()


def _town_line(clinic: Clinic, region: str) -> str:
    """Town, postcode and region in the order of the clinic's country."""
    parts = clinic.city, clinic.public_postal_code
    if clinic.country_code in POSTCODE_LAST:
        parts = clinic.city, " ".join(filter(None, (region, clinic.public_postal_code)))
        return wording.listed(filter(None, parts))
    return wording.listed(filter(None, (" ".join(filter(None, parts)), region)))


def _directions_url(clinic: Clinic) -> str:
    """A map's way to the door; "" where the address is private or not known."""
    point = clinic.point
    if clinic.address_is_private or not clinic.street or point is None:
        return ""
    return (
        "https://www.openstreetmap.org/directions?to="
        f"{point.latitude:.5f}%2C{point.longitude:.5f}"
    )


def _point_note(clinic: Clinic) -> str:
    if clinic.point is None or clinic.address_is_private:
        return ""
    if clinic.point_precision == Clinic.Precision.POSTCODE:
        return _("Distances and directions are to the middle of its postcode.")
    if clinic.point_precision == Clinic.Precision.CITY:
        return _("Distances and directions are to the middle of its town.")
    return ""


def _hours(clinic: Clinic, now: datetime) -> tuple[object, bool | None]:
    """The table of the week and whether it is open; None where hours are not stated."""
    if not clinic.opening_hours:
        return None, None
    asked = (clinic.opening_hours, clinic.time_zone, now, clinic.country_code)
    return hours.week(*asked), hours.is_open(*asked)


# A service


def _service_view(
    service: Service, clinic: Clinic, catalogues: Catalogues
) -> ServiceView:
    kind = service.service_type
    category = wording.category_of(kind, is_remote=service.remote == Stated.YES)
    return ServiceView(
        code=kind.code,
        type=kind.label(),
        explanation=kind.explained(),
        category=category,
        category_label=str(wording.CATEGORIES[category]) if category else "",
        category_url=wording.category_url(category),
        search_url=SearchLinks({}).url(type=kind.code),
        specialties=_labels(service.specialties.all()),
        how=tuple(_how(service)),
        where=tuple(_where(service, catalogues)),
        whom=tuple(_whom(service)),
        restriction=wording.restriction(service.eligibility.all()),
        needs=tuple(_needs(service)),
        groups=_labels(service.groups.all()),
        languages=_labels(service.languages.all()),
        payments=_labels(service.payments.all()),
        notes=service.notes,
        not_stated=tuple(_not_stated(service, clinic)),
    )


def _labels(entries: Iterable) -> tuple[str, ...]:
    return tuple(fact.label for fact in _facts(entries))


def _how(service: Service) -> Iterable[str]:
    """Remote and in person, as far as stated; *only* for remote yes, in person no."""
    if service.remote == Stated.YES and service.service_type.is_care:
        labels = _labels(service.modalities.all())
        yield wording.remote_ways(labels, is_only=service.is_remote_only)
    elif service.remote == Stated.YES:
        yield _("Online only") if service.is_remote_only else _("Online")
    if service.remote == Stated.YES and service.remote_is_clinic_wide:
        yield _("Remote visits are stated for the clinic, not for this programme")
    if service.remote == Stated.NO:
        yield _no_remote(service)
    if service.in_person == Stated.YES:
        settings = wording.listed(_labels(service.settings.all()))
        told = _("In person: %(settings)s") % {"settings": settings}
        yield told if settings else _("In person")
    if service.sound_only == Stated.YES:
        yield _("Possible by sound alone")
    if service.interpreter == Stated.YES:
        yield _("An interpreter can join the visit")


def _no_remote(service: Service) -> str:
    """A source that lists what is offered does not say no by leaving it out."""
    if "record" in service.field_sources.get("remote", {}):
        return _("Remote visits: not listed")
    return _("No remote visits")


def _where(service: Service, catalogues: Catalogues) -> Iterable[str]:
    """Where it may treat remotely: regions of one basis, source and date together."""
    if service.remote == Stated.NO:
        return
    treats = wording.treats_people(service.service_type)

    def said(area: CoverageArea) -> tuple[str, str, str]:
        source = area.source.short_name if area.source else ""
        return area.basis, source, area.as_of

    for (basis, source, as_of), areas in groupby(
        sorted(service.coverage.all(), key=said), said
    ):
        regions = sorted(catalogues.region_phrase(each.region_id) for each in areas)
        if basis == CoverageArea.Basis.ASSUMED:
            for region in regions:
                yield wording.assumed_coverage(region, treats=treats)
            continue
        told = wording.coverage(
            basis, wording.listed(regions), source=source, as_of=as_of, treats=treats
        )
        yield told[:1].upper() + told[1:]


def _whom(service: Service) -> Iterable[str]:
    if restriction := wording.restriction(service.eligibility.all()):
        yield restriction
    elif service.eligibility.all():
        yield wording.open_to_all(service.eligibility.all())
    if ages := _ages(service):
        yield ages
    if service.accepting != Stated.UNKNOWN:
        yield str(wording.ACCEPTING[Stated(service.accepting)])


def _ages(service: Service) -> str:
    """Ages in years where they are stated so, else the groups."""
    first, last = service.minimum_age, service.maximum_age
    if first is None and last is None:
        return wording.ages(service.age_groups.all())
    return wording.years(first, last)


def _needs(service: Service) -> Iterable[str]:
    settings = list(service.settings.all())
    if settings and all(each.is_overnight for each in settings):
        yield _("Overnight stay")
    yield from wording.needs(service)
    if service.platform:
        yield _("For remote visits: %(platform)s") % {"platform": service.platform}


def _not_stated(service: Service, clinic: Clinic) -> Iterable[str]:
    """What to ask the clinic, since its listing does not say."""
    is_care = service.service_type.is_care
    if service.remote == Stated.UNKNOWN:
        yield _("Do you offer this remotely?")
    elif is_care and service.remote == Stated.YES and not service.modalities.all():
        yield str(ASK["modality"])
    if is_care and service.in_person == Stated.UNKNOWN:
        yield _("Do you see people in person?")
    if service.service_type.audience == ServiceType.Audience.HEALTH_WORKERS:
        return
    if service.accepting == Stated.UNKNOWN:
        yield str(ASK["accepting"])
    if not _ages(service):
        yield str(ASK["age"])
    if not service.languages.all() and not clinic.languages.all():
        yield str(ASK["language"])
    if not service.payments.all() and not clinic.payments.all():
        yield str(ASK["payment"])
