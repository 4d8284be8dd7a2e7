"""Imports as tasks: compared first, for a person to look at, and then applied."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from ..importers import csv_template
from ..importers.layouts import LAYOUTS, recognised
from ..importers.load import Import, ImportFailedError, Job
from ..importers.reading import UnreadableFileError, columns_of
from ..models import ImportRun, Task
from . import preview
from .kinds import Finished, Progress, TaskFailedError, register

# The two steps of an import, in `Task.asked`.
COMPARE, APPLY = "compare", "apply"
HALF = 0.5
LONGEST_NAME = 200  # bytes
# Counts of what there is to apply.
_NEWS = ("records_new", "records_changed", "vanished")


@register(Task.Kind.IMPORT)
def run(task: Task, progress: Progress) -> Finished:
    """Say what the file of `task` would change, or change it.

    `asked` has the step, and the words of `manage.py import_clinics`: layout, source,
    as_of, new_as_drafts, keep_samples, codes (the text of the source's code sheet).
    """
    if task.asked["step"] == APPLY and (before := _applied_before(task)):
        return Finished(task.result | preview.of_run(before), run=before)
    try:
        with _files(task) as (path, codes):
            if task.asked["step"] == APPLY:
                return _apply(task, path, codes, progress)
            return _compared(Import(_job(task, path, codes), progress))
    except (ImportFailedError, UnreadableFileError) as error:
        raise TaskFailedError(str(error)) from error


def _applied_before(task: Task) -> ImportRun | None:
    """What a worker wrote that died before it could say so."""
    if task.attempts < 2:
        return None
    runs = ImportRun.objects.filter(
        file_hash=task.file_hash,
        by=task.by,
        started_at__gte=task.made_at,
        finished_at__isnull=False,
    )
    return runs.order_by("-started_at").first()


@contextmanager
def _files(task: Task) -> Iterator[tuple[Path, Path | None]]:
    """The files of `task` where an import can read them, under their own names."""
    if task.file is None:
        raise TaskFailedError(_("The file is not kept any more: send it again."))
    with TemporaryDirectory(prefix="locator-") as folder:
        path = Path(folder, short_name(task.file_name))
        path.write_bytes(task.file)
        codes = None
        if task.asked.get("codes"):
            codes = Path(folder, "sheet", "codes.csv")
            codes.parent.mkdir()
            codes.write_text(task.asked["codes"], "utf-8")
        yield path, codes


def short_name(file_name: str) -> str:
    """`file_name` without folders, and no longer than any disk allows."""
    name = Path(file_name).name.encode()[-LONGEST_NAME:].decode(errors="ignore")
    return name or "file.csv"


def _job(task: Task, path: Path, codes: Path | None) -> Job:
    asked = task.asked
    return Job(
        asked["layout"],
        path,
        codes=codes,
        as_of=asked.get("as_of", ""),
        source=asked.get("source", ""),
        is_dry_run=True,
        keep_samples=asked.get("keep_samples", False),
        new_as_drafts=asked.get("new_as_drafts", False),
        by=task.by,
    )


def _compared(work: Import) -> Finished:
    work.read()
    outcome = work.apply()
    lines = preview.lines(outcome)
    result = preview.result(outcome, lines, columns_of(work.job.path))
    is_news = any(outcome.tally[name] for name in _NEWS)
    state = Task.State.READY if is_news else Task.State.DONE
    return Finished(result, state=state, lines=lines)


def _apply(task: Task, path: Path, codes: Path | None, progress: Progress) -> Finished:
    """Write what was looked at; what would be something else is compared anew."""
    work = Import(_job(task, path, codes), lambda share: progress(share * HALF))
    now = _compared(work)
    if now.result["digest"] != task.result.get("digest"):
        return replace(now, result={**now.result, "has_moved": True})
    work.job = replace(work.job, is_dry_run=False)
    work.progress = lambda share: progress(HALF + share * HALF)
    outcome = work.apply()
    lines = preview.lines(outcome)
    result = preview.result(outcome, lines, now.result["columns"])
    return Finished(result, lines=lines, run=outcome.run)


def layout_of(columns: Collection[str]) -> str:
    """The layout that a file with these columns has, or ""."""
    if other := recognised(columns, but=LAYOUTS[csv_template.NAME]):
        return other
    is_own = "name" in columns and set(columns) <= set(csv_template.COLUMNS)
    return csv_template.NAME if is_own else ""
