"""What a dataset claims about a clinic, as plain values. Pure.

`None` means that the layout has no place for a fact; an empty text or set, or
"unknown", that it has one and states nothing there.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from ..geo import Point
from ..text import fold

LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class PhoneListing:
    """A number in E.164; `purpose` is one of `Phone.Purpose`."""

    number: str
    extension: str = ""
    purpose: str = "main"


@dataclass(frozen=True, slots=True)
class OtherNameListing:
    """Another name; `kind` is one of `OtherName.Kind`."""

    name: str
    kind: str = "also"
    language: str = ""


@dataclass(frozen=True, slots=True)
class PointListing:
    """A point with where it comes from and how exact it is."""

    point: Point
    source: str = "source"
    precision: str = "address"


@dataclass(frozen=True, slots=True)
class CoverageListing:
    """A region where a service may treat; `as_of` "" is the listing's own date.

    `source` is the code of a Source, "" for the clinic itself.
    """

    region: str
    basis: str
    as_of: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ServiceListing:
    """One service. `slot` tells it from the clinic's others in the same source.

    `is_derived` marks a service that a record of another programme mentions: a record
    of its own always knows better. `coverage` None says that nothing was said.
    """

    slot: str
    service_type: str
    specialties: tuple[str, ...] = ()
    is_derived: bool = False
    remote: str = "unknown"
    remote_is_clinic_wide: bool = False
    in_person: str = "unknown"
    modalities: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    first_visit_in_person: str = "unknown"
    platform: str = ""
    sound_only: str = "unknown"
    interpreter: str = "unknown"
    accepting: str = "unknown"
    referral: str = "unknown"
    eligibility: tuple[str, ...] = ()
    age_groups: tuple[str, ...] = ()
    minimum_age: int | None = None
    maximum_age: int | None = None
    groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()
    notes: str = ""
    coverage: tuple[CoverageListing, ...] | None = None


@dataclass(frozen=True)
class Identity:
    """The cells that tell one record and one site from another."""

    name1: str
    name2: str
    street1: str
    street2: str
    zip5: str

    @cached_property
    def site_key(self) -> str:
        return _key(self.name1, self.name2, self.street1, zip5=self.zip5)

    def record_key(self, record_type: str) -> str:
        """The key without its layout, which has a column of its own."""
        return _key(
            record_type,
            self.name1,
            self.name2,
            self.street1,
            self.street2,
            zip5=self.zip5,
        )


def _key(*parts: str, zip5: str) -> str:
    return _short(" | ".join([*map(fold, parts), zip5]))


def _short(key: str) -> str:
    """`key`, its end replaced by a digest where it is too long for the column."""
    if len(key) <= LONGEST_KEY - len(" #9999"):
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST_KEY - len(digest) - 20]} {digest}"


@dataclass(frozen=True)
class Listing:
    """One record of a file: what it says, and the record itself unchanged in `raw`.

    Sets are the clinic's; a service that has others holds its own. `slug` and `status`
    are asked for by layouts that know this site. `source` is "" for the run's own, None
    for a clinic that no dataset lists. `codes` are those of the record's
    codes that became nothing, `remarks` what a person should know of the record.
    """

    record_type: str
    line: int
    raw: Mapping[str, Any] = field(repr=False)
    identity: Identity
    name: str
    number: int = 1
    slug: str = ""
    programme: str | None = None
    organization: str | None = None
    organization_website: str | None = None
    description: str | None = None
    other_names: tuple[OtherNameListing, ...] | None = None
    street: str = ""
    unit: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    address_is_private: bool | None = None
    point: PointListing | None = None
    may_have_point: bool = True
    time_zone: str | None = None
    phones: tuple[PhoneListing, ...] = ()
    email: str | None = None
    website: str | None = None
    booking_url: str | None = None
    opening_hours: str | None = None
    languages: tuple[str, ...] = ()
    payments: tuple[str, ...] | None = None
    accessibility: tuple[str, ...] | None = None
    identifiers: tuple[tuple[str, str], ...] | None = None
    old_slugs: tuple[str, ...] = ()
    status: str = ""
    withdrawn_reason: str = ""
    source: str | None = ""
    source_date: str = ""
    services: tuple[ServiceListing, ...] = ()
    codes: tuple[str, ...] = field(default=(), repr=False)
    remarks: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """What the same record is found by in another edition, within its layout."""
        if self.slug:
            return f"{self.record_type} | /{self.slug}/"
        key = self.identity.record_key(self.record_type)
        return key if self.number == 1 else f"{key} #{self.number}"

    @property
    def site_key(self) -> str:
        return self.identity.site_key

    @property
    def group(self) -> str:
        """What the records of one clinic have in common within a file."""
        return f"/{self.slug}/" if self.slug else self.site_key

    @cached_property
    def content_hash(self) -> str:
        """A digest of all that the record says, wherever it stands in the file."""
        said = [_plain(getattr(self, name)) for name in _CONTENT]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_CONTENT = [
    each.name for each in fields(Listing) if each.name not in {"line", "remarks"}
]


def _plain(value: Any) -> Any:
    """`value` as lists and texts, so that equal claims are equal JSON."""
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "__dataclass_fields__"):
        return [_plain(getattr(value, name)) for name in value.__dataclass_fields__]
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that became no listing, and why, for a person."""

    line: int
    reason: str
    cells: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is left out on purpose: `why` is counted, the row is not kept."""

    line: int
    why: str


Row = Listing | Rejection | Skipped


def numbered(listings: Iterable[Listing]) -> Iterator[Listing]:
    """`listings`, those with equal keys numbered in the order of their phones."""
    alike: dict[str, list[Listing]] = {}
    for listing in listings:
        alike.setdefault(listing.key, []).append(listing)
    for same in alike.values():
        if len(same) > 1:
            same.sort(key=_phone_order)
        for number, listing in enumerate(same, start=1):
            yield listing if number == 1 else replace(listing, number=number)


def _phone_order(listing: Listing) -> Sequence:
    phones = [(each.number, each.extension) for each in listing.phones]
    return (phones, listing.content_hash)
