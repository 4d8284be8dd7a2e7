"""A link that asks a clinic whether all that we say of it is true."""

from ..curation.expiring import has_expired
from ..models import Clinic
from . import tokens

PURPOSE = "attest"
DAYS = 14


def may_attest(clinic: Clinic) -> bool:
    """Whether the clinic's word could change anything: it is listed, or was too old."""
    return clinic.is_public or has_expired(clinic)


def link_token(clinic: Clinic) -> str:
    """What the link to `clinic`'s own page carries; good for `DAYS` from now on."""
    return tokens.sign(PURPOSE, clinic.pk)


def clinic_of(token: str) -> Clinic | None:
    """The clinic that `token` asks, None where it is none that is asked any more.

    TokenError for what is no token of ours, ExpiredError for one that has run out.
    """
    pk = tokens.read(PURPOSE, token, DAYS * 24 * 60 * 60)
    clinics = Clinic.objects.select_related("organization", "source")
    clinic = clinics.filter(pk=pk).first()
    return clinic if clinic and may_attest(clinic) else None
