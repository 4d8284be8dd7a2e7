"""How the search form ties its questions to what is said of them."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from jinja2 import Environment, pass_environment
from markupsafe import Markup

from ..asking.links import Switch
from ..asking.questions import IN_SIGHT, SORTS, UNITS, Option

if TYPE_CHECKING:
    from ..asking.filters import ClinicFilter
    from ..asking.questions import Answer, Question


def described(question: "Question") -> SafeString:
    """The attributes that lead from a control to the errors and the help beside it."""
    ids = []
    if question.errors:
        ids.append(f"{question.id}_error")
    if question.help:
        ids.append(f"{question.id}_help")
    if not ids:
        return SafeString("")
    is_wrong = SafeString(' aria-invalid="true"' if question.errors else "")
    return format_html('{} aria-describedby="{}"', is_wrong, " ".join(ids))


def in_groups(options: Iterable[Option]) -> list[tuple[str, list[Option]]]:
    """The options under the code of their group, "" for none, in their own order."""
    return [
        (code, list(group))
        for code, group in groupby(options, key=lambda option: option.group)
    ]


@pass_environment
def choices(
    environment: Environment, options: Iterable[Option], question: "Question"
) -> Markup:
    """The list of `options`, of which there are a hundred on a page."""
    language = get_language()
    told = []
    for each in options:
        facts = each.code, each.label, each.explanation, each.native
        is_chosen, is_off = each.is_chosen, each.is_off
        key = environment, question.id, question.name, *facts, is_chosen, is_off
        before, after = _around_count(*key)
        told += before, _count(environment, each.count, language), after
    return Markup("".join(told))


# What is kept is of the catalogues and in words: nothing of a visitor comes here.
@lru_cache(maxsize=20_000)
def _around_count(environment: Environment, *facts: str | bool) -> tuple[str, str]:
    """A choice as the template has it, before and after how many clinics it gives."""
    template = environment.get_template("locator/_question_choice.html")
    before, after = template.module.choice(*facts, Markup(_HERE)).split(_HERE)
    return before, after


_HERE = "\0"


@lru_cache(maxsize=20_000)
def _count(environment: Environment, count: int | None, language: str | None) -> str:
    # The language is part of the key: it is in words.
    template = environment.get_template("locator/_question_count.html")
    return template.module.count(Option(code="", label="", count=count))


def results_title(asked: "ClinicFilter") -> str:
    """What became of the search, as the heading of its page."""
    if asked.outcome == "invalid":
        return _("Please look at your answers again")
    if asked.outcome == "ambiguous_place":
        return _("Which place do you mean?")
    if asked.outcome == "unknown_place":
        return _("We do not know that place")
    return _title_of_results(asked)


def _title_of_results(asked: "ClinicFilter") -> str:
    where = asked.where
    place = where.place
    names = {"place": asked.where_label, "region": _patients_regions(asked)}
    is_elsewhere = not place or where.region not in (place.region, place.country)
    if where.point and names["region"] and (is_elsewhere or asked.query.also):
        return _("Clinics for patients in %(region)s, near %(place)s") % names
    if where.uses_position:
        return _("Clinics near %(place)s") % names
    if not names["place"]:
        return _("Clinics")
    if where.point is None and (
        asked.query.also or names["place"] == asked.region_label
    ):
        return _("Clinics for patients in %(region)s") % names
    return _("Clinics for patients in %(place)s") % names


def _patients_regions(asked: "ClinicFilter") -> str:
    """Where the patient will be, in words; "" where nobody can tell."""
    where = asked.where
    if not where.region or not asked.query.also:
        return where.region_phrase
    return _("%(region)s who will also be in %(others)s") % {
        "region": where.region_phrase,
        "others": where.phrase_of(*asked.query.also),
    }


def narrowing(answers: Iterable["Answer"]) -> list["Answer"]:
    """Those of the answers that a visitor may take back and still be somewhere."""
    return [answer for answer in answers if answer.name != "place"]


def folded(answers: Iterable["Answer"]) -> list["Answer"]:
    """Those of the answers whose questions a phone shows only when asked."""
    return [answer for answer in answers if answer.name not in IN_SIGHT]


def is_wrong_inside(asked: "ClinicFilter") -> bool:
    """Whether one of the questions that a phone folds away has an error."""
    names = {question.name for question, _error in asked.errors_list}
    return bool(names - IN_SIGHT)


def sorts(asked: "ClinicFilter") -> list[Switch]:
    """The orders that the list can have; by distance only from a point."""
    return [
        Switch(str(label), _sorted(asked, code), str(told), code == asked.query.sort)
        for code, (label, told) in SORTS.items()
        if code != "distance" or asked.where.point
    ]


def _sorted(asked: "ClinicFilter", code: str) -> str:
    return asked.links.url(sort=None if code == "best" else code)


def units(asked: "ClinicFilter") -> list[Switch]:
    """The units that distances can be told in; none where there are no distances."""
    if asked.where.point is None:
        return []
    return [
        Switch(str(label), asked.links.url(unit=code), "", code == asked.where.unit)
        for code, label in UNITS.items()
    ]


FILTERS = {
    "choices": choices,
    "described": described,
    "folded": folded,
    "in_groups": in_groups,
    "is_wrong_inside": is_wrong_inside,
    "narrowing": narrowing,
    "results_title": results_title,
    "sorts": sorts,
    "units": units,
}
