"""Spreadsheets as tasks: tried first, for a person to look at, and then written."""

import uuid
from typing import Any

from django.utils.translation import gettext as _

from .. import sheets
from ..models import Task
from .kinds import Finished, Progress, TaskFailedError, register

TRY, APPLY = "try", "apply"


@register(Task.Kind.SHEET)
def run(task: Task, progress: Progress) -> Finished:
    """Say what the sheet of `task` would change, or change it; `asked` has the step.

    Every write shares the event in `asked`, so that a second go is the same act.
    """
    if task.file is None:
        raise TaskFailedError(_("The file is not kept any more: send it again."))
    writes = task.asked["step"] == APPLY
    try:
        dataset = sheets.dataset_of(bytes(task.file), task.file_name)
        sheet = sheets.known_sheet(dataset, task.file_name)
    except sheets.SheetError as error:
        raise TaskFailedError(str(error)) from error
    rows = sheets.follow(
        sheet,
        dataset,
        by=task.by,
        writes=writes,
        event=uuid.UUID(task.asked["event"]),
        note=task.file_name,
        progress=progress,
    )
    lines = {"changed": rows.changed, "refused": rows.refused}
    if not writes:
        return Finished(_result(sheet, rows), state=Task.State.READY, lines=lines)
    if task.attempts > 1:
        # What the first go wrote is unchanged to the second: its lines stay.
        return Finished(task.result | {"was_resumed": True})
    return Finished(_result(sheet, rows), lines=lines)


def _result(sheet: sheets.Sheet, rows: sheets.Rows) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "counts": {"changed": len(rows.changed), "refused": len(rows.refused)},
        "unchanged": rows.unchanged,
        "stale": sum(row["is_stale"] for row in rows.refused),
    }
