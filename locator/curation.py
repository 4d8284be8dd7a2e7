"""Writes that touch several models: publish, withdraw, verify, move, merge.

Each is one transaction that ends with search entries that are true. What a person
writes is kept with their name and the day, field by field (`record_person`).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import count

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .models import Clinic, OldSlug, Phone, Service, Stated, User, Verification
from .search import entries

LONGEST_SLUG = Clinic._meta.get_field("slug").max_length
ROOM_FOR_A_NUMBER = len("-99999")
CLINICS_A_WRITE = 500


class NotPublicError(ValidationError):
    """A clinic may not be shown to patients; `messages` says why, a sentence each."""


# --- Addresses on this site --------------------------------------------------------


def free_slug(
    name: str, city: str, region: str, *, taken: Collection[str] | None = None
) -> str:
    """An address that no clinic has or had: "river-clinic-austin-tx", then "…-2".

    `region` is an ISO 3166 code or "". With `taken` nothing is read from the database:
    it must hold `all_slugs()`, and the caller adds the answer to it.
    """
    words = f"{name} {city} {region.rpartition('-')[2]}"
    stem = slugify(words)[: LONGEST_SLUG - ROOM_FOR_A_NUMBER].strip("-") or "clinic"
    if taken is None:
        taken = _slugs_from(stem)
    if stem not in taken:
        return stem
    return next(
        slug for number in count(2) if (slug := f"{stem}-{number}") not in taken
    )


def all_slugs() -> set[str]:
    """Every address that a clinic has or had here."""
    return _slugs_from("")


def _slugs_from(stem: str) -> set[str]:
    return {
        slug
        for model in (Clinic, OldSlug)
        for slug in model.objects.filter(slug__startswith=stem).values_list(
            "slug", flat=True
        )
    }


@transaction.atomic
def move(clinic: Clinic, *, slug: str, by: User) -> None:
    """Give `clinic` the address `slug`; its present one redirects for ever.

    Raises ValidationError where another clinic has or had `slug`.
    """
    present = Clinic.objects.values_list("slug", flat=True).get(pk=clinic.pk)
    if problem := slug_problem(slug, clinic=clinic):
        raise ValidationError(problem)
    clinic.old_slugs.filter(slug=slug).delete()
    if present != slug:
        OldSlug.objects.create(slug=present, clinic=clinic)
    clinic.slug = slug
    record_person(clinic, fields=["slug"], by=by)
    clinic.save(update_fields=["slug", "field_sources", "updated_at"])
    entries.rebuild([clinic.pk])


def slug_problem(slug: str, *, clinic: Clinic) -> str:
    """Why `clinic` cannot have the address `slug`, or ""."""
    if Clinic.objects.filter(slug=slug).exclude(pk=clinic.pk).exists():
        return _("Another clinic has this address.")
    if OldSlug.objects.filter(slug=slug).exclude(clinic=clinic.pk).exists():
        return _("Another clinic once had this address; it leads there for ever.")
    return ""


# --- Who says so -------------------------------------------------------------------


def record_person(thing: Clinic | Service, *, fields: Iterable[str], by: User) -> None:
    """Note on `thing`, without saving it, that `by` wrote `fields` today.

    A field is a model field or a relation that a person edits with it: "phones".
    """
    said = {"user": by.pk, "at": timezone.localdate().isoformat()}
    thing.field_sources = thing.field_sources | dict.fromkeys(fields, said)


@transaction.atomic
def verify(
    clinic: Clinic,
    *,
    by: User,
    method: Clinic.Method,
    at: datetime,
    checked: Verification.Checked = Verification.Checked.ALL,
    note: str = "",
) -> None:
    """Record that `by` checked this clinic, and make its search entries say so."""
    clinic.verifications.create(checked=checked, at=at, by=by, method=method, note=note)
    _repeat_newest_verification(clinic)
    entries.rebuild([clinic.pk])


def _repeat_newest_verification(clinic: Clinic) -> None:
    newest = clinic.verifications.order_by("-at", "-pk").first()
    clinic.verified_at = newest.at if newest else None
    clinic.verified_by = newest.by if newest else None
    clinic.verified_method = newest.method if newest else ""
    clinic.save(
        update_fields=["verified_at", "verified_by", "verified_method", "updated_at"]
    )


# --- Whether patients see it -------------------------------------------------------


def why_not_public(clinic: Clinic) -> list[str]:
    """Why patients may not see `clinic`, a sentence each; empty where they may."""
    services = list(clinic.services.all())
    remote = [service for service in services if service.remote == Stated.YES]
    reasons = [
        (bool(clinic.merged_into_id), _("It was merged into another clinic.")),
        (not clinic.name.strip(), _("It has no name.")),
        (
            not _can_be_reached(clinic),
            _(
                "There is no way to contact it: give a phone number, an e-mail "
                "address, a website or a booking address."
            ),
        ),
        (
            not remote,
            _("None of its services says yes to remote: a teleclinic offers one."),
        ),
    ]
    uncovered = [
        _(
            "Its service “%(service)s” is remote, but no region says where it may "
            "treat patients."
        )
        % {"service": service}
        for service in remote
        if service.service_type.is_care and not service.coverage.all()
    ]
    return [sentence for holds, sentence in reasons if holds] + uncovered


def with_public_facts(clinics: QuerySet[Clinic]) -> QuerySet[Clinic]:
    """`clinics` with what `why_not_public` reads, in a few queries for all."""
    return clinics.prefetch_related(
        "phones", "services__service_type", "services__coverage"
    )


def _can_be_reached(clinic: Clinic) -> bool:
    if clinic.email or clinic.website or clinic.booking_url:
        return True
    return any(phone.purpose != Phone.Purpose.FAX for phone in clinic.phones.all())


@transaction.atomic
def publish(*clinics: Clinic, by: User) -> None:
    """Show `clinics` to patients.

    Raises NotPublicError, and publishes none, where one of them may not be public.
    """
    if reasons := [why for clinic in clinics for why in why_not_public(clinic)]:
        raise NotPublicError(reasons)
    _set_status(clinics, Clinic.Status.PUBLISHED, by=by)


@transaction.atomic
def to_draft(*clinics: Clinic, by: User) -> None:
    """Take `clinics` from patients, without a word, until somebody publishes them."""
    _refuse_merged(clinics)
    _set_status(clinics, Clinic.Status.DRAFT, by=by)


@transaction.atomic
def withdraw(*clinics: Clinic, reason: Clinic.WithdrawnReason, by: User) -> None:
    """Take `clinics` from patients and tell those who come by the address why."""
    _refuse_merged(clinics)
    _set_status(clinics, Clinic.Status.WITHDRAWN, reason=reason, by=by)


@transaction.atomic
def withdraw_samples() -> int:
    """Withdraw every sample that is not yet; returns how many that were."""
    samples = Clinic.objects.samples().exclude(status=Clinic.Status.WITHDRAWN)
    pks = list(samples.values_list("pk", flat=True))
    samples.update(
        status=Clinic.Status.WITHDRAWN,
        withdrawn_reason=Clinic.WithdrawnReason.SAMPLE,
        updated_at=timezone.now(),
    )
    entries.rebuild(pks)
    return len(pks)


def _refuse_merged(clinics: Sequence[Clinic]) -> None:
    for clinic in clinics:
        if clinic.merged_into_id:
            raise ValidationError(
                _("%(clinic)s was merged into another clinic and stays withdrawn."),
                params={"clinic": clinic},
            )


def _set_status(
    clinics: Sequence[Clinic], status: Clinic.Status, *, reason: str = "", by: User
) -> None:
    for clinic in clinics:
        clinic.status, clinic.withdrawn_reason = status, reason
        clinic.updated_at = timezone.now()
        record_person(clinic, fields=["status", "withdrawn_reason"], by=by)
    Clinic.objects.bulk_update(
        clinics,
        ["status", "withdrawn_reason", "field_sources", "updated_at"],
        batch_size=CLINICS_A_WRITE,
    )
    entries.rebuild([clinic.pk for clinic in clinics])


# --- Two clinics that are one ------------------------------------------------------

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
    _repeat_newest_verification(winner)
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
    _repeat_newest_verification(loser)
