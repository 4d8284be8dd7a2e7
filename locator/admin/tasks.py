"""Tasks: asked for, how far they are, what they found, and what is done about it."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .. import tasks
from ..importers.csv_cells import harmless
from ..importers.reading import TOLD_OF_REJECTS
from ..models import Task
from ..tasks.importing import APPLY
from . import task_lines
from .site import site

MAY = "locator.add_task"
MAY_LOOK = ("locator.add_task", "locator.view_task")
# What a request may do by itself, where no worker is there to do it.
MOST_LINES_AT_ONCE = 2_000
A_PAGE = 50

# What lists of tasks leave unread: a file may have 50 MB.
HEAVY = ("file", "result")


# --- Asking for one ----------------------------------------------------------------


def sent(
    request: HttpRequest,
    form: forms.Form,
    kind: Task.Kind,
    asked: dict[str, Any],
    *,
    data: bytes,
    file_name: str,
) -> Task | None:
    """The task that a form asked for, begun; None, said in the form, where it waits."""
    try:
        task = tasks.enqueue(
            kind, asked, by=request.user, file=data, file_name=file_name
        )
    except tasks.AlreadyWaitingError as error:
        form.add_error("file", _same_file(error.task))
        return None
    begin(task)
    return task


def _same_file(task: Task) -> SafeString:
    return format_html(
        '{} <a href="{}">{}</a>',
        _("This file was sent before, and that is not settled yet."),
        reverse("admin:task", args=[task.pk]),
        _("Go on there, or cancel it first."),
    )


def begin(task: Task) -> None:
    """Do a small task at once where no worker would."""
    if not tasks.is_worked() and is_small(task):
        tasks.run_now(task)


def is_small(task: Task) -> bool:
    return task.asked.get("rows", MOST_LINES_AT_ONCE + 1) <= MOST_LINES_AT_ONCE


# --- The page of a task ------------------------------------------------------------


@site.page("tasks/", name="tasks", permission=MAY_LOOK)
@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Every task, the latest first."""
    every = Task.objects.select_related("by").defer(*HEAVY)
    return site.render(
        request,
        "admin/task_list.html",
        title=_("Tasks"),
        page=Paginator(every, A_PAGE).get_page(request.GET.get("p")),
        is_worked=tasks.is_worked(),
    )


@site.page("tasks/<int:pk>/", name="task", permission=MAY_LOOK)
@require_safe
def task_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a task is, what it found, and what a person may do about it."""
    task = _task(pk)
    parts = task_lines.parts(task)
    chosen = request.GET.get("part", "")
    part = next((each for each in parts if each.code == chosen), None)
    if part is None and parts:
        part = parts[0]
    page = None
    if part:
        lines = task.lines.filter(part=part.code).order_by("position")
        page = _Counted(lines, A_PAGE, part.count).get_page(request.GET.get("p"))
        page.object_list = task_lines.ready(part.code, page.object_list)
    return site.render(
        request,
        "admin/task.html",
        title=capfirst(str(task)),
        task=task,
        parts=parts,
        part=part,
        page=page,
        tally=task_lines.tally(task),
        run=task.run,
        sheet=task.result.get("sheet"),
        is_over=task.state not in (Task.State.WAITING, Task.State.RUNNING),
        is_worked=tasks.is_worked(),
        is_small=is_small(task),
        may=request.user.has_perm(MAY),
    )


class _Counted(Paginator):
    """Pages of lines whose number is known, found by their positions."""

    def __init__(self, lines, per_page: int, count: int) -> None:
        super().__init__(lines, per_page)
        self._count = count

    @property
    def count(self) -> int:
        return self._count

    def page(self, number):
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        here = self.object_list.filter(
            position__gte=first, position__lt=first + self.per_page
        )
        return self._get_page(list(here.values_list("said", flat=True)), number, self)


def _task(pk: int) -> Task:
    every = Task.objects.select_related("by", "run").defer("file")
    return get_object_or_404(every, pk=pk)


@site.page("tasks/<int:pk>/progress/", name="task_progress", permission=MAY_LOOK)
@require_safe
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far a task is, for the page that waits for it."""
    task = get_object_or_404(Task.objects.only("state", "progress"), pk=pk)
    return JsonResponse(
        {
            "state": task.state,
            "label": task.get_state_display(),
            "progress": task.progress,
        },
        headers={"Cache-Control": "no-store"},
    )


# --- What a person does about it ---------------------------------------------------


@site.page("tasks/<int:pk>/apply/", name="task_apply", permission=MAY)
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was compared, in the background or at once."""
    task = _task(pk)
    if not request.user.has_perm("locator.change_clinic"):
        raise PermissionDenied
    if tasks.ask_again(task, {"step": APPLY}):
        begin(_task(pk))
    else:
        _say_how_it_is(request, task)
    return redirect("admin:task", pk)


@site.page("tasks/<int:pk>/cancel/", name="task_cancel", permission=MAY)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a task go that has not begun, or waits for a person."""
    task = _task(pk)
    if tasks.cancel(task):
        messages.success(request, _("It was cancelled; nothing was written."))
    else:
        _say_how_it_is(request, task)
    return redirect("admin:task", pk)


@site.page("tasks/<int:pk>/now/", name="task_now", permission=MAY)
@require_POST
def do_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Do a small task in this request; no worker is needed."""
    task = _task(pk)
    if is_small(task):
        tasks.run_now(task)
    return redirect("admin:task", pk)


def _say_how_it_is(request: HttpRequest, task: Task) -> None:
    """Somebody else was quicker, or the worker."""
    task.refresh_from_db(fields=["state"])
    said = _("Too late for that. Its state is now: %(state)s.")
    messages.warning(request, said % {"state": task.get_state_display()})


# --- Rejected rows -----------------------------------------------------------------


@site.page("tasks/<int:pk>/rejects.csv", name="task_rejects", permission=MAY_LOOK)
@require_safe
def rejects(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rejected rows as a file that can be mended and sent again."""
    task = _task(pk)
    if not task.result.get("counts", {}).get("rejected"):
        raise Http404
    name = f"{Path(task.file_name).stem}.rejects.csv"
    response = StreamingHttpResponse(
        _reject_rows(task), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


class _Echo:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _reject_rows(task: Task) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow([*TOLD_OF_REJECTS, *task.result.get("columns", ())])
    lines = task.lines.filter(part="rejected").order_by("position")
    for said in lines.values_list("said", flat=True).iterator():
        cells: Sequence[str] = [said["reason"], *said["cells"]]
        yield writer.writerow([said["line"], *map(harmless, cells)])
