"""Which clinics have a point that cannot be that of their address."""

from collections import defaultdict
from collections.abc import Iterable

from .. import places
from ..models import Clinic
from ..places import Misplaced


def look(clinics: Iterable[Clinic]) -> dict[int, Misplaced]:
    """What is odd about the points of these clinics, by id.

    A query for 900 postcodes of a country, and one or two for each point that is not
    near its own postcode.
    """
    clinics = list(clinics)
    asked: dict[str, set[str]] = defaultdict(set)
    for clinic in clinics:
        if clinic.point and clinic.postal_code and clinic.country_code:
            asked[clinic.country_code].add(clinic.postal_code)
    known = {country: places.postcodes(country, asked[country]) for country in asked}
    return {
        clinic.pk: places.misplaced(
            clinic.point,
            region=clinic.region_id or "",
            postcode=known.get(clinic.country_code, {}).get(clinic.postal_code),
        )
        if clinic.point
        else Misplaced()
        for clinic in clinics
    }
