"""What the cards of a page read of their clinics: one query for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Concat

from ..models import Clinic, Organization, Phone, Service, ServiceType, Source
from ..models.region import country_of
from ..prepared import Prepared
from ..search.query import ClinicHit, SearchQuery, ServiceHit


class Area(NamedTuple):
    """A coverage area as it is told; `source` is "" where the clinic says so."""

    region: str
    basis: str
    as_of: str
    source: str


@dataclass(slots=True)
class CardRow:
    """A matching service as a card tells it, beside what its hit says.

    `phone` is what is called first and `text_phone` what takes messages, each as
    "purpose number extension" or None. `clinic_remote` is whether the clinic treats
    remotely at all. `areas` are those of its coverage that were asked for, by region.
    """

    clinic: Clinic
    remote: str
    remote_is_clinic_wide: bool
    platform: str
    sound_only: str
    interpreter: str
    first_visit_in_person: str
    referral: str
    minimum_age: int | None
    maximum_age: int | None
    phone: str | None
    text_phone: str | None
    is_overnight: bool
    is_by_day: bool
    clinic_remote: str | None
    areas: dict[str, Area] = field(default_factory=dict)


# All that a card reads, part by part in the order of a row: texts and histories of a
# clinic stay where they are. Columns of a model stand in its own order.
OF_SERVICE = tuple(CardRow.__slots__[1:-1])
OF_AREA = ("covered_region", "covered_basis", "covered_as_of", "covered_source")
OF_SOURCE = ("code", "short_name")
OF_ORGANIZATION = ("id", "name")
OF_CLINIC = (
    "id",
    "slug",
    "name",
    "programme",
    "organization_id",
    "street",
    "unit",
    "city",
    "postal_code",
    "region_id",
    "address_is_private",
    "latitude",
    "longitude",
    "point_precision",
    "time_zone",
    "email",
    "website",
    "opening_hours",
    "is_sample",
    "source_id",
    "source_date",
    "verified_at",
    "verified_method",
)
COLUMNS = (
    "pk",
    *OF_SERVICE,
    *OF_AREA,
    *(f"clinic__source__{name}" for name in OF_SOURCE),
    *(f"clinic__organization__{name}" for name in OF_ORGANIZATION),
    *(f"clinic__{name}" for name in OF_CLINIC),
)
TEXT, FAX = Phone.Purpose.TEXT, Phone.Purpose.FAX


def card_rows(hits: Sequence[ClinicHit], query: SearchQuery) -> dict[int, CardRow]:
    """The matching services of `hits` with their clinics, by id. One query."""
    wanted = {hit.service_id: hit for each in hits for hit in each.services}
    if not wanted:
        return {}
    regions = sorted(_regions(wanted.values(), query))
    known: Known = {}
    found: dict[int, CardRow] = {}
    for row in _ROWS.rows(services=list(wanted), regions=regions):
        pk, *of_service = row[:_AREA]
        # A service comes once for each of its areas that was asked for.
        if pk not in found:
            found[pk] = CardRow(_clinic(row[_SOURCE:], known), *of_service)
        area = Area(*row[_AREA:_SOURCE])
        if area.basis:
            found[pk].areas[area.region] = area._replace(source=area.source or "")
    return found


# Where the parts of a row begin.
_AREA = 1 + len(OF_SERVICE)
_SOURCE = _AREA + len(OF_AREA)


Known = dict[tuple[type[Model], int | str], Model]


def _clinic(columns: Sequence[Any], known: Known) -> Clinic:
    """The clinic of the last columns of a row, made once like what it belongs to."""
    pk = columns[4]
    if (Clinic, pk) not in known:
        clinic = _made(Clinic, OF_CLINIC, columns[4:], known)
        clinic.source = _made(Source, OF_SOURCE, columns[:2], known)
        clinic.organization = _made(Organization, OF_ORGANIZATION, columns[2:4], known)
    return known[Clinic, pk]


def _made(
    model: type[Model], names: Sequence[str], values: Sequence[Any], known: Known
) -> Any:
    """The row of these columns, of which the first is its key; None for no row."""
    pk = values[0]
    if pk is None:
        return None
    if (model, pk) not in known:
        known[model, pk] = model.from_db(None, names, values)
    return known[model, pk]


def _regions(hits: Iterable[ServiceHit], query: SearchQuery) -> set[str]:
    """The regions whose coverage a reason may tell of."""
    if not query.region:
        return set()
    reached = {hit.region for hit in hits if hit.is_remote and hit.region}
    if not reached or not query.also:
        return reached
    every = {query.region, *query.also}
    return every | set(map(country_of, every))


# --- The query -----------------------------------------------------------------------


def _rows(*, services: Sequence[int], regions: Sequence[str]) -> QuerySet:
    """`COLUMNS` of the services, again for each area of the regions."""
    rows = Service.objects.filter(pk__in=services)
    rows = _with_coverage(_with_door(rows), regions)
    return rows.values_list(*COLUMNS)


_ROWS = Prepared(Service, _rows)


def _with_coverage(
    services: QuerySet[Service], regions: Sequence[str]
) -> QuerySet[Service]:
    if not regions:
        return services.annotate(**dict.fromkeys(OF_AREA, Value("")))
    return services.annotate(
        covered=FilteredRelation("coverage", condition=Q(coverage__region__in=regions)),
        covered_region=F("covered__region_id"),
        covered_basis=F("covered__basis"),
        covered_as_of=F("covered__as_of"),
        covered_source=F("covered__source__short_name"),
    )


def _with_door(services: QuerySet[Service]) -> QuerySet[Service]:
    """What a card says beside the service itself: phones, settings."""
    settings = Service.settings.through.objects.filter(service=OuterRef("pk"))
    of_clinic = Service.objects.filter(
        clinic=OuterRef("clinic"),
        service_type__category=ServiceType.Category.TELEMEDICINE,
    )
    return services.annotate(
        phone=Subquery(_first(Phone.objects.exclude(purpose=FAX), _SPOKEN_FIRST)),
        text_phone=Subquery(_first(Phone.objects.filter(purpose=TEXT))),
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
