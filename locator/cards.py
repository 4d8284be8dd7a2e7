"""Results as people read them: each clinic of a page, and why it is there.

A card tells of the services that match, not of everything that a clinic does. Names
come from the bits of the hits and the catalogues in memory: one SELECT a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from . import wording
from .catalogues import Catalogues
from .filters import ClinicFilter
from .geo import miles_from_km
from .lexicon import Lexicon
from .models import Catalogue, Clinic, Phone, Service, ServiceType, Stated
from .reasons import Match, reasons, remote_elsewhere
from .search.query import ClinicHit, Fact, SearchResults, ServiceHit
from .whereabouts import Whereabouts

# All that a card reads: texts and histories of a clinic stay where they are.
COLUMNS = (
    "remote_is_clinic_wide",
    "first_visit_in_person",
    "referral",
    "clinic__slug",
    "clinic__name",
    "clinic__programme",
    "clinic__city",
    "clinic__postal_code",
    "clinic__region_id",
    "clinic__address_is_private",
    "clinic__latitude",
    "clinic__longitude",
    "clinic__point_precision",
    "clinic__website",
    "clinic__is_sample",
    "clinic__source_date",
    "clinic__verified_at",
    "clinic__verified_method",
    "clinic__organization__name",
    "clinic__source__short_name",
)


# Decimals of a distance that are exact to a metre, in kilometres and in miles.
METRES = 4

# The nouns whose entries a card names.
STATED = ("specialties", "modalities", "languages", "payments", "ages")


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A matching service on a card. `category` is "" where no category word is due."""

    code: str
    type: str
    category: str
    category_label: str
    category_url: str
    specialties: tuple[str, ...]
    restriction: str


@dataclass(frozen=True, slots=True)
class Card:
    """One result. Labels are in the page's language; none means not stated.

    `stated` holds catalogue entries by noun: specialties, modalities, languages,
    payments, ages. `is_distance_told` where a reason has the distance already.
    `remote_elsewhere` says of a clinic that is there for its site alone that it treats
    remotely too, though by nobody's word where the patient will be; "" for the others.
    """

    clinic: Clinic
    number: int
    url: str
    name: str
    organization: str
    town: str
    km: float | None
    miles: float | None
    distance: str
    distance_from: str
    is_distance_told: bool
    match: tuple[str, ...]
    is_remote_only: bool
    assumed: bool
    reasons: tuple[str, ...]
    remote_elsewhere: str
    restrictions: tuple[str, ...]
    services: tuple[ServiceLine, ...]
    needs: tuple[str, ...]
    stated: Mapping[str, tuple[Catalogue, ...]]
    specialties: tuple[str, ...]
    modalities: tuple[str, ...]
    languages: tuple[str, ...]
    payments: tuple[str, ...]
    ages: tuple[str, ...]
    ages_text: str
    accepting: Stated
    accepting_text: str
    phone: wording.PhoneLine | None
    dated: str
    dated_note: str
    is_sample: bool


def cards(results: SearchResults, asked: ClinicFilter) -> tuple[Card, ...]:
    """The page of `results`, in its order; clinics gone since are left out."""
    return cards_of(results, asked.catalogues, start=start_words(asked.where))


def cards_of(
    results: SearchResults, catalogues: Catalogues, *, start: str
) -> tuple[Card, ...]:
    """As `cards`; `start` says in words where distances start."""
    query = results.query
    if query is None or not results.hits:
        return ()
    rows = _rows(results.hits, query.region)
    lexicon = Lexicon(catalogues)
    first = (query.page - 1) * query.page_size + 1
    found = []
    for number, hit in enumerate(results.hits, first):
        services = {
            service.service_id: rows[service.service_id]
            for service in hit.services
            if service.service_id in rows
        }
        if services:
            match = Match(hit, services, lexicon, query, start)
            found.append(_card(match, number))
    return tuple(found)


