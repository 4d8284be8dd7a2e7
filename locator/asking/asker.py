"""The questions of one search form, with their options, choices, counts and errors."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from ..catalogues import Catalogues
from ..models import AgeGroup, Catalogue, ServiceType
from ..telling.unstated import ask
from .fields import MOST_ALSO, MOST_CHARACTERS, Distance
from .questions import (
    AGES,
    CATALOGUE_OF,
    CATEGORIES,
    CONTACT_BITS,
    CONTACTS,
    FLAGS,
    MANY_OPTIONS,
    SORTS,
    UNITS,
    VISITS,
    Option,
    Question,
    distance_label,
)

CHOSEN = "chosen"
RADII = {"mi": (5, 10, 25, 50, 100, 200), "km": (10, 20, 40, 80, 160, 320)}

Told = TypeVar("Told")


Explained = Mapping[str, tuple[object, object]]

CARE: Explained = {
    "": (
        gettext_lazy("Any"),
        gettext_lazy("Care of any kind, in person or from a distance."),
    ),
    **CATEGORIES,
}


class Entry(NamedTuple):
    """An entry of a catalogue as an option: `key` is its key in counts, and its bit.

    `country` is where alone it is offered; None for anywhere.
    """

    key: int
    country: str | None
    code: str
    label: str
    explanation: str
    native: str
    group: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the questions of one form.

    `country` is the search's, "" for unknown; `unit` the one that it measures in.
    `stated` has, by parameter, the mask of what published listings state. `counts` are
    those of `SearchResults`; options of a parameter without any have no count.
    """

    form: forms.Form
    catalogues: Catalogues
    stated: Mapping[str, int]
    counts: Mapping[str, Mapping[int | str, int]]
    country: str
    unit: str

    def questions(self) -> dict[str, Question]:
        """All of them by parameter, but for the position, which nobody types."""
        asked = [
            self._place(),
            self._one("region", self._regions()),
            self._also(),
            self._text("q"),
            self._one("within", self._radii(), str(self._asked_radius() or "")),
            self._told("visit", VISITS),
            self._category(),
            *(self._catalogue(name) for name in CATALOGUE_OF),
            self._contact(),
            *(self._flag(name) for name in FLAGS),
            self._one("unit", [("", _("As is usual there")), *UNITS.items()]),
            self._told("sort", SORTS),
            self._text("page"),
        ]
        return {question.name: question for question in asked}

    # --- Texts, lists and boxes ------------------------------------------------------

    def _place(self) -> Question:
        """The place; what is wrong with a position, which nobody types, stands here."""
        errors = [
            str(error)
            for name in ("place", "lat", "lon")
            for error in self.form.errors.get(name, ())
        ]
        question = self._text("place")
        return replace(question, errors=tuple(dict.fromkeys(errors)))

    def _text(self, name: str) -> Question:
        return self._question(name, "text", value=self._given(name))

    def _one(
        self, name: str, choices: Iterable[tuple[str, object]], chosen: str = ""
    ) -> Question:
        """A list to take one of: `chosen`, else what was asked, else the first."""
        choices = list(choices)
        chosen = chosen or self.form.cleaned_data.get(name) or choices[0][0]
        options = tuple(
            Option(code, str(label), is_chosen=code == chosen)
            for code, label in choices
        )
        return self._question(name, "one", value=self._given(name), options=options)

    def _told(self, name: str, choices: Explained) -> Question:
        """A choice of one, each with its sentence: what was asked, else the first."""
        chosen = self.form.cleaned_data.get(name) or next(iter(choices))
        options = tuple(
            Option(
                code,
                label,
                explanation,
                is_chosen=code == chosen,
                count=self._count(name, code),
            )
            for code, label, explanation in self._explained(name, choices)
        )
        return self._question(name, "one", options=options)

    def _category(self) -> Question:
        chosen = self._chosen("category")
        options = tuple(
            Option(
                code,
                label,
                explanation,
                is_chosen=code in chosen or not (code or chosen),
                count=self._count("category", code),
            )
            for code, label, explanation in self._explained("category", CARE)
        )
        return self._question("category", "one", options=options)

    def _flag(self, name: str) -> Question:
        code = FLAGS[name]
        is_chosen = self.form.cleaned_data.get(name) == code
        label, *_words = self._words(name)
        if name != "unstated" and not self.stated.get(name, 1) and not is_chosen:
            return self._question(name, "flag", not_stated=(label,))
        count = self._count(name, code)
        option = Option(code, label, is_chosen=is_chosen, count=count)
        return self._question(name, "flag", options=(option,))

    # --- Any number of answers -------------------------------------------------------

    def _contact(self) -> Question:
        chosen = self._chosen("contact")
        options = (
            Option(
                code,
                label,
                explanation,
                is_chosen=code in chosen,
                count=self._count("contact", CONTACT_BITS[code]),
            )
            for code, label, explanation in self._explained("contact", CONTACTS)
        )
        return self._many("contact", zip(CONTACT_BITS.values(), options, strict=True))

    def _catalogue(self, name: str) -> Question:
        chosen = self._chosen(name)
        counts = self.counts.get(name)
        options = (
            (
                entry.key,
                Option(
                    *entry[2:],
                    entry.code in chosen,
                    None if counts is None else counts.get(entry.key, 0),
                ),
            )
            for entry in self._entries(name, chosen)
        )
        return self._many(name, options)

    def _many(self, name: str, options: Iterable[tuple[int, Option]]) -> Question:
        """The options, each with its bit: those that no listing states only named."""
        stated, offered, not_stated = self.stated.get(name, -1), [], []
        for bit, option in options:
            if stated >> bit & 1 or option.is_chosen:
                offered.append(option)
            else:
                not_stated.append(option.label)
        return self._question(
            name,
            "many",
            options=tuple(_chosen_first(offered)),
            not_stated=tuple(not_stated),
        )

    def _entries(self, name: str, chosen: tuple[str, ...]) -> list[Entry]:
        """The entries on offer, and the chosen whatever they are."""
        choices = getattr(self.catalogues, CATALOGUE_OF[name])
        entries = self._once("entries", name, tell=lambda: [*map(_entry, choices)])
        here = (None, self.country)
        entries = [entry for entry in entries if entry.country in here]
        if chosen:
            offered = {entry.code for entry in entries}
            others = (choices.by_code[code] for code in chosen if code not in offered)
            entries += map(_entry, others)
        return entries

    # --- Where -----------------------------------------------------------------------

    def _regions(self) -> list[tuple[str, str]]:
        """The subdivisions of the search's country, and the region asked for."""
        asked = self.form.cleaned_data.get("region")
        return [("", _("At the place above")), *self._subdivisions(asked)]

    def _also(self) -> Question:
        """Lists of the same regions: one for each that is chosen, and one to add."""
        chosen = self._chosen("also")
        choices = [("", _("Nowhere else")), *self._subdivisions(*chosen)]
        options = tuple(
            Option(code, label, is_chosen=code in chosen) for code, label in choices
        )
        picks = (*chosen, "")[:MOST_ALSO]
        return self._question("also", "several", options=options, picks=picks)

    def _subdivisions(self, *asked: str | None) -> list[tuple[str, str]]:
        """Code and name of those of the search's country, and of regions asked for."""
        inside = self._once("regions", self.country, tell=self._inside)
        held = {code for code, _label in inside}
        others = {code for code in asked if code} - held
        if not others:
            return inside
        labelled = [(code, self.catalogues.region_label(code)) for code in others]
        return sorted([*inside, *labelled], key=_by_label)

    def _inside(self) -> list[tuple[str, str]]:
        regions = self.catalogues.subdivisions(self.country)
        labels = [(region.code, region.label()) for region in regions]
        return sorted(labels, key=_by_label)

    def _radii(self) -> list[tuple[str, str]]:
        radii = [Distance(number, self.unit) for number in RADII[self.unit]]
        if (asked := self._asked_radius()) and asked not in radii:
            radii = sorted([*radii, asked], key=lambda each: each.km(self.unit))
        return [
            ("", _("As far as needed")),
            *((str(each), distance_label(each)) for each in radii),
        ]

    def _asked_radius(self) -> Distance | None:
        asked = self.form.cleaned_data.get("within")
        return asked and Distance(asked.number, asked.unit or self.unit)

    # --- What the form holds ---------------------------------------------------------

    def _count(self, name: str, option: int | str) -> int | None:
        counts = self.counts.get(name)
        return None if counts is None else counts.get(option, 0)

    def _chosen(self, name: str) -> tuple[str, ...]:
        """The codes given for `name` that exist, even where others do not."""
        if name not in self.form.errors:
            return self.form.cleaned_data.get(name) or ()
        field = self.form.fields[name]
        given = field.to_python(self.form[name].value())
        known = {code for code, _label in field.choices}
        return tuple(code for code in given if code in known)

    def _given(self, name: str) -> str:
        return str(self.form[name].value() or "")[:MOST_CHARACTERS]

    def _question(self, name: str, kind: str, **facts) -> Question:
        label, help_text, asked_of_clinic = self._words(name)
        return Question(
            name=name,
            label=label,
            kind=kind,
            help=help_text,
            errors=tuple(map(str, self.form.errors.get(name, ()))),
            ask=asked_of_clinic,
            **facts,
        )

    # --- What is in words once for a language ----------------------------------------

    def _once(self, *what: str, tell: Callable[[], Told]) -> Told:
        """What `tell` says in the page's language of `what` of the catalogues."""
        return self.catalogues.once(("asker", *what, get_language()), tell)

    def _words(self, name: str) -> tuple[str, str, str]:
        """The label of a question, its help, and what one may ask the clinic."""
        field = self.form.fields[name]
        return self._once(
            "words",
            name,
            tell=lambda: (str(field.label), str(field.help_text), ask(name)),
        )

    def _explained(self, name: str, choices: Explained) -> list[tuple[str, str, str]]:
        """Code, label and sentence of each choice."""
        return self._once(
            "explained",
            name,
            tell=lambda: [
                (code, str(label), str(explanation))
                for code, (label, explanation) in choices.items()
            ],
        )


