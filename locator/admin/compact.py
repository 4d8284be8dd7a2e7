"""Compacts: whom they let treat where, and what a change of one does to services.

Saving a change first says which services it touches, and is applied once a person
agreed to just that.
"""

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.forms.widgets import Script
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import catalogues
from ..curation import covering
from ..models import Clinic, Compact, CompactMember, Service
from .desk import DeskAdmin, TabularInline
from .site import site

MOST_SHOWN = 50
AGREED = "_agreed"


class NotAgreedError(Exception):
    """A change would touch services, and nobody has agreed to that yet."""

    def __init__(self, effects: list[covering.Effect], drafts: list[Clinic]) -> None:
        super().__init__()
        self.effects, self.drafts = effects, drafts


class MemberForm(forms.ModelForm):
    def clean(self):
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        # As texts: a year is before its months.
        if since and until and until < since[: len(until)]:
            self.add_error("until", _("It lies before “since”."))
        return data


class MemberInline(TabularInline):
    model = CompactMember
    form = MemberForm
    fields = ["region", "since", "until", "today"]
    readonly_fields = ["today"]
    autocomplete_fields = ["region"]
    verbose_name_plural = _("members")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("region")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "region":
            # Regions are given: no signs beside each of forty rows to edit them.
            field.widget.can_change_related = field.widget.can_view_related = False
        return field

    @admin.display(description=_("counts today"))
    def today(self, member):
        if member.pk is None:
            return "–"
        is_in = covering.is_member(member, timezone.localdate())
        return _("yes") if is_in else _("no")


@admin.register(Compact, site=site)
class CompactAdmin(DeskAdmin):
    list_display = ["name", "members_today", "services_by_it", "checked_on"]
    search_fields = ["name", "code"]
    search_help_text = _("Name or code")
    inlines = [MemberInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "code", "notes"],
                "description": _(
                    "An agreement between regions. We write down what its source says "
                    "of its members, and never work out the law ourselves: enter only "
                    "compacts by which a clinician may treat patients of the other "
                    "members at once. Where a licence must still be had in each "
                    "region, enter the regions as “licensed there”."
                ),
            },
        ),
        (
            _("Who says so"),
            {
                "fields": ["url", "checked_on"],
                "description": _("Set it whenever you have read the source again."),
            },
        ),
        (_("Services"), {"fields": ["used_by"]}),
    ]

    class Media:
        css = {"all": ["css/desk-form.css"]}
        js = [Script("js/desk-labels.js", defer=True)]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(used=Count("services"))

    def get_readonly_fields(self, request, obj=None):
        return ["code", "used_by"] if obj else ["used_by"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-1]

    @admin.display(description=_("members today"))
    def members_today(self, compact):
        return len(self._today()[compact.pk])

    def _today(self):
        # A list of a few; each page asks anew.
        codes = Compact.objects.values_list("pk", flat=True)
        return covering.members_on(codes, timezone.localdate())

    @admin.display(description=_("services by it"), ordering="used")
    def services_by_it(self, compact):
        return compact.used

    @admin.display(description=_("treat by it"))
    def used_by(self, compact):
        services = (
            Service.objects.filter(compacts__compact=compact.pk)
            .select_related("clinic", "service_type")
            .order_by("clinic__name", "pk")[: MOST_SHOWN + 1]
        )
        rows = format_html_join(
            "",
            '<li><a href="{}">{}</a>: {}</li>',
            (
                (
                    reverse("admin:locator_clinic_change", args=[each.clinic_id]),
                    each.clinic,
                    each,
                )
                for each in services[:MOST_SHOWN]
            ),
        )
        more = format_html("<li>…</li>") if len(services) > MOST_SHOWN else ""
        return format_html("<ul>{}{}</ul>", rows, more) if rows else _("no service yet")

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and not (obj and obj.services.exists())

    # --- Writing -------------------------------------------------------------------

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except NotAgreedError as asked:
            # Saving was the only way to know, and was rolled back.
            return self._ask(request, object_id, asked)

    def save_related(self, request, form, formsets, change):
        compact = form.instance
        before = covering.ever(compact) if change else set()
        super().save_related(request, form, formsets, change)
        found = covering.effects(compact, before=before)
        if not found:
            return
        if request.POST.get(AGREED) != covering.mark(found):
            raise NotAgreedError(found, covering.would_hide(found))
        covering.apply(compact, by=request.user, before=before, note=_note(compact))
        self.message_user(request, _applied(len(found)))

    def _ask(self, request, object_id, asked: NotAgreedError) -> TemplateResponse:
        compact = Compact.objects.get(pk=object_id)
        left_out = {AGREED, "csrfmiddlewaretoken"}
        return site.render(
            request,
            "admin/compact_ask.html",
            title=_("What this change does"),
            opts=self.opts,
            compact=compact,
            total=len(asked.effects),
            effects=[_shown(each) for each in asked.effects[:MOST_SHOWN]],
            most=MOST_SHOWN,
            drafts=asked.drafts,
            sent=[
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name not in left_out
            ],
            agreed=AGREED,
            mark=covering.mark(asked.effects),
            is_changed=AGREED in request.POST,
        )


def _shown(effect: covering.Effect) -> dict:
    named = catalogues.current().region_label
    return {
        "clinic": effect.service.clinic,
        "service": effect.service,
        "added": [named(code) for code in effect.added],
        "removed": [named(code) for code in effect.removed],
    }


def _note(compact: Compact) -> str:
    return _("%(compact)s, checked on %(day)s: %(url)s") % {
        "compact": compact.name,
        "day": compact.checked_on.isoformat(),
        "url": compact.url,
    }


def _applied(count: int) -> str:
    said = ngettext(
        "%(count)d service follows the compact now.",
        "%(count)d services follow the compact now.",
        count,
    )
    return said % {"count": count}
