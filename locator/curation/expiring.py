"""Off the public list for age alone, and back: what the machine does, it may undo."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..models import Clinic
from .publishing import CLINICS_A_WRITE, why_not_public

_STANDING = ("status", "withdrawn_reason")
_WRITTEN = ["status", "withdrawn_reason", "field_sources", "updated_at"]
AGE = "age"


def has_expired(clinic: Clinic) -> bool:
    """Whether `clinic` left the public list for its age, and nobody moved it since."""
    said = clinic.field_sources.get("status", {})
    return clinic.status == Clinic.Status.WITHDRAWN and said.get("machine") == AGE


def take_off(clinics: Sequence[Clinic], *, now: datetime) -> None:
    """Withdraw `clinics` as unconfirmed; search entries are the caller's to rebuild.

    `field_sources` keep who said the status before, for the way back.
    """
    for clinic in clinics:
        clinic.status = Clinic.Status.WITHDRAWN
        clinic.withdrawn_reason = Clinic.WithdrawnReason.UNCONFIRMED
        before = {
            name: clinic.field_sources[name]
            for name in _STANDING
            if name in clinic.field_sources
        }
        said = {"machine": AGE, "at": now.date().isoformat(), "before": before}
        clinic.field_sources = clinic.field_sources | dict.fromkeys(_STANDING, said)
        clinic.updated_at = now
    Clinic.objects.bulk_update(clinics, _WRITTEN, batch_size=CLINICS_A_WRITE)


def put_back(clinic: Clinic) -> bool:
    """Publish `clinic`, which has expired, again; False where it may not be public."""
    if why_not_public(clinic):
        return False
    before: dict[str, Any] = clinic.field_sources["status"].get("before", {})
    clinic.status, clinic.withdrawn_reason = Clinic.Status.PUBLISHED, ""
    rest = {
        name: said
        for name, said in clinic.field_sources.items()
        if name not in _STANDING
    }
    clinic.field_sources = rest | before
    clinic.save(update_fields=_WRITTEN)
    return True
