"""Files of clinics, sent to be compared: the form, and the latest beside it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import tasks
from ..importers.layouts import LAYOUTS
from ..importers.reading import UnreadableFileError, columns_of, open_table
from ..models import Source, Task
from ..models.dates import PARTIAL_DATE, last_day
from ..tasks.importing import COMPARE, layout_of, short_name
from .site import site
from .tasks import HEAVY, MAY, MOST_LINES_AT_ONCE, sent

MB = 1024 * 1024
SHOWN_OF_LATEST = 10


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
                    "Its columns are those of no layout that this site reads: "
                    "%(layouts)s."
                )
                % {"layouts": ", ".join(LAYOUTS)},
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
        latest=latest.defer(*HEAVY)[:SHOWN_OF_LATEST],
        is_worked=tasks.is_worked(),
        most_at_once=MOST_LINES_AT_ONCE,
    )
