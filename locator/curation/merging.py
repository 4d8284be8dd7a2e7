"""Two clinics that are one."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from ..models import Clinic, Service, User
from ..search import entries
from .saying import record_person
from .verifying import repeat_newest

# Rows of the loser that the winner has already, by these fields, are let go.
_ONCE_A_CLINIC = {
    "phones": ("number", "extension", "purpose"),
    "identifiers": ("authority", "value"),
    "other_names": ("name",),
}
_MOVED = ("services", "records", "verifications", "old_slugs", "merged")
_UNITED = ("languages", "payments", "accessibility")

# What the winner takes from the loser where it has none of the group itself.
_PLACE = ("latitude", "longitude", "point_source", "point_precision")
_ADDRESS = ("street", "unit", "city", "postal_code", "region_id")
_GROUPS = (
    ("programme",),
    ("organization_id",),
    ("description",),
    ("email",),
    ("website",),
    ("booking_url",),
    ("opening_hours", "time_zone"),
    ("source_id", "source_date"),
)


@transaction.atomic
def merge(winner: Clinic, loser: Clinic, *, by: User) -> None:
    """Make `winner` of two records of one clinic; the address of `loser` leads to it.

    The winner keeps what it says and takes what it has not: names, numbers, services,
    source records, checks, old addresses. A service that both have in the same words
    stays once; any other double is for a person to settle. Raises ValidationError
    where the two cannot be one.
    """
    _refuse_merge(winner, loser)
    _take_blanks(winner, loser)
    _fold_same_services(winner, loser)
    for relation, key in _ONCE_A_CLINIC.items():
        _drop_held(getattr(winner, relation), getattr(loser, relation), key)
    for relation in (*_ONCE_A_CLINIC, *_MOVED):
        rows = getattr(loser, relation)
        rows.update(**{rows.field.name: winner})
    for relation in _UNITED:
        getattr(winner, relation).add(*getattr(loser, relation).all())
        getattr(loser, relation).clear()
    _keep_name(winner, loser)
    record_person(winner, fields=[*_ONCE_A_CLINIC, *_UNITED, "services"], by=by)
    winner.save()
    repeat_newest(winner)
    _withdraw_merged(loser, winner, by=by)
    entries.rebuild([winner.pk, loser.pk])


def _refuse_merge(winner: Clinic, loser: Clinic) -> None:
    problem = ""
    if winner.pk == loser.pk:
        problem = _("A clinic cannot be merged into itself.")
    elif winner.merged_into_id or loser.merged_into_id:
        problem = _("One of the two was merged into another clinic already.")
    elif winner.is_sample != loser.is_sample:
        problem = _("A sample and a real clinic are never the same.")
    elif loser.is_public and not winner.is_public:
        problem = _("Patients see the one that would go: publish the other first.")
    if problem:
        raise ValidationError(problem)


def _take_blanks(winner: Clinic, loser: Clinic) -> None:
    groups = list(_GROUPS)
    # The town's point of a private address must not become the point of a street.
    if not winner.address_is_private and not loser.address_is_private:
        groups += [_PLACE, _ADDRESS]
    for group in groups:
        if any(getattr(winner, name) not in (None, "") for name in group):
            continue
        for name in group:
            setattr(winner, name, getattr(loser, name))
            field = name.removesuffix("_id")
            if source := loser.field_sources.get(field):
                winner.field_sources = winner.field_sources | {field: source}


def _drop_held(held: QuerySet, rows: QuerySet, key: tuple[str, ...]) -> None:
    have = set(held.values_list(*key))
    doubles = [pk for pk, *values in rows.values_list("pk", *key) if (*values,) in have]
    rows.filter(pk__in=doubles).delete()


def _fold_same_services(winner: Clinic, loser: Clinic) -> None:
    """Let go each service of `loser` that `winner` has alike; keep its coverage."""
    held = {_said(service): service for service in winner.services.all()}
    for service in loser.services.all():
        twin = held.get(_said(service))
        if twin is None:
            continue
        covered = twin.coverage.values("region")
        service.coverage.exclude(region__in=covered).update(service=twin)
        service.records.update(service=twin)
        service.delete()


def _said(service: Service) -> tuple:
    """All that `service` says of itself, but for where it may treat."""
    apart = {"id", "clinic", "field_sources"}
    fields = [field for field in Service._meta.fields if field.name not in apart]
    facts = tuple(field.value_from_object(service) for field in fields)
    sets = tuple(
        frozenset(_pks(field.value_from_object(service)))
        for field in Service._meta.many_to_many
    )
    return facts + sets


def _pks(chosen: Iterable[Model]) -> list:
    return [entry.pk for entry in chosen]


def _keep_name(winner: Clinic, loser: Clinic) -> None:
    winner.other_names.filter(name=winner.name).delete()
    if loser.name != winner.name:
        winner.other_names.get_or_create(name=loser.name)


def _withdraw_merged(loser: Clinic, winner: Clinic, *, by: User) -> None:
    loser.status, loser.withdrawn_reason = Clinic.Status.WITHDRAWN, ""
    loser.merged_into = winner
    record_person(loser, fields=["status", "merged_into"], by=by)
    loser.save()
    repeat_newest(loser)
