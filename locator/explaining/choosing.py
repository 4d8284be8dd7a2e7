"""Which do I need? A few plain answers, and the search that they come to.

It asks how somebody would like to be seen, with what, for whom and what for. Never what
hurts or how urgent it is: it judges nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from .. import catalogues as catalogues_module
from ..asking.fields import OneCodeField
from ..asking.filters import ClinicFilter
from ..asking.links import Pick, SearchLinks
from ..asking.parameters import known
from ..asking.questions import Option, Question
from ..catalogues import Catalogues
from ..search import find
from ..search import holdings as holdings_module
from ..search.holdings import Holdings
from ..search.query import SearchResults, Visit
from .wishes import ANY, DEVICES, HOW, WORDS, Told, Wish, wish_of

# What is asked here alone, what the search itself asks, what is known of the place.
OF_THE_VISIT = ("how", "device")
OF_THE_PATIENT = ("age", "specialty")
OF_THE_PLACE = ("place", "region")


@dataclass(frozen=True, slots=True)
class Advice:
    """The search that some answers come to: how many clinics it finds, and why it.

    `word` is the paragraph of the explainer for `word_told`. `silent` clinics do not
    state all that is asked; `silent_url` finds them too, "" where that is done already.
    `pairs` ask the same without a place. `instead_url` asks for visits in person, ""
    where they are among what is asked.
    """

    url: str
    clinics: int
    reasons: tuple[str, ...]
    word: str
    word_told: str
    silent: int
    silent_url: str
    instead_url: str
    has_place: bool
    pairs: tuple[tuple[str, str], ...]


class Answers(forms.Form):
    """How somebody would like to be seen, and what they have for it."""

    how = OneCodeField(required=False, choices=known(HOW))
    device = OneCodeField(required=False, choices=known(DEVICES))


class Choosing:
    """The questions, with what was answered; and the advice, once something was.

    `here` asks the place that the page counts for, which is no question of this form.
    """

    def __init__(
        self, data: QueryDict, *, catalogues: Catalogues, holdings: Holdings
    ) -> None:
        self._data, self._catalogues, self._holdings = data, catalogues, holdings
        self._answers = Answers(data)
        self._answers.is_valid()
        self.here = self._filter(self._given(*OF_THE_PLACE))

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """What `request` answers."""
        return cls(
            request.GET,
            catalogues=catalogues_module.of(request),
            holdings=holdings_module.of(request),
        )

    def _given(self, *names: str) -> dict[str, str]:
        """The last of each; "" is none."""
        return {name: value for name in names if (value := self._data.get(name))}

    def _filter(self, params: Mapping[str, str]) -> ClinicFilter:
        data = QueryDict(mutable=True)
        data.update(params)
        return ClinicFilter(data, catalogues=self._catalogues, holdings=self._holdings)

    # --- Asking ----------------------------------------------------------------------

    @property
    def questions(self) -> list[Question]:
        """The four of them, the chosen answer marked."""
        return [
            self._told("how", _("How would you like to be seen?"), HOW, ANY),
            self._told("device", _("What do you have for it?"), DEVICES, ""),
            self._of_the_search("age", _("Anyone")),
            self._of_the_search("specialty", _("Anything, or not sure")),
        ]

    def _told(
        self, name: str, label: str, choices: Mapping[str, Told], chosen: str
    ) -> Question:
        chosen = self._answers.cleaned_data.get(name) or chosen
        options = tuple(
            Option(code, str(text), str(explanation), is_chosen=code == chosen)
            for code, (text, explanation) in choices.items()
        )
        errors = tuple(map(str, self._answers.errors.get(name, ())))
        return Question(name, label, "one", options=options, errors=errors)

    def _of_the_search(self, name: str, nothing: str) -> Question:
        """The search's own question, of whose answers one can be taken here."""
        asked = self._patient.questions[name]
        options = [replace(option, group="") for option in asked.options]
        free = Option("", nothing, is_chosen=not asked.is_asked)
        return replace(asked, kind="one", options=(free, *options))

    @cached_property
    def _patient(self) -> ClinicFilter:
        return self._filter(self._given(*OF_THE_PATIENT))

    # --- Where -----------------------------------------------------------------------

    @cached_property
    def links(self) -> SearchLinks:
        """Ways to this page with the same answers."""
        given = self.answered | self.placed
        return SearchLinks({name: (value,) for name, value in given.items()})

    @property
    def answered(self) -> dict[str, str]:
        """What was answered of the questions, for the form that asks the place."""
        return self._given(*OF_THE_VISIT, *OF_THE_PATIENT)

    @property
    def placed(self) -> dict[str, str]:
        """What is known of the place, for the form that asks the questions."""
        return self._given(*OF_THE_PLACE)

    @property
    def place_links(self) -> list[Pick]:
        """The places to pick from, as `ClinicFilter.place_links`, on this page."""
        found = self.here.where.found
        others = found.others if found else ()
        return [
            replace(pick, url=self._at(each.query))
            for pick, each in zip(self.here.place_links, others, strict=True)
        ]

    @property
    def spellings(self) -> list[Pick]:
        """Places written almost like the one that we do not know, on this page."""
        return [
            Pick(each.text, self._at(each.text), "") for each in self.here.spellings
        ]

    def _at(self, place: str) -> str:
        return self.links.url("explainer", place=place, region=None) + "#services"

    # --- Answering -------------------------------------------------------------------

    @cached_property
    def advice(self) -> Advice | None:
        """What the answers come to; None without any, or with one of no use."""
        if not self._answers.cleaned_data.get("how") or self._answers.errors:
            return None
        if not self._patient.is_valid():
            return None
        return self._advice(self._wish)

    @property
    def _wish(self) -> Wish:
        return wish_of(**self._answers.cleaned_data)

    def _advice(self, wish: Wish) -> Advice:
        asked, results = self._searched(wish)
        is_widened = bool(asked.query.with_unstated)
        word, told = WORDS[wish.visit]
        return Advice(
            url=asked.search_url,
            clinics=results.total,
            reasons=tuple(self._reasons(wish, asked, is_widened=is_widened)),
            word=word,
            word_told=str(told),
            silent=results.left_out_unstated,
            silent_url="" if is_widened else asked.links.url(unstated="include"),
            instead_url=self._in_person(asked) if wish.visit == Visit.REMOTE else "",
            has_place=self._has_place,
            pairs=tuple(
                (name, value)
                for name, values in asked.links.params.items()
                for value in values
                if name not in OF_THE_PLACE
            ),
        )

    def _searched(self, wish: Wish) -> tuple[ClinicFilter, SearchResults]:
        """What is asked for `wish`; the silent as well where nobody states it all."""
        asked = self._filter(self._params(wish))
        results = find(asked.query)
        if not results.total and results.left_out_unstated:
            asked = self._filter(self._params(wish) | {"unstated": "include"})
            results = find(asked.query)
        return asked, results

    def _in_person(self, asked: ClinicFilter) -> str:
        of_remote_visits = dict.fromkeys(("modality", "category", "unstated"))
        return asked.links.url(visit=Visit.IN_PERSON, **of_remote_visits)

    @property
    def _has_place(self) -> bool:
        return self.here.is_ready and bool(self.here.where_label)

    def _params(self, wish: Wish) -> dict[str, str]:
        """The search for `wish`, where the place is known and for whom it is."""
        is_remote = wish.visit == Visit.REMOTE
        category = {"category": "telemedicine"} if is_remote else {}
        place = self._given(*OF_THE_PLACE) if self._has_place else {}
        kind = {"visit": wish.visit, "modality": wish.modality, **category}
        return place | kind | self._given(*OF_THE_PATIENT)

    def _reasons(
        self, wish: Wish, asked: ClinicFilter, *, is_widened: bool
    ) -> Iterator[str]:
        yield str(wish.why)
        chosen = {answer.name: answer.text for answer in asked.chosen}
        if "age" in chosen:
            words = _("It is for: %(who)s. We ask for clinics that see that age.")
            yield words % {"who": chosen["age"]}
        if "specialty" in chosen:
            words = _("It is about: %(what)s. We ask for clinics that offer that.")
            yield words % {"what": chosen["specialty"]}
        yield self._reason_of_place(wish)
        if is_widened:
            yield _(
                "No listing states all of this, so we also ask for clinics that do not "
                "say. Ask them before you count on it."
            )

    def _reason_of_place(self, wish: Wish) -> str:
        if not self._has_place:
            return _(
                "You named no place, so we count clinics anywhere. Who may treat you, "
                "or is near, depends on where you will be."
            )
        if wish.visit == Visit.IN_PERSON:
            words = _("You will be in %(place)s: we ask who is there, or near.")
        else:
            words = _("You will be in %(place)s: we ask who may treat patients there.")
        return words % {"place": self.here.where_label}
