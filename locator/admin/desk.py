"""What the pages of the desk have in common."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from ..models import Region
from .site import label

# A first import may have something to tell of every clinic.
MOST_LINES = 200

_DATE = ("year", "month", "day")


class RegionField(forms.ModelChoiceField):
    default_error_messages = {
        "invalid_choice": gettext_lazy(
            "There is no region %(value)s: choose one of the list."
        )
    }

    def label_from_instance(self, obj):
        return label(obj)


class _Fields:
    """Form fields as this desk shows them."""

    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
    }

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model is Region:
            kwargs["form_class"] = RegionField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class GuardedList:
    """A list that refuses what it does not offer: an action, or a date that is none."""

    def changelist_view(self, request, extra_context=None):
        # Django's own answers with the list as if nothing had been asked.
        if request.method == "POST" and not self._may_act(request):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def get_changelist_instance(self, request):
        # Django lets dates pass that are none, and fails while it reads or draws.
        try:
            if self.date_hierarchy:
                parts = (f"{self.date_hierarchy}__{part}" for part in _DATE)
                date(*(int(request.GET.get(part) or 1) for part in parts))
            return super().get_changelist_instance(request)
        except ValueError as error:
            raise IncorrectLookupParameters from error

    def _may_act(self, request) -> bool:
        offered = self.get_actions(request)
        asked = set(request.POST.getlist("action")) - {""}
        return bool(offered) and asked <= set(offered)


class DeskAdmin(_Fields, GuardedList, admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False


class RecordedAdmin(SimpleHistoryAdmin, DeskAdmin):
    """What is one row: every version is kept, shown with its changes, and put back."""

    def after_save(self, request, obj, changed: Collection[str]) -> None:
        """Make what is derived from `obj` true again; `changed` are its fields."""

    def save_model(self, request, obj, form, change):
        if change and not obj.history.exists():
            # Rows of imports, and of before there were histories, begin theirs here.
            stored = self.model._default_manager.get(pk=obj.pk)
            self.model.history.bulk_history_create([stored])
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self.after_save(request, form.instance, form.changed_data)

    @transaction.atomic
    def history_form_view(self, request, object_id, version_id, extra_context=None):
        if not version_id.isdecimal() or len(version_id) > 18:
            raise Http404
        # The library lets whoever may look at a version send it back.
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        response = super().history_form_view(
            request, object_id, version_id, extra_context
        )
        if request.method == "POST" and response.status_code == 302:
            every = [field.name for field in self.opts.get_fields()]
            self.after_save(request, self.get_object(request, object_id), every)
        return response

    def render_history_view(self, request, template, context, **kwargs):
        return TemplateResponse(request, template, context, **kwargs)


class StackedInline(_Fields, admin.StackedInline):
    extra = 0


class TabularInline(_Fields, admin.TabularInline):
    extra = 0


class ReadOnlyAdmin(DeskAdmin):
    """To be looked at: what fills it is a command."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def as_table(values: Mapping[str, Any]) -> SafeString:
    """`values` as a table of name and value; what nests is named by its path."""
    rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", _rows(values))
    return format_html('<table class="as-given"><tbody>{}</tbody></table>', rows)


def _rows(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _rows(value, f"{path}{name} › ")
        else:
            yield f"{path}{name}", _shown(value)


def _shown(value: Any) -> Any:
    """`value` for a cell; a list stands one item a line."""
    if isinstance(value, list) and value:
        lines = [_line(item) for item in value[:MOST_LINES]]
        if more := len(value[MOST_LINES:]):
            lines.append(_("… and %d more") % more)
        return "\n".join(lines)
    return "–" if value in (None, "", [], {}) else value


def _line(item: Any) -> str:
    if isinstance(item, list):
        return ", ".join(str(part) for part in item if part not in (None, ""))
    return str(item)
