from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from locator import catalogues
from locator.asking.filters import ClinicFilter
from locator.results.dead_ends import dead_end, other_ways, told
from locator.search import Explanation, SearchResults, find, holdings
from tests.making import make_place

NOW = datetime(2026, 4, 1, 15, tzinfo=UTC)
NEAR = (30.354, -97.7431)


@pytest.fixture
def asked(db):
    """What a query string asks."""
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)

    def asked(query):
        return ClinicFilter(
            QueryDict(query),
            catalogues=catalogues.current(),
            holdings=holdings.current(),
            now=NOW,
        )

    return asked


def said_of(asked, *, left_out=0, other_telehealth=0, **facts):
    """The dead end that an explanation of `facts` is worded as."""
    results = SearchResults(
        asked.query,
        left_out_unstated=left_out,
        more_other_telehealth=other_telehealth,
    )
    return told(asked, results, Explanation(**facts))


def params(link):
    return parse_qs(urlsplit(link.url).query)


# --- Answers to take back ------------------------------------------------------------


def test_each_answer_in_the_way_can_be_taken_back_the_one_that_brings_most_first(asked):
    question = asked(
        "place=Austin&language=es&language=hi&payment=medicaid&visit=remote"
    )

    end = said_of(question, removed={"language": 12, "payment": 1200, "visit": 1})

    assert [way.text for way in end.ways] == [
        "Without “Medicaid”: 1,200 clinics",
        "Without “Spanish” or “Hindi”: 12 clinics",
        "In person as well: 1 clinic",
    ]
    assert params(end.ways[1]) == {
        "place": ["Austin"],
        "visit": ["remote"],
        "payment": ["medicaid"],
    }
    assert "visit" not in params(end.ways[2])


@pytest.mark.parametrize(
    ("query", "name", "text"),
    [
        ("within=25mi", "within", "At any distance: 3 clinics"),
        ("visit=in-person", "visit", "Remotely as well: 3 clinics"),
        ("open=now", "open", "At other hours as well: 3 clinics"),
        (
            "accepting=yes",
            "accepting",
            "Whether or not it takes new patients now: 3 clinics",
        ),
        ("q=creek", "q", "Without “creek”: 3 clinics"),
        ("also=US-OK", "also", "For patients in Texas alone: 3 clinics"),
        ("category=telemedicine", "category", "Without “Telemedicine”: 3 clinics"),
    ],
)
def test_an_answer_taken_back_is_told_as_what_is_then_listed(asked, query, name, text):
    question = asked(f"place=Austin&{query}")

    (way,) = said_of(question, removed={name: 3}).ways

    assert way.text == text
    assert params(way) == {"place": ["Austin"]}


def test_answers_that_bring_nothing_are_named_as_such(asked):
    question = asked("place=Austin&language=es&payment=medicaid")

    some = said_of(question, removed={"language": 0, "payment": 2})
    none = said_of(question, removed={"language": 0, "payment": 0})

    assert some.in_vain == "Taking back only this would not help: “Spanish”."
    assert none.in_vain == "No one answer alone is in the way: take back two or more."
    assert none.ways == ()


# --- Silence -------------------------------------------------------------------------


def test_silence_on_one_fact_is_counted_apart_and_can_be_included(asked):
    question = asked("place=Austin&payment=medicaid")

    (note,) = said_of(question, left_out=40, silent={"payment": 40}).silent

    assert note.text == "40 more do not state how one can pay."
    assert [link.text for link in note.links] == ["Include them"]
    assert params(note.links[0])["unstated"] == ["include"]


def test_silence_on_several_facts_is_counted_for_each_and_included_at_once(asked):
    question = asked("place=Austin&payment=medicaid&language=es")

    notes = said_of(question, left_out=9, silent={"payment": 4, "language": 1}).silent

    assert [note.text for note in notes] == [
        "4 more do not state how one can pay.",
        "1 more does not state the languages spoken.",
        "9 more would fit, but do not state all that you ask for.",
    ]
    assert [len(note.links) for note in notes] == [0, 0, 1]


