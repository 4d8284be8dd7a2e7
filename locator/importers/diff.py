"""What an import changes: claims beside what is there, field by field. Pure.

A field is the importers' while it holds what they last wrote; then the newest source
has it. Otherwise it is a person's, and left alone. What importers last wrote stands in
the source records, a field in one record only.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..models.dates import last_day
from .listing import Listing
from .settle import Wanted
from .state import CLINIC_COMPOUNDS, ClinicState, Facts, Record, ServiceState

DRAFT, PUBLISHED, WITHDRAWN = "draft", "published", "withdrawn"
CLINIC, SERVICES, ID, IS_OWN, FIELDS = "clinic", "services", "id", "is_own", "fields"


@dataclass(slots=True)
class ServiceChange:
    """What becomes of one service: `pk` None makes it, `is_removed` unmakes it.

    `facts` are those to write. `listing` is the record that has the service now.
    """

    slot: str
    pk: int | None
    listing: Listing | None = None
    is_own: bool = True
    facts: Facts = field(default_factory=dict)
    claimed: Facts = field(default_factory=dict)
    is_removed: bool = False
    new_pk: int = 0

    @property
    def id(self) -> int:
        return self.pk or self.new_pk


@dataclass(slots=True)
class ClinicChange:
    """What becomes of one clinic and of the records behind it.

    `facts` are those to write; `claimed` what importers then have written last, all
    told. `written` holds other records that lose fields, by their ids. A new clinic
    gets its `new_pk` when it is written.
    """

    wanted: Wanted
    pk: int | None
    facts: Facts = field(default_factory=dict)
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


@dataclass(frozen=True, slots=True)
class _Owner:
    record: Record
    value: Any


@dataclass(slots=True)
class _Ownership:
    """Who wrote the fields of one clinic or service, and who may write them now."""

    owners: dict[str, _Owner]
    sources: Mapping[str, Any]
    mine: frozenset[int]
    as_of: str

    def may_take(self, name: str, present: Any, wanted: Any) -> bool | None:
        """Whether the claim may have the field; None where it is a person's."""
        owner = self.owners.get(name)
        if owner is None:
            return True if _is_blank(present) and not self._is_marked(name) else None
        if owner.value != present:
            return None
        if owner.record.pk in self.mine:
            return True
        return not _is_blank(wanted) and is_newer(self.as_of, owner.record.as_of)

    def _is_marked(self, name: str) -> bool:
        """Whether it is noted that a person wrote the field."""
        parts = CLINIC_COMPOUNDS.get(name, (name,))
        return any("user" in self.sources.get(part, {}) for part in parts)


def is_newer(one: str, other: str) -> bool:
    """Whether all that the partial date `one` may mean is after all of `other`."""
    return _first_day(one) > last_day(other)


def _first_day(partial: str) -> date:
    parts = [int(part) for part in partial.split("-")]
    return date(*(*parts, 1, 1)[:3])


def _is_blank(value: Any) -> bool:
    return value in (None, "", "unknown", False, [])


def without_blanks(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if not _is_blank(value)}


# --- A clinic ----------------------------------------------------------------------


def new_clinic(wanted: Wanted) -> ClinicChange:
    """The change that makes the clinic of `wanted`."""
    change = ClinicChange(wanted, pk=None)
    facts = {name: value for name, value in wanted.facts.items() if value is not None}
    change.facts, change.claimed = dict(facts), dict(facts)
    for service, listing in wanted.site.services:
        said = wanted.services[service.slot]
        change.services.append(
            ServiceChange(
                service.slot,
                None,
                listing,
                not service.is_derived,
                dict(said),
                dict(said),
            )
        )
    _settle_status(change, facts, [each.facts for each in change.services], None)
    return change


