"""Which service of a clinic a source means by each of its slots. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..facts import ClinicState, Facts, Record, ServiceState
from .change import FIELDS, ID, IS_OWN, SERVICES, ServiceChange
from .listing import Listing
from .ownership import FAST, Ownership, is_blank

Entry = Mapping[str, Any]


@dataclass(slots=True)
class Slots:
    """The slots that records of a clinic have written.

    `mine` are the ids of the records of the site that claims, at the date `as_of`.
    """

    state: ClinicState
    mine: frozenset[int]
    as_of: str
    _taken: set[int] = field(default_factory=set)

    def _entries(self, *, only_mine: bool) -> Iterator[tuple[Record, str, Entry]]:
        for record in self.state.records:
            if record.pk in self.mine or not only_mine:
                for slot, entry in record.written.get(SERVICES, {}).items():
                    yield record, slot, entry

    def service_for(self, slot: str, said: Facts) -> ServiceState | None:
        """The service that `slot` means, or that says the same of what and for whom.

        None where the clinic has none. A service is given once.
        """
        for only_mine in (True, False):
            for record, other, entry in self._entries(only_mine=only_mine):
                # A merge may have moved the record to the service that stayed.
                pks = (entry[ID], record.service_id if entry[IS_OWN] else None)
                found = next((pk for pk in pks if pk in self.state.services), None)
                if other == slot and found and found not in self._taken:
                    return self._take(found)
        mine = {entry[ID] for *_, entry in self._entries(only_mine=True)}
        for pk, service in self.state.services.items():
            if pk not in self._taken | mine and _is_for_the_same(service.facts, said):
                return self._take(pk)
        return None

    def _take(self, pk: int) -> ServiceState:
        self._taken.add(pk)
        return self.state.services[pk]

    def was_removed(self, slot: str) -> bool:
        """Whether a service stood for `slot` once; asked where none does now."""
        return any(other == slot for _, other, _ in self._entries(only_mine=True))

    def is_known_better(self, slot: str) -> bool:
        """Whether a record of the programme's own, of another layout, has `slot`."""
        return any(
            record.pk not in self.mine and other == slot and entry[IS_OWN]
            for record, other, entry in self._entries(only_mine=False)
        )

    def held(self, slot: str, listing: Listing) -> list[ServiceChange]:
        """What records of this site still hold of `slot`, changing nothing."""
        return [
            ServiceChange(
                slot, entry[ID], listing, is_own=False, claimed=dict(entry[FIELDS])
            )
            for _, other, entry in self._entries(only_mine=True)
            if other == slot and entry[ID] in self.state.services
        ]

    def of_mine(self) -> dict[str, ServiceState]:
        """The services that records of this site have, by slot."""
        return {
            slot: self.state.services[entry[ID]]
            for _, slot, entry in self._entries(only_mine=True)
            if entry[ID] in self.state.services
        }

    def ownership(self, service: ServiceState) -> Ownership:
        def parts(written: Mapping[str, Any]) -> list[Facts]:
            entries = written.get(SERVICES, {}).values()
            return [each[FIELDS] for each in entries if each[ID] == service.pk]

        return Ownership.of(
            self.state.records,
            parts,
            sources=service.field_sources,
            mine=self.mine,
            as_of=self.as_of,
            fast=FAST,
        )

    def is_untouched(self, service: ServiceState) -> bool:
        """Whether nobody but the records of this site wrote anything of `service`."""
        ownership = self.ownership(service)
        others = any(
            entry[ID] == service.pk and record.pk not in self.mine
            for record, _, entry in self._entries(only_mine=False)
        )
        return not others and all(
            is_blank(value) or ownership.may_take(name, value, is_said=False)
            for name, value in service.facts.items()
        )


def _is_for_the_same(facts: Facts, said: Facts) -> bool:
    names = ("service_type", "specialties")
    return all(facts[name] == said[name] for name in names)