def test_who_states_no_hours_is_to_be_called(asked):
    question = asked("place=Austin&open=now")

    (note,) = said_of(question, left_out=2, silent={"open": 2}).silent

    assert note.text == "2 more do not state their opening hours: call to ask."


# --- What there is around ------------------------------------------------------------


def test_who_offers_it_but_not_where_the_patient_is_can_be_seen(asked):
    question = asked("place=Austin&modality=video&specialty=skin")

    (note,) = said_of(question, remote_anywhere=12).around

    assert note.text == (
        "12 clinics offer this by video, but none of them is listed for patients in "
        "Texas."
    )
    assert params(note.links[0]) == {
        "modality": ["video"],
        "specialty": ["skin"],
        "visit": ["remote"],
    }


def test_every_region_where_the_patient_will_be_is_named(asked):
    question = asked("place=Austin&also=US-OK&specialty=skin")

    (note,) = said_of(question, remote_anywhere=1).around

    assert note.text == (
        "1 clinic offers this remotely, but is not listed for patients in Texas and "
        "Oklahoma."
    )


def test_who_treats_remotely_is_offered_to_those_who_asked_for_a_site(asked):
    question = asked("place=Austin&visit=in-person&specialty=skin&within=9mi")

    (note,) = said_of(question, remote_anywhere=12, remote_here=1).around

    assert note.text == (
        "1 clinic offers this remotely, and treats or probably treats patients in "
        "Texas."
    )
    assert params(note.links[0]) == {
        "place": ["Austin"],
        "specialty": ["skin"],
        "visit": ["remote"],
    }


def test_other_telehealth_is_never_said_to_treat(asked):
    question = asked("place=Austin&visit=in-person&category=telehealth-only")

    (note,) = said_of(question, remote_anywhere=12, remote_here=3).around

    assert note.text == (
        "3 clinics offer, or probably offer, this remotely to patients in Texas."
    )


def test_who_is_near_is_offered_to_those_who_asked_for_remote_visits(asked):
    question = asked("place=Austin&visit=remote&modality=video&specialty=skin")

    (note,) = said_of(question, in_person_near=(3, 80.4672)).around

    assert note.text == "3 clinics offer this in person within 50 miles."
    assert params(note.links[0]) == {
        "place": ["Austin"],
        "specialty": ["skin"],
        "visit": ["in-person"],
        "within": ["50mi"],
    }


def test_who_treats_the_region_for_other_needs_is_counted(asked):
    question = asked("place=Austin&specialty=skin&language=es&unit=km")

    (note,) = said_of(question, remote_in_region=2300).around

    assert note.text == (
        "2,300 clinics treat, or probably treat, patients in Texas remotely, for one "
        "need or another."
    )
    assert params(note.links[0]) == {
        "place": ["Austin"],
        "unit": ["km"],
        "visit": ["remote"],
    }


def test_what_a_way_says_already_is_not_told_twice(asked):
    question = asked("place=Austin&visit=remote&specialty=skin")

    end = said_of(
        question,
        removed={"visit": 3, "specialty": 9},
        in_person_near=(3, 80.4672),
        remote_in_region=9,
    )

    assert len(end.ways) == 2
    assert end.around == ()


def test_other_telehealth_is_told_beside(asked):
    (note,) = said_of(asked("place=Austin"), other_telehealth=2).around

    assert "2 more offer only other telehealth" in note.text


# --- From a question to the page -----------------------------------------------------


@pytest.fixture
def directory(make_clinic):
    """Clinics that answer a part of most questions each."""
    make_clinic("Far", at=(31.6, -97.7), covers=["US-OK"], modalities=["video"])
    make_clinic("Near", at=NEAR, specialties=["skin"], languages=["es"], remote="no")
    make_clinic("Silent", covers=["US-TX"], specialties=["skin"])
    make_clinic("Spanish", covers=["US-TX"], languages=["es"], modalities=["phone"])
    make_clinic("Idaho", covers=["US-ID"], languages=["hi"], modalities=["video"])
    make_clinic("Unclear", at=NEAR, remote="unknown", in_person="unknown")
    make_clinic("Books", type="appointment-booking", specialties=())


