"""Checks of a clinic by a person: recorded, repeated on the clinic, taken back.

A clinic counts as verified since all of it was checked: by one check of everything, or
by one of each group. Whoever phoned to ask for the hours alone has not vouched for the
rest, and the clinic must not look as if they had.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..ages import Age, age
from ..models import Change, Clinic, User, Verification
from ..search import entries
from .expiring import has_expired, put_back, take_off
from .ledger import recorded

ALL = Verification.Checked.ALL
GROUPS = frozenset(Verification.Checked) - {ALL}
CLINICS_A_WRITE = 500


@transaction.atomic
def verify(
    clinic: Clinic,
    *,
    by: User,
    method: Clinic.Method,
    at: datetime,
    checked: Verification.Checked = ALL,
    note: str = "",
) -> Verification:
    """Record that `by` checked this clinic, and make its search entries say so.

    A clinic that left the public list for its age alone is back on it, where it may be
    public. ValidationError for a moment that has not come, or a clinic merged away.
    """
    if at > timezone.now():
        raise ValidationError(_("A check cannot lie in the future."))
    _lock(clinic)
    if clinic.merged_into_id:
        raise ValidationError(
            _("%(clinic)s was merged into another clinic: check that one."),
            params={"clinic": clinic},
        )
    with recorded([clinic.pk], kind=Change.Kind.VERIFY, by=by, note=note):
        check = clinic.verifications.create(
            checked=checked, at=at, by=by, method=method, note=note
        )
        repeat_newest(clinic)
        if has_expired(clinic) and age(clinic.verified_at, timezone.now()) not in (
            Age.EXPIRED,
            Age.LISTED,
        ):
            put_back(clinic)
        entries.rebuild([clinic.pk])
    return check


@transaction.atomic
def verify_many(
    clinics: Collection[int],
    *,
    by: User,
    method: Clinic.Method,
    at: datetime,
    note: str = "",
) -> int:
    """Record one check of everything for each of `clinics`, by id; how many that were.

    Only those that patients see: the others need a person's look one by one.
    """
    if at > timezone.now():
        raise ValidationError(_("A check cannot lie in the future."))
    public = Clinic.objects.published().filter(pk__in=clinics).order_by("pk")
    pks = list(public.select_for_update(no_key=True).values_list("pk", flat=True))
    Verification.objects.bulk_create(
        (
            Verification(
                clinic_id=pk, checked=ALL, at=at, by=by, method=method, note=note
            )
            for pk in pks
        ),
        batch_size=CLINICS_A_WRITE,
    )
    # An older check of everything is older than this one in each of its groups.
    older = Q(verified_at=None) | Q(verified_at__lt=at)
    Clinic.objects.filter(older, pk__in=pks).update(
        verified_at=at,
        verified_by=by,
        verified_method=method,
        updated_at=timezone.now(),
    )
    entries.rebuild(pks)
    return len(pks)


@transaction.atomic
def unverify(verification: Verification, *, by: User) -> None:
    """Take a check back: the clinic says again what it said without it.

    Where that makes it too old for the public list it leaves at once. ValidationError
    where somebody took it back already.
    """
    clinic = verification.clinic
    _lock(clinic)
    verification.refresh_from_db()
    if verification.undone_at:
        raise ValidationError(
            _("%(person)s took this check back already."),
            params={"person": verification.undone_by},
        )
    now = timezone.now()
    verification.undone_at, verification.undone_by = now, by
    verification.save(update_fields=["undone_at", "undone_by"])
    note = _("A check was taken back.")
    with recorded([clinic.pk], kind=Change.Kind.VERIFY, by=by, note=note):
        repeat_newest(clinic)
        if clinic.is_public and age(clinic.verified_at, now) is Age.EXPIRED:
            take_off([clinic], now=now)
        entries.rebuild([clinic.pk])


def repeat_newest(clinic: Clinic) -> None:
    """Make `clinic` say since when all of it is verified, by whom and how."""
    newest = complete(clinic.verifications.filter(undone_at=None))
    clinic.verified_at = newest.at if newest else None
    clinic.verified_by = newest.by if newest else None
    clinic.verified_method = newest.method if newest else ""
    clinic.save(
        update_fields=["verified_at", "verified_by", "verified_method", "updated_at"]
    )


def complete(checks: Iterable[Verification]) -> Verification | None:
    """The check since which all of a clinic stands checked: of the newest of each
    group the oldest. None where a group was never checked."""
    newest = newest_of_groups(checks)
    if len(newest) < len(GROUPS):
        return None
    return min(newest.values(), key=_order)


def newest_of_groups(
    checks: Iterable[Verification],
) -> dict[Verification.Checked, Verification]:
    """The newest check of each group that was ever checked, alone or with all."""
    newest = {}
    for check in sorted(checks, key=_order):
        groups = GROUPS if check.checked == ALL else [check.checked]
        newest |= dict.fromkeys(groups, check)
    return newest


def _order(check: Verification) -> tuple[datetime, int]:
    return check.at, check.pk


def _lock(clinic: Clinic) -> None:
    """Wait for others who write `clinic`, and read what its standing is now."""
    list(Clinic.objects.select_for_update(no_key=True).filter(pk=clinic.pk))
    clinic.refresh_from_db(
        fields=["status", "withdrawn_reason", "merged_into", "field_sources"]
    )