def start_words(where: Whereabouts) -> str:
    """From where distances are measured, in words; "" where there are none."""
    place = where.place
    if where.point is None or (place is None and not where.uses_position):
        return ""
    if place is None:
        return _("from your location")
    if place.kind != "postcode":
        name = {"place": place.name.partition(", ")[0]}
        return _("from the centre of %(place)s") % name
    code = {"code": place.query}
    if place.country == "US":
        return _("from ZIP %(code)s") % code
    if place.country == "IN":
        return _("from PIN %(code)s") % code
    return _("from postcode %(code)s") % code


# --- Reading -------------------------------------------------------------------------


def _rows(hits: Sequence[ClinicHit], region: str) -> dict[int, Service]:
    """The matching services with their clinics, by id. One query.

    `covered_*` tell of the coverage area that each remote match came by.
    """
    wanted = {hit.service_id: hit for each in hits for hit in each.services}
    services = _with_coverage(Service.objects.filter(pk__in=wanted), wanted, region)
    found = {}
    for service in _with_door(services).only(*COLUMNS):
        # Several areas of a service may be read; its own match came by one.
        is_own = service.covered_region == wanted[service.pk].region
        if service.pk not in found or is_own:
            found[service.pk] = service
    return found


def _with_coverage(
    services: QuerySet[Service], wanted: dict[int, ServiceHit], region: str
) -> QuerySet[Service]:
    regions = {hit.region for hit in wanted.values() if hit.is_remote and hit.region}
    if not region or not regions:
        empty = Value("")
        return services.annotate(
            covered_region=empty,
            covered_basis=empty,
            covered_as_of=empty,
            covered_source=empty,
        )
    return services.annotate(
        covered=FilteredRelation(
            "coverage", condition=Q(coverage__region__in=sorted(regions))
        ),
        covered_region=F("covered__region_id"),
        covered_basis=F("covered__basis"),
        covered_as_of=F("covered__as_of"),
        covered_source=F("covered__source__short_name"),
    )


def _with_door(services: QuerySet[Service]) -> QuerySet[Service]:
    """What a card says beside the hit: the clinic, its phone, its settings."""
    settings = Service.settings.through.objects.filter(service=OuterRef("pk"))
    of_clinic = Service.objects.filter(
        clinic=OuterRef("clinic"),
        service_type__category=ServiceType.Category.TELEMEDICINE,
    )
    return services.select_related(
        "clinic", "clinic__organization", "clinic__source"
    ).annotate(
        phone=Subquery(_phones()),
        is_overnight=Exists(settings.filter(caresetting__is_overnight=True)),
        is_by_day=Exists(settings.filter(caresetting__is_overnight=False)),
        # "yes" after "unknown" after "no", as it happens in the alphabet.
        clinic_remote=Subquery(of_clinic.order_by("-remote").values("remote")[:1]),
    )


def _phones() -> QuerySet:
    """The number that a patient calls first, as "purpose number extension"."""
    last = Phone.Purpose.TEXT, Phone.Purpose.TTY
    return (
        Phone.objects.filter(clinic=OuterRef("clinic"))
        .exclude(purpose=Phone.Purpose.FAX)
        .order_by(
            Case(When(purpose__in=last, then=Value(1)), default=Value(0)),
            "position",
            "pk",
        )
        .values(line=Concat("purpose", Value(" "), "number", Value(" "), "extension"))[
            :1
        ]
    )


# --- Telling -------------------------------------------------------------------------


