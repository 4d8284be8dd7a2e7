"""What a clinic's form has beside its fields: the map, the hours in words, the table.

Each also works as a button that sends the form: it comes back as it was typed, with an
answer, and nothing is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.forms import ModelForm
from django.forms.utils import ErrorDict
from django.http import HttpRequest

from . import hours_editor, pins
from .hours_editor import Reading, WeekError
from .pins import Address, Located

# The names of the buttons that ask, and save nothing.
LOCATE, PIN, HOURS = "_locate", "_pin", "_hours"
_READ = ("street", "city", "postal_code", "region", "latitude", "longitude")
_READ_TOO = ("address_is_private", "opening_hours", "time_zone")


@dataclass(slots=True)
class Asked:
    """What a button of the form asked, and the answer to it."""

    located: Located | None = None
    problem: str = ""
    table: Mapping[str, str] | None = field(default=None, repr=False)


def is_asked(request: HttpRequest) -> bool:
    """Whether the form was sent to be asked something, not to be saved."""
    return request.method == "POST" and any(
        name in request.POST for name in (LOCATE, PIN, HOURS)
    )


def answer(request: HttpRequest) -> None:
    """Answer what was asked, in what was typed where the button says so."""
    sent = request.POST.copy()
    asked = Asked()
    if LOCATE in sent:
        asked.located = pins.locate(Address.of_form(sent))
    elif PIN in sent:
        for name, value in pins.chosen(sent[PIN]).items():
            sent[name] = value
    else:
        try:
            sent["opening_hours"] = hours_editor.written(hours_editor.from_table(sent))
        except WeekError as error:
            asked.problem, asked.table = str(error), sent
    request.POST, request.asked = sent, asked


def calm(context: dict) -> None:
    """Let a form that was only asked something complain of nothing."""
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += inline.formset.forms
        inline.formset._non_form_errors = inline.formset.error_class()
    for each in forms:
        each._errors = ErrorDict()
    context["errors"] = []


def parts(request: HttpRequest, form: ModelForm) -> dict:
    """The context of the parts, as `form` has them now."""
    asked = getattr(request, "asked", None) or Asked()
    values = {name: _value(form, name) for name in (*_READ, *_READ_TOO)}
    address = Address.of_form(values)
    point = pins.point_of(values["latitude"], values["longitude"])
    said = str(values["opening_hours"] or "").strip()
    reading = hours_editor.of_form(values, said)
    if asked.problem:
        reading = Reading(problem=asked.problem)
    return {
        "asked": asked,
        "may_ask": "latitude" in form.fields,
        "pin": pins.seen(point, address),
        "reading": reading,
        "week": hours_editor.rows(reading.weekly, asked.table),
        "week_holidays": _holidays(reading, asked),
        "week_fits": not said or reading.weekly is not None or bool(reading.problem),
    }


def _holidays(reading: Reading, asked: Asked) -> bool:
    if asked.table is not None:
        return bool(asked.table.get("week-holidays"))
    return bool(reading.weekly and reading.weekly.closed_on_holidays)


def _value(form: ModelForm, name: str):
    """What `form` shows of a field; what the clinic says where it shows none."""
    if name in form.fields:
        value = form[name].value()
    else:
        value = form.instance.serializable_value(name)
    return "" if value is None else value
