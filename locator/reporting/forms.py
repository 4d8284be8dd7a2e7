"""What visitors fill in. Nobody has to say who they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import catalogues
from ..facts import CLINIC_ROWS, Facts
from ..importers import contact
from ..models import Clinic, Report, Stated
from ..models.region import country_of
from ..places.finding import Search
from ..telling.wording import phone_line

Topic = Report.Topic

# Names of fields that are no part of a report: the token of the page, and a field that
# nobody sees and machines fill in.
TOKEN, TRAP = "page", "reference"
LONGEST_TEXT = 2000
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


class Words(forms.CharField):
    """A text in several lines, counted as browsers count: an end of line is one."""

    def __init__(self, *, rows: int, **options) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "class": "input"})
        super().__init__(widget=widget, required=False, **options)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").strip()


def _line(longest: int, label, **options) -> forms.CharField:
    attrs = {"class": "input"} | options.pop("attrs", {})
    return forms.CharField(
        max_length=longest,
        label=label,
        required=False,
        widget=forms.TextInput(attrs=attrs),
        **options,
    )


def _phone_line(label) -> forms.CharField:
    return _line(60, label, attrs={"inputmode": "tel", "autocomplete": "off"})


def _website_line(label) -> forms.CharField:
    return _line(500, label, attrs={"inputmode": "url", "autocomplete": "off"})


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


# --- Something is wrong --------------------------------------------------------------


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
    phone = _phone_line(gettext_lazy("The right number, if you know it"))
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
    street = _line(200, gettext_lazy("Street and number"))
    unit = _line(200, gettext_lazy("Suite or floor"))
    city = _line(120, gettext_lazy("Town"))
    postal_code = _line(12, gettext_lazy("Postcode"))
    website = _website_line(gettext_lazy("The right address of its website"))
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


# --- The others ----------------------------------------------------------------------


class GoneForm(Form):
    """Something is wrong with what is said of a clinic that is listed no longer."""

    def clean_text(self) -> str:
        return _required(self.cleaned_data["text"], _("Please say what is wrong."))

    def topics(self) -> list[str]:
        return [str(Topic.OTHER)]


class MineForm(Form):
    """Somebody runs this clinic."""

    kind = Report.Kind.MINE

    def __init__(self, data=None, *, clinic: Clinic) -> None:
        super().__init__(data, clinic=clinic)
        self.fields["text"].label = _("What would you like us to do?")
        self.fields["text"].help_text = _(
            "Correct the listing, take it off, ask you once a year: whatever it is. "
            "Write nothing about patients."
        )
        self.fields["email"].label = _("Your e-mail address at the clinic")
        self.fields["email"].help_text = _(
            "We write to you there, and ask the clinic itself whether you speak for it."
        )

    def clean_text(self) -> str:
        return _required(self.cleaned_data["text"], _("Please say what we can do."))

    def clean_email(self) -> str:
        told = _("Without an address we cannot come back to you.")
        return _required(self.cleaned_data["email"], told)


class MissingForm(Form):
    """A clinic that is not listed."""

    kind = Report.Kind.MISSING

    name = _line(200, gettext_lazy("What is it called?"))
    place = _line(
        200,
        gettext_lazy("In which town, and in which state or country?"),
        help_text=gettext_lazy("Or its postcode. For example: Austin, Texas."),
    )
    street = _line(200, gettext_lazy("Street and number"))
    phone = _phone_line(gettext_lazy("Its phone number"))
    website = _website_line(gettext_lazy("Its website"))

    field_order = ["name", "place", "street", "phone", "website", "text", "email"]

    def __init__(self, data=None) -> None:
        super().__init__(data)
        self.fields["text"].label = _("What does it offer, and to whom?")
        self.fields["text"].help_text = _(
            "Do not write about your health, or anybody’s."
        )

    def clean_name(self) -> str:
        return _required(self.cleaned_data["name"], _("Give the name of the clinic."))

    def clean_place(self) -> str:
        return _required(self.cleaned_data["place"], _("Say where it is."))

    def clean_website(self) -> str:
        return self.cleaned_website()

    def clean(self) -> dict:
        told = super().clean()
        # Which numbers are meant depends on where it is.
        self.whereabouts = _whereabouts(told.get("place", ""))
        country = country_of(self.whereabouts.get("region", "")) or self.country
        try:
            told["phone"] = read_phone(told.get("phone", ""), country)
        except forms.ValidationError as error:
            self.add_error("phone", error)
        return told

    def proposed(self) -> Facts:
        told = self.cleaned_data
        said: dict[str, Any] = {name: told[name] for name in ("name", "street")}
        said |= self.whereabouts | {"website": told["website"]}
        said["phones"] = [told["phone"]] if told["phone"] else []
        return {name: value for name, value in said.items() if value}


def _whereabouts(text: str) -> Facts:
    """Town, postcode and region as facts; the words as a town where none is known."""
    town = text.partition(",")[0].strip()[:120]
    # Our own table alone: what visitors write here goes to nobody else.
    search = Search(text, "", catalogues.current())
    found = search.by_postcode() or search.by_name()
    if found is None or found.place is None:
        return {"city": town}
    place = found.place
    facts = {"region": place.region}
    if place.kind == "postcode":
        return facts | {"postal_code": place.query.partition(",")[0][:12]}
    return facts | ({"city": town} if place.kind == "city" else {})


def _required(value: str, sentence: str) -> str:
    if not value:
        raise forms.ValidationError(sentence)
    return value
