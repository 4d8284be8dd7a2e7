"""A change of a clinic taken back: its facts as they were, and who said them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from .. import facts
from ..facts import ID, IS_OWN, SERVICES, ClinicState, Facts
from ..models import Change, Clinic, Service, User
from .changing import Edit, Saying, locked, without, write
from .ledger import recorded


@transaction.atomic
def undo(change: Change, *, by: User, note: str = "") -> Change:
    """Put back what `change` wrote, and who said so.

    Raises ValidationError where that cannot be: the facts were changed again since, an
    entry that they name is gone, or patients may not see what would be left.
    """
    clinic = locked(change.clinic)
    change = Change.objects.select_related("undone_by").get(pk=change.pk)
    if problem := why_not_undo(change):
        raise ValidationError(problem)
    with recorded(
        [clinic.pk], kind=Change.Kind.UNDO, by=by, note=note, undoes=change
    ) as recording:
        state = recording.state_of(clinic.pk)
        if again := sorted(_changed_again(change.diff, state)):
            raise ValidationError(
                _("Changed again since: %(facts)s. Take that back first."),
                params={"facts": ", ".join(again)},
            )
        write(clinic, _reverse(change.diff, state), Saying(by, None))
        _say_as_before(clinic, change.diff)
    if not recording.changes:
        raise ValidationError(_("There is nothing to take back."))
    return recording.changes[0]


def why_not_undo(change: Change) -> str:
    """Why `change` cannot be taken back whatever the clinic says now, or ""."""
    if change.is_first:
        return _("It made the clinic. Withdraw the clinic instead.")
    if change.kind == Change.Kind.MERGE:
        return _("It was a merge. Take back the merge itself.")
    if change.undoes and change.undoes.kind == Change.Kind.MERGE:
        return _("It took a merge back. Merge the two clinics again instead.")
    if hasattr(change, "undone_by"):
        return _("It was taken back already.")
    return ""


def _changed_again(diff: Mapping[str, Any], state: ClinicState) -> set[str]:
    """The labels of facts that are not any more what `diff` made them."""
    present = state.facts | state.standing
    again = {
        facts.label(name)
        for name, (_before, after) in diff.get("clinic", {}).items()
        if present[name] != after
    }
    for pk, changed in diff.get("services", {}).items():
        service = state.services.get(int(pk))
        again |= {
            facts.label(name)
            for name, (_before, after) in changed.items()
            if service is None or service.facts[name] != after
        }
    for pk, made in diff.get("made", {}).items():
        service = state.services.get(int(pk))
        if service is not None and service.facts != made:
            again.add(_("a service that it made"))
    return again


def _reverse(diff: Mapping[str, Any], state: ClinicState) -> Edit:
    def before(changed: Mapping[str, list]) -> Facts:
        return {name: values[0] for name, values in changed.items()}

    services = diff.get("services", {})
    return Edit(
        before(diff.get("clinic", {})),
        {int(pk): before(changed) for pk, changed in services.items()},
        [{"id": int(pk), **said} for pk, said in diff.get("removed", {}).items()],
        state.services.keys() & {int(pk) for pk in diff.get("made", {})},
    )


def _say_as_before(clinic: Clinic, diff: Mapping[str, Any]) -> None:
    """Note again who said the facts of `diff` before it."""
    said = diff.get("said", {})
    _restore(clinic, diff.get("clinic", {}), said.get("clinic", {}))
    removed = diff.get("removed", {})
    changed = diff.get("services", {}) | removed
    for service in clinic.services.filter(pk__in=map(int, changed)):
        pk = str(service.pk)
        _restore(service, changed[pk], said.get("services", {}).get(pk, {}))
    if removed:
        _list_again(clinic, {int(pk) for pk in removed})


def _list_again(clinic: Clinic, services: Collection[int]) -> None:
    """Lead the records that are `services`' own to them, as before they were gone."""
    for record in clinic.records.filter(service=None):
        for entry in record.written.get(SERVICES, {}).values():
            if entry[IS_OWN] and entry[ID] in services:
                record.service_id = entry[ID]
                record.save(update_fields=["service"])


def _restore(thing: Clinic | Service, names: Iterable[str], said: Facts) -> None:
    parts = {part for name in names for part in facts.columns_of(name)}
    thing.field_sources = without(thing.field_sources, parts) | said
    thing.save(update_fields=["field_sources"])
