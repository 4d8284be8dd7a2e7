"""What the search form asks, ready to be drawn: labels, options, choices, errors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from .catalogues import Catalogues
from .forms import MOST_CHARACTERS, Distance, code_of
from .links import SearchLinks
from .models import AgeGroup, Catalogue, ServiceType
from .search.query import Contact

# The catalogue that each parameter chooses from.
CATALOGUE_OF = {
    "type": "service_types",
    "specialty": "specialties",
    "modality": "modalities",
    "language": "languages",
    "payment": "payments",
    "age": "age_groups",
    "eligibility": "eligibilities",
    "accessibility": "accessibility",
}
RADII = {"mi": (5, 10, 25, 50, 100, 200), "km": (10, 20, 40, 80, 160, 320)}

VISITS = {
    "any": gettext_lazy("Remote or in person"),
    "remote": gettext_lazy("Remote"),
    "in-person": gettext_lazy("In person"),
}
CATEGORIES = {
    "telemedicine": (
        gettext_lazy("Telemedicine"),
        gettext_lazy("A clinician treats you from a distance."),
    ),
    "telehealth": (
        gettext_lazy("Telehealth"),
        gettext_lazy(
            "That, and also monitoring, results, booking, reminders and learning."
        ),
    ),
    "telehealth-only": (
        gettext_lazy("Only the other telehealth services"),
        gettext_lazy("Monitoring, results, booking, reminders and learning alone."),
    ),
}
CONTACTS = {
    "phone": (Contact.PHONE, gettext_lazy("Phone")),
    "email": (Contact.EMAIL, gettext_lazy("E-mail")),
    "text": (Contact.TEXT, gettext_lazy("Text message")),
}
SORTS = {
    "best": gettext_lazy("Best match"),
    "distance": gettext_lazy("Nearest first"),
    "verified": gettext_lazy("Last verified first"),
    "name": gettext_lazy("Name"),
}
UNITS = {"mi": gettext_lazy("Miles"), "km": gettext_lazy("Kilometres")}
FLAGS = {"accepting": "yes", "open": "now", "unstated": "include"}

# What to ask a clinic where its listing leaves an answer unsaid.
ASK = {
    "type": gettext_lazy("Do you offer this?"),
    "specialty": gettext_lazy("Do you treat this?"),
    "modality": gettext_lazy("Is the visit by video, by phone, or in another way?"),
    "language": gettext_lazy("Do you speak my language?"),
    "payment": gettext_lazy("How can I pay, and what will it cost?"),
    "age": gettext_lazy("Do you see people of my age?"),
    "eligibility": gettext_lazy("Are you open to me?"),
    "accessibility": gettext_lazy("Can you offer what I need?"),
    "accepting": gettext_lazy("Do you take new patients?"),
    "open": gettext_lazy("When are you open?"),
    "contact": gettext_lazy("How can I reach you without calling?"),
}


def ask(name: str) -> str:
    """The sentence that sends a visitor to the clinic with a question; "" for none."""
    if name not in ASK:
        return ""
    return _("Ask the clinic: “%(question)s”") % {"question": ASK[name]}


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose. `count` is that of clinics, None while nobody counted.

    `native` is how people call a language in it, "" where that is its label.
    """

    code: str
    label: str
    explanation: str = ""
    native: str = ""
    group: str = ""
    is_chosen: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One parameter of the search as the form asks it.

    `kind` is "text", "one" (of the options), "many" or "flag" (its one option, or not).
    `not_stated` names what no published listing states yet: no options, but things to
    `ask` the clinic.
    """

    name: str
    label: str
    kind: str
    help: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    errors: tuple[str, ...] = ()
    not_stated: tuple[str, ...] = ()
    ask: str = ""

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def is_asked(self) -> bool:
        """Whether the visitor answers it with something that narrows the search."""
        if self.kind == "text":
            return bool(self.value)
        chosen = next((each for each in self.options if each.is_chosen), None)
        return chosen is not None and chosen.code not in ("", "any", "best")


@dataclass(frozen=True, slots=True)
class Answer:
    """One chosen answer, and the search without it."""

    name: str
    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the questions of one form.

    `country` is the search's, "" for unknown; `unit` the one that it measures in.
    `stated` has, by parameter, the mask of what published listings state.
    """

    form: forms.Form
    catalogues: Catalogues
    stated: Mapping[str, int]
    country: str
    unit: str

    def questions(self) -> dict[str, Question]:
        """All of them by parameter, but for the position, which nobody types."""
        asked = [
            self._place(),
            self._text("q"),
            self._one("within", self._radii(), str(self._asked_radius() or "")),
            self._one("visit", VISITS.items()),
            self._category(),
            *(self._catalogue(name) for name in CATALOGUE_OF),
            self._contact(),
            *(self._flag(name) for name in FLAGS),
            self._one("region", self._regions()),
            self._one("unit", [("", _("As is usual there")), *UNITS.items()]),
            self._one("sort", SORTS.items()),
            self._text("page"),
        ]
        return {question.name: question for question in asked}

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
        """A choice of one: `chosen`, else what was asked, else the first."""
        choices = list(choices)
        chosen = chosen or self.form.cleaned_data.get(name) or choices[0][0]
        options = tuple(
            Option(code, str(label), is_chosen=code == chosen)
            for code, label in choices
        )
        return self._question(name, "one", value=self._given(name), options=options)

    def _flag(self, name: str) -> Question:
        code = FLAGS[name]
        is_chosen = self.form.cleaned_data.get(name) == code
        label = str(self.form.fields[name].label)
        is_stated = name == "unstated" or self.stated.get(name, 1) or is_chosen
        options = (Option(code, label, is_chosen=is_chosen),) if is_stated else ()
        return self._question(
            name, "flag", options=options, not_stated=() if is_stated else (label,)
        )

    def _category(self) -> Question:
        chosen = self._chosen("category")
        care = _("Care of any kind, in person or from a distance.")
        options = [Option("", _("Any"), care, is_chosen=not chosen)]
        for code, (label, explanation) in CATEGORIES.items():
            options.append(
                Option(code, str(label), str(explanation), is_chosen=code in chosen)
            )
        return self._question("category", "one", options=tuple(options))

    def _contact(self) -> Question:
        chosen, stated = self._chosen("contact"), self.stated.get("contact", -1)
        options, not_stated = [], []
        for code, (bit, label) in CONTACTS.items():
            if stated >> bit & 1 or code in chosen:
                options.append(Option(code, str(label), is_chosen=code in chosen))
            else:
                not_stated.append(str(label))
        return self._question(
            "contact", "many", options=tuple(options), not_stated=tuple(not_stated)
        )

    def _catalogue(self, name: str) -> Question:
        chosen, stated = self._chosen(name), self.stated.get(name, -1)
        options, not_stated = [], []
        for entry in self._entries(name, chosen):
            if stated >> entry.bit & 1 or entry.code in chosen:
                options.append(_option(entry, entry.code in chosen))
            else:
                not_stated.append(entry.label())
        return self._question(
            name, "many", options=tuple(options), not_stated=tuple(not_stated)
        )

    def _entries(self, name: str, chosen: tuple[str, ...]) -> list[Catalogue]:
        """The entries on offer, and the chosen whatever they are."""
        choices = getattr(self.catalogues, CATALOGUE_OF[name])
        entries = list(choices)
        if name == "payment":
            here = (None, self.country)
            entries = [each for each in entries if each.country_id in here]
        offered = {entry.code for entry in entries}
        others = [choices.by_code[code] for code in chosen if code not in offered]
        return entries + others

    def _regions(self) -> list[tuple[str, str]]:
        """The subdivisions of the search's country, and the region asked for."""
        regions = self.catalogues.subdivisions(self.country)
        labels = {region.code: region.label() for region in regions}
        asked = self.form.cleaned_data.get("region")
        if asked and asked not in labels:
            labels[asked] = self.catalogues.region_label(asked)
        ordered = sorted(labels.items(), key=lambda each: each[1])
        return [("", _("At the place above")), *ordered]

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

    def _chosen(self, name: str) -> tuple[str, ...]:
        """The codes given for `name` that exist, even where others do not."""
        field = self.form.fields[name]
        if name not in self.form.errors:
            return self.form.cleaned_data.get(name) or ()
        given = map(code_of, self.form[name].value() or ())
        known = {code for code, _label in field.choices}
        return tuple(code for code in given if code in known)

    def _given(self, name: str) -> str:
        return str(self.form[name].value() or "")[:MOST_CHARACTERS]

    def _question(self, name: str, kind: str, **facts) -> Question:
        field = self.form.fields[name]
        return Question(
            name=name,
            label=str(field.label),
            kind=kind,
            help=str(field.help_text),
            errors=tuple(map(str, self.form.errors.get(name, ()))),
            ask=ask(name),
            **facts,
        )


