"""Whether patients see a clinic after an import. Pure."""

from collections.abc import Collection, Iterable, Sequence

from ..facts import ClinicState, Facts
from .change import CLINIC, DRAFT, PUBLISHED, WITHDRAWN, ClinicChange


def settle_status(
    change: ClinicChange,
    facts: Facts,
    services: Sequence[Facts],
    state: ClinicState | None,
) -> None:
    """Decide the status, write it where it changes, and note what is for a person.

    `facts` and `services` are those after the change, `state` what is there before.
    """
    care, lead = change.wanted.care_types, change.wanted.site.lead
    may_be = may_be_public(facts, services, care)
    has_care = any(_is_remote_care(each, care) for each in services)
    asked = lead.status or (PUBLISHED if may_be and has_care else DRAFT)
    target = DRAFT if asked == PUBLISHED and not may_be else asked
    if asked != target:
        change.notes.append(("not_public", f"{facts['name']}: kept as a draft."))
    change.status = state.status if state else target
    is_ours = state is None or _is_status_importers(state)
    had_care = state is not None and any(
        _is_remote_care(each.facts, care) for each in state.services.values()
    )
    if change.status_before == PUBLISHED and had_care and not has_care:
        said = f"{facts['name']} (/clinics/{state.slug}/)."
        change.notes.append(("made_draft", said))
        _write(change, DRAFT, "")
    elif is_ours and target != change.status_before:
        _write(change, target, lead.withdrawn_reason)
    elif is_ours:
        change.claimed["status"] = target
    elif lead.status and lead.status != change.status:
        change.notes.append(("left_to_person", f"{facts['name']}: status."))


def _write(change: ClinicChange, status: str, reason: str) -> None:
    change.status = status
    change.facts["status"] = change.claimed["status"] = status
    change.facts["withdrawn_reason"] = reason if status == WITHDRAWN else ""


def _is_status_importers(state: ClinicState) -> bool:
    """Whether importers set the status last: a person's draft is never published."""
    if state.is_merged or "user" in state.field_sources.get("status", {}):
        return False
    return any(
        record.written.get(CLINIC, {}).get("status") == state.status
        for record in state.records
    )


def may_be_public(
    facts: Facts, services: Iterable[Facts], care_types: Collection[str]
) -> bool:
    """Whether patients may see a clinic that says this: `curation.why_not_public`."""
    remote = [each for each in services if each["remote"] == "yes"]
    addresses = (facts["email"], facts["website"], facts["booking_url"])
    numbers = [purpose for *_, purpose in facts["phones"] if purpose != "fax"]
    return bool(
        facts["name"]
        and (any(addresses) or numbers)
        and remote
        and all(
            each["coverage"] for each in remote if each["service_type"] in care_types
        )
    )


def _is_remote_care(service: Facts, care_types: Collection[str]) -> bool:
    return service["remote"] == "yes" and service["service_type"] in care_types
