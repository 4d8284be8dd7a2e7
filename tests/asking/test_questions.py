"""What the form asks: its words, its options and their counts."""

import pytest
from django.http import QueryDict
from django.utils import translation

from locator import catalogues
from locator.asking.asker import Asker
from locator.asking.filters import ClinicFilter
from locator.asking.questions import (
    CATALOGUE_OF,
    CATEGORIES,
    CONTACTS,
    IN_SIGHT,
    MANY_OPTIONS,
    SORTS,
    VISITS,
    Option,
)
from locator.models import AgeGroup
from locator.search import holdings

pytestmark = pytest.mark.django_db


def questions(query="", *, counts=None, known=None):
    """The questions of a form where listings state all that there is to state."""
    asked = ClinicFilter(
        QueryDict(query),
        catalogues=known or catalogues.current(),
        holdings=holdings.current(),
    )
    asked.is_valid()
    return Asker(
        form=asked.form,
        catalogues=asked.catalogues,
        stated=dict.fromkeys([*CATALOGUE_OF, "contact", "accepting", "open"], -1),
        counts=counts or {},
        country="US",
        unit="mi",
    ).questions()


def codes(options):
    return [option.code for option in options]


# --- Explained -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [*CATALOGUE_OF, "contact", "visit", "category", "sort"]
)
def test_every_option_has_its_sentence(name):
    # The label of an age says its years, and a language is called by its own name.
    if name in ("age", "language"):
        assert questions()[name].help
    else:
        assert [
            each.code for each in questions()[name].options if not each.explanation
        ] == []


@pytest.mark.parametrize("name", ["accepting", "open", "unstated", "within", "also"])
def test_what_is_no_list_of_options_has_its_sentence_too(name):
    assert questions()[name].help


def test_ages_answer_who_the_visit_is_for():
    age = questions()["age"]

    assert age.label == "Who is the visit for?"
    assert [each.label for each in age.options] == [
        "A child (0–12)",
        "A teenager (13–17)",
        "A young adult (18–25)",
        "An adult (26–64)",
        "An older person (65 or older)",
    ]


def test_an_age_that_a_curator_adds_is_called_by_its_name():
    AgeGroup.objects.create(
        code="newborn", name="Newborns", minimum_age=0, maximum_age=1, bit=20
    )

    age = questions(known=catalogues.Catalogues.read())["age"]

    labels = [each.label for each in age.options]
    assert "Newborns" in labels


def test_ways_to_reach_a_clinic_begin_with_those_without_a_call():
    contact = questions()["contact"]

    assert codes(contact.options) == ["text", "email", "phone"]
    assert "no voice call is needed" in contact.options[0].explanation


def test_a_phone_shows_few_questions_unasked():
    assert set(questions()) & IN_SIGHT == {
        *("place", "region", "also", "visit", "category", "specialty", "payment")
    }


def test_words_are_those_of_the_pages_language():
    with translation.override("es"):
        asked = questions()

    told = [str(text) for pair in VISITS.values() for text in pair]
    told += [
        str(text)
        for pair in {**CATEGORIES, **SORTS, **CONTACTS}.values()
        for text in pair
    ]
    spanish = [each.explanation for each in asked["visit"].options]
    assert not set(spanish) & set(told)


# --- Counted -------------------------------------------------------------------------


def test_an_option_without_clinics_is_off_unless_it_is_chosen():
    assert Option("es", "Spanish", count=0).is_off
    assert not Option("es", "Spanish", count=0, is_chosen=True).is_off
    assert not Option("es", "Spanish", count=1).is_off
    assert not Option("es", "Spanish").is_off


@pytest.mark.parametrize(
    ("count", "figures", "said"),
    [
        (None, "", ""),
        (0, "0", "0 clinics"),
        (1, "1", "1 clinic"),
        (999, "999", "999 clinics"),
        (1204, "1,204", "1,204 clinics"),
    ],
)
def test_a_count_is_shown_in_figures_and_said_in_words(count, figures, said):
    option = Option("es", "Spanish", count=count)

    assert (option.counted, option.said) == (figures, said)


def test_counts_belong_to_options_by_bit_or_by_value():
    known = catalogues.current()
    spanish = known.languages.by_code["es"].bit

    asked = questions(
        counts={
            "language": {spanish: 12},
            "visit": {"any": 9, "remote": 7},
            "category": {"": 9, "telemedicine": 8},
            "contact": {2: 5},
            "accepting": {"yes": 3},
        }
    )

    def counted(name):
        return {each.code: each.count for each in asked[name].options}

    assert counted("language")["es"] == 12
    assert counted("language")["hi"] == 0
    assert counted("visit") == {"any": 9, "remote": 7, "in-person": 0}
    assert counted("category")[""] == 9
    assert counted("contact") == {"text": 5, "email": 0, "phone": 0}
    assert counted("accepting") == {"yes": 3}
    assert set(counted("payment").values()) == {None}
    assert counted("open") == {"now": None}


# --- Long lists ----------------------------------------------------------------------


def test_a_long_list_begins_with_what_is_chosen():
    language = questions("language=vi&language=ase")["language"]

    first, second, third = language.options[:3]
    assert language.is_long
    assert (first.code, second.code, third.code) == ("vi", "ase", "en")
    assert (first.group, second.group, third.group) == ("chosen", "chosen", "")
    assert len(set(codes(language.options))) == len(language.options)


def test_a_short_list_keeps_its_order():
    modality = questions("modality=phone")["modality"]

    assert not modality.is_long
    assert len(modality.options) <= MANY_OPTIONS
    assert codes(modality.options)[:2] == ["video", "phone"]


# --- Regions -------------------------------------------------------------------------


def test_further_regions_have_a_list_each_and_one_to_add():
    assert questions("also=US-OK&also=us-la")["also"].picks == ("US-OK", "US-LA", "")


def test_as_many_further_regions_as_there_may_be_leave_no_list_to_add():
    asked = questions("also=US-OK&also=US-LA&also=US-NM")["also"]

    assert asked.picks == ("US-OK", "US-LA", "US-NM")


def test_a_further_region_of_another_country_stays_in_the_list():
    also = questions("also=IN-KA")["also"]

    assert [each.label for each in also.options if each.is_chosen] == ["Karnataka"]


def test_regions_that_cannot_be_used_are_not_among_the_lists():
    also = questions("also=US-ZZ&also=US-OK")["also"]

    assert also.picks == ("US-OK", "")
    assert also.errors
