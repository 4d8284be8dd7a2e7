"""What a clinic's page tells machines, by the words of schema.org."""

import json
from collections.abc import Sequence

from ..models import Clinic
from ..telling import wording


def json_ld(clinic: Clinic, phones: Sequence[wording.PhoneLine], url: str) -> str:
    """The clinic for search engines: stated facts alone, "" for samples.

    Safe inside a script element.
    """
    if clinic.is_sample:
        return ""
    told = {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "@id": url,
        "url": clinic.website or url,
        "name": clinic.name,
        "telephone": _telephone(phones),
        "email": clinic.email,
        "parentOrganization": clinic.organization
        and {"@type": "Organization", "name": clinic.organization.name},
        "address": _postal_address(clinic),
        "geo": _geo(clinic),
    }
    text = json.dumps({key: value for key, value in told.items() if value})
    return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"})


def _telephone(phones: Sequence[wording.PhoneLine]) -> str:
    return next((each.dialled for each in phones if each.url), "")


def _postal_address(clinic: Clinic) -> dict:
    parts = {
        "streetAddress": clinic.public_street,
        "addressLocality": clinic.city,
        "addressRegion": (clinic.region_id or "").partition("-")[2],
        "postalCode": clinic.public_postal_code,
        "addressCountry": clinic.country_code,
    }
    stated = {key: value for key, value in parts.items() if value}
    return {"@type": "PostalAddress", **stated} if stated else {}


def _geo(clinic: Clinic) -> dict:
    """The door's own point; one of a postcode or a town says nothing of the door."""
    point = clinic.point
    if point is None or wording.is_rough(clinic):
        return {}
    return {
        "@type": "GeoCoordinates",
        "latitude": point.latitude,
        "longitude": point.longitude,
    }
