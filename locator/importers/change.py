"""What an import does to one clinic, as plain values. Pure."""

from dataclasses import dataclass, field
from typing import Any

from ..facts import CLINIC, FIELDS, ID, IS_OWN, SERVICES, Facts
from .listing import Listing
from .ownership import without_blanks
from .settle import Wanted

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"


@dataclass(frozen=True, slots=True)
class Left:
    """A fact that a source says otherwise than a person did: left as it is.

    `service` None means the clinic's own. `listing` is the record that says it.
    """

    service: int | None
    fact: str
    present: Any
    proposed: Any
    listing: Listing


@dataclass(slots=True)
class ServiceChange:
    """What becomes of one service: `pk` None makes it, `is_removed` unmakes it.

    `facts` are those to write, `before` what they were; `claimed` what records of the
    site then have written last. `listing` is the record that has the service. A new one
    gets its `new_pk` when it is written.
    """

    slot: str
    pk: int | None
    listing: Listing | None = None
    is_own: bool = True
    facts: Facts = field(default_factory=dict)
    before: Facts = field(default_factory=dict)
    claimed: Facts = field(default_factory=dict)
    is_removed: bool = False
    new_pk: int = 0

    @property
    def id(self) -> int:
        """The service's id; 0 while a new one has none."""
        return self.pk or self.new_pk


@dataclass(slots=True)
class ClinicChange:
    """What becomes of one clinic and of the records behind it.

    `facts` are those to write, `before` what they were; `claimed` what records of the
    site then have written last, all told. `written` holds other records that lose
    fields, by their ids, `said` who said the facts before. `left` is for a person.
    `notes` are (topic, sentence). A new clinic gets its `new_pk` when it is written.
    """

    wanted: Wanted
    pk: int | None
    slug: str = ""
    facts: Facts = field(default_factory=dict)
    before: Facts = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    claimed: Facts = field(default_factory=dict)
    services: list[ServiceChange] = field(default_factory=list)
    written: dict[int, dict[str, Any]] = field(default_factory=dict)
    status_before: str = ""
    status: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    new_pk: int = 0

    @property
    def id(self) -> int:
        """The clinic's id; 0 while a new one has none."""
        return self.pk or self.new_pk

    @property
    def is_new(self) -> bool:
        return self.pk is None

    @property
    def is_felt(self) -> bool:
        """Whether the clinic itself or one of its services changes."""
        return bool(
            self.is_new
            or self.facts
            or any(each.facts or each.is_removed for each in self.services)
        )

    @property
    def is_published_now(self) -> bool:
        return self.status == PUBLISHED != self.status_before

    def services_of(self, listing: Listing) -> list[ServiceChange]:
        """The services that `listing` has, of those that stay."""
        return [
            each
            for each in self.services
            if each.listing and each.listing.key == listing.key
        ]

    def written_for(self, listing: Listing) -> dict[str, Any]:
        """What importers have last written, as the record of `listing` keeps it.

        Blanks are left out: a blank that nobody wrote is anyone's to fill.
        """
        is_lead = listing is self.wanted.site.lead
        return {
            CLINIC: without_blanks(self.claimed) if is_lead else {},
            SERVICES: {
                each.slot: {
                    ID: each.id,
                    IS_OWN: each.is_own,
                    FIELDS: without_blanks(each.claimed),
                }
                for each in self.services_of(listing)
            },
        }
