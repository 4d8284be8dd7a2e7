from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict

from locator import catalogues
from locator.asking.filters import ClinicFilter
from locator.results.notes import last_notes, notes
from locator.search import SearchResults, find, holdings
from tests.making import make_place

NOW = datetime(2026, 4, 1, 15, tzinfo=UTC)
NEAR, FAR = (30.354, -97.7431), (31.136, -97.7431)


@pytest.fixture
def said(db):
    """The notes of a search: `said("place=Austin")`."""
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)
    make_place("Pune", at=(18.52, 73.86), region="IN-MH", population=3_000_000)

    def said(query, kind=None):
        asked = ClinicFilter(
            QueryDict(query),
            catalogues=catalogues.current(),
            holdings=holdings.current(),
            now=NOW,
        )
        results = find(asked.query) if asked.is_ready else SearchResults.none()
        found = (*notes(asked, results), *last_notes(asked, results))
        return [note for note in found if kind in (None, note.kind)]

    return said


def leads_to(note, number=0):
    return parse_qs(urlsplit(note.links[number].url).query)


def test_without_a_place_the_page_asks_for_it(said, make_clinic):
    make_clinic(covers=["US-TX"])

    (note,) = said("specialty=mental-health", "ask-place")

    assert note.text == "Say where you are, to see who can treat you there."
    assert note.links[0].url == "#id_place"


def test_nothing_is_said_while_nothing_was_searched(said):
    assert said("place=Xyzzyville") == []
    assert said("within=far") == []


@pytest.mark.parametrize(
    ("clinics", "text"),
    [
        ([NEAR] * 20, "In person: within 25 miles."),
        (
            [NEAR] * 19 + [FAR],
            "In person: within 100 miles, since there are few nearer by.",
        ),
        (
            [NEAR],
            "In person: at any distance, since there are few within 400 miles.",
        ),
    ],
)
def test_the_radius_that_was_used_is_said(said, make_clinic, clinics, text):
    for number, at in enumerate(clinics):
        make_clinic(f"Clinic {number}", at=at)

    assert [note.text for note in said("place=Austin", "radius")] == [text]


@pytest.mark.parametrize(
    "query", ["within=25mi", "visit=remote", "modality=video", "place=Texas"]
)
def test_where_no_radius_was_chosen_for_the_visitor_none_is_said(
    said, make_clinic, query
):
    make_clinic(at=NEAR, covers=["US-TX"])

    assert said(f"place=Austin&{query}", "radius") == []


def test_a_radius_in_kilometres_is_said_in_kilometres(said, make_clinic):
    for number in range(20):
        make_clinic(f"Clinic {number}", at=(18.53, 73.86), region="IN-MH")

    (note,) = said("place=Pune", "radius")

    assert note.text == "In person: within 40 km."


def test_those_beyond_the_radius_that_treat_remotely_are_counted_and_shown(
    said, make_clinic
):
    make_clinic("Near", at=NEAR, covers=["US-TX"])
    make_clinic("Far", at=FAR, covers=["US-TX"])
    make_clinic("Nowhere", covers=["US-TX"])

    (note,) = said("place=Austin&within=25mi&specialty=mental-health", "more")

    assert note.text == ("2 more treat Texas remotely.")
    assert leads_to(note) == {
        "place": ["Austin"],
        "visit": ["remote"],
        "specialty": ["mental-health"],
    }


def test_those_with_other_telehealth_alone_are_counted_and_shown(said, make_clinic):
    make_clinic("Treats", covers=["US-TX"])
    make_clinic("Books", type="appointment-booking", specialties=())

    (note,) = said("place=Austin", "more")

    assert note.text == (
        "1 more offers only other telehealth, such as booking or results, here or "
        "elsewhere."
    )
    assert leads_to(note) == {"place": ["Austin"], "category": ["telehealth-only"]}


def test_clinics_that_may_be_closed_since_they_state_no_hours_are_to_be_called(
    said, make_clinic
):
    make_clinic("Open", covers=["US-TX"], opening_hours="24/7", time_zone="UTC")
    make_clinic("Silent", covers=["US-TX"])
    make_clinic("Silent too", covers=["US-TX"])

    (note,) = said("place=Austin&open=now", "unstated")

    assert note.text == "2 clinics do not state their opening hours: call to ask."
    assert leads_to(note)["unstated"] == ["include"]


