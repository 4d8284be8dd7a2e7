"""The records of one site as one clinic with its services. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .listing import Listing, ServiceListing

# The row that knows most of a site comes first; a tie is settled by the key.
LEAD = {"MH": 0, "SU": 1, "OTP": 2}
SETS = ("languages", "payments")
# What the first record that says it says for the site.
FIRST_SAID = (
    "programme",
    "organization",
    "organization_website",
    "description",
    "other_names",
    "address_is_private",
    "time_zone",
    "email",
    "website",
    "booking_url",
    "opening_hours",
    "identifiers",
)
OF_THE_LEAD = ("name", "street", "city", "postal_code", "region")
LONGEST_UNIT = 200


@dataclass(frozen=True, slots=True)
class Site:
    """One clinic as its records say together, the lead first in `listings`.

    `facts` are the clinic's, by the names of `Listing`; every service goes with the
    listing that claims it, and with no other of the same slot.
    """

    listings: tuple[Listing, ...]
    facts: Mapping[str, Any]
    services: tuple[tuple[ServiceListing, Listing], ...]

    @property
    def lead(self) -> Listing:
        return self.listings[0]


def grouped(listings: Iterable[Listing]) -> dict[str, list[Listing]]:
    """`listings` by the clinic that they are about."""
    groups: dict[str, list[Listing]] = {}
    for listing in listings:
        groups.setdefault(listing.group, []).append(listing)
    return groups


def site_of(listings: Iterable[Listing]) -> Site:
    """The site that `listings`, at least one, are all about."""
    ordered = tuple(sorted(listings, key=_rank))
    facts = {name: getattr(ordered[0], name) for name in OF_THE_LEAD}
    facts |= {name: _first_said(ordered, name) for name in FIRST_SAID}
    facts |= {
        "unit": _units(ordered),
        "phones": _phones(ordered),
        "point": next((each.point for each in ordered if each.point), None),
        "may_have_point": all(each.may_have_point for each in ordered),
        "accessibility": _union(ordered, "accessibility"),
    }
    shared, services = _settle_sets(ordered, _services(ordered))
    return Site(ordered, facts | shared, services)


def _rank(listing: Listing) -> tuple[int, str]:
    return LEAD.get(listing.record_type, 0), listing.key


def _first_said(listings: Sequence[Listing], name: str) -> Any:
    """The first value that is not empty; empty if any has it, None if none has."""
    values = [getattr(each, name) for each in listings]
    said = [value for value in values if value]
    blank = [value for value in values if value is not None]
    return next(iter(said or blank), None)


def _units(listings: Sequence[Listing]) -> str:
    units = dict.fromkeys(each.unit for each in listings if each.unit)
    return "; ".join(units)[:LONGEST_UNIT]


def _phones(listings: Sequence[Listing]) -> tuple:
    """All numbers once, those to call first before those for new patients."""
    phones = dict.fromkeys(phone for each in listings for phone in each.phones)
    if len(listings) == 1:
        return tuple(phones)
    return tuple(sorted(phones, key=lambda phone: phone.purpose != "main"))


def _union(listings: Sequence[Listing], name: str) -> tuple[str, ...] | None:
    sets = [value for each in listings if (value := getattr(each, name)) is not None]
    return tuple(sorted({code for value in sets for code in value})) if sets else None


# --- Services ----------------------------------------------------------------------

Claim = tuple[ServiceListing, Listing]


def _services(listings: Sequence[Listing]) -> list[Claim]:
    """The services that the records claim, each once.

    A record of the programme's own beats a mention by another; of several records of
    one programme, those that say the same make one service, others one each.
    """
    claims = [(service, each) for each in listings for service in each.services]
    own = {service.slot for service, _ in claims if not service.is_derived}
    kept: list[Claim] = []
    for service, listing in claims:
        if service.is_derived and service.slot in own:
            continue
        alike = [other for other in kept if _slot(other[0]) == service.slot]
        if any(_same(other, (service, listing)) for other in alike):
            continue
        if alike:
            service = replace(service, slot=f"{service.slot}#{len(alike) + 1}")
        kept.append((service, listing))
    return kept


def _slot(service: ServiceListing) -> str:
    return service.slot.partition("#")[0]


def _same(one: Claim, other: Claim) -> bool:
    if one[1] is other[1]:
        return False
    sets = [[getattr(listing, name) for name in SETS] for _, listing in (one, other)]
    return sets[0] == sets[1] and replace(one[0], slot=other[0].slot) == other[0]


def _settle_sets(
    listings: Sequence[Listing], claims: Sequence[Claim]
) -> tuple[dict[str, Any], tuple[Claim, ...]]:
    """The clinic's languages and payments, and services with their own where needed.

    A clinic's set holds for each service that has none of its own. So where records
    differ, each service gets its record's set, and the clinic has the union only if
    no record is silent: a silent one must not inherit what it never said.
    """
    shared: dict[str, Any] = {}
    for name in SETS:
        speaking = [each for each in listings if each.services] or list(listings)
        sets = {getattr(each, name) for each in speaking}
        if len(sets) == 1:
            shared[name] = sets.pop()
            continue
        shared[name] = () if sets & {(), None} else _union(speaking, name)
        claims = [
            (_with_own(service, name, getattr(listing, name)), listing)
            for service, listing in claims
        ]
    return shared, tuple(claims)


def _with_own(
    service: ServiceListing, name: str, codes: tuple[str, ...] | None
) -> ServiceListing:
    return replace(service, **{name: getattr(service, name) or codes or ()})