def changed_clinic(
    wanted: Wanted, state: ClinicState, mine: frozenset[int]
) -> ClinicChange:
    """The change that `wanted` makes to the clinic in `state`.

    `mine` are the ids of the records of the same site in the same layout.
    """
    change = ClinicChange(wanted, state.pk, status_before=state.status)
    ownership = _Ownership(
        _owners(state.records, lambda written: [written.get(CLINIC, {})], state),
        state.field_sources,
        mine,
        wanted.as_of,
    )
    left = _merge(wanted.facts, state.facts, ownership, change.facts, change.claimed)
    _release(change, state, mine, CLINIC)
    _keep_possible_clinic(change, state)
    left += _services(change, state, mine)
    if left:
        said = f"{state.facts['name']} (/clinics/{state.slug}/): {', '.join(left)}."
        change.notes.append(("left_to_person", said))
    results = list(_service_results(change, state))
    _settle_status(change, state.facts | change.facts, results, state)
    return change


def _merge(
    wanted: Facts, present: Facts, ownership: _Ownership, facts: Facts, claimed: Facts
) -> list[str]:
    """Fill `facts` to write and `claimed`; answers the fields left to a person."""
    left = []
    for name, value in wanted.items():
        if value is None:
            continue
        verdict = ownership.may_take(name, present[name], value)
        owner = ownership.owners.get(name)
        if verdict:
            claimed[name] = value
            if value != present[name]:
                facts[name] = value
        else:
            if owner and owner.record.pk in ownership.mine:
                claimed[name] = owner.value
            if verdict is None and value != present[name]:
                left.append(name)
    return left


def _owners(records: Sequence[Record], parts: Any, holder: Any) -> dict[str, _Owner]:
    """The record that last wrote each field; of several the one that is named."""
    owners: dict[str, _Owner] = {}
    for record in sorted(records, key=lambda each: (last_day(each.as_of), each.pk)):
        for part in parts(record.written):
            for name, value in part.items():
                named = holder.field_sources.get(name, {}).get("record")
                if name in owners and owners[name].record.pk == named:
                    continue
                owners[name] = _Owner(record, value)
    return owners


def _release(
    change: ClinicChange, state: ClinicState, mine: frozenset[int], part: str
) -> None:
    """Take what this clinic's records of other layouts no longer have from them."""
    for record in state.records:
        held = record.written.get(part, {})
        lost = change.claimed.keys() & held.keys()
        if record.pk in mine or not lost:
            continue
        kept = {name: value for name, value in held.items() if name not in lost}
        change.written[record.pk] = record.written | {part: kept}


def _keep_possible_clinic(change: ClinicChange, state: ClinicState) -> None:
    """Leave out what the database could not hold beside what a person wrote."""
    result = state.facts | change.facts
    point = result["point"]
    if result["address_is_private"] and point and point[3] != "city":
        change.facts.pop("point", None)
    if result["opening_hours"] and not result["time_zone"]:
        change.facts.pop("opening_hours", None)
        change.facts.pop("time_zone", None)


# --- Its services ------------------------------------------------------------------


def _services(
    change: ClinicChange, state: ClinicState, mine: frozenset[int]
) -> list[str]:
    left: list[str] = []
    slots = _Slots(state, mine)
    for service, listing in change.wanted.site.services:
        if service.is_derived and slots.is_known_better(service.slot):
            change.services += slots.held(service.slot, listing)
            continue
        said = change.wanted.services[service.slot]
        present = slots.service_for(service.slot, said)
        if present is None and slots.was_removed(service.slot):
            left.append(f"{service.slot} (a person removed it)")
            continue
        is_own = not service.is_derived
        one = ServiceChange(
            service.slot, present.pk if present else None, listing, is_own
        )
        if present is None:
            one.facts, one.claimed = dict(said), dict(said)
        else:
            ownership = slots.ownership(present, change.wanted.as_of)
            left += _merge(said, present.facts, ownership, one.facts, one.claimed)
            _keep_possible_service(one, present)
            _release_service(change, state, mine, one)
        change.services.append(one)
    left += _removals(change, slots)
    return left


def _removals(change: ClinicChange, slots: "_Slots") -> Iterator[str]:
    kept = {each.slot for each in change.services}
    pks = {each.pk for each in change.services}
    wanted = set(change.wanted.services)
    for slot, service in slots.of_mine().items():
        if slot in kept | wanted or service.pk in pks:
            continue
        if slots.is_untouched(service, change.wanted.as_of):
            change.services.append(ServiceChange(slot, service.pk, is_removed=True))
        else:
            yield f"{slot} (its source no longer has it)"


