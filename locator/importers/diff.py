"""What an import changes: claims beside what is there, field by field. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from ..facts import ClinicState, Facts, ServiceState, said_by
from .change import (
    CLINIC,
    DRAFT,
    FIELDS,
    ID,
    PUBLISHED,
    SERVICES,
    ClinicChange,
    Left,
    ServiceChange,
)
from .ownership import AGES, Ownership
from .settle import Wanted
from .slots import Slots
from .status import settle_status


def new_clinic(wanted: Wanted, *, as_draft: bool = False) -> ClinicChange:
    """The change that makes the clinic of `wanted`.

    With `as_draft` patients see it only when a person publishes it.
    """
    change = ClinicChange(wanted, pk=None)
    change.facts = _blank() | {
        name: value for name, value in wanted.facts.items() if value is not None
    }
    change.claimed = dict(change.facts)
    for service, listing in wanted.site.services:
        said = wanted.services[service.slot]
        is_own = not service.is_derived
        change.services.append(
            ServiceChange(
                service.slot, None, listing, is_own, dict(said), claimed=dict(said)
            )
        )
    results = [each.facts for each in change.services]
    settle_status(change, dict(change.facts), results, None)
    if as_draft and change.status == PUBLISHED:
        change.status = change.facts["status"] = DRAFT
        # Not the importers', who would publish it the next time.
        del change.claimed["status"]
    return change


def _blank() -> Facts:
    """What decides whether patients see a clinic, where nothing is said of it."""
    return {"email": "", "website": "", "booking_url": ""}


def changed_clinic(
    wanted: Wanted, state: ClinicState, mine: frozenset[int]
) -> ClinicChange:
    """The change that `wanted` makes to the clinic in `state`.

    `mine` are the ids of the records of the same site in the same layout.
    """
    change = ClinicChange(wanted, state.pk, state.slug, status_before=state.status)
    ownership = Ownership.of(
        state.records,
        lambda written: [written.get(CLINIC, {})],
        sources=state.field_sources,
        mine=mine,
        as_of=wanted.as_of,
    )
    merged = ownership.merge(wanted.facts, state.facts)
    change.facts, change.claimed = merged.facts, merged.claimed
    _keep_possible_clinic(change, state)
    _release_clinic(change, state, mine)
    change.left += [
        Left(None, name, state.facts[name], wanted.facts[name], wanted.site.lead)
        for name in merged.left
    ]
    left = [*merged.left, *_services(change, state, mine)]
    if left:
        said = f"{state.facts['name']} (/clinics/{state.slug}/): {', '.join(left)}."
        change.notes.append(("left_to_person", said))
    results = list(_service_results(change, state))
    settle_status(change, state.facts | change.facts, results, state)
    _remember(change, state)
    return change


def _remember(change: ClinicChange, state: ClinicState) -> None:
    """Keep what there was before, and who said it."""
    present = state.facts | state.standing
    change.before = {name: present[name] for name in change.facts}
    change.said = {CLINIC: said_by(state.field_sources, change.facts), SERVICES: {}}
    for one in change.services:
        if service := state.services.get(one.pk):
            one.before = (
                dict(service.facts)
                if one.is_removed
                else {name: service.facts[name] for name in one.facts}
            )
            if said := said_by(service.field_sources, one.before):
                change.said[SERVICES][str(one.pk)] = said


def _keep_possible_clinic(change: ClinicChange, state: ClinicState) -> None:
    """Leave out what the database could not hold beside what a person wrote."""
    result = state.facts | change.facts
    if (
        result["address_is_private"]
        and result["point"]
        and result["point"][3] != "city"
    ):
        _leave_out(change, state.facts, "point", "address_is_private")
    if result["opening_hours"] and not result["time_zone"]:
        _leave_out(change, state.facts, "opening_hours", "time_zone")


def _leave_out(
    change: ClinicChange | ServiceChange, present: Facts, *names: str
) -> None:
    for name in names:
        if name in change.facts:
            del change.facts[name]
            change.claimed[name] = present[name]


def _release_clinic(
    change: ClinicChange, state: ClinicState, mine: frozenset[int]
) -> None:
    """Take what this clinic's other records no longer have from them."""
    for record in state.records:
        held = record.written.get(CLINIC, {})
        if record.pk not in mine and change.claimed.keys() & held.keys():
            kept = {k: v for k, v in held.items() if k not in change.claimed}
            change.written[record.pk] = record.written | {CLINIC: kept}


