"""What an import wrote, in the form of `Change.diff`. Pure."""

from typing import Any

from ..facts import CLINIC, SERVICE_ROWS, SERVICES, Facts
from .change import ClinicChange


def diff_of(change: ClinicChange) -> dict[str, Any]:
    """What `change` does to a clinic that was there before; {} for nothing.

    New services that have no ids yet stand under negative ones.
    """
    parts: dict[str, Any] = {
        CLINIC: _changed(change.before, change.facts),
        SERVICES: {},
        "made": {},
        "removed": {},
    }
    for number, one in enumerate(change.services, start=1):
        key = str(one.id or -number)
        if one.is_removed:
            parts["removed"][key] = one.before
        elif one.pk is None:
            parts["made"][key] = _whole(one.facts)
        elif changed := _changed(one.before, one.facts):
            parts[SERVICES][key] = changed
    diff = {name: part for name, part in parts.items() if part}
    return diff | {"said": change.said} if diff else {}


def _changed(before: Facts, after: Facts) -> dict[str, list]:
    return {
        name: [before[name], value]
        for name, value in after.items()
        if name in before and before[name] != value
    }


def _whole(facts: Facts) -> Facts:
    """All facts of a new service as they are read again."""
    rows = {name: sorted(facts.get(name, [])) for name in SERVICE_ROWS}
    return facts | rows