@dataclass(slots=True)
class _Slots:
    """Which service of a clinic each slot of its records means."""

    state: ClinicState
    mine: frozenset[int]
    _taken: set[int] = field(default_factory=set)

    def _entries(self, *, only_mine: bool) -> Iterator[tuple[Record, str, dict]]:
        for record in self.state.records:
            if (record.pk in self.mine) or not only_mine:
                for slot, entry in record.written.get(SERVICES, {}).items():
                    yield record, slot, entry

    def service_for(self, slot: str, said: Facts) -> ServiceState | None:
        """The service that `slot` means, or that says the same of what and for whom."""
        for only_mine in (True, False):
            for record, other, entry in self._entries(only_mine=only_mine):
                pks = (entry[ID], record.service_id if entry[IS_OWN] else None)
                found = next((pk for pk in pks if pk in self.state.services), None)
                if other == slot and found and found not in self._taken:
                    return self._take(found)
        for pk, service in self.state.services.items():
            same = all(
                service.facts[name] == said[name]
                for name in ("service_type", "specialties")
            )
            if same and pk not in self._taken and not self._is_of_mine(pk):
                return self._take(pk)
        return None

    def _take(self, pk: int) -> ServiceState:
        self._taken.add(pk)
        return self.state.services[pk]

    def _is_of_mine(self, pk: int) -> bool:
        return any(entry[ID] == pk for *_, entry in self._entries(only_mine=True))

    def was_removed(self, slot: str) -> bool:
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
            ServiceChange(slot, entry[ID], listing, False, {}, entry[FIELDS])
            for _, other, entry in self._entries(only_mine=True)
            if other == slot and entry[ID] in self.state.services
        ]

    def of_mine(self) -> dict[str, ServiceState]:
        return {
            slot: self.state.services[entry[ID]]
            for _, slot, entry in self._entries(only_mine=True)
            if entry[ID] in self.state.services
        }

    def ownership(self, service: ServiceState, as_of: str) -> _Ownership:
        def parts(written: Mapping[str, Any]) -> list[Facts]:
            entries = written.get(SERVICES, {}).values()
            return [each[FIELDS] for each in entries if each[ID] == service.pk]

        owners = _owners(self.state.records, parts, service)
        return _Ownership(owners, service.field_sources, self.mine, as_of)

    def is_untouched(self, service: ServiceState, as_of: str) -> bool:
        """Whether nobody but the records of this site wrote anything of `service`."""
        ownership = self.ownership(service, as_of)
        others = any(
            entry[ID] == service.pk and record.pk not in self.mine
            for record, _, entry in self._entries(only_mine=False)
        )
        return not others and all(
            ownership.may_take(name, value, value) or _is_blank(value)
            for name, value in service.facts.items()
        )


def _release_service(
    change: ClinicChange,
    state: ClinicState,
    mine: frozenset[int],
    one: ServiceChange,
) -> None:
    for record in state.records:
        if record.pk in mine:
            continue
        written = change.written.get(record.pk, record.written)
        entries = written.get(SERVICES, {})
        lost = {
            slot: entry
            for slot, entry in entries.items()
            if entry[ID] == one.pk and entry[FIELDS].keys() & one.claimed.keys()
        }
        for slot, entry in lost.items():
            kept = {k: v for k, v in entry[FIELDS].items() if k not in one.claimed}
            entries = entries | {slot: entry | {FIELDS: kept}}
        if lost:
            change.written[record.pk] = written | {SERVICES: entries}


def _keep_possible_service(one: ServiceChange, present: ServiceState) -> None:
    """Leave out what the database could not hold beside what a person wrote."""
    result = present.facts | one.facts
    if result["remote"] == result["in_person"] == "no":
        one.facts.pop("remote", None)
        one.facts.pop("in_person", None)
    ages = (result["minimum_age"], result["maximum_age"])
    if None not in ages and ages[0] > ages[1]:
        one.facts.pop("minimum_age", None)
        one.facts.pop("maximum_age", None)


