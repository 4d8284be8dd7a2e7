"""What a page of results offers beside the words that were searched for."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from locator import catalogues
from locator.asking.filters import ClinicFilter
from locator.results.notes import notes
from locator.search import find, holdings
from tests.making import make_place

NOW = datetime(2026, 4, 1, 15, tzinfo=UTC)


@pytest.fixture
def said(db):
    """The notes of that kind of a search: `said("q=creek", "did-you-mean")`."""
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)

    def said(query, kind):
        asked = ClinicFilter(
            QueryDict(query),
            catalogues=catalogues.current(),
            holdings=holdings.current(),
            now=NOW,
        )
        return [n for n in notes(asked, find(asked.query)) if n.kind == kind]

    return said


def leads_to(note):
    return parse_qs(urlsplit(note.links[0].url).query)


def offered(note):
    return [link.text for link in note.links]


@pytest.mark.parametrize("word", ["rash", "dermatalgist", "त्वचा", "sarpullido"])
def test_everyday_words_lead_to_what_they_stand_for(said, make_clinic, word):
    make_clinic("Creek House", covers=["US-TX"])

    (note,) = said(f"place=Austin&q={word}", "did-you-mean")

    assert note.text == "Did you mean:"
    assert offered(note) == ["Skin (What for)"]
    assert leads_to(note) == {"place": ["Austin"], "specialty": ["skin"]}


def test_the_words_that_are_left_stay_words(said, make_clinic):
    make_clinic("Creek House", covers=["US-TX"])

    (note,) = said("q=creek+rash&specialty=pain", "did-you-mean")

    assert leads_to(note) == {"q": ["creek"], "specialty": ["pain", "skin"]}


def test_a_misspelt_name_is_offered_as_it_is_spelt(said, make_clinic):
    make_clinic("Creek House", covers=["US-TX"])

    (note,) = said("place=Austin&q=crekk+house", "did-you-mean")

    assert offered(note) == ["creek house"]
    assert leads_to(note) == {"place": ["Austin"], "q": ["creek house"]}


@pytest.mark.parametrize(
    "query", ["q=creek", "q=zzzz", "place=Austin", "q=rash&specialty=skin"]
)
def test_where_nothing_else_may_be_meant_nothing_is_offered(said, make_clinic, query):
    make_clinic("Creek House", covers=["US-TX"])

    assert said(query, "did-you-mean") == []
