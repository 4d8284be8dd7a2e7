"""The clinic's page and the list of clinics: where curators spend their day."""

from contextlib import contextmanager

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from .. import curation, queues
from ..models import Change, Clinic, CoverageArea, Service, Verification
from ..search import entries
from . import (
    clinic_actions,
    clinic_parts,
    clinic_search,
    duplicates,
    history,
    merges,
    pins,
    provenance,
)
from .clinic_filters import CategoryFilter, VerifiedFilter
from .clinic_form import ClinicForm
from .clinic_inlines import (
    CoverageInline,
    IdentifierInline,
    OtherNameInline,
    PhoneInline,
    RecordInline,
    ServiceInline,
    VerificationInline,
)
from .desk import DeskAdmin
from .site import site


@admin.register(Clinic, site=site)
class ClinicAdmin(DeskAdmin):
    form = ClinicForm
    list_display = [
        "name",
        "city",
        "region",
        "status",
        "said_by",
        "verified",
        "sample",
    ]
    list_filter = [
        "status",
        ("region", admin.RelatedOnlyFieldListFilter),
        CategoryFilter,
        ("source", admin.RelatedOnlyFieldListFilter),
        VerifiedFilter,
        "is_sample",
    ]
    list_select_related = ["region", "source"]
    search_fields = [
        "name",
        "programme",
        "other_names__name",
        "organization__name",
        "city",
        "postal_code__istartswith",
    ]
    search_help_text = _(
        "Name, town, postcode, or a telephone number however it is written"
    )
    actions = [
        clinic_actions.publish,
        clinic_actions.to_draft,
        clinic_actions.withdraw,
        clinic_actions.verify,
        duplicates.merge_chosen,
    ]
    autocomplete_fields = [
        "organization",
        "region",
        "languages",
        "payments",
        "accessibility",
        "source",
    ]
    inlines = [
        PhoneInline,
        ServiceInline,
        CoverageInline,
        VerificationInline,
        OtherNameInline,
        IdentifierInline,
        RecordInline,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "programme",
                    "organization",
                    "description",
                    ("status", "withdrawn_reason"),
                ]
            },
        ),
        (
            _("Where it is"),
            {
                "classes": ["where"],
                "fields": [
                    ("street", "unit"),
                    ("postal_code", "city"),
                    "region",
                    "address_is_private",
                    ("latitude", "longitude"),
                    ("point_precision", "point_source"),
                ],
            },
        ),
        (
            _("How to reach it"),
            {
                "classes": ["reach"],
                "fields": [
                    "email",
                    "website",
                    "booking_url",
                    ("opening_hours", "time_zone"),
                ],
            },
        ),
        (
            _("For all of its services"),
            {"fields": ["languages", "payments", "accessibility"]},
        ),
        (
            _("Who says so"),
            {"fields": [("source", "source_date"), "verified", "provenance"]},
        ),
        (
            _("On this site"),
            {
                "classes": ["collapse"],
                "fields": [
                    *("slug", "old_addresses", "merged_into", "merges"),
                    "is_sample",
                ],
            },
        ),
    ]
    readonly_fields = [
        "point_source",
        "verified",
        "provenance",
        "old_addresses",
        "merged_into",
        "merges",
        "is_sample",
    ]

    # --- The list ------------------------------------------------------------------

    def get_search_results(self, request, queryset, search_term):
        return clinic_search.found(queryset, search_term), False

    @admin.display(description=_("source"), ordering="source_date")
    def said_by(self, clinic):
        if clinic.source is None:
            return "–"
        return f"{clinic.source.short_name}, {clinic.source_date}"

    @admin.display(description=_("verified"), ordering="verified_at")
    def verified(self, clinic):
        if clinic.verified_at is None:
            return _("never")
        day = date_format(timezone.localtime(clinic.verified_at), "j M Y")
        return f"{day}, {clinic.get_verified_method_display()}"

    @admin.display(description=_("sample"), ordering="is_sample")
    def sample(self, clinic):
        return _("sample, not real") if clinic.is_sample else ""

    # --- The page ------------------------------------------------------------------

    def view_on_site(self, clinic):
        # By the database: a page that was refused holds what was asked for.
        seen = Clinic.objects.published().filter(pk=clinic.pk).exists()
        return clinic.get_absolute_url() if seen else None

    @admin.display(description=_("who wrote what"))
    def provenance(self, clinic):
        return provenance.shown(clinic)

    @admin.display(description=_("merges"))
    def merges(self, clinic):
        return merges.shown(clinic)

    @admin.display(description=_("old addresses"))
    def old_addresses(self, clinic):
        old = clinic.old_slugs.values_list("slug") if clinic.pk else ()
        return format_html_join(", ", "{}", old) or "–"

    def get_inlines(self, request, obj):
        # A new clinic has no services yet to hang areas on, nor records.
        later = () if obj else (CoverageInline, RecordInline)
        return [inline for inline in self.inlines if inline not in later]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj and self.has_change_permission(request, obj):
            return [*fieldsets, (None, {"fields": ["as_of"]})]
        return fieldsets

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.refusals = getattr(request, "why_not_public", ())
        form.is_asked = clinic_parts.is_asked(request)
        return form

    def response_post_save_change(self, request, obj):
        if (code := request.GET.get("queue")) in queues.QUEUES:
            return redirect(queues.next_address(code, after=str(obj.pk)))
        return super().response_post_save_change(request, obj)

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"].form
        if form.is_bound and "as_of" in form.changed_data:
            context["meanwhile"] = history.catch_up(form)
        context |= clinic_parts.parts(request, form)
        if form.is_asked:
            clinic_parts.calm(context)
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request, object_id, extra_context=None):
        return history.of_clinic(self, request, object_id)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        page = super().changeform_view
        if clinic_parts.is_asked(request):
            clinic_parts.answer(request)
            return page(request, object_id, form_url, extra_context)
        try:
            with self._recorded(request, object_id):
                return page(request, object_id, form_url, extra_context)
        except curation.NotPublicError as refusal:
            # Saving was the only way to know, and was rolled back: show the form as
            # it was sent, with the reasons.
            request.why_not_public = refusal.messages
            return page(request, object_id, form_url, extra_context)

    @contextmanager
    def _recorded(self, request, object_id):
        """Record what the page writes, in the transaction that writes it."""
        if request.method != "POST":
            yield
            return
        with transaction.atomic():
            # Locked first: what is read of it now is what the page changes.
            clinic = self.get_object(request, unquote(object_id or ""))
            pks = [clinic.pk] if clinic else []
            list(Clinic.objects.select_for_update().filter(pk__in=pks))
            with curation.recorded(
                pks, kind=Change.Kind.EDIT, by=request.user
            ) as request.recording:
                yield

    # --- Writing -------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if change and obj.slug != form.initial["slug"]:
            curation.move(obj, slug=obj.slug, by=request.user)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Save what hangs on the clinic; NotPublicError where it must not be public."""
        form.save_m2m()
        # Coverage first: a service that goes takes its areas along.
        for formset in sorted(
            formsets, key=lambda each: each.model is not CoverageArea
        ):
            self.save_formset(request, form, formset, change=change)
        clinic = form.instance
        provenance.note(form, formsets, by=request.user)
        if clinic.is_public and (reasons := curation.why_not_public(clinic)):
            raise curation.NotPublicError(reasons)
        for sentence in pins.of_clinic(clinic):
            self.message_user(request, sentence, messages.WARNING)
        if not change:
            request.recording.made(clinic.pk)
        entries.rebuild([clinic.pk])

    def save_formset(self, request, form, formset, change):
        if formset.model is Verification:
            self._verify(request, form.instance, formset)
            return
        super().save_formset(request, form, formset, change)
        if formset.model is Service:
            for service_form in formset.forms:
                if service_form not in formset.deleted_forms:
                    service_form.cover(by=request.user)

    def _verify(self, request, clinic, formset):
        for check in formset.save(commit=False):
            check.at = timezone.now()
            curation.verify(
                clinic,
                by=request.user,
                method=check.method,
                at=check.at,
                checked=check.checked,
                note=check.note,
            )

    # --- Who may -------------------------------------------------------------------

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        # Whoever may not publish changes nothing that patients see or saw.
        hidden = obj is None or obj.status == Clinic.Status.DRAFT
        return may and (hidden or self.has_publish_permission(request))

    def has_publish_permission(self, request):
        return request.user.has_perm("locator.publish_clinic")

    def has_verify_permission(self, request):
        return request.user.has_perm("locator.verify_clinic")

    def has_merge_permission(self, request):
        return request.user.has_perm("locator.merge_clinic")

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if self.has_publish_permission(request):
            return fields
        return [*fields, "status", "withdrawn_reason"]

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        # What patients saw or people checked stays: such a clinic is withdrawn.
        is_draft = obj is None or obj.status == Clinic.Status.DRAFT
        return may and is_draft and not (obj and obj.verifications.exists())

    def delete_model(self, request, obj):
        pk = obj.pk
        super().delete_model(request, obj)
        entries.rebuild([pk])

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        pks = list(queryset.values_list("pk", flat=True))
        super().delete_queryset(request, queryset)
        entries.rebuild(pks)