def _service_results(change: ClinicChange, state: ClinicState) -> Iterator[Facts]:
    """The facts of every service that the clinic has after the change."""
    by_pk = {each.pk: each for each in change.services if each.pk}
    for pk, service in state.services.items():
        if pk not in by_pk:
            yield service.facts
        elif not by_pk[pk].is_removed:
            yield service.facts | by_pk[pk].facts
    yield from (each.facts for each in change.services if each.pk is None)


# --- Whether patients see it -------------------------------------------------------


def _settle_status(
    change: ClinicChange,
    facts: Facts,
    services: Sequence[Facts],
    state: ClinicState | None,
) -> None:
    """Decide the status, write it where it changes, and note what is for a person."""
    care, lead = change.wanted.care_types, change.wanted.site.lead
    may_be = may_be_public(facts, services, care)
    has_care = any(_is_remote_care(each, care) for each in services)
    asked = lead.status or (PUBLISHED if may_be and has_care else DRAFT)
    target = DRAFT if asked == PUBLISHED and not may_be else asked
    if asked != target:
        change.notes.append(("not_public", f"{facts['name']}: kept as a draft."))
    change.status = state.status if state else target
    owned = state is None or _is_status_importers(state)
    had_care = state is not None and any(
        _is_remote_care(each.facts, care) for each in state.services.values()
    )
    if change.status_before == PUBLISHED and had_care and not has_care:
        said = f"{facts['name']} (/clinics/{state.slug}/)."
        change.notes.append(("made_draft", said))
        _write_status(change, DRAFT, "")
    elif owned and target != change.status_before:
        _write_status(change, target, lead.withdrawn_reason)
    elif owned:
        change.claimed["status"] = target
    elif lead.status and lead.status != change.status:
        change.notes.append(("left_to_person", f"{facts['name']}: status."))


def _is_remote_care(service: Facts, care_types: Collection[str]) -> bool:
    return service["remote"] == "yes" and service["service_type"] in care_types


def _is_status_importers(state: ClinicState) -> bool:
    """Whether importers set the status last: a person's draft is never published."""
    if state.is_merged or "user" in state.field_sources.get("status", {}):
        return False
    values = [
        record.written[CLINIC]["status"]
        for record in state.records
        if "status" in record.written.get(CLINIC, {})
    ]
    return state.status in values


def _write_status(change: ClinicChange, status: str, reason: str) -> None:
    change.status = status
    change.facts["status"] = change.claimed["status"] = status
    change.facts["withdrawn_reason"] = reason if status == WITHDRAWN else ""


def may_be_public(
    facts: Facts, services: Iterable[Facts], care_types: Collection[str]
) -> bool:
    """Whether patients may see a clinic of these facts: see `curation`."""
    remote = [each for each in services if each["remote"] == "yes"]
    reachable = any(facts.get(name) for name in ("email", "website", "booking_url"))
    callable_ = any(purpose != "fax" for *_, purpose in facts["phones"])
    return bool(
        facts["name"]
        and (reachable or callable_)
        and remote
        and all(
            each["coverage"] for each in remote if each["service_type"] in care_types
        )
    )


def after(state: ClinicState, change: ClinicChange) -> ClinicState:
    """The state that `change` leads to, for another change of the same clinic.

    Services that are yet to be made stand under negative ids.
    """
    services = dict(state.services)
    for number, one in enumerate(change.services, start=1):
        if one.is_removed:
            services.pop(one.pk, None)
            continue
        before = services.get(one.pk) or ServiceState(-number, {})
        services[before.pk] = replace(before, facts=before.facts | one.facts)
    written = {
        each.key: change.written_for(each) for each in change.wanted.site.listings
    }
    records = [
        replace(
            each,
            written=change.written.get(each.pk) or written.get(each.key, each.written),
        )
        for each in state.records
    ]
    return replace(
        state,
        facts=state.facts | change.facts,
        services=services,
        status=change.status,
        records=records,
    )
