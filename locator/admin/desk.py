"""What the pages of the desk have in common."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..models import Region
from .site import label

# A first import may have something to tell of every clinic.
MOST_LINES = 200


class RegionField(forms.ModelChoiceField):
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


class DeskAdmin(_Fields, admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False


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
