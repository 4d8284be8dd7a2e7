"""The forms of a clinic's page: what people write becomes what the models hold."""

from collections.abc import Sequence
from zoneinfo import available_timezones

import phonenumbers
import tzfpy
from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import curation, hours
from ..models import Clinic, CoverageArea, Region, Service, Source, Stated
from .site import label, site

POINT = ("latitude", "longitude", "point_precision")


class ClinicForm(forms.ModelForm):
    """A clinic's own fields, and how they must fit each other."""

    # Why the clinic, saved as asked, may not be public: see `ClinicAdmin`.
    refusals: Sequence[str] = ()

    class Meta:
        help_texts = {
            "slug": _(
                "The end of its page's address. Left empty, it is made of name and "
                "town. If you change it, the old address leads to the new one."
            ),
            "programme": _("If the clinic is a programme of a larger one: its name."),
            "region": _(
                "State or country of the address; of a remote-only practice, where it "
                "is based."
            ),
            "latitude": _("In degrees, as maps give them: 30.2672"),
            "longitude": _("In degrees, negative in the Americas: -97.7431"),
            "point_precision": _(
                "How near the point is to the door. A point that you set is never "
                "moved by an import."
            ),
            "address_is_private": _(
                "Shows the town only. Its point must then be the town's."
            ),
            "time_zone": _(
                "Such as America/Chicago. Left empty, it is read off the point."
            ),
            "opening_hours": _(
                "As OpenStreetMap writes them: Mo-Fr 09:00-17:00; Sa 10:00-12:00; PH "
                "off. Leave it empty where they are not known."
            ),
            "languages": _(
                "Those that patients are seen in, as stated. Empty: nobody stated it."
            ),
            "payments": _(
                "What patients can pay with, as stated. Empty: nobody stated it."
            ),
            "accessibility": _("As stated. Empty: nobody stated it."),
            "status": _(
                "Draft: nobody sees it. Published: patients find it. Withdrawn: its "
                "page says why it has gone."
            ),
            "withdrawn_reason": _("Its page will say so. Only for a withdrawn clinic."),
            "source": _("Whose list this comes from. Empty: added by us."),
            "source_date": _("A year, month or day: 2022, 2022-03 or 2022-03-14."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self):
        super().clean()
        if self.refusals:
            self.add_error(None, [_NOT_PUBLIC, *self.refusals])
        self._clean_point()
        self._clean_hours()
        self._clean_slug()
        self._clean_status()
        self._clean_source()
        return self.cleaned_data

    def written(self) -> set[str]:
        """Names of the clinic's fields that change, those filled in for us too."""
        changed = set(self.changed_data)
        for name in ("slug", "time_zone", "point_precision", "withdrawn_reason"):
            if self.cleaned_data.get(name, "") != self.initial.get(name, ""):
                changed.add(name)
        if changed.intersection(POINT):
            changed |= {*POINT, "point_source"}
        return changed

    def _clean_point(self):
        latitude, longitude, precision = (self.cleaned_data.get(name) for name in POINT)
        if (latitude is None) != (longitude is None):
            missing = "latitude" if latitude is None else "longitude"
            if missing not in self.errors:
                self.add_error(missing, _("A point needs latitude and longitude."))
        self._within("latitude", 90)
        self._within("longitude", 180)
        is_private = self.cleaned_data.get("address_is_private")
        if latitude is None and longitude is None:
            self.cleaned_data["point_precision"] = precision = ""
            self.instance.point_source = ""
        elif not precision:
            precision = (
                Clinic.Precision.CITY if is_private else Clinic.Precision.ADDRESS
            )
            self.cleaned_data["point_precision"] = precision
        if latitude is not None and self._pins(precision):
            self.instance.point_source = Clinic.PointSource.CURATOR
        if is_private and precision not in ("", Clinic.Precision.CITY):
            self.add_error(
                "address_is_private",
                _(
                    "A private address may be pinned to its town only. Set the point "
                    "to the middle of the town and “exact to the” to “town”."
                ),
            )

    def _pins(self, precision: str) -> bool:
        changed = {"latitude", "longitude"}.intersection(self.changed_data)
        return bool(changed) or precision != self.initial.get("point_precision", "")

    def _within(self, name: str, most: int):
        value = self.cleaned_data.get(name)
        if value is not None and not -most <= value <= most:
            self.add_error(
                name,
                ValidationError(
                    _("It lies between -%(most)d and %(most)d degrees."),
                    params={"most": most},
                ),
            )

    def _clean_hours(self):
        written = self.cleaned_data.get("opening_hours")
        zone = self.cleaned_data.get("time_zone")
        if written and (problem := hours.problem(written)):
            self.add_error("opening_hours", problem)
        if zone and zone not in available_timezones():
            self.add_error("time_zone", _("There is no such zone: America/Chicago."))
        if written and not zone and "time_zone" not in self.errors:
            if zone := self._zone_of_point():
                self.cleaned_data["time_zone"] = zone
            else:
                self.add_error("time_zone", _("Opening hours need a time zone."))

    def _zone_of_point(self) -> str:
        latitude, longitude, _precision = (
            self.cleaned_data.get(name) for name in POINT
        )
        if latitude is None or longitude is None:
            return ""
        return tzfpy.get_tz(longitude, latitude)

    def _clean_slug(self):
        if "slug" in self.errors:
            return
        slug = self.cleaned_data.get("slug") or self.initial.get("slug")
        if not slug:
            region = self.cleaned_data.get("region")
            slug = curation.free_slug(
                self.cleaned_data.get("name", ""),
                self.cleaned_data.get("city", ""),
                region.code if region else "",
            )
        self.cleaned_data["slug"] = slug
        if problem := curation.slug_problem(slug, clinic=self.instance):
            self.add_error("slug", problem)

    def _clean_status(self):
        status = self.cleaned_data.get("status")
        if status == Clinic.Status.WITHDRAWN:
            needed = not self.instance.merged_into_id
            if needed and not self.cleaned_data.get("withdrawn_reason"):
                self.add_error("withdrawn_reason", _("Say why it is withdrawn."))
            return
        self.cleaned_data["withdrawn_reason"] = ""
        if self.instance.merged_into_id:
            self.add_error(
                "status", _("It was merged into another clinic and stays withdrawn.")
            )

    def _clean_source(self):
        source, dated = (
            self.cleaned_data.get(name) for name in ("source", "source_date")
        )
        if source and not dated:
            self.add_error("source_date", _("Say from when the source is."))
        if dated and not source:
            self.add_error("source", _("Say whose date this is, or leave it empty."))


_NOT_PUBLIC = _(
    "Nothing was saved, for patients may not see this clinic as it is. Make it a "
    "draft, or see to this:"
)


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
    def __init__(self, **kwargs):
        widget = AutocompleteSelectMultiple(
            CoverageArea._meta.get_field("region"), site
        )
        super().__init__(queryset=Region.objects.all(), widget=widget, **kwargs)

    def label_from_instance(self, obj):
        return label(obj)


class ServiceForm(forms.ModelForm):
    """A service, and regions that it treats patients in, however many at once."""

    new_regions = RegionsField(
        label=_("May treat patients in"),
        required=False,
        help_text=_(
            "Adds these regions to those in the table “Coverage areas”. A country "
            "stands for all its states."
        ),
    )
    new_basis = forms.ChoiceField(
        label=_("Because it is"),
        required=False,
        choices=[("", "---------"), *CoverageArea.Basis.choices],
    )
    new_as_of = forms.CharField(
        label=_("Told on"),
        required=False,
        max_length=10,
        help_text=_("A year, month or day. Empty: today."),
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

    def cover(self) -> None:
        """Write the regions that were added; what was said of them before gives way."""
        for region in self.cleaned_data.get("new_regions", ()):
            CoverageArea.objects.update_or_create(
                service=self.instance,
                region=region,
                defaults={
                    "basis": self.cleaned_data["new_basis"],
                    "as_of": self.cleaned_data["new_as_of"],
                    "source": self.cleaned_data["new_source"],
                },
            )


class CoverageForm(forms.ModelForm):
    may_add = may_change = True

    def has_changed(self):
        may = self.may_add if self.instance._state.adding else self.may_change
        return may and super().has_changed()


class CoverageFormSet(BaseModelFormSet):
    """The coverage areas of all services of one clinic, `instance`."""

    def __init__(self, *args, instance: Clinic, queryset, save_as_new=False, **kwargs):
        self.instance = instance
        areas = queryset.filter(service__clinic=instance.pk)
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
