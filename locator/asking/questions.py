"""What the search form asks: its words, questions, options, and what is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from ..search.query import Contact
from ..telling import wording
from .fields import Distance
from .links import SearchLinks

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
# What says where the patient is and will be.
WHERE = ("place", "lat", "lon", "region", "also")
# The questions that stand open even on a phone; the rest is behind one disclosure.
IN_SIGHT = {*WHERE, "visit", "category", "specialty", "payment"}
# A list with more options can be searched, and begins with what is chosen.
MANY_OPTIONS = 8

# Answers by code, each with the sentence that explains it.
VISITS = {
    "any": (
        gettext_lazy("Either"),
        gettext_lazy("Remote or in person."),
    ),
    "remote": (
        gettext_lazy("Remote"),
        gettext_lazy("By video, by phone or in writing, from where you are."),
    ),
    "in-person": (
        gettext_lazy("In person"),
        gettext_lazy("You go to the clinic."),
    ),
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
    "text": (
        gettext_lazy("Text message"),
        gettext_lazy("You write from your phone; no voice call is needed."),
    ),
    "email": (
        gettext_lazy("E-mail"),
        gettext_lazy("You write an e-mail; no voice call is needed."),
    ),
    "phone": (
        gettext_lazy("Phone"),
        gettext_lazy("By voice; in the US also through the free relay at 711."),
    ),
}
CONTACT_BITS = {
    "text": Contact.TEXT,
    "email": Contact.EMAIL,
    "phone": Contact.PHONE,
}
# A person of the age of a group, by the group's code.
AGES = {
    "child": gettext_lazy("A child (%(years)s)"),
    "adolescent": gettext_lazy("A teenager (%(years)s)"),
    "young-adult": gettext_lazy("A young adult (%(years)s)"),
    "adult": gettext_lazy("An adult (%(years)s)"),
    "senior": gettext_lazy("An older person (%(years)s)"),
}
SORTS = {
    "best": (
        gettext_lazy("Best match"),
        gettext_lazy("Who treats you and says so comes first, then who is near."),
    ),
    "distance": (
        gettext_lazy("Nearest first"),
        gettext_lazy("By distance alone; clinics without an address come last."),
    ),
    "verified": (
        gettext_lazy("Last verified first"),
        gettext_lazy("The clinics that somebody checked most recently come first."),
    ),
    "name": (
        gettext_lazy("Name"),
        gettext_lazy("From A to Z by the clinic’s name."),
    ),
}
UNITS = {"mi": gettext_lazy("Miles"), "km": gettext_lazy("Kilometres")}
FLAGS = {"accepting": "yes", "open": "now", "unstated": "include"}

# An answer as it is told where its question does not stand beside it.
TOLD = {
    "region": gettext_lazy("In %(answer)s"),
    "also": gettext_lazy("Also in %(answer)s"),
    "within": gettext_lazy("Within %(answer)s"),
    "q": gettext_lazy("Called “%(answer)s”"),
}


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

    @property
    def is_off(self) -> bool:
        """Whether choosing it would find nothing; what is chosen can be taken back."""
        return self.count == 0 and not self.is_chosen

    @property
    def counted(self) -> str:
        """The count as figures: "1,204"."""
        return "" if self.count is None else wording.grouped(self.count)

    @property
    def said(self) -> str:
        """The count as it is read out after the label: "12 clinics"."""
        return "" if self.count is None else wording.clinics(self.count)


@dataclass(frozen=True, slots=True)
class Question:
    """One parameter of the search as the form asks it.

    `kind` is "text", "one" (of the options), "many", "flag" (its one option, or not) or
    "several": lists of the same options, of which each shows one of `picks`.
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
    picks: tuple[str, ...] = ()

    @property
    def is_long(self) -> bool:
        """Whether it has so many options that they want searching."""
        return len(self.options) > MANY_OPTIONS

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
        elif name not in ("lon", "unit", "sort", "clinic"):
            found += [_answer(links, questions[name], value) for value in values]
    return found


def _answer(links: SearchLinks, question: Question, value: str) -> Answer:
    labels = {option.code: option.label for option in question.options}
    text = TOLD.get(question.name, "%(answer)s") % {"answer": labels.get(value, value)}
    return Answer(
        question.name, question.label, text, links.without(question.name, value)
    )