def test_further_regions_are_told_where_they_count(said, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX", "US-OK", "US-LA"])

    (any_visit,) = said("place=Austin&also=US-OK&also=US-LA", "also")
    (in_person,) = said("place=Austin&also=US-OK&visit=in-person", "ignored")
    (nowhere,) = said("also=US-OK", "ignored")

    assert any_visit.text == (
        "For remote visits we list only clinics that treat, or probably treat, "
        "patients in Texas, Oklahoma and Louisiana."
    )
    assert in_person.text == (
        "Where else you will be has no effect on visits in person."
    )
    assert leads_to(in_person) == {"place": ["Austin"], "visit": ["in-person"]}
    assert nowhere.text == "Where else you will be counts once we know where you are."


@pytest.mark.parametrize(
    ("query", "text", "leads"),
    [
        ("place=Austin", "That is all for patients in Texas.", []),
        (
            "place=Austin&visit=remote",
            "That is all for remote visits to patients in Texas.",
            ["/clinics/?place=Austin"],
        ),
        (
            "place=Austin&within=25mi",
            "That is all within 25 miles.",
            ["/clinics/?place=Austin"],
        ),
        ("", "That is all.", []),
    ],
)
def test_the_end_of_a_list_says_what_it_was_all_of_and_leads_on(
    said, make_clinic, query, text, leads
):
    make_clinic(at=NEAR, covers=["US-TX"])

    (note,) = said(query, "end")

    assert note.text == text
    assert [link.url for link in note.links] == leads


def test_those_left_out_for_silence_are_counted_and_shown(said, make_clinic):
    make_clinic("By video", covers=["US-TX"], modalities=["video"])
    make_clinic("Silent", covers=["US-TX"])

    (note,) = said("place=Austin&modality=video", "unstated")

    assert note.text == (
        "1 clinic was left out because it does not state this: how remote visits are "
        "held."
    )
    assert leads_to(note)["unstated"] == ["include"]
    assert said("place=Austin&modality=video&unstated=include", "unstated") == []


def test_a_clinic_that_says_nothing_of_its_visits_is_counted_as_silent(
    said, make_clinic
):
    make_clinic("Open to visitors", at=NEAR)
    make_clinic(at=NEAR, remote="unknown", in_person="unknown", covers=["US-TX"])

    (note,) = said("place=Austin", "unstated")

    assert note.text == (
        "1 clinic was left out because it does not state this: whether visits are "
        "remote or in person."
    )
    assert [link.text for link in note.links] == ["Show it too"]


def test_other_telehealth_beyond_the_radius_is_not_said_to_treat(said, make_clinic):
    make_clinic("Near", type="appointment-booking", specialties=(), at=NEAR)
    make_clinic("Far", type="appointment-booking", specialties=(), at=FAR)

    (note,) = said("place=Austin&within=25mi&category=telehealth-only", "more")

    assert note.text == "1 more offers this remotely to patients in Texas."
    assert [link.text for link in note.links] == ["Show it"]


def test_where_only_the_country_is_known_the_state_is_asked(said, make_clinic):
    make_clinic("Country", covers=["US"])
    make_clinic("Two states", covers=["US-TX", "US-OH"])
    make_clinic("One state", covers=["US-TX"])

    (note,) = said("place=United States", "region")

    assert "2 more treat one of its states" in note.text
    assert [link.text for link in note.links] == [
        "Ohio (1)",
        "Texas (2)",
        "Another state",
    ]
    assert leads_to(note, 1) == {"place": ["United States"], "region": ["US-TX"]}


def test_a_named_state_is_not_asked_again(said, make_clinic):
    make_clinic(covers=["US-TX"])

    assert said("place=Texas", "region") == []


def test_what_has_no_effect_is_said(said, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"])

    area = said("place=Texas&within=9mi&sort=distance", "ignored")
    remote = said("place=Austin&within=9mi&visit=remote", "ignored")

    assert [note.text for note in area] == [
        "How far away has no effect without a town or a postcode to start from.",
        "Nearest first needs a town or a postcode to start from.",
    ]
    assert [note.text for note in remote] == [
        "How far away has no effect on remote visits."
    ]
    assert leads_to(remote[0]) == {"place": ["Austin"], "visit": ["remote"]}


def test_a_place_that_wins_over_a_position_is_named(said, make_clinic):
    make_clinic(at=NEAR)

    (note,) = said("place=Austin&lat=40.71&lon=-74.01", "ignored")

    assert "from Austin" in note.text
    assert "not from your location" in note.text


def test_a_place_that_wins_over_others_of_its_name_names_them(said, make_clinic):
    make_clinic(at=NEAR)
    make_place("Austin", at=(43.67, -92.97), region="US-MN", population=26_000)

    (note,) = said("place=Austin&specialty=mental-health", "place")

    assert note.text == "Austin, Texas. Others of that name:"
    assert [link.text for link in note.links] == ["Austin, Minnesota"]
    assert leads_to(note)["specialty"] == ["mental-health"]


def test_a_postcode_that_lies_nobody_knows_where_stands_for_its_region(
    said, make_clinic
):
    make_clinic(at=NEAR, covers=["US-TX"])
    make_place("78799", kind="postcode", at=None, town="Austin")

    (note,) = said("place=78799", "place")

    assert "We do not know where exactly 78799" in note.text
    assert "this is all of Texas" in note.text


def test_near_a_border_both_sides_are_offered(said, make_clinic):
    make_clinic(covers=["US-TX"])
    make_place("75501", kind="postcode", at=(33.43, -94.08), region="US-TX")
    make_place("71854", kind="postcode", at=(33.44, -93.98), region="US-AR")

    (note,) = said("lat=33.43&lon=-94.07", "border")

    assert note.text == "Near a border: are you in Texas or Arkansas?"
    assert leads_to(note, 1)["region"] == ["US-AR"]
    assert said("lat=33.43&lon=-94.07&region=US-AR", "border") == []


def test_where_nobody_can_tell_the_region_it_is_asked(said, make_clinic):
    make_clinic(at=(0.1, 0.1), covers=["US-TX"])

    (note,) = said("lat=0&lon=0", "region")

    assert "We cannot tell in which state or country you are" in note.text
    assert note.links[0].url == "#id_region"


# --- Absence of data -----------------------------------------------------------------


def test_a_country_that_we_hold_nothing_of_is_told_as_that(said, make_clinic):
    make_clinic(covers=["US-TX"])

    (note,) = said("place=Pune", "holdings")

    assert note.text == (
        "We hold no clinics in India yet. That does not mean there are none."
    )


def test_a_specialty_that_we_do_not_hold_is_told_with_what_we_hold(said, make_clinic):
    make_clinic("A", at=NEAR, source="samhsa-mental-health", source_date="2022")
    make_clinic(
        "B",
        at=NEAR,
        specialties=("substance-use",),
        source="findtreatment",
        source_date="2023-11",
    )

    (note,) = said("place=Austin&specialty=skin", "holdings")

    assert note.text == (
        "In the United States we hold clinics for Mental health; Alcohol and drug use, "
        "listed 2022–2023; none yet for: Skin. That does not mean there are none."
    )


def test_without_a_place_what_we_hold_is_told_of_the_whole_directory(said, make_clinic):
    before = said("specialty=skin", "holdings")
    for code in ("ptsd", "pregnancy", "children", "women", "sexual-health"):
        make_clinic(code, covers=["US-TX"], specialties=("mental-health", code))

    after = said("specialty=skin", "holdings")

    assert [note.text for note in before] == [
        "We hold no clinics for this yet: Skin. That does not mean there are none."
    ]
    assert after[0].text.startswith("We hold clinics for Mental health; ")
    assert "; 1 more; none yet for: Skin." in after[0].text


def test_a_region_that_no_clinic_is_in_nor_treats_is_told_as_that(said, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"])

    (note,) = said("region=US-WY", "holdings")

    assert note.text == (
        "We hold no clinics in Wyoming yet. That does not mean there are none."
    )


def test_where_nobody_treats_one_state_alone_the_state_is_still_asked(
    said, make_clinic
):
    make_clinic(covers=["US"])

    (note,) = said("place=United States", "region")

    assert "United States: who may treat you remotely depends on the state" in note.text
    assert note.links[0].url == "#id_region"


def test_official_finders_are_named_where_results_would_hide_them(said, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"])

    (note,) = said("place=Austin&specialty=skin&specialty=mental-health", "holdings")

    assert "none yet for: Skin" in note.text
    assert "FindTreatment.gov" in [link.text for link in note.links]


def test_a_search_inside_the_directory_says_nothing_of_it(said, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"])

    assert said("place=Austin&specialty=mental-health", "holdings") == []


def test_an_answer_that_no_listing_states_is_told_with_the_question_to_ask(
    said, make_clinic
):
    make_clinic(at=NEAR, covers=["US-TX"])

    (note,) = said("place=Austin&accessibility=captions", "holdings")

    assert note.text == (
        "No listing states this yet: Captions in video visits. Ask the clinic: “Can "
        "you offer what I need?”"
    )


def test_a_list_that_goes_on_does_not_say_that_it_ends(said, make_clinic):
    for number in range(21):
        make_clinic(f"Clinic {number}", at=NEAR)

    assert said("place=Austin", "end") == []
    assert len(said("place=Austin&page=2", "end")) == 1
    assert said("place=Austin&page=3", "end") == []
