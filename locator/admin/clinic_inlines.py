"""What hangs on a clinic, edited on its page."""

from functools import partial

from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.utils import flatten_fieldsets
from django.forms import modelformset_factory
from django.utils.translation import gettext_lazy as _

from ..models import (
    Clinic,
    CoverageArea,
    Identifier,
    OtherName,
    Phone,
    Service,
    SourceRecord,
    Verification,
)
from . import coverage
from .desk import StackedInline, TabularInline
from .inline_forms import (
    CoverageForm,
    CoverageFormSet,
    PhoneForm,
    PhoneFormSet,
    ServiceForm,
    ServiceFormSet,
)


class PhoneInline(TabularInline):
    model = Phone
    form = PhoneForm
    formset = PhoneFormSet
    fields = ["number", "extension", "purpose", "position"]


class OtherNameInline(TabularInline):
    model = OtherName
    fields = ["name", "kind", "language"]


class IdentifierInline(TabularInline):
    model = Identifier
    fields = ["authority", "value"]


class ServiceInline(StackedInline):
    model = Service
    form = ServiceForm
    formset = ServiceFormSet
    autocomplete_fields = [
        "service_type",
        "specialties",
        "modalities",
        "settings",
        "eligibility",
        "age_groups",
        "groups",
        "languages",
        "payments",
    ]
    fieldsets = [
        (None, {"fields": ["service_type", "specialties"]}),
        (
            _("How"),
            {
                "fields": [
                    ("remote", "in_person", "remote_is_clinic_wide"),
                    "modalities",
                    "settings",
                ]
            },
        ),
        (
            _("Where patients may be"),
            {
                "description": coverage.WHY,
                "fields": [
                    ("new_regions", "new_basis"),
                    "by_compacts",
                    ("new_as_of", "new_source"),
                ],
            },
        ),
        (
            _("Whom"),
            {
                "fields": [
                    ("accepting", "referral"),
                    "eligibility",
                    "age_groups",
                    ("minimum_age", "maximum_age"),
                    "groups",
                ]
            },
        ),
        (
            _("More"),
            {
                "classes": ["collapse"],
                "fields": [
                    ("first_visit_in_person", "sound_only", "interpreter"),
                    "platform",
                    "languages",
                    "payments",
                    "notes",
                ],
            },
        ),
    ]


class _ThroughServiceChecks(InlineModelAdminChecks):
    """Coverage areas hang on the clinic's services, not on the clinic itself."""

    def _check_relation(self, obj, parent_model):
        return []

    def _check_exclude_of_parent_model(self, obj, parent_model):
        return []


class CoverageInline(TabularInline):
    """The coverage areas of all services; regions are added with their service."""

    model = CoverageArea
    form = CoverageForm
    formset = CoverageFormSet
    checks_class = _ThroughServiceChecks
    fields = ["service", "region", "basis", "as_of", "source"]
    autocomplete_fields = ["region", "source"]

    def get_formset(self, request, obj=None, **kwargs):
        guarded = type(
            "CoverageForm",
            (self.form,),
            {
                "may_add": self.has_add_permission(request, obj),
                "may_change": self.has_change_permission(request, obj),
            },
        )
        return modelformset_factory(
            self.model,
            form=guarded,
            formset=self.formset,
            formfield_callback=partial(self.formfield_for_dbfield, request=request),
            fields=flatten_fieldsets(self.get_fieldsets(request, obj)),
            extra=self.extra,
            can_delete=self.has_delete_permission(request, obj),
        )


class VerificationInline(TabularInline):
    """Checks that were made, for ever, and a row for the one just made."""

    model = Verification
    fields = ["checked", "method", "note", "at", "by"]
    readonly_fields = ["at", "by"]
    verbose_name = _("check")
    verbose_name_plural = _("checks")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "method":
            kwargs["choices"] = [("", "---------"), *Clinic.Method.of_one_clinic()]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class RecordInline(TabularInline):
    """What sources said of the clinic, to compare."""

    model = SourceRecord
    fields = ["source", "record_type", "key", "as_of"]
    readonly_fields = fields
    show_change_link = True
    verbose_name_plural = _("source records")

    def get_queryset(self, request):
        # A row of the file is long, and none is shown here.
        records = super().get_queryset(request).select_related("source")
        return records.defer("raw", "written")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
