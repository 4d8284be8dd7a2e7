"""Whether patients see a clinic: published, draft, withdrawn."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Change, Clinic, Phone, Stated, User
from ..search import entries
from .ledger import recorded
from .saying import record_person

CLINICS_A_WRITE = 500


class NotPublicError(ValidationError):
    """A clinic may not be shown to patients; `messages` says why, a sentence each."""


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
    with recorded(pks, kind=Change.Kind.STATUS):
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
    pks = [clinic.pk for clinic in clinics]
    with recorded(pks, kind=Change.Kind.STATUS, by=by):
        for clinic in clinics:
            clinic.status, clinic.withdrawn_reason = status, reason
            clinic.updated_at = timezone.now()
            record_person(clinic, fields=["status", "withdrawn_reason"], by=by)
        Clinic.objects.bulk_update(
            clinics,
            ["status", "withdrawn_reason", "field_sources", "updated_at"],
            batch_size=CLINICS_A_WRITE,
        )
        entries.rebuild(pks)
