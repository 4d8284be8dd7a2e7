"""What clinics say in the database, as plain values: the form that claims take too.

Values are JSON: texts, numbers, lists. `SourceRecord.written` keeps them as they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .models import (
    Clinic,
    CoverageArea,
    Identifier,
    OtherName,
    Phone,
    Service,
    ServiceCompact,
    SourceRecord,
)

Facts = dict[str, Any]

# Facts that are one column each.
CLINIC_COLUMNS = (
    "name",
    "programme",
    "description",
    "street",
    "unit",
    "city",
    "postal_code",
    "region",
    "address_is_private",
    "time_zone",
    "email",
    "website",
    "booking_url",
    "opening_hours",
)
SERVICE_COLUMNS = (
    "service_type",
    "remote",
    "remote_is_clinic_wide",
    "in_person",
    "first_visit_in_person",
    "platform",
    "sound_only",
    "interpreter",
    "accepting",
    "referral",
    "minimum_age",
    "maximum_age",
    "notes",
)
# Facts that stand in several columns, which are only ever written together.
CLINIC_COMPOUNDS: Mapping[str, tuple[str, ...]] = {
    "point": ("latitude", "longitude", "point_source", "point_precision"),
    "source": ("source", "source_date"),
}
CLINIC_SETS = ("languages", "payments", "accessibility")
SERVICE_SETS = (
    "specialties",
    "modalities",
    "settings",
    "eligibility",
    "age_groups",
    "groups",
    "languages",
    "payments",
)
# Rows of their own, in order, by the columns that say it all.
CLINIC_ROWS: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    "phones": (Phone, ("number", "extension", "purpose")),
    "other_names": (OtherName, ("name", "kind", "language")),
    "identifiers": (Identifier, ("authority", "value")),
}
SERVICE_ROWS: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    "coverage": (CoverageArea, ("region", "basis", "as_of", "source")),
    "compacts": (ServiceCompact, ("compact", "as_of", "source")),
}
FOREIGN_KEYS = frozenset({"region", "source", "service_type", "compact"})
# How patients come by a clinic: no source ever says so, but the ledger keeps it.
STANDING = ("status", "withdrawn_reason", "slug")
# Whoever says one of them says both.
_STATUS = ("status", "withdrawn_reason")
CHUNK = 900

# The parts of `SourceRecord.written`.
CLINIC, SERVICES, ID, IS_OWN, FIELDS = "clinic", "services", "id", "is_own", "fields"


@dataclass(slots=True)
class ServiceState:
    """One service: its facts, and who wrote each of its fields."""

    pk: int
    facts: Facts
    field_sources: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Record:
    """A source record as far as its clinic's fields hang on it."""

    pk: int
    layout: str
    key: str
    site_key: str
    record_type: str
    as_of: str
    line: int
    service_id: int | None
    written: dict[str, Any]


@dataclass(slots=True)
class ClinicState:
    """One clinic with its services and the records behind it."""

    pk: int
    slug: str
    status: str
    withdrawn_reason: str
    is_merged: bool
    facts: Facts
    field_sources: dict[str, Any]
    services: dict[int, ServiceState] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)

    @property
    def standing(self) -> Facts:
        return {name: getattr(self, name) for name in STANDING}


def columns_of(name: str) -> tuple[str, ...]:
    """The names of the model's fields that hold the fact `name`."""
    if name in _STATUS:
        return _STATUS
    return CLINIC_COMPOUNDS.get(name, (name,))


def said_by(sources: Facts, names: Iterable[str]) -> Facts:
    """Who said the facts `names`, of `field_sources`, by the names of model fields."""
    parts = (part for name in names for part in columns_of(name))
    return {part: sources[part] for part in parts if part in sources}


def label(name: str) -> str:
    """The fact `name` as people call it: "opening hours"."""
    if name in _LABELS:
        return str(_LABELS[name])
    model = Clinic if name in {*CLINIC_COLUMNS, *CLINIC_SETS, *STANDING} else Service
    return str(model._meta.get_field(name).verbose_name)


_LABELS = {
    "point": _("point on the map"),
    "source": _("source"),
    "organization": _("organization"),
    "phones": _("phone numbers"),
    "other_names": _("other names"),
    "identifiers": _("identifiers"),
    "coverage": _("where it may treat patients"),
    "compacts": _("compacts it treats patients by"),
}


def column(name: str) -> str:
    """The column of a model that the fact or part of a fact `name` is kept in."""
    return f"{name}_id" if name in FOREIGN_KEYS else name


