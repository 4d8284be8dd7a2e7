"""Checks of a clinic by a person."""

from datetime import datetime

from django.db import transaction

from ..models import Clinic, User, Verification
from ..search import entries


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
    repeat_newest(clinic)
    entries.rebuild([clinic.pk])


def repeat_newest(clinic: Clinic) -> None:
    newest = clinic.verifications.order_by("-at", "-pk").first()
    clinic.verified_at = newest.at if newest else None
    clinic.verified_by = newest.by if newest else None
    clinic.verified_method = newest.method if newest else ""
    clinic.save(
        update_fields=["verified_at", "verified_by", "verified_method", "updated_at"]
    )
