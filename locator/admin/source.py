"""Where listings come from, and each listing as its source gave it."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..models import DataVersion, ImportRun, Source, SourceRecord, Versioned
from .desk import ReadOnlyAdmin, RecordedAdmin, as_table
from .site import site


@admin.register(Source, site=site)
class SourceAdmin(RecordedAdmin):
    list_display = ["name", "short_name", "publisher", "licence", "holds_clinics"]
    list_filter = ["holds_clinics"]
    search_fields = ["name", "short_name", "publisher"]
    search_help_text = _("Name or publisher")

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return False

    def after_save(self, request, obj, changed):
        # Pages name sources from memory.
        DataVersion.bump(Versioned.CLINICS)


@admin.register(ImportRun, site=site)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "file_name",
        "source",
        "layout",
        "as_of",
        "started_at",
        "took",
        "by",
    ]
    list_filter = ["source", "layout"]
    list_select_related = ["source", "by"]
    search_fields = ["file_name"]
    search_help_text = _("File name")
    date_hierarchy = "started_at"
    fields = [
        ("source", "layout", "as_of"),
        "file_name",
        "file_hash",
        ("started_at", "finished_at", "by"),
        "what_it_did",
        "what_to_know",
        "its_records",
    ]
    readonly_fields = ["what_it_did", "what_to_know", "its_records"]

    @admin.display(description=_("took"))
    def took(self, run):
        if run.finished_at is None:
            return "–"
        return _("%(seconds).1f s") % {
            "seconds": (run.finished_at - run.started_at).total_seconds()
        }

    @admin.display(description=_("what it did"))
    def what_it_did(self, run):
        return as_table(run.tally)

    @admin.display(description=_("what to know"))
    def what_to_know(self, run):
        return as_table(run.notes)

    @admin.display(description=_("records last seen in it"))
    def its_records(self, run):
        address = reverse("admin:locator_sourcerecord_changelist")
        return format_html(
            '<a href="{}?last_run__id__exact={}">{}</a>',
            address,
            run.pk,
            run.records.count(),
        )


@admin.register(SourceRecord, site=site)
class SourceRecordAdmin(ReadOnlyAdmin):
    list_display = ["key", "source", "record_type", "as_of", "line", "clinic"]
    list_filter = ["match", "source", "layout", "record_type", "as_of"]
    list_select_related = ["source", "clinic"]
    search_fields = ["key", "clinic__name"]
    search_help_text = _("Words of the listing's name, street or ZIP, or its clinic")
    fields = [
        ("source", "layout", "record_type", "as_of"),
        "line",
        "key",
        "the_clinic",
        "how_matched",
        "service",
        ("first_run", "last_run"),
        "vanished_in",
        "as_given",
        "as_written",
        "held_before",
    ]
    readonly_fields = [
        "the_clinic",
        "how_matched",
        "as_given",
        "as_written",
        "held_before",
    ]

    @admin.display(description=_("clinic"))
    def the_clinic(self, record):
        if record.clinic is None:
            is_waiting = record.match == SourceRecord.Match.WAITING
            return _("None yet") if is_waiting else _("None: it was deleted here")
        address = reverse("admin:locator_clinic_change", args=[record.clinic_id])
        return format_html('<a href="{}">{}</a>', address, record.clinic)

    @admin.display(description=_("matched"))
    def how_matched(self, record):
        address = reverse("admin:match", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, record.get_match_display())

    @admin.display(description=_("as given before"))
    def held_before(self, record):
        versions = {str(each.as_of): each.raw for each in record.versions.all()}
        return as_table(versions) if versions else "–"

    @admin.display(description=_("as given"))
    def as_given(self, record):
        return as_table(record.raw)

    @admin.display(description=_("what the import last wrote"))
    def as_written(self, record):
        return as_table(record.written)
