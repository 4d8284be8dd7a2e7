"""Where a clinic stands, as people write it. A private address is its town alone."""

from collections.abc import Callable

from ..models import Clinic
from .wording import listed

# Countries that write "Austin, Texas 78701".
POSTCODE_LAST = ("US", "CA", "AU")


def address(
    clinic: Clinic, region_label: Callable[[str], str], *, with_country: bool = True
) -> tuple[str, ...]:
    """The lines of an envelope, the country last; () where it has no site.

    `region_label` gives the name of an ISO 3166 code.
    """
    country = clinic.country_code
    region = clinic.region_id if clinic.region_id != country else ""
    lines = (
        clinic.public_street,
        clinic.public_unit,
        _town_line(clinic, region_label(region) if region else ""),
        region_label(country) if country and with_country else "",
    )
    has_site = clinic.street or clinic.city or clinic.postal_code
    return tuple(filter(None, lines)) if has_site else ()


def _town_line(clinic: Clinic, region: str) -> str:
    """Town, postcode and region in the order of the clinic's country."""
    parts = clinic.city, clinic.public_postal_code
    if clinic.country_code in POSTCODE_LAST:
        parts = clinic.city, " ".join(filter(None, (region, clinic.public_postal_code)))
        return listed(filter(None, parts))
    return listed(filter(None, (" ".join(filter(None, parts)), region)))