def distance_label(distance: Distance) -> str:
    """A radius in words."""
    number = f"{distance.number:g}"
    if distance.unit == "km":
        return pgettext("distance", "%(number)s km") % {"number": number}
    count = 1 if distance.number == 1 else 2
    return ngettext("%(number)s mile", "%(number)s miles", count) % {"number": number}


def answers(links: SearchLinks, questions: Mapping[str, Question]) -> list[Answer]:
    """What narrows a search, in the order of its parameters."""
    found = []
    for name, values in links.params.items():
        if name == "lat":
            text = _("Your location")
            url = links.url(lat=None, lon=None)
            found.append(Answer("lat", questions["place"].label, text, url))
        elif name not in ("lon", "unit", "sort"):
            found += [_answer(links, questions[name], value) for value in values]
    return found


def _answer(links: SearchLinks, question: Question, value: str) -> Answer:
    labels = {option.code: option.label for option in question.options}
    text = labels.get(value, value)
    return Answer(
        question.name, question.label, text, links.without(question.name, value)
    )


def _option(entry: Catalogue, is_chosen: bool) -> Option:
    return Option(
        code=entry.code,
        label=entry.label(),
        # The label of an age group says its years; words would only repeat them.
        explanation="" if isinstance(entry, AgeGroup) else entry.explained(),
        native=_native_name(entry),
        group=_group(entry),
        is_chosen=is_chosen,
    )


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