@pytest.mark.parametrize(
    "query",
    [
        "specialty=skin&language=hi",
        "specialty=skin&language=hi&within=25mi",
        "visit=remote&specialty=skin&language=es",
        "visit=remote&modality=video",
        "visit=in-person&specialty=mental-health&within=25mi",
        "modality=video&payment=medicaid&accepting=yes",
        "q=idaho&specialty=skin",
        "open=now&category=telemedicine&region=US-ID",
        "visit=remote&specialty=mental-health&also=US-ID",
        "visit=remote&region=US-NM&within=25mi",
    ],
)
def test_every_number_of_a_dead_end_is_that_of_the_page_it_leads_to(
    asked, directory, query
):
    question = asked(f"place=Austin&{query}")

    end = dead_end(question, find(question.query))

    notes = [note for note in (*end.silent, *end.around) if note.links]
    told = [(way.text.rpartition(": ")[2], way) for way in end.ways]
    told += [(note.text, link) for note in notes for link in note.links]
    assert told
    for text, link in told:
        there = asked(urlsplit(link.url).query)
        assert there.is_ready
        assert int(text.split()[0]) == find(there.query).total, link


def test_the_nearest_that_remain_are_shown_with_the_way_to_all_of_them(
    asked, make_clinic
):
    for number in range(4):
        make_clinic(f"Clinic {number}", at=(30.3 + number / 10, -97.7))
    question = asked("place=Austin&specialty=mental-health&language=es&page=7")

    end = dead_end(question, find(question.query))

    assert end.nearest_title == "Without “Spanish”: the nearest"
    assert [card.name for card in end.nearest] == ["Clinic 0", "Clinic 1", "Clinic 2"]
    assert [card.number for card in end.nearest] == [1, 2, 3]
    assert end.all_of_nearest.text == "Without “Spanish”: 4 clinics"


def test_without_a_point_the_first_that_remain_are_shown(asked, make_clinic):
    make_clinic("In Texas", covers=["US-TX"])
    question = asked("region=US-TX&language=es")

    end = dead_end(question, find(question.query))

    assert end.nearest_title == "Without “Spanish”: the first"
    assert [card.name for card in end.nearest] == ["In Texas"]
    assert end.all_of_nearest is None


def test_where_something_is_listed_there_is_no_dead_end(asked, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"])
    question = asked("place=Austin")

    assert dead_end(question, find(question.query)) is None


def test_what_was_not_searched_is_no_dead_end(asked):
    assert dead_end(asked("place=Nowhere"), SearchResults.none()) is None


# --- What was not searched -----------------------------------------------------------


def test_from_a_place_that_we_do_not_know_there_are_other_ways(asked):
    ways = other_ways(asked("place=Nowhere&region=US-OK&language=es"))

    assert [way.text for way in ways] == [
        "Search all of Oklahoma instead",
        "Search for “Nowhere” in names of clinics instead",
    ]
    assert params(ways[0]) == {"region": ["US-OK"], "language": ["es"]}
    assert params(ways[1])["q"] == ["Nowhere"]


@pytest.mark.parametrize(
    ("place", "text", "left"),
    [
        ("dermatologist", "Skin (What for)", {}),
        ("dermatologist near me", "Skin (What for)", {}),
        (
            "Austin dermatologist",
            "Skin (What for), for patients in “Austin”",
            {"place": ["Austin"]},
        ),
    ],
)
def test_a_need_in_the_box_for_the_place_leads_to_a_search_for_it(
    asked, place, text, left
):
    need, *_names = other_ways(asked(f"place={place}&language=es"))

    assert need.text == text
    assert params(need) == {"specialty": ["skin"], "language": ["es"], **left}


def test_what_is_written_in_distress_is_not_sought_in_names(asked):
    assert other_ways(asked("place=kill+myself")) == ()


def test_an_answer_that_cannot_be_used_can_be_left_out(asked):
    (way,) = other_ways(asked("place=Austin&within=far&language=es"))

    assert params(way) == {"place": ["Austin"], "language": ["es"]}


def test_what_was_searched_needs_no_other_way(asked):
    assert other_ways(asked("place=Austin")) == ()
