"""Forms for a clinic that somebody runs, and for one that is not listed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import catalogues
from ..facts import Facts
from ..models import Clinic, Report
from ..models.region import country_of
from ..places.finding import Search
from .forms import Form, line_field, phone_field, read_phone, required, website_field


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
        return required(self.cleaned_data["text"], _("Please say what we can do."))

    def clean_email(self) -> str:
        told = _("Without an address we cannot come back to you.")
        return required(self.cleaned_data["email"], told)


class MissingForm(Form):
    """A clinic that is not listed."""

    kind = Report.Kind.MISSING

    name = line_field(200, gettext_lazy("What is it called?"))
    place = line_field(
        200,
        gettext_lazy("In which town, and in which state or country?"),
        help_text=gettext_lazy("Or its postcode. For example: Austin, Texas."),
    )
    street = line_field(200, gettext_lazy("Street and number"))
    phone = phone_field(gettext_lazy("Its phone number"))
    website = website_field(gettext_lazy("Its website"))

    field_order = ["name", "place", "street", "phone", "website", "text", "email"]

    def __init__(self, data=None) -> None:
        super().__init__(data)
        self.fields["text"].label = _("What does it offer, and to whom?")
        self.fields["text"].help_text = _(
            "Do not write about your health, or anybody’s."
        )

    def clean_name(self) -> str:
        return required(self.cleaned_data["name"], _("Give the name of the clinic."))

    def clean_place(self) -> str:
        return required(self.cleaned_data["place"], _("Say where it is."))

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