# --- Its services ------------------------------------------------------------------


def _services(
    change: ClinicChange, state: ClinicState, mine: frozenset[int]
) -> Iterator[str]:
    """Add what becomes of the services; yields what is left to a person."""
    slots = Slots(state, mine, change.wanted.as_of)
    for service, listing in change.wanted.site.services:
        slot, is_own = service.slot, not service.is_derived
        if not is_own and slots.is_known_better(slot):
            change.services += slots.held(slot, listing)
            continue
        said = change.wanted.services[slot]
        present = slots.service_for(slot, said)
        if present is not None:
            one = ServiceChange(slot, present.pk, listing, is_own)
            left = _merge_service(one, said, present, slots)
            change.left += [
                Left(present.pk, name, present.facts[name], said[name], listing)
                for name in left
            ]
            yield from left
            _release_service(change, state, mine, one)
            change.services.append(one)
        elif slots.was_removed(slot):
            yield f"{slot} (a person removed it)"
        else:
            change.services.append(
                ServiceChange(
                    slot, None, listing, is_own, dict(said), claimed=dict(said)
                )
            )
    yield from _removals(change, slots)


def _merge_service(
    one: ServiceChange, said: Facts, present: ServiceState, slots: Slots
) -> list[str]:
    merged = slots.ownership(present).merge(said, present.facts)
    one.facts, one.claimed = merged.facts, merged.claimed
    result = present.facts | one.facts
    # What the database could not hold beside what a person wrote.
    if result["remote"] == result["in_person"] == "no":
        _leave_out(one, present.facts, "remote", "in_person")
        return list(dict.fromkeys([*merged.left, "remote"]))
    lowest, highest = (result[name] for name in AGES)
    if None not in (lowest, highest) and lowest > highest:
        _leave_out(one, present.facts, *AGES)
    return merged.left


def _release_service(
    change: ClinicChange, state: ClinicState, mine: frozenset[int], one: ServiceChange
) -> None:
    for record in state.records:
        if record.pk in mine:
            continue
        written = change.written.get(record.pk, record.written)
        entries = dict(written.get(SERVICES, {}))
        lost = [
            slot
            for slot, entry in entries.items()
            if entry[ID] == one.pk and entry[FIELDS].keys() & one.claimed.keys()
        ]
        for slot in lost:
            fields = entries[slot][FIELDS]
            kept = {k: v for k, v in fields.items() if k not in one.claimed}
            entries[slot] = entries[slot] | {FIELDS: kept}
        if lost:
            change.written[record.pk] = written | {SERVICES: entries}


def _removals(change: ClinicChange, slots: Slots) -> Iterator[str]:
    """Remove services that their source gave up, unless somebody else wrote of them."""
    kept = {each.pk for each in change.services}
    for slot, service in slots.of_mine().items():
        if slot in change.wanted.services or service.pk in kept:
            continue
        if slots.is_untouched(service):
            change.services.append(ServiceChange(slot, service.pk, is_removed=True))
        else:
            yield f"{slot} (its source no longer has it)"


def _service_results(change: ClinicChange, state: ClinicState) -> Iterator[Facts]:
    """The facts of every service that the clinic has after the change."""
    by_pk = {each.pk: each for each in change.services if each.pk}
    for pk, service in state.services.items():
        if pk not in by_pk:
            yield service.facts
        elif not by_pk[pk].is_removed:
            yield service.facts | by_pk[pk].facts
    yield from (each.facts for each in change.services if each.pk is None)


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
    listings = change.wanted.site.listings
    written = {each.key: change.written_for(each) for each in listings}
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
