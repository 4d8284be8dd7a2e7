"""Files of clinics: sent, compared, looked at, applied; and the tasks that do it."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from .. import tasks
from ..importers.csv_cells import harmless
from ..importers.layouts import LAYOUTS
from ..importers.reading import (
    TOLD_OF_REJECTS,
    UnreadableFileError,
    columns_of,
    open_table,
)
from ..models import Source, Task
from ..models.dates import PARTIAL_DATE, last_day
from ..tasks.importing import APPLY, COMPARE, layout_of, short_name
from . import task_lines
from .site import site

MAY = "locator.add_task"
MAY_LOOK = ("locator.add_task", "locator.view_task")
MB = 1024 * 1024
# What a request may do by itself, where no worker is there to do it.
MOST_LINES_AT_ONCE = 2_000
A_PAGE = 50
SHOWN_OF_LATEST = 10

_HEAVY = ("file", "result")


# --- Sending a file ----------------------------------------------------------------


class ImportForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV in UTF-8, in any layout that this site reads. Nothing is written "
            "before you have seen what would change."
        ),
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"),
        required=False,
        help_text=gettext_lazy("What its columns are. Left alone: told by its header."),
    )
    as_of = forms.RegexField(
        PARTIAL_DATE,
        label=gettext_lazy("Edition"),
        required=False,
        help_text=gettext_lazy(
            "The date of what it says, as exact as it is known: 2022, 2022-03 or "
            "2022-03-14. A file of our own layout may say it row by row."
        ),
        error_messages={
            "invalid": gettext_lazy(
                "Write a year, a month or a day: 2022, 2022-03 or 2022-03-14."
            )
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 12}),
    )
    source = forms.ModelChoiceField(
        Source.objects.filter(holds_clinics=True),
        label=gettext_lazy("Source"),
        required=False,
        empty_label=gettext_lazy("the one that publishes in this layout"),
    )
    codes = forms.FileField(
        label=gettext_lazy("Code sheet"),
        required=False,
        help_text=gettext_lazy(
            "The source’s own, if you have it: it names the codes that have no place "
            "here."
        ),
    )
    new_as_drafts = forms.BooleanField(
        label=gettext_lazy("New clinics are drafts until somebody publishes them"),
        required=False,
    )
    keep_samples = forms.BooleanField(
        label=gettext_lazy("Keep the sample clinics on the site"), required=False
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = [
            ("", _("find out")),
            *((name, name) for name in LAYOUTS),
        ]

    def clean_as_of(self) -> str:
        as_of = self.cleaned_data["as_of"]
        if as_of:
            last_day(as_of)
        return as_of

    def clean_file(self) -> UploadedFile:
        return not_too_large(self.cleaned_data["file"])

    def clean_codes(self) -> str:
        """The text of the sheet, "" for none."""
        sheet = self.cleaned_data["codes"]
        if not sheet:
            return ""
        try:
            text = not_too_large(sheet).read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(_("It is not in UTF-8: save it as UTF-8.")) from None
        if "\0" in text:
            raise ValidationError(_("It is a binary file, not a table in text."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if file := cleaned.get("file"):
            cleaned["data"] = data = file.read()
            cleaned["layout"] = self._layout(file.name, data, cleaned.get("layout"))
        layout = LAYOUTS.get(cleaned.get("layout") or "")
        is_undated = layout and not layout.IS_OWN and not cleaned.get("as_of")
        if is_undated and "as_of" not in self.errors:
            self.add_error("as_of", _("This file does not say it: write it here."))
        return cleaned

    def _layout(self, name: str, data: bytes, asked: str | None) -> str:
        """The layout of the file, as asked for or found out; "" with an error told."""
        with TemporaryDirectory(prefix="locator-") as folder:
            path = Path(folder, short_name(name))
            path.write_bytes(data)
            try:
                layout = asked or layout_of(columns_of(path))
                if layout:
                    needed = LAYOUTS[layout].NEEDED
                    open_table(path, needed=needed, layout=layout)
            except UnreadableFileError as error:
                self.add_error("file", str(error))
                return ""
        if not layout:
            self.add_error(
                "file",
                _(
                    "Its columns are those of no layout that this site reads. "
                    "docs/csv-layout.md describes our own."
                ),
            )
        return layout

    def asked(self) -> dict[str, Any]:
        """What the task is asked for."""
        cleaned = self.cleaned_data
        names = ("layout", "as_of", "codes", "new_as_drafts", "keep_samples")
        return {name: cleaned[name] for name in names} | {
            "step": COMPARE,
            "source": cleaned["source"].pk if cleaned["source"] else "",
            "rows": cleaned["data"].count(b"\n") + 1,
        }


def not_too_large(file: UploadedFile) -> UploadedFile:
    """`file`, or ValidationError where it is larger than the operator allows."""
    most = settings.LOCATOR_LARGEST_UPLOAD * MB
    if file.size > most:
        raise ValidationError(
            _("It has %(size)s; this site takes files of up to %(most)s."),
            params={"size": filesizeformat(file.size), "most": filesizeformat(most)},
        )
    return file


@site.page("imports/", name="imports", permission=MAY)
def imports(request: HttpRequest) -> HttpResponse:
    """Send a file to be compared; the latest imports beside."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        task = sent(
            request,
            form,
            Task.Kind.IMPORT,
            form.asked(),
            data=cleaned["data"],
            file_name=cleaned["file"].name,
        )
        if task:
            return redirect("admin:task", task.pk)
    latest = Task.objects.filter(kind=Task.Kind.IMPORT).select_related("by")
    return site.render(
        request,
        "admin/import.html",
        title=_("Import a file"),
        form=form,
        latest=latest.defer(*_HEAVY)[:SHOWN_OF_LATEST],
        is_worked=tasks.is_worked(),
        most_at_once=MOST_LINES_AT_ONCE,
    )


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
    every = Task.objects.select_related("by").defer(*_HEAVY)
    return site.render(
        request,
        "admin/task_list.html",
        title=_("Tasks"),
        page=Paginator(every, A_PAGE).get_page(request.GET.get("page")),
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
        page = _Counted(lines, A_PAGE, part.count).get_page(request.GET.get("page"))
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
    # The file may have 50 MB.
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
