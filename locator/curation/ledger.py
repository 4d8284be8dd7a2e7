"""What was written to clinics, before and after: the ledger that undo reads."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils import timezone

from .. import facts, inspecting
from ..facts import ClinicState, Facts
from ..models import Change, Clinic, ImportRun, User

# More are looked at in their own time: `inspect_clinics`.
CLINICS_LOOKED_AT = 50

# Clinics whose writes are being recorded: an inner recording has nothing to add.
_watched: ContextVar[frozenset[int]] = ContextVar("watched", default=frozenset())


@dataclass(slots=True)
class Recording:
    """Writes that are being recorded as one `event`; `changes` once it has ended."""

    event: uuid.UUID
    changes: list[Change] = field(default_factory=list)
    _before: dict[int, ClinicState] = field(default_factory=dict)
    _made: set[int] = field(default_factory=set)

    def state_of(self, clinic: int) -> ClinicState:
        """What the clinic with this id said before the writes."""
        if clinic not in self._before:
            # An outer recording has read it; what it says now counts here.
            self._before |= facts.read([clinic], with_records=False)
        return self._before[clinic]

    def made(self, clinic: int) -> None:
        """Note that the clinic with this id was not there before."""
        self._made.add(clinic)


def newest_of(clinic: Clinic) -> int:
    """The id of the newest change of `clinic`, 0 where nothing was recorded yet."""
    return clinic.changes.aggregate(newest=Max("pk"))["newest"] or 0


@contextmanager
def recorded(
    clinics: Iterable[int],
    *,
    kind: Change.Kind,
    by: User | None = None,
    run: ImportRun | None = None,
    note: str = "",
    event: uuid.UUID | None = None,
    undoes: Change | None = None,
) -> Iterator[Recording]:
    """Record what the block writes to the clinics with these ids.

    Use it in the transaction of the writes. Each clinic that says something else
    afterwards gets one `Change`; the outermost recording of a clinic tells it all.
    """
    watched = _watched.get()
    mine = set(clinics) - watched
    before = facts.read(mine, with_records=False)
    recording = Recording(event or uuid.uuid4(), _before=dict(before))
    token = _watched.set(watched | mine)
    try:
        yield recording
    finally:
        _watched.reset(token)
    after = facts.read(mine | recording._made, with_records=False)
    about = {"by": by, "run": run, "note": note, "undoes": undoes, "kind": kind}
    for pk, state in after.items():
        is_first = pk not in before
        diff = {} if is_first else difference(before[pk], state)
        if diff or is_first:
            recording.changes.append(
                Change(
                    clinic_id=pk,
                    at=timezone.now(),
                    diff=diff,
                    is_first=is_first,
                    event=recording.event,
                    **about,
                )
            )
    Change.objects.bulk_create(recording.changes)
    if len(recording.changes) <= CLINICS_LOOKED_AT:
        inspecting.refresh(change.clinic_id for change in recording.changes)


def difference(before: ClinicState, after: ClinicState) -> dict[str, Any]:
    """What differs, in the form of `Change.diff`; {} for nothing.

    A part `said` keeps who said the clinic's facts before, by field of the model, and
    those of services by id, removed ones too.
    """
    kept = before.services.keys() & after.services.keys()
    services = {
        pk: _changed(before.services[pk].facts, after.services[pk].facts)
        for pk in sorted(kept)
    }
    parts = {
        "clinic": _changed(
            before.facts | before.standing, after.facts | after.standing
        ),
        "services": _filled(services),
        "made": _all_of(after, after.services.keys() - kept),
        "removed": _all_of(before, before.services.keys() - kept),
    }
    if not (diff := {name: part for name, part in parts.items() if part}):
        return {}
    of_services = {
        pk: facts.said_by(before.services[int(pk)].field_sources, names)
        for pk, names in (parts["services"] | parts["removed"]).items()
    }
    said = {
        "clinic": facts.said_by(before.field_sources, parts["clinic"]),
        "services": _filled(of_services),
    }
    return diff | {"said": said}


def _changed(before: Facts, after: Facts) -> dict[str, list]:
    return {
        name: [value, after[name]]
        for name, value in before.items()
        if value != after[name]
    }


def _filled(parts: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): part for key, part in parts.items() if part}


def _all_of(state: ClinicState, services: Iterable[int]) -> dict[str, Facts]:
    return {str(pk): state.services[pk].facts for pk in sorted(services)}
