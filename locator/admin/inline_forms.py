"""The forms of what hangs on a clinic: numbers, services, coverage areas."""

import phonenumbers
from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ..curation import covering
from ..models import Clinic, CoverageArea, Region, Service, Source, Stated, User
from .coverage import ClinicCoverage, CompactsField, written_by_hand
from .site import label, site


class PhoneForm(forms.ModelForm):
    """A number as people write it becomes E.164."""

    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        help_text=_(
            "As people write it. A number of another country begins with + and its "
            "code."
        ),
    )

    def __init__(self, *args, clinic: Clinic, **kwargs):
        super().__init__(*args, **kwargs)
        self.clinic = clinic

    def clean(self):
        super().clean()
        written = self.cleaned_data.get("number")
        if not written:
            return self.cleaned_data
        country = self.clinic.country_code or settings.LOCATOR_HOME_COUNTRY
        try:
            number = phonenumbers.parse(written, country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            self.add_error("number", _NO_NUMBER)
            return self.cleaned_data
        self.cleaned_data["number"] = phonenumbers.format_number(
            number, phonenumbers.PhoneNumberFormat.E164
        )
        if number.extension and not self.cleaned_data.get("extension"):
            self.cleaned_data["extension"] = number.extension
        return self.cleaned_data


_NO_NUMBER = _("This is no telephone number of the clinic's country.")


class PhoneFormSet(BaseInlineFormSet):
    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"clinic": self.instance}


class RegionsField(forms.ModelMultipleChoiceField):
    default_error_messages = {
        "invalid_choice": _("There is no region %(value)s: choose one of the list."),
        "invalid_pk_value": _("There is no region %(pk)s: choose one of the list."),
    }

    def __init__(self, **kwargs):
        widget = AutocompleteSelectMultiple(
            CoverageArea._meta.get_field("region"), site
        )
        super().__init__(queryset=Region.objects.all(), widget=widget, **kwargs)

    def label_from_instance(self, obj):
        return label(obj)


class ServiceForm(forms.ModelForm):
    """A service, and where it treats patients: by region, by country, by compact."""

    new_regions = RegionsField(
        label=_("May treat patients in"),
        required=False,
        help_text=_(
            "States, or a whole country, which stands for all its states. They are "
            "added to the table “Coverage areas” below."
        ),
    )
    new_basis = forms.ChoiceField(
        label=_("Because it is"),
        required=False,
        choices=[("", "---------"), *CoverageArea.Basis.choices],
    )
    by_compacts = CompactsField(
        label=_("And by a compact"),
        required=False,
        help_text=_(
            "Covers the members of the compact as they come and go. A licence that "
            "is stated for a region stays as it is."
        ),
    )
    new_as_of = forms.CharField(
        label=_("Told on"),
        required=False,
        max_length=10,
        help_text=_("Of what you add now. A year, month or day. Empty: today."),
    )
    new_source = forms.ModelChoiceField(
        label=_("Said by"),
        required=False,
        queryset=Source.objects.all(),
        empty_label=_("the clinic itself"),
    )

    class Meta:
        help_texts = {
            "specialties": _("What it is for. One service may have several."),
            "remote": _("Whether patients can have it from where they are."),
            "remote_is_clinic_wide": _(
                "The source says so of the whole clinic, not of this service."
            ),
            "in_person": _("Whether patients can have it at the clinic."),
            "modalities": _("How remote visits are held. Empty: nobody stated it."),
            "eligibility": _(
                "“Everyone” or the restrictions, only as stated. Empty: nobody stated "
                "it."
            ),
            "age_groups": _("As stated. Empty: nobody stated it."),
            "groups": _("A programme of its own for them; it keeps nobody out."),
            "languages": _("Only where they differ from the clinic's."),
            "payments": _("Only where they differ from the clinic's."),
        }

    def __init__(self, *args, coverage: ClinicCoverage, **kwargs):
        super().__init__(*args, **kwargs)
        self.held = coverage.held(self.instance)
        if "by_compacts" in self.fields:
            field = self.fields["by_compacts"]
            field.choices = coverage.choices
            field.initial = self.held
            field.help_text = coverage.told(self.instance) or field.help_text
        if "new_source" in self.fields:
            self.fields["new_source"].choices = coverage.sources

    def clean_new_as_of(self):
        written = self.cleaned_data["new_as_of"] or timezone.localdate().isoformat()
        return CoverageArea._meta.get_field("as_of").clean(written, None)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("remote") == data.get("in_person") == Stated.NO:
            self.add_error(
                "in_person",
                _("A service is remote or in person: it cannot be neither."),
            )
        low, high = data.get("minimum_age"), data.get("maximum_age")
        if low is not None and high is not None and low > high:
            self.add_error("maximum_age", _("It lies below the lowest age."))
        if data.get("new_regions") and not data.get("new_basis"):
            self.add_error("new_basis", _("Say why it may treat patients there."))
        return data

    def cover(self, *, by: User) -> None:
        """Write the regions and compacts that were added or taken away.

        What was said of a region before gives way to what is said now.
        """
        told = {
            "as_of": self.cleaned_data.get("new_as_of"),
            "source": self.cleaned_data.get("new_source"),
        }
        for region in self.cleaned_data.get("new_regions", ()):
            CoverageArea.objects.update_or_create(
                service=self.instance,
                region=region,
                defaults={"basis": self.cleaned_data["new_basis"], **told},
            )
        if "by_compacts" not in self.changed_data:
            return
        chosen = self.cleaned_data["by_compacts"]
        for compact in chosen:
            if compact.pk not in self.held:
                covering.join(self.instance, compact, by=by, **told)
        for row in self.instance.compacts.exclude(compact__in=chosen):
            covering.leave(self.instance, row.compact, by=by)


class ServiceFormSet(BaseInlineFormSet):
    @cached_property
    def coverage(self) -> ClinicCoverage:
        return ClinicCoverage(self.instance.pk)

    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"coverage": self.coverage}


class CoverageForm(forms.ModelForm):
    may_add = may_change = True

    def has_changed(self):
        may = self.may_add if self.instance._state.adding else self.may_change
        return may and super().has_changed()


class CoverageFormSet(BaseModelFormSet):
    """The coverage areas of all services of one clinic, `instance`."""

    def __init__(self, *args, instance: Clinic, queryset, save_as_new=False, **kwargs):
        self.instance = instance
        # What a compact gives is told beside the compact, and is not edited by row.
        areas = written_by_hand(queryset.filter(service__clinic=instance.pk))
        super().__init__(
            *args, queryset=areas.order_by("service", "region__name"), **kwargs
        )
        self.services = (
            Service.objects.filter(clinic=instance.pk)
            .select_related("service_type")
            .prefetch_related("specialties")
        )
        self.named = [("", "---------")] + [
            (service.pk, in_full(service)) for service in self.services
        ]

    @classmethod
    def get_default_prefix(cls):
        return "coverage"

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["service"].queryset = self.services
        # One reading for all rows.
        form.fields["service"].choices = self.named


def in_full(service: Service) -> str:
    """`service` told from others of its type: "Consultation: mental health"."""
    purposes = ", ".join(str(specialty) for specialty in service.specialties.all())
    return f"{service}: {purposes}" if purposes else str(service)
