"""What every form for visitors has. Nobody has to say who they are."""

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..facts import Facts
from ..importers import contact
from ..models import Clinic, Report

# Names of fields that are no part of a report: the token of the page, and a field that
# nobody sees and machines fill in.
TOKEN, TRAP = "page", "reference"
LONGEST_TEXT = 2000


class Words(forms.CharField):
    """A text in several lines, counted as browsers count: an end of line is one."""

    def __init__(self, *, rows: int, **options) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "class": "input"})
        super().__init__(widget=widget, required=False, **options)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").strip()


def line_field(longest: int, label, **options) -> forms.CharField:
    attrs = {"class": "input"} | options.pop("attrs", {})
    return forms.CharField(
        max_length=longest,
        label=label,
        required=False,
        widget=forms.TextInput(attrs=attrs),
        **options,
    )


def phone_field(label) -> forms.CharField:
    return line_field(60, label, attrs={"inputmode": "tel", "autocomplete": "off"})


def website_field(label) -> forms.CharField:
    return line_field(500, label, attrs={"inputmode": "url", "autocomplete": "off"})


class Form(forms.Form):
    """What every form for visitors asks: words, and an address for an answer."""

    use_required_attribute = False
    kind = Report.Kind.WRONG

    text = Words(
        rows=6,
        max_length=LONGEST_TEXT,
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy(
            "Do not write about your health, or anybody’s. We only need to know what "
            "is wrong with the listing."
        ),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Only if you want an answer."),
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
    )

    def __init__(self, data=None, *, clinic: Clinic | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.clinic = clinic

    def report(self) -> Report:
        """The report that a valid form comes to, not saved."""
        return Report(
            clinic=self.clinic,
            kind=self.kind,
            topics=self.topics(),
            text=self.cleaned_data["text"],
            proposed=self.proposed(),
            email=self.cleaned_data["email"],
        )

    def topics(self) -> list[str]:
        return []

    def proposed(self) -> Facts:
        """Facts as in `locator.facts` that the answers come to."""
        return {}

    @property
    def wrong_fields(self) -> list[BoundField]:
        return [field for field in self if field.errors]

    @property
    def country(self) -> str:
        """Whose numbers are written without a country code."""
        known = self.clinic.country_code if self.clinic else ""
        return known or settings.LOCATOR_HOME_COUNTRY

    def cleaned_website(self) -> str:
        website = contact.website(self.cleaned_data["website"])
        if website is None:
            raise forms.ValidationError(
                _("Write the address as in example.org or https://example.org/clinic.")
            )
        return website


def read_phone(text: str, country: str) -> list[str] | None:
    """A row of the fact `phones` for what somebody typed; None for nothing typed."""
    if not text:
        return None
    if (number := contact.phone(text, country=country)) is None:
        raise forms.ValidationError(
            _(
                "We cannot read this as a phone number. Write it with its area code, "
                "or with + and the code of its country."
            )
        )
    return [number.number, number.extension, number.purpose]


def required(value: str, sentence: str) -> str:
    if not value:
        raise forms.ValidationError(sentence)
    return value