def _card(match: Match, number: int) -> Card:
    clinic, km = match.clinic, match.hit.km
    restrictions = _restrictions(match)
    accepting = _accepting(match)
    return Card(
        clinic=clinic,
        number=number,
        url=clinic.get_absolute_url(),
        name=clinic.name,
        organization=wording.organization(clinic),
        town=wording.town(clinic, match.lexicon.region(clinic.region_id)),
        km=None if km is None else round(km, METRES),
        miles=None if km is None else round(miles_from_km(km), METRES),
        distance=match.distance,
        distance_from="" if km is None else match.start,
        is_distance_told=match.is_distance_told,
        match=match.ways,
        is_remote_only=match.is_remote_only,
        assumed=match.is_assumed,
        reasons=reasons(match),
        remote_elsewhere=remote_elsewhere(match),
        restrictions=restrictions,
        services=tuple(
            _line(match, each, is_restriction_told=bool(restrictions))
            for each in match.services
        ),
        needs=_needs(match),
        **_stated(match),
        ages_text=_ages(match),
        accepting=accepting,
        accepting_text=str(wording.ACCEPTING[accepting]),
        phone=_phone(match.row),
        dated=wording.dated(clinic),
        dated_note=wording.dated_note(clinic),
        is_sample=clinic.is_sample,
    )


def _phone(row: Service) -> wording.PhoneLine | None:
    if not row.phone:
        return None
    purpose, number, extension = row.phone.split(" ", 2)
    phone = Phone(purpose=purpose, number=number, extension=extension)
    return wording.phone_line(phone, is_sample=row.clinic.is_sample)


def _restrictions(match: Match) -> tuple[str, ...]:
    """Whom alone the clinic is open to, where that holds for all that matches."""
    told = [_restriction(match, each) for each in match.services]
    return tuple(dict.fromkeys(told)) if all(told) else ()


def _restriction(match: Match, service: ServiceHit) -> str:
    entries = match.lexicon.entries("eligibility", service.eligibility)
    return wording.restriction(entries) if entries else ""


def _line(
    match: Match, service: ServiceHit, *, is_restriction_told: bool
) -> ServiceLine:
    is_remote = service.remote is Fact.YES
    restriction = "" if is_restriction_told else _restriction(match, service)
    key = (service.types, service.specialties, is_remote, restriction)

    def line() -> ServiceLine:
        (entry,) = match.lexicon.entries("types", service.types)
        category = wording.category_of(entry, is_remote=is_remote)
        return ServiceLine(
            code=entry.code,
            type=entry.label(),
            category=category,
            category_label=str(wording.CATEGORIES[category]) if category else "",
            category_url=wording.category_url(category),
            specialties=match.lexicon.labels("specialties", service.specialties),
            restriction=restriction,
        )

    return match.lexicon.once(("line", *key), line)


def _needs(match: Match) -> tuple[str, ...]:
    rows = match.rows
    in_person = [rows[hit.service_id] for hit in match.services if hit.is_in_person]
    found = []
    if any(row.is_overnight and not row.is_by_day for row in in_person):
        is_remote = any(hit.is_remote for hit in match.treating)
        found.append(
            _("Overnight stay in person") if is_remote else _("Overnight stay")
        )
    for row in rows.values():
        found += wording.needs(row)
    return tuple(dict.fromkeys(found))


def _accepting(match: Match) -> Stated:
    """What holds of any matching service: a yes before silence before a no."""
    facts = {each.accepting for each in match.services}
    if Fact.YES in facts:
        return Stated.YES
    return Stated.NO if facts == {Fact.NO} else Stated.UNKNOWN


def _stated(match: Match) -> dict[str, Any]:
    """What the matching services state between them: entries, and labels by noun."""
    masks = {
        noun: reduce(or_, (getattr(service, noun) for service in match.services))
        for noun in STATED
    }
    lexicon = match.lexicon
    return {
        "stated": {noun: lexicon.entries(noun, mask) for noun, mask in masks.items()},
        **{noun: lexicon.labels(noun, mask) for noun, mask in masks.items()},
    }


def _ages(match: Match) -> str:
    mask = reduce(or_, (service.ages for service in match.services))
    groups = match.lexicon.entries("ages", mask)
    return match.lexicon.once(("ages", mask), lambda: wording.ages(groups))