def read(clinics: Collection[int], *, with_records: bool) -> dict[int, ClinicState]:
    """The present state of `clinics`, in a fixed number of queries a chunk."""
    states: dict[int, ClinicState] = {}
    for pks in chunks(sorted(clinics)):
        states |= _clinics(pks)
        _add_services(states, pks)
        if with_records:
            _add_records(states, pks)
    return states


def chunks(items: Iterable, size: int = CHUNK) -> Iterator[list]:
    """`items` in lists that no database finds too long for one query."""
    items = iter(items)
    while chunk := list(islice(items, size)):
        yield chunk


def _clinics(pks: list[int]) -> dict[int, ClinicState]:
    compounds = [part for parts in CLINIC_COMPOUNDS.values() for part in parts]
    wanted = {name: column(name) for name in (*CLINIC_COLUMNS, *compounds)}
    states = {}
    for row in Clinic.objects.filter(pk__in=pks).values(
        "pk",
        "slug",
        "status",
        "withdrawn_reason",
        "merged_into_id",
        "organization__name",
        "field_sources",
        *wanted.values(),
    ):
        said = {name: row[col] for name, col in wanted.items()}
        facts = {name: _plain(said[name]) for name in CLINIC_COLUMNS}
        facts["organization"] = row["organization__name"] or ""
        for name, parts in CLINIC_COMPOUNDS.items():
            values = [said[part] for part in parts]
            facts[name] = values if values[0] is not None else []
        states[row["pk"]] = ClinicState(
            row["pk"],
            row["slug"],
            row["status"],
            row["withdrawn_reason"],
            row["merged_into_id"] is not None,
            facts,
            row["field_sources"],
        )
    _add_sets(Clinic, CLINIC_SETS, {pk: state.facts for pk, state in states.items()})
    _add_rows(CLINIC_ROWS, "clinic_id", {pk: s.facts for pk, s in states.items()})
    return states


def _add_services(states: Mapping[int, ClinicState], clinics: list[int]) -> None:
    found: dict[int, ServiceState] = {}
    columns = {name: column(name) for name in SERVICE_COLUMNS}
    rows = Service.objects.filter(clinic__in=clinics).order_by("pk")
    for row in rows.values("pk", "clinic_id", "field_sources", *columns.values()):
        facts = {name: _plain(row[col], name) for name, col in columns.items()}
        service = ServiceState(row["pk"], facts, row["field_sources"])
        found[service.pk] = states[row["clinic_id"]].services[service.pk] = service
    for pks in chunks(found):
        facts_of = {pk: found[pk].facts for pk in pks}
        _add_sets(Service, SERVICE_SETS, facts_of)
        _add_rows(SERVICE_ROWS, "service_id", facts_of)


def _plain(value: Any, name: str = "") -> Any:
    """A missing region is no text; a missing age stays missing."""
    return "" if value is None and not name.endswith("_age") else value


def _add_sets(
    model: type[Model], names: Iterable[str], facts_of: Mapping[int, Facts]
) -> None:
    for name in names:
        relation = model._meta.get_field(name)
        own, other = relation.m2m_column_name(), relation.m2m_reverse_name()
        through = relation.remote_field.through.objects
        chosen: dict[int, list[str]] = defaultdict(list)
        pairs = through.filter(**{f"{own}__in": list(facts_of)})
        for pk, code in pairs.values_list(own, other).order_by(other):
            chosen[pk].append(code)
        for pk, facts in facts_of.items():
            # Sorted here: databases differ in how they order texts.
            facts[name] = sorted(chosen[pk])


def _add_rows(
    relations: Mapping[str, tuple[type[Model], tuple[str, ...]]],
    owner: str,
    facts_of: Mapping[int, Facts],
) -> None:
    for name, (model, parts) in relations.items():
        lists: dict[int, list[list]] = defaultdict(list)
        order = ("position", "pk") if name == "phones" else ("pk",)
        columns = [column(part) for part in parts]
        rows = model.objects.filter(**{f"{owner}__in": list(facts_of)})
        for pk, *values in rows.order_by(*order).values_list(owner, *columns):
            lists[pk].append([_plain(value) for value in values])
        for pk, facts in facts_of.items():
            facts[name] = sorted(lists[pk]) if name != "phones" else lists[pk]


def _add_records(states: Mapping[int, ClinicState], clinics: list[int]) -> None:
    rows = SourceRecord.objects.filter(clinic__in=clinics).order_by("pk")
    names = list(Record.__dataclass_fields__)
    for clinic, *values in rows.values_list("clinic_id", *names):
        states[clinic].records.append(Record(*values))
