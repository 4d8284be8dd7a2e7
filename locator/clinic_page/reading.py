"""What the pages of clinics read: a query for each kind of row, however many clinics.

Entries of catalogues are those in memory: their tables are not asked for names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model, QuerySet, Value

from ..catalogues import Catalogues, Choices
from ..models import (
    Catalogue,
    Clinic,
    CoverageArea,
    Identifier,
    OldSlug,
    Organization,
    OtherName,
    Phone,
    Service,
    Source,
    SourceRecord,
    Verification,
)
from ..prepared import Prepared

# What clinics and services state of catalogues, and the catalogue of each.
OF_CLINICS = {
    "languages": "languages",
    "payments": "payments",
    "accessibility": "accessibility",
}
OF_SERVICES = {
    "specialties": "specialties",
    "modalities": "modalities",
    "settings": "settings",
    "eligibility": "eligibilities",
    "age_groups": "age_groups",
    "groups": "groups",
    "languages": "languages",
    "payments": "payments",
}


def columns(model: type[Model]) -> list[str]:
    """Every column of `model`, as `from_db` takes them."""
    return [field.attname for field in model._meta.concrete_fields]


# --- Clinics -------------------------------------------------------------------------


def clinics_with(field: str, values: Sequence[int | str]) -> list[Clinic]:
    """The clinics of these keys or slugs, with who runs and who lists each."""
    if not values:
        return []
    return [_clinic(row) for row in _CLINICS[field].rows(values=values)]


def moved_to(slug: str) -> int | None:
    """The clinic that had `slug` before."""
    found = _OLD_SLUGS.rows(slugs=[slug])
    return found[0][0] if found else None


def _clinic(row: Sequence[Any]) -> Clinic:
    own, beside = row[: len(_OF_CLINIC)], row[len(_OF_CLINIC) :]
    clinic = Clinic.from_db(None, _OF_CLINIC, own)
    organization, source = (
        beside[: len(_OF_ORGANIZATION)],
        beside[len(_OF_ORGANIZATION) :],
    )
    clinic.organization = _made(Organization, _OF_ORGANIZATION, organization)
    clinic.source = _made(Source, _OF_SOURCE, source)
    return clinic


def _made(model: type[Model], names: Sequence[str], row: Sequence[Any]) -> Any:
    """The instance of a row; None for none, whose key is empty."""
    return None if row[0] is None else model.from_db(None, names, row)


# --- What they state -----------------------------------------------------------------


def read_services(
    clinics: Sequence[Clinic], catalogues: Catalogues
) -> dict[int, list[Service]]:
    """Read all that `clinics` state, and give the services of each by its id.

    Care comes first. What belongs to a clinic or a service is there by `.all()`, as
    prefetching leaves it: to be looked through, and asked nothing further.
    """
    pks = [clinic.pk for clinic in clinics]
    services = [*_instances(Service, _SERVICES.rows(clinics=pks))] if pks else []
    for service in services:
        # One that is newer than the catalogues in memory is asked for.
        if kind := catalogues.service_types.by_code.get(service.service_type_id):
            service.service_type = kind
    _read_entries(clinics, services, catalogues)
    for name, (model, query) in _OF_CLINICS.items():
        rows = _instances(model, query.rows(clinics=pks)) if pks else ()
        _lay(name, clinics, rows, "clinic_id")
    _lay("coverage", services, _areas(pks) if services else (), "service_id")
    _lay("services", clinics, services, "clinic_id")
    return {
        clinic.pk: sorted(
            clinic.services.all(),
            key=lambda each: (each.service_type.position, each.pk),
        )
        for clinic in clinics
    }


def _instances(model: type[Model], rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
    names = columns(model)
    return (model.from_db(None, names, row) for row in rows)


def _areas(clinics: Sequence[int]) -> Iterator[CoverageArea]:
    names = columns(CoverageArea)
    for row in _COVERAGE.rows(clinics=clinics):
        area = CoverageArea.from_db(None, names, row[: len(names)])
        area.source = _made(Source, _OF_SOURCE, row[len(names) :])
        yield area


def _lay(name: str, owners: Iterable[Model], rows: Iterable[Model], key: str) -> None:
    """Give each of the owners its rows, in their order."""
    by_owner = defaultdict(list)
    for row in rows:
        by_owner[getattr(row, key)].append(row)
    for owner in owners:
        _keep(owner, name, tuple(by_owner[owner.pk]))


def _keep(owner: Model, name: str, rows: tuple) -> None:
    # Where prefetching keeps them too: `.all()` of the manager gives what lies there.
    if not hasattr(owner, "_prefetched_objects_cache"):
        owner._prefetched_objects_cache = {}
    owner._prefetched_objects_cache[name] = rows


def _read_entries(
    clinics: Sequence[Clinic], services: Sequence[Service], catalogues: Catalogues
) -> None:
    """Give clinics and services the entries of catalogues that they state."""
    codes: dict[tuple[str, int], set[str]] = defaultdict(set)
    if clinics:
        pks = [clinic.pk for clinic in clinics]
        for name, owner, code in _ENTRIES.rows(clinics=pks):
            codes[name, owner].add(code)
    for kind, owners, nouns in (
        ("clinic", clinics, OF_CLINICS),
        ("service", services, OF_SERVICES),
    ):
        for owner in owners:
            for noun, catalogue in nouns.items():
                stated = codes[f"{kind} {noun}", owner.pk]
                _keep(owner, noun, _entries(getattr(catalogues, catalogue), stated))


def _entries(choices: Choices, codes: set[str]) -> tuple[Catalogue, ...]:
    if not codes:
        return ()
    return tuple(entry for code, entry in choices.by_code.items() if code in codes)


# --- Who says so ---------------------------------------------------------------------


def checks_of(clinic: Clinic) -> Iterator[Verification]:
    """Its checks that nobody took back."""
    return _instances(Verification, _CHECKS.rows(clinics=[clinic.pk]))


def records(pks: Iterable[int]) -> list[tuple[int, str, str]]:
    """Key, short name of the source and date of each record; no query for none."""
    wanted = sorted(pks)
    return _RECORDS.rows(pks=wanted) if wanted else []


# --- The queries ---------------------------------------------------------------------


def _clinics(field: str) -> Prepared:
    names = [
        *_OF_CLINIC,
        *(f"organization__{name}" for name in _OF_ORGANIZATION),
        *(f"source__{name}" for name in _OF_SOURCE),
    ]

    def rows(*, values: Sequence[int | str]) -> QuerySet:
        found = Clinic.objects.filter(**{f"{field}__in": values}).order_by()
        return found.values_list(*names)

    return Prepared(Clinic, rows)


def _of(model: type[Model]) -> Prepared:
    """All columns of the rows of `model` that belong to clinics, in its own order."""

    def rows(*, clinics: Sequence[int]) -> QuerySet:
        return model.objects.filter(clinic__in=clinics).values_list(*columns(model))

    return Prepared(model, rows)


def _coverage(*, clinics: Sequence[int]) -> QuerySet:
    areas = CoverageArea.objects.filter(service__clinic__in=clinics)
    beside = (f"source__{name}" for name in _OF_SOURCE)
    return areas.values_list(*columns(CoverageArea), *beside)


def _stated(*, clinics: Sequence[int]) -> QuerySet:
    """Owner and code of all that is stated of any catalogue, in one union."""
    first, *others = (
        rows
        for model, nouns, clinic in (
            (Clinic, OF_CLINICS, "clinic"),
            (Service, OF_SERVICES, "service__clinic"),
        )
        for rows in _of_catalogues(model, nouns, {f"{clinic}__in": clinics})
    )
    return first.union(*others, all=True)


def _of_catalogues(
    model: type[Model], nouns: Iterable[str], wanted: dict
) -> Iterator[QuerySet]:
    kind = model._meta.model_name
    for noun in nouns:
        field = model._meta.get_field(noun)
        rows = field.remote_field.through.objects.filter(**wanted).order_by()
        yield rows.values_list(
            Value(f"{kind} {noun}"),
            field.m2m_column_name(),
            field.m2m_reverse_name(),
        )


def _old_slugs(*, slugs: Sequence[str]) -> QuerySet:
    return OldSlug.objects.filter(slug__in=slugs).order_by("pk").values_list("clinic")


def _checks(*, clinics: Sequence[int]) -> QuerySet:
    checks = Verification.objects.filter(clinic__in=clinics, undone_at=None)
    return checks.order_by().values_list(*columns(Verification))


def _records(*, pks: Sequence[int]) -> QuerySet:
    rows = SourceRecord.objects.filter(pk__in=pks)
    return rows.values_list("pk", "source__short_name", "as_of")


_OF_CLINIC, _OF_ORGANIZATION = columns(Clinic), columns(Organization)
_OF_SOURCE = columns(Source)
_CLINICS = {field: _clinics(field) for field in ("pk", "slug")}
_OLD_SLUGS = Prepared(OldSlug, _old_slugs)
_SERVICES, _COVERAGE = _of(Service), Prepared(CoverageArea, _coverage)
_OF_CLINICS = {
    "phones": (Phone, _of(Phone)),
    "other_names": (OtherName, _of(OtherName)),
    "identifiers": (Identifier, _of(Identifier)),
}
_ENTRIES = Prepared(Service, _stated)
_CHECKS = Prepared(Verification, _checks)
_RECORDS = Prepared(SourceRecord, _records)
