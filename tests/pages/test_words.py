from types import SimpleNamespace

import pytest
from django.utils import translation

from locator import catalogues
from locator.models import Helpline, Region, Source
from locator.pages import words


@pytest.mark.parametrize(
    ("number", "language", "shown"),
    [(903700, "en", "903,700"), (903700, "es", "903,700"), (903700, "hi", "9,03,700")],
)
def test_numbers_are_grouped_as_the_language_does(number, language, shown):
    with translation.override(language):
        assert words.grouped(number) == shown


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("988", "988"),
        ("988, 1", "988,1"),
        ("1-800-662-4357", "18006624357"),
        ("+91 14416", "+9114416"),
    ],
)
def test_a_helplines_number_is_dialled_without_its_writing(number, link):
    assert words.dialled(number) == link


def test_a_field_is_shown_in_the_pages_language_or_else_in_english():
    line = Helpline(name="Emergency", translations={"es": {"name": "Emergencia"}})

    with translation.override("es"):
        spanish = words.translated_field(line, "name")
    with translation.override("hi"):
        hindi = words.translated_field(line, "name")

    assert (spanish, hindi) == ("Emergencia", "Emergency")


def test_countries_with_helplines_come_by_name_and_without_the_others(db):
    found = words.by_country(catalogues.current())

    names = [country.label() for country, _lines in found]
    assert names == sorted(names)
    assert {country.code for country, _lines in found} == set(
        Helpline.objects.values_list("country", flat=True)
    )
    assert all(
        line.country_id == country.code for country, lines in found for line in lines
    )


def test_a_region_and_an_entry_have_names_and_what_has_none_says_so(db):
    known = catalogues.current()

    assert words.region_name("US", known) == Region.objects.get(pk="US").name
    assert words.region_name("", known) == "not stated"
    assert words.name_in("skin", known.specialties) == "Skin"


def test_a_source_has_a_name_and_none_says_so():
    sources = [Source(code="survey", name="A survey")]

    assert words.source_name("survey", sources) == "A survey"
    assert words.source_name("", sources) == "not stated"


@pytest.mark.parametrize(
    ("facts", "silent"),
    [
        ({}, ["languages", "payment", "whether it takes new patients"]),
        ({"languages": ["English"], "accepting": "yes"}, ["payment"]),
        ({"payments": ["Medicaid"], "accepting": "no"}, ["languages"]),
    ],
)
def test_a_card_says_what_its_listing_leaves_unsaid(facts, silent):
    card = {
        "languages": [],
        "payments": [],
        "accepting": "unknown",
    }

    assert words.not_stated(SimpleNamespace(**card | facts)) == silent
