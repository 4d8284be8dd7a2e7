"""Whether the database has room for a claim: its codes, regions and lengths.

Reads the catalogues and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self
from zoneinfo import available_timezones

from django.db.models import Model

from .. import catalogues, hours
from ..models import Clinic, Identifier, Organization, OtherName, Service, Source
from .listing import Listing, Rejection, ServiceListing


def _longest(model: type[Model], name: str) -> int:
    return model._meta.get_field(name).max_length


_LENGTHS = {
    name: _longest(Clinic, name)
    for name in (
        "name",
        "programme",
        "street",
        "unit",
        "city",
        "postal_code",
        "email",
        "website",
        "booking_url",
        "opening_hours",
    )
} | {
    "organization": _longest(Organization, "name"),
    "organization_website": _longest(Organization, "website"),
}
_LONGEST_PLATFORM = _longest(Service, "platform")
_LONGEST_OTHER_NAME = _longest(OtherName, "name")
_LONGEST_LANGUAGE = _longest(OtherName, "language")
_LONGEST_AUTHORITY = _longest(Identifier, "authority")
_LONGEST_VALUE = _longest(Identifier, "value")


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that claims may use, by the field that holds them."""

    of_clinic: Mapping[str, frozenset[str]]
    of_service: Mapping[str, frozenset[str]]
    service_types: frozenset[str]
    care_types: frozenset[str]
    regions: frozenset[str]
    sources: frozenset[str]
    zones: frozenset[str]

    @classmethod
    def read(cls) -> Self:
        """What the database knows now."""
        now = catalogues.current()
        of = {
            name: frozenset(getattr(now, plural).by_code)
            for name, plural in {
                "languages": "languages",
                "payments": "payments",
                "accessibility": "accessibility",
                "specialties": "specialties",
                "modalities": "modalities",
                "settings": "settings",
                "eligibility": "eligibilities",
                "age_groups": "age_groups",
                "groups": "groups",
            }.items()
        }
        shared = ("languages", "payments")
        types = now.service_types.by_code
        return cls(
            of_clinic={name: of[name] for name in (*shared, "accessibility")},
            of_service={name: of[name] for name in of if name != "accessibility"},
            service_types=frozenset(types),
            care_types=frozenset(c for c, each in types.items() if each.is_care),
            regions=frozenset(now.regions),
            sources=frozenset(Source.objects.values_list("code", flat=True)),
            zones=frozenset(available_timezones()),
        )


def fitted(listing: Listing, known: Known, *, is_strict: bool) -> Listing | Rejection:
    """`listing` as the database can hold it, or why it cannot.

    Codes that no catalogue has reject a listing if `is_strict`, else they are left out
    with a remark.
    """
    reason = next(_misfits(listing, known), None)
    unknown = sorted(set(_unknown_codes(listing, known)))
    if not reason and unknown and is_strict:
        reason = f"No catalogue has {', '.join(unknown)}."
    if reason:
        return Rejection(listing.line, reason, _cells(listing))
    return _without_unknown(listing, known, unknown) if unknown else listing


def _cells(listing: Listing) -> tuple[str, ...]:
    rows = listing.raw.get("rows") or [listing.raw]
    return tuple(rows[0].values())


def _misfits(listing: Listing, known: Known) -> Iterator[str]:
    """Why no database has room for `listing`, a sentence each."""
    for name, longest in _LENGTHS.items():
        if len(getattr(listing, name) or "") > longest:
            yield f"{name} is longer than {longest} signs."
    yield from _long_parts(listing)
    yield from _strangers(listing, known)
    if listing.opening_hours and (problem := hours.problem(listing.opening_hours)):
        yield f"opening_hours: {problem}"


def _long_parts(listing: Listing) -> Iterator[str]:
    for each in listing.other_names or ():
        if len(each.name) > _LONGEST_OTHER_NAME:
            yield f"other_names: longer than {_LONGEST_OTHER_NAME} signs."
        if len(each.language) > _LONGEST_LANGUAGE:
            yield f"other_names: “{each.language}” is not a language."
    for authority, value in listing.identifiers or ():
        if len(authority) > _LONGEST_AUTHORITY or len(value) > _LONGEST_VALUE:
            yield f"identifiers: longer than {_LONGEST_VALUE} signs."
    if any(len(each.platform) > _LONGEST_PLATFORM for each in listing.services):
        yield f"platform is longer than {_LONGEST_PLATFORM} signs."


def _strangers(listing: Listing, known: Known) -> Iterator[str]:
    areas = [area for each in listing.services for area in each.coverage or ()]
    for region in (listing.region, *(area.region for area in areas)):
        if region and region not in known.regions:
            yield f"There is no region {region}."
    for source in (listing.source, *(area.source for area in areas)):
        if source and source not in known.sources:
            yield f"There is no source “{source}”: add it in the admin first."
    for service in listing.services:
        if service.service_type not in known.service_types:
            yield f"There is no service type “{service.service_type}”."
    if listing.time_zone and listing.time_zone not in known.zones:
        yield f"There is no time zone “{listing.time_zone}”."


def _unknown_codes(listing: Listing, known: Known) -> Iterator[str]:
    for name, codes in known.of_clinic.items():
        yield from set(getattr(listing, name) or ()) - codes
    for service in listing.services:
        for name, codes in known.of_service.items():
            yield from set(getattr(service, name)) - codes


def _without_unknown(listing: Listing, known: Known, unknown: list[str]) -> Listing:
    remark = f"No catalogue has {', '.join(unknown)}: left out."
    return replace(
        _kept(listing, known.of_clinic),
        services=tuple(_kept(each, known.of_service) for each in listing.services),
        remarks=(*listing.remarks, remark),
    )


def _kept(
    claim: Listing | ServiceListing, known: Mapping[str, frozenset[str]]
) -> Listing | ServiceListing:
    """`claim` with none but known codes."""
    changes = {
        name: tuple(code for code in said if code in codes)
        for name, codes in known.items()
        if (said := getattr(claim, name)) is not None
    }
    return replace(claim, **changes)
