"""One clinic's page: everything that is known of it, in words, and what is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .. import hours
from ..catalogues import Catalogues
from ..models import Clinic, OtherName, Phone, Service, Source
from ..models.dates import worded
from ..telling import contact, unstated, wording
from ..telling.address import address
from ..telling.open_now import OpenNow, open_now
from ..zones import zone_name
from .provenance import Vouched, provenance
from .reading import clinics_with, moved_to, read_services
from .service_views import (
    Fact,
    ServiceView,
    care_of,
    facts,
    name_among,
    service_view,
)
from .structured import json_ld

MAP = "OpenStreetMap"


@dataclass(frozen=True, slots=True)
class Profile:
    """One clinic on its page. A private address is a town, and no street anywhere."""

    name: str
    programme: str
    organization: str
    other_names: tuple[OtherName, ...]
    town: str
    address: tuple[str, ...]
    is_private: bool
    directions_url: str
    directions_target: str
    point_note: str
    phones: tuple[wording.PhoneLine, ...]
    text_number: str
    relay: str
    email: str
    website: str
    booking_url: str
    languages: tuple[Fact, ...]
    payments: tuple[Fact, ...]
    accessibility: tuple[Fact, ...]
    identifiers: tuple[str, ...]
    hours: hours.Week | None
    open_now: OpenNow | None
    zone: str
    restrictions: tuple[str, ...]
    services: tuple[ServiceView, ...]
    questions: tuple[str, ...]
    dated: str
    dated_note: str
    provenance: tuple[Vouched, ...]
    source: Source | None
    source_date: str
    is_sample: bool
    json_ld: str


# --- Finding it ----------------------------------------------------------------------


def clinic_at(slug: str) -> Clinic | None:
    """The clinic that `slug` leads to, whatever its status; None for no such address.

    An old slug leads to its clinic, a merged clinic to the one that it went into.
    """
    found = clinics_with("slug", [slug])
    if not found and (pk := moved_to(slug)):
        found = clinics_with("pk", [pk])
    seen = set()
    while found and found[0].merged_into_id and found[0].pk not in seen:
        seen.add(found[0].pk)
        found = clinics_with("pk", [found[0].merged_into_id])
    return found[0] if found else None


# --- Telling it ----------------------------------------------------------------------


def profile(
    clinic: Clinic, catalogues: Catalogues, *, now: datetime, url: str
) -> Profile:
    """Everything about `clinic`, which has `url` on this site."""
    services = read_services([clinic], catalogues)[clinic.pk]
    phones = tuple(
        wording.phone_line(each, is_sample=clinic.is_sample)
        for each in clinic.phones.all()
    )
    views = tuple(service_view(each, clinic, catalogues) for each in services)
    return Profile(
        name=clinic.name,
        programme=clinic.programme,
        organization=wording.organization(clinic),
        other_names=tuple(clinic.other_names.all()),
        town=wording.town(clinic, _region(clinic, catalogues)),
        address=address(clinic, catalogues.region_label),
        is_private=clinic.address_is_private,
        directions_url=_directions_url(clinic),
        directions_target=MAP,
        point_note=_point_note(clinic),
        phones=phones,
        text_number=_text_number(clinic),
        relay=contact.relay(clinic, contact.contacts_of(clinic, clinic.phones.all())),
        email=clinic.email,
        website=clinic.website,
        booking_url=clinic.booking_url,
        languages=facts(clinic.languages.all()),
        payments=facts(clinic.payments.all()),
        accessibility=facts(clinic.accessibility.all()),
        identifiers=tuple(map(str, clinic.identifiers.all())),
        hours=_week(clinic, now),
        open_now=open_now(clinic, now),
        zone=zone_name(clinic.time_zone),
        restrictions=_restrictions(services),
        services=views,
        questions=_questions(clinic, services, views),
        dated=wording.dated(clinic, now),
        dated_note=wording.dated_note(clinic),
        provenance=provenance(clinic, services),
        source=clinic.source,
        source_date=worded(clinic.source_date) if clinic.source else "",
        is_sample=clinic.is_sample,
        json_ld=json_ld(clinic, phones, url),
    )


def _text_number(clinic: Clinic) -> str:
    """Where a text message reaches it; "" where none does, and for samples."""
    numbers = [
        each.number
        for each in clinic.phones.all()
        if each.purpose == Phone.Purpose.TEXT and not clinic.is_sample
    ]
    return numbers[0] if numbers else ""


def _region(clinic: Clinic, catalogues: Catalogues) -> str:
    return catalogues.region_label(clinic.region_id) if clinic.region_id else ""


def _restrictions(services: Sequence[Service]) -> tuple[str, ...]:
    """Whom alone the clinic is open to, where that holds for all that it does."""
    told = [wording.restriction(each.eligibility.all()) for each in services]
    return tuple(dict.fromkeys(told)) if told and all(told) else ()


# Where and when


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


def _week(clinic: Clinic, now: datetime) -> hours.Week | None:
    if not clinic.opening_hours:
        return None
    asked = (clinic.opening_hours, clinic.time_zone, now, clinic.country_code)
    return hours.week(*asked)


# Questions to ask


def _questions(
    clinic: Clinic, services: list[Service], views: Sequence[ServiceView]
) -> tuple[str, ...]:
    """All that its listing leaves unsaid, each once, as a patient would ask it.

    What only some of its services leave unsaid is asked of those.
    """
    asked: dict[str, list[Service]] = {}
    for service, view in zip(services, views, strict=True):
        for question in view.not_stated:
            asked.setdefault(question, []).append(service)
    care = care_of(services)
    found = []
    for question, of in asked.items():
        names = wording.listed(dict.fromkeys(name_among(services, each) for each in of))
        told = {"service": names, "question": question}
        is_of_all = all(each in of for each in care)
        found.append(question if is_of_all else _("%(service)s: %(question)s") % told)
    if not clinic.opening_hours:
        found.append(str(unstated.ASK["open"]))
    if not clinic.accessibility.all():
        found.append(str(unstated.ASK["accessibility"]))
    if contact.is_voice_alone(contact.contacts_of(clinic, clinic.phones.all())):
        found.append(str(unstated.ASK["contact"]))
    return tuple(found)