def _chosen_first(options: list[Option]) -> Iterator[Option]:
    """`options`; where they are many, the chosen before all others."""
    if len(options) <= MANY_OPTIONS:
        yield from options
        return
    for option in options:
        if option.is_chosen:
            yield replace(option, group=CHOSEN)
    yield from (option for option in options if not option.is_chosen)


def _by_label(choice: tuple[str, str]) -> str:
    return choice[1]


def _entry(entry: Catalogue) -> Entry:
    is_age = isinstance(entry, AgeGroup)
    return Entry(
        key=entry.bit,
        country=getattr(entry, "country_id", None),
        code=entry.code,
        label=_person(entry) if is_age else entry.label(),
        # The label of an age group says its years; words would only repeat them.
        explanation="" if is_age else entry.explained(),
        native=_native_name(entry),
        group=_group(entry),
    )


def _person(group: AgeGroup) -> str:
    """Somebody of the age of `group`, as an answer to "who is it for?"."""
    if group.code not in AGES:
        return group.label()
    first, last = group.minimum_age, group.maximum_age
    if last is None:
        years = pgettext("ages", "%(first)d or older") % {"first": first}
    else:
        years = f"{first}–{last}"
    return str(AGES[group.code]) % {"years": years}


def _native_name(entry: Catalogue) -> str:
    name = getattr(entry, "native_name", "")
    return "" if name == entry.label() else name


def _group(entry: Catalogue) -> str:
    """Under which heading an option stands; "" where its catalogue has none."""
    if isinstance(entry, ServiceType):
        if entry.audience == ServiceType.Audience.HEALTH_WORKERS:
            return entry.audience
        return entry.category
    return "signed" if getattr(entry, "is_signed", False) else ""
