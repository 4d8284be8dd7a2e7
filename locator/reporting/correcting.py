"""Forms for what is wrong with the listing of a clinic."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..facts import CLINIC_ROWS, Facts
from ..models import Clinic, Report, Stated
from ..telling.wording import phone_line
from .forms import (
    Form,
    Words,
    line_field,
    phone_field,
    read_phone,
    required,
    website_field,
)

Topic = Report.Topic

LONGEST_HOURS = 300
A_NEW_NUMBER = "new"

TOPICS = {
    Topic.PHONE: gettext_lazy("The phone number"),
    Topic.CLOSED: gettext_lazy("It has closed"),
    Topic.ACCEPTING: gettext_lazy("Whether it takes new patients"),
    Topic.ADDRESS: gettext_lazy("The address"),
    Topic.WEBSITE: gettext_lazy("The website"),
    Topic.HOURS: gettext_lazy("The opening hours"),
    Topic.SERVICES: gettext_lazy("What it offers"),
    Topic.COVERAGE: gettext_lazy("Where it may treat patients"),
    Topic.OTHER: gettext_lazy("Something else"),
}
# What the form asks of a topic, by field, in the order of the page.
ASKED = {
    Topic.PHONE: ("wrong_phone", "phone"),
    Topic.ACCEPTING: ("accepting",),
    Topic.ADDRESS: ("street", "unit", "city", "postal_code"),
    Topic.WEBSITE: ("website",),
    Topic.HOURS: ("hours",),
}


@dataclass(frozen=True, slots=True)
class TopicBox:
    """One box to tick, and the fields that belong to it."""

    code: str
    label: str
    is_ticked: bool
    fields: tuple[BoundField, ...]


class ReportForm(Form):
    """Something is wrong with the listing of a clinic."""

    topics_said = forms.MultipleChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=list(TOPICS.items()),
        required=False,
        help_text=gettext_lazy("Tick all that are."),
    )
    wrong_phone = forms.ChoiceField(
        label=gettext_lazy("Which number is wrong?"),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    phone = phone_field(gettext_lazy("The right number, if you know it"))
    accepting = forms.ChoiceField(
        label=gettext_lazy("Does it take new patients?"),
        required=False,
        choices=[
            ("", gettext_lazy("I do not know")),
            (Stated.YES, gettext_lazy("Yes")),
            (Stated.NO, gettext_lazy("No")),
        ],
        widget=forms.Select(attrs={"class": "input"}),
    )
    street = line_field(200, gettext_lazy("Street and number"))
    unit = line_field(200, gettext_lazy("Suite or floor"))
    city = line_field(120, gettext_lazy("Town"))
    postal_code = line_field(12, gettext_lazy("Postcode"))
    website = website_field(gettext_lazy("The right address of its website"))
    hours = Words(
        rows=3,
        max_length=LONGEST_HOURS,
        label=gettext_lazy("When it is open"),
        help_text=gettext_lazy("In your own words: Monday to Friday, 9 to 5."),
    )

    def __init__(self, data=None, *, clinic: Clinic) -> None:
        super().__init__(data, clinic=clinic)
        self.present = [
            [getattr(phone, part) for part in CLINIC_ROWS["phones"][1]]
            for phone in clinic.phones.all()
        ]
        self._offer_numbers()
        for name, now in self._listed().items():
            if now:
                self.fields[name].help_text = _("We say now: %(value)s") % {
                    "value": now
                }

    def _offer_numbers(self) -> None:
        if len(self.present) < 2:
            del self.fields["wrong_phone"]
            return
        self.fields["wrong_phone"].choices = [
            *enumerate(self._numbers()),
            (A_NEW_NUMBER, _("None: one is missing")),
        ]

    def _numbers(self) -> list[str]:
        return [
            phone_line(phone, is_sample=self.clinic.is_sample).text
            for phone in self.clinic.phones.all()
        ]

    def _listed(self) -> dict[str, str]:
        """What the public page says now, by field. A private address stays so."""
        clinic = self.clinic
        only = self._numbers() if len(self.present) == 1 else [""]
        return {
            "phone": only[0],
            "street": clinic.public_street,
            "unit": clinic.public_unit,
            "city": clinic.city,
            "postal_code": clinic.public_postal_code,
            "website": clinic.website,
        }

    @property
    def boxes(self) -> list[TopicBox]:
        ticked = self._ticked()
        return [
            TopicBox(
                code,
                str(label),
                code in ticked,
                tuple(self[n] for n in ASKED.get(code, ()) if n in self.fields),
            )
            for code, label in TOPICS.items()
        ]

    def _ticked(self) -> set[str]:
        """Topics that are ticked, or of which a field is filled in or wrong."""
        ticked = set(self["topics_said"].value() or [])
        if self.is_bound:
            ticked |= {topic for topic in ASKED if self._is_told(topic)}
        return ticked

    def _is_told(self, topic: str) -> bool:
        names = [n for n in ASKED[topic] if n in self.fields and n != "wrong_phone"]
        return any(str(self[name].value() or "").strip() for name in names)

    def clean_phone(self) -> list[str] | None:
        return read_phone(self.cleaned_data["phone"], self.country)

    def clean_website(self) -> str:
        return self.cleaned_website()

    def clean(self) -> dict:
        told = super().clean()
        if not self.errors and not self.topics() and not told["text"]:
            self.add_error(
                "topics_said", _("Tick what is wrong, or tell us in your words.")
            )
        return told

    def topics(self) -> list[str]:
        ticked = self._ticked()
        return [str(topic) for topic in TOPICS if topic in ticked]

    def proposed(self) -> Facts:
        told = self.cleaned_data
        names = ("street", "unit", "city", "postal_code", "website")
        said = {
            name: told[name]
            for name in names
            if told[name] and told[name] != getattr(self.clinic, name)
        }
        if told["accepting"]:
            said["accepting"] = told["accepting"]
        if told["hours"]:
            said["opening_hours"] = told["hours"]
        if told["phone"] and (phones := self._phones()) != self.present:
            said["phones"] = phones
        return said

    def _phones(self) -> list[list[str]]:
        """All numbers of the clinic, with the right one in the place of the wrong."""
        number, extension, purpose = self.cleaned_data["phone"]
        which = self.cleaned_data.get("wrong_phone", "0" if self.present else "")
        phones = [list(phone) for phone in self.present]
        if which.isdecimal():
            purpose = phones[int(which)][2]
            phones[int(which)] = [number, extension, purpose]
        else:
            phones.append([number, extension, purpose])
        return _once(phones)


def _once(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    return [list(row) for row in dict.fromkeys(map(tuple, rows))]


class GoneForm(Form):
    """Something is wrong with what is said of a clinic that is listed no longer."""

    def clean_text(self) -> str:
        return required(self.cleaned_data["text"], _("Please say what is wrong."))

    def topics(self) -> list[str]:
        return [str(Topic.OTHER)]
