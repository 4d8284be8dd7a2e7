"""A merge taken back: two clinics again, each with what it had."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import facts
from ..facts import ClinicState
from ..models import Change, Clinic, Merge, User
from ..search import entries
from . import pairs
from .journal import Journal
from .ledger import recorded
from .merging import add_matches, lock, tell_both
from .publishing import NotPublicError, why_not_public
from .verifying import repeat_newest


class ChangedSinceError(ValidationError):
    """Facts were changed after a merge: a person says whether they stay."""


@transaction.atomic
def unmerge(
    merge: Merge, *, by: User, note: str = "", keep_changes: bool = False
) -> None:
    """Take `merge` back: two clinics again, each with what it had.

    What people checked, sources listed or visitors reported since stays with the
    winner. Raises ChangedSinceError, which names them, where facts that the merge wrote
    were changed since; with `keep_changes` these stay as they are now. Raises
    ValidationError where it was taken back already, or a later merge stands on it, and
    NotPublicError where patients may not see what would be left of the winner.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    winner, loser = merge.winner, merge.loser
    lock(winner, loser)
    if problem := why_not_unmerge(merge):
        raise ValidationError(problem)
    changed = changed_since(merge)
    if changed and not keep_changes:
        raise ChangedSinceError(
            _("Changed since the merge: %(facts)s."),
            code="changed",
            params={"facts": ", ".join(changed)},
        )
    both = [winner.pk, loser.pk]
    about = {"kind": Change.Kind.UNDO, "by": by, "note": note}
    with recorded(both, **about) as recording:
        Journal(merge.moved["steps"]).take_back()
        _after(winner, loser)
        pairs.reopen(winner, loser)
        entries.rebuild(both)
    tell_both(both, recording, **about)
    _link(recording.changes, merge)
    records = loser.records.values_list("pk", flat=True)
    add_matches(records, loser, reasons=["undone"], by=by, event=recording.event)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])


def why_not_unmerge(merge: Merge) -> str:
    """Why `merge` cannot be taken back, a sentence; "" where it can."""
    winner, loser = merge.winner, merge.loser
    if merge.undone_at:
        return _("This merge was taken back already.")
    if winner.merged_into_id:
        return _(
            "“%(winner)s” was itself merged into another clinic since. "
            "Take that merge back first."
        ) % {"winner": winner}
    if loser.merged_into_id != winner.pk:
        return _("“%(loser)s” does not lead to “%(winner)s” any more.") % {
            "loser": loser,
            "winner": winner,
        }
    later = Merge.objects.filter(winner=winner, undone_at=None, pk__gt=merge.pk)
    if other := later.select_related("loser").first():
        return _(
            "“%(other)s” was merged into the same clinic later. "
            "Take that merge back first."
        ) % {"other": other.loser}
    return ""


def changed_since(merge: Merge) -> list[str]:
    """The labels of facts that are not any more what the merge made them."""
    states = facts.read([merge.winner_id, merge.loser_id], with_records=False)
    changes = Change.objects.filter(event=merge.event, kind=Change.Kind.MERGE)
    again: set[str] = set()
    for change in changes.filter(clinic__in=states):
        again |= _otherwise(change.diff, states[change.clinic_id])
    return sorted(again)


def _otherwise(diff: Mapping, state: ClinicState) -> set[str]:
    present = state.facts | state.standing
    again = {
        facts.label(name)
        for name, (_before, after) in diff.get("clinic", {}).items()
        if present[name] != after
    }
    written = {
        pk: {name: after for name, (_before, after) in changed.items()}
        for pk, changed in diff.get("services", {}).items()
    }
    for pk, said in (written | diff.get("made", {})).items():
        service = state.services.get(int(pk))
        if service is None:
            again.add(_("a service that is gone"))
            continue
        again |= {
            _("%(fact)s of a service") % {"fact": facts.label(name)}
            for name, value in said.items()
            if service.facts[name] != value
        }
    return again


def _after(winner: Clinic, loser: Clinic) -> None:
    """Check again who verified what, and what patients may see."""
    for clinic in (winner, loser):
        clinic.refresh_from_db()
        repeat_newest(clinic)
    if winner.is_public and (reasons := why_not_public(winner)):
        raise NotPublicError(reasons)
    if loser.is_public and why_not_public(loser):
        loser.status = Clinic.Status.DRAFT
        loser.save(update_fields=["status", "updated_at"])


def _link(changes: Iterable[Change], merge: Merge) -> None:
    """Let each of `changes` say which one of the merge it takes back."""
    done = Change.objects.filter(event=merge.event, kind=Change.Kind.MERGE)
    by_clinic = {change.clinic_id: change for change in done}
    for change in changes:
        change.undoes = by_clinic.get(change.clinic_id)
    Change.objects.bulk_update(changes, ["undoes"])
