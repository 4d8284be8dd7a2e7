"""The form of a clinic's own fields: what people write becomes what the model holds."""

from collections.abc import Sequence
from zoneinfo import available_timezones

import tzfpy
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .. import curation, hours, places
from ..models import Clinic, Place
from . import history

POINT = ("latitude", "longitude", "point_precision")


class ClinicForm(forms.ModelForm):
    """A clinic's own fields, and how they must fit each other."""

    # Why the clinic, saved as asked, may not be public: see `ClinicAdmin`.
    refusals: Sequence[str] = ()

    # Whether it was sent to be answered, not to be saved: see `clinic_parts`.
    is_asked = False

    # What of the clinic's history the page shows: `history.seen`.
    as_of = forms.CharField(required=False, widget=forms.HiddenInput)

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
            "latitude": _(
                "In degrees, as maps give them: 30.2672. A new postcode brings its "
                "own point, unless you set one."
            ),
            "longitude": _("In degrees, negative in the Americas: -97.7431"),
            "point_precision": _(
                "How near the point is to the door. A point that you set is never "
                "moved by an import."
            ),
            "address_is_private": _(
                "Shows the town only. Its point must then be the town's."
            ),
            "time_zone": _(
                "Such as America/Chicago. Left empty, it is that of the postcode or of "
                "the point."
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
        if "as_of" in self.fields and self.instance.pk:
            self.fields["as_of"].initial = history.seen(self.instance)

    def clean(self):
        super().clean()
        if self.is_asked:
            self.add_error(None, _NOT_SAVED)
            return self.cleaned_data
        if "as_of" in self.changed_data:
            self.add_error(None, _CHANGED_MEANWHILE)
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
        for name in (*POINT, "slug", "time_zone", "withdrawn_reason"):
            # A new clinic has no initial values: there "", null and absent are one.
            if (self.cleaned_data.get(name) or "") != (self.initial.get(name) or ""):
                changed.add(name)
        if changed.intersection(POINT):
            changed |= {*POINT, "point_source"}
        return changed

    def _clean_point(self):
        self._within("latitude", 90)
        self._within("longitude", 180)
        latitude, longitude, precision = (self.cleaned_data.get(name) for name in POINT)
        if (latitude is None) != (longitude is None):
            missing = "latitude" if latitude is None else "longitude"
            if missing not in self.errors:
                self.add_error(missing, _("A point needs latitude and longitude."))
        elif self._follows_postcode(latitude):
            self._take_point_of_postcode()
        elif latitude is None:
            self._take_no_point()
        else:
            self._take_pin(precision)
        if self._is_private and self.cleaned_data.get("point_precision") not in (
            "",
            Clinic.Precision.CITY,
        ):
            self.add_error("address_is_private", _PRIVATE)

    @property
    def _is_private(self) -> bool:
        return bool(self.cleaned_data.get("address_is_private"))

    def _take_pin(self, precision: str):
        if not precision:
            precision = (
                Clinic.Precision.CITY if self._is_private else Clinic.Precision.ADDRESS
            )
            self.cleaned_data["point_precision"] = precision
        if self._pins(precision):
            self.instance.point_source = Clinic.PointSource.CURATOR

    def _follows_postcode(self, latitude: float | None) -> bool:
        """Whether the postcode is new and there is no better point than its middle."""
        if "postal_code" not in self.changed_data or self._is_private:
            return False
        if set(POINT).intersection(self.changed_data):
            return False
        return latitude is None or (
            self.instance.point_precision == Clinic.Precision.POSTCODE
            and self.instance.point_source != Clinic.PointSource.CURATOR
        )

    def _take_point_of_postcode(self):
        if self._postcode is None or self._postcode.point is None:
            self._take_no_point()
            return
        self.cleaned_data |= {
            "latitude": self._postcode.point.latitude,
            "longitude": self._postcode.point.longitude,
            "point_precision": Clinic.Precision.POSTCODE,
        }
        self.instance.point_source = Clinic.PointSource.GEOCODER

    def _take_no_point(self):
        self.cleaned_data |= {
            "latitude": None,
            "longitude": None,
            "point_precision": "",
        }
        self.instance.point_source = ""

    @cached_property
    def _postcode(self) -> Place | None:
        code, region = (
            self.cleaned_data.get(name) for name in ("postal_code", "region")
        )
        country = region.country_code if region else settings.LOCATOR_HOME_COUNTRY
        if country == "US":
            code = (code or "").partition("-")[0]
        return places.postcode_point(code, country) if code else None

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
            if zone := self._zone():
                self.cleaned_data["time_zone"] = zone
            else:
                self.add_error("time_zone", _("Opening hours need a time zone."))

    def _zone(self) -> str:
        """The zone of the postcode, else of the point, else ""."""
        if self._postcode and self._postcode.time_zone:
            return self._postcode.time_zone
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


_NOT_SAVED = _("Nothing was saved.")

_NOT_PUBLIC = _(
    "Nothing was saved, for patients may not see this clinic as it is. Make it a "
    "draft, or see to this:"
)

# An import that ran meanwhile would be undone, field by field, in the curator's name.
_CHANGED_MEANWHILE = _(
    "Nothing was saved yet, for this clinic was changed since you opened this page."
)

_PRIVATE = _(
    "A private address may be pinned to its town only. Set the point to the middle of "
    "the town and “exact to the” to “town”."
)
