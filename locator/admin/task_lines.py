"""What a task found, in words: its counts, and its lines a page at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .. import facts
from ..importers.telling import TOPICS
from ..models import Clinic, Task
from . import diffs

Line = dict[str, Any]

_TITLES: dict[str, Promise] = {
    "new": _("New clinics"),
    "changed": _("Changed, fact by fact"),
    "waiting": _("May be one of several: a person decides"),
    "proposals": _("Left to a person, as proposals"),
    "rejected": _("Rejected rows"),
    "refused": _("Refused rows"),
    "vanished": _("No longer in this file"),
    "notes": _("To know"),
    "codes": _("Codes without a place here"),
}
# The counts of an import worth telling, in the order of the work.
_TALLY: dict[str, Promise] = {
    "records": _("records read"),
    "records_new": _("records that are new"),
    "records_changed": _("records that say something else than before"),
    "records_unchanged": _("records as before"),
    "older": _("records left alone, for we hold a newer edition"),
    "rejected": _("rows rejected"),
    "linked by identifier": _("records known by an identifier"),
    "linked by name-and-address": _("records known by name and address"),
    "clinics_new": _("new clinics"),
    "new_published": _("of them published"),
    "new_draft": _("of them drafts"),
    "new_withdrawn": _("of them withdrawn"),
    "placed_by_postcode": _("of them placed by their postcode"),
    "clinics_changed": _("clinics changed"),
    "clinics_published": _("of them published now"),
    "clinics_unchanged": _("clinics that say the same as before"),
    "services_new": _("new services"),
    "services_removed": _("services that their source gave up"),
    "waiting": _("records that wait for a person: several clinics may be meant"),
    "proposals": _("facts that a person wrote and the file says otherwise"),
    "vanished": _("records that the file no longer has; nothing is deleted"),
    "samples_withdrawn": _("sample clinics withdrawn"),
}
_SKIPPED = "skipped: "


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what a task found; `template` draws one of its lines."""

    code: str
    title: str | Promise
    count: int

    @property
    def template(self) -> str:
        return f"admin/_task_{self.code}.html"


def parts(task: Task) -> list[Part]:
    """What there is to look at, in the order of how much it wants a person."""
    counts = task.result.get("counts", {})
    return [
        Part(code, title, counts[code])
        for code, title in _TITLES.items()
        if counts.get(code)
    ]


def tally(task: Task) -> list[tuple[str | Promise, int]]:
    """The counts of an import, in words; what is none is not told."""
    counts = task.result.get("tally", {})
    told = [(words, counts[name]) for name, words in _TALLY.items() if counts.get(name)]
    return told + [
        (_("left out on purpose: %s") % name.removeprefix(_SKIPPED), count)
        for name, count in counts.items()
        if name.startswith(_SKIPPED) and count
    ]


def ready(part: str, lines: Sequence[Line]) -> list[Line]:
    """`lines` of a part with what its template draws."""
    if part in _ARRANGED:
        with diffs.one_reading():
            _ARRANGED[part](lines)
    return list(lines)


def _arrange_changed(lines: Sequence[Line]) -> None:
    names = _names_of_services(lines)
    for line in lines:
        line["rows"] = diffs.rows(line["diff"], names)


def _arrange_proposals(lines: Sequence[Line]) -> None:
    names = _names_of_services(lines)
    for line in lines:
        changed = {line["fact"]: [line["present"], line["proposed"]]}
        service = line["service"]
        diff = {"services": {service: changed}} if service else {"clinic": changed}
        line["rows"] = diffs.rows(diff, names)


def _arrange_notes(lines: Sequence[Line]) -> None:
    for line in lines:
        line["title"] = TOPICS.get(line["topic"], line["topic"])


def _arrange_new(lines: Sequence[Line]) -> None:
    words = dict(Clinic.Status.choices)
    for line in lines:
        line["status"] = words.get(line["status"], "")


_ARRANGED: dict[str, Callable[[Sequence[Line]], None]] = {
    "changed": _arrange_changed,
    "proposals": _arrange_proposals,
    "notes": _arrange_notes,
    "new": _arrange_new,
}


def _names_of_services(lines: Iterable[Line]) -> dict[int, str]:
    """The services of the clinics of `lines`, by id, in a few queries for all."""
    states = facts.read({line["clinic"] for line in lines}, with_records=False)
    return {
        pk: diffs.name_of_service(service.facts)
        for state in states.values()
        for pk, service in state.services.items()
    }
