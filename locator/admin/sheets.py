"""Clinics as a spreadsheet: the filtered list out, and what was edited back in."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from .. import sheets, tasks
from ..models import Clinic, Task
from ..tasks.sheets import TRY
from .imports import not_too_large
from .site import site
from .tasks import MAY, MOST_LINES_AT_ONCE, sent

# Larger ones are slow in any spreadsheet; the whole is `manage.py export_clinics`.
MOST_CLINICS = 20_000
# What an address has beside the list's own parameters.
_SHEET, _FORMAT = "_sheet", "_format"


class SheetForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Edited spreadsheet"),
        help_text=gettext_lazy(
            "XLSX or CSV, as it was exported here. Leave out what you did not edit: "
            "whole rows, or any columns but the first and “version”. An empty cell "
            "empties the fact."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if file := cleaned.get("file"):
            cleaned["data"] = file.read()
            try:
                dataset = sheets.dataset_of(cleaned["data"], file.name)
                sheets.known_sheet(dataset, file.name)
                cleaned["rows"] = len(dataset)
            except sheets.SheetError as error:
                self.add_error("file", str(error))
        return cleaned

    def clean_file(self):
        return not_too_large(self.cleaned_data["file"])


@site.page("sheets/", name="sheets", permission=("locator.view_clinic", MAY))
def sheets_page(request: HttpRequest) -> HttpResponse:
    """Export the clinics that the list's filters choose, or send a sheet back."""
    may = request.user.has_perms([MAY, "locator.change_clinic"])
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = SheetForm(request.POST or None, request.FILES or None) if may else None
    is_sent = request.method == "POST" and form and form.is_valid()
    if is_sent and (task := _sent(request, form)):
        return redirect("admin:task", task.pk)
    try:
        chosen = chosen_clinics(request, request.GET)
    except IncorrectLookupParameters:
        messages.error(request, _("These filters cannot be understood."))
        return redirect("admin:sheets")
    return site.render(
        request,
        "admin/sheet.html",
        title=_("Edit clinics in a spreadsheet"),
        form=form,
        count=chosen.count(),
        most=MOST_CLINICS,
        is_filtered=bool(request.GET),
        downloads=_downloads(request.GET),
        is_worked=tasks.is_worked(),
        most_at_once=MOST_LINES_AT_ONCE,
    )


def _sent(request: HttpRequest, form: SheetForm) -> Task | None:
    cleaned = form.cleaned_data
    # One event for all that the sheet writes, however often its task is begun.
    asked = {"step": TRY, "event": str(uuid.uuid4()), "rows": cleaned["rows"]}
    return sent(
        request,
        form,
        Task.Kind.SHEET,
        asked,
        data=cleaned["data"],
        file_name=cleaned["file"].name,
    )


def chosen_clinics(request: HttpRequest, filters: QueryDict) -> QuerySet[Clinic]:
    """The clinics that the list shows with these parameters in its address.

    Raises IncorrectLookupParameters for such as it does not know.
    """
    asked = request.GET
    request.GET = filters
    try:
        desk = site.get_model_admin(Clinic)
        return desk.get_changelist_instance(request).get_queryset(request)
    finally:
        request.GET = asked


def _downloads(filters: QueryDict) -> list[dict[str, Any]]:
    """The sheets that there are, with the address of each format."""
    export = reverse("admin:sheet_export")
    found = []
    for name, sheet in sheets.SHEETS.items():
        links = []
        for ending in sheets.FORMATS:
            asked = filters.copy()
            asked[_SHEET], asked[_FORMAT] = name, ending
            links.append((ending.upper(), f"{export}?{asked.urlencode()}"))
        found.append({"title": sheet.title, "links": links})
    return found


@site.page("sheets/export/", name="sheet_export", permission="locator.view_clinic")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """A sheet of the clinics that the list's filters choose, as a file."""
    filters = request.GET.copy()
    sheet = sheets.SHEETS.get(filters.pop(_SHEET, [""])[-1])
    ending = filters.pop(_FORMAT, [""])[-1]
    if sheet is None or ending not in sheets.FORMATS:
        return redirect("admin:sheets")
    try:
        chosen = chosen_clinics(request, filters)
        pks = list(chosen.values_list("pk", flat=True)[: MOST_CLINICS + 1])
        if len(pks) > MOST_CLINICS:
            raise sheets.SheetError(_("These are too many clinics: filter the list."))
        data = sheets.bytes_of(sheets.SheetResource(sheet).dataset(pks), ending)
    except IncorrectLookupParameters:
        messages.error(request, _("These filters cannot be understood."))
        return redirect("admin:sheets")
    except sheets.SheetError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('admin:sheets')}?{filters.urlencode()}")
    day = timezone.localdate().isoformat()
    name = f"{sheet.name}-{day}.{ending}"
    return HttpResponse(
        data,
        content_type=sheets.FORMATS[ending].CONTENT_TYPE,
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Cache-Control": "no-store",
        },
    )
