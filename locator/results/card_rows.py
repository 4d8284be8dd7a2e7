"""What the cards of a page read of their clinics: one query for all of them."""

from collections.abc import Iterable, Sequence

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

from ..models import Phone, Service, ServiceType
from ..models.region import country_of
from ..search.query import ClinicHit, Contact, SearchQuery, ServiceHit
from .reasons import Area

# All that a card reads: texts and histories of a clinic stay where they are.
COLUMNS = (
    "remote",
    "remote_is_clinic_wide",
    "platform",
    "sound_only",
    "interpreter",
    "first_visit_in_person",
    "referral",
    "minimum_age",
    "maximum_age",
    "clinic__slug",
    "clinic__name",
    "clinic__programme",
    "clinic__street",
    "clinic__unit",
    "clinic__city",
    "clinic__postal_code",
    "clinic__region_id",
    "clinic__address_is_private",
    "clinic__latitude",
    "clinic__longitude",
    "clinic__point_precision",
    "clinic__time_zone",
    "clinic__opening_hours",
    "clinic__email",
    "clinic__website",
    "clinic__is_sample",
    "clinic__source_date",
    "clinic__verified_at",
    "clinic__verified_method",
    "clinic__organization__name",
    "clinic__source__short_name",
)
TEXT, FAX = Phone.Purpose.TEXT, Phone.Purpose.FAX


def card_rows(hits: Sequence[ClinicHit], query: SearchQuery) -> dict[int, Service]:
    """The matching services of `hits` with their clinics, by id. One query.

    Each has `areas`, as `reasons.Match` asks for, and `phone` and `text_phone`: what is
    called first and what takes messages, as "purpose number extension" or None.
    """
    wanted = {hit.service_id: hit for each in hits for hit in each.services}
    services = Service.objects.filter(pk__in=wanted)
    regions = _regions(wanted.values(), query)
    found: dict[int, Service] = {}
    has_text = any(hit.contacts >> Contact.TEXT & 1 for hit in wanted.values())
    rows = _with_coverage(_with_door(services, has_text=has_text), regions)
    for row in rows.only(*COLUMNS):
        # A service comes once for each of its areas that was asked for.
        service = found.setdefault(row.pk, row)
        if row is service:
            service.areas = {}
        if row.covered_basis:
            area = Area(
                row.covered_region,
                row.covered_basis,
                row.covered_as_of,
                row.covered_source or "",
            )
            service.areas[area.region] = area
    return found


def _regions(hits: Iterable[ServiceHit], query: SearchQuery) -> set[str]:
    """The regions whose coverage a reason may tell of."""
    if not query.region:
        return set()
    reached = {hit.region for hit in hits if hit.is_remote and hit.region}
    if not reached or not query.also:
        return reached
    every = {query.region, *query.also}
    return every | set(map(country_of, every))


def _with_coverage(services: QuerySet[Service], regions: set[str]) -> QuerySet[Service]:
    if not regions:
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


def _with_door(services: QuerySet[Service], *, has_text: bool) -> QuerySet[Service]:
    """What a card says beside the hit: the clinic, its phones, its settings.

    `has_text` is whether any of the clinics takes text messages at all.
    """
    settings = Service.settings.through.objects.filter(service=OuterRef("pk"))
    of_clinic = Service.objects.filter(
        clinic=OuterRef("clinic"),
        service_type__category=ServiceType.Category.TELEMEDICINE,
    )
    return services.select_related(
        "clinic", "clinic__organization", "clinic__source"
    ).annotate(
        phone=Subquery(_first(Phone.objects.exclude(purpose=FAX), _SPOKEN_FIRST)),
        text_phone=Subquery(_first(Phone.objects.filter(purpose=TEXT)))
        if has_text
        else Value(""),
        is_overnight=Exists(settings.filter(caresetting__is_overnight=True)),
        is_by_day=Exists(settings.filter(caresetting__is_overnight=False)),
        # "yes" after "unknown" after "no", as it happens in the alphabet.
        clinic_remote=Subquery(of_clinic.order_by("-remote").values("remote")[:1]),
    )


_SPOKEN_FIRST = Case(
    When(purpose__in=(Phone.Purpose.TEXT, Phone.Purpose.TTY), then=Value(1)),
    default=Value(0),
)


def _first(phones: QuerySet[Phone], *order: Case) -> QuerySet:
    """The first of the clinic's `phones`, as "purpose number extension"."""
    line = Concat("purpose", Value(" "), "number", Value(" "), "extension")
    own = phones.filter(clinic=OuterRef("clinic"))
    return own.order_by(*order, "position", "pk").values(line=line)[:1]
