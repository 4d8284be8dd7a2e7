"""A page of results as a visitor sees it, and each way on from an empty one."""

from datetime import UTC, datetime

import pytest

from tests.making import at_once, make_place
from tests.markup import read, results

pytestmark = pytest.mark.django_db


def status_of(page):
    return page.one("p", id="results-count").text


def test_the_count_is_announced(client, make_clinic, austin):
    with at_once():
        for number in range(25):
            make_clinic(f"Clinic {number}", covers=["US-TX"])

    page = results(client)

    assert status_of(page) == "25 clinics fit what you asked. You see 1 to 20."


def test_nothing_asked_is_nothing_that_fits(client, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"])

    assert status_of(read(client.get("/clinics/"))) == "1 clinic is listed."


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({"place": "Austin"}, "Clinics for patients in Austin, Texas"),
        ({"place": "texas"}, "Clinics for patients in Texas"),
        ({"place": "united states"}, "Clinics for patients in the United States"),
        ({"region": "US-OK"}, "Clinics for patients in Oklahoma"),
        (
            {"place": "Austin", "region": "US-OK"},
            "Clinics for patients in Oklahoma, near Austin, Texas",
        ),
        ({"place": "texas", "region": "US-OK"}, "Clinics for patients in Oklahoma"),
        (
            {"lat": "30.27", "lon": "-97.74"},
            "Clinics for patients in Texas, near your location",
        ),
        ({"lat": "0", "lon": "0"}, "Clinics near your location"),
        (
            {"place": "texas", "also": "US-OK"},
            "Clinics for patients in Texas who will also be in Oklahoma",
        ),
        (
            {"place": "Austin", "also": ["US-OK", "US-LA"]},
            "Clinics for patients in Texas who will also be in Oklahoma and Louisiana, "
            "near Austin, Texas",
        ),
        ({}, "Clinics"),
    ],
)
def test_the_heading_says_where_the_patient_will_be(client, austin, asked, title):
    make_place("78701", kind="postcode", at=(30.27, -97.74))

    page = read(client.get("/clinics/", asked))

    assert page.one("h1").text == title
    assert page.one("title").text.startswith(title)


def test_the_results_can_be_reached_past_the_form(client, site):
    page = results(client)

    skip = page.one("body").all("a")[1]

    assert skip.text == "Skip to the results"
    assert page.one("div", id=skip.attrs["href"][1:]).all("li", class_="card") != []


def test_many_others_of_a_places_name_are_folded_away(client, site):
    for state in ("US-OH", "US-MN", "US-IN"):
        make_place("Austin", at=(40, -90), region=state, population=9)

    others = results(client).one("details", class_="note")

    assert others.one("summary").text == "Austin, Texas. Others of that name: 3"
    assert len(others.one("ul", class_="picks").all("a")) == 3


def test_one_clinic_is_counted_as_one(client, make_clinic, austin):
    make_clinic("Clear Creek Care", covers=["US-TX"])

    assert status_of(results(client)) == "1 clinic fits what you asked."


def test_a_card_carries_what_people_choose_by(client, site):
    card = results(client).one("ol", class_="cards").one("li", class_="card")

    for words in (
        "Hill Country Health",
        "from the centre of Austin",
        "In person:",
        "licensed for patients in Texas (clinic, March 2026)",
        "Consultation",
        "By video, phone,",
        "Languages",
        "Payment",
        "Ages",
        "New patients accepted",
        "Phone: (512) 555-0100",
        "Listed by SAMHSA, 2022; never verified here",
    ):
        assert words in card.text
    assert card.one("a", href="tel:+15125550100").text == "Phone: (512) 555-0100"


def test_a_card_has_one_heading_that_leads_to_the_clinic(client, site):
    card = results(client).one("li", class_="card")

    heading = card.one("h3")

    assert heading.one("a").attrs["href"] == "/clinics/clear-creek-care/"
    assert heading.text == "Clear Creek Care"


def test_the_category_word_of_a_card_leads_to_its_paragraph(client, site):
    word = results(client).one("li", class_="card").one("a", class_="word")

    assert word.text == "Telemedicine"
    assert word.attrs["href"] == "/telehealth-and-telemedicine/#telemedicine"


def test_a_restriction_stands_before_the_reasons(client, make_clinic, austin):
    make_clinic("Clear Creek Care", covers=["US-TX"], eligibility=["veterans"])

    card = results(client).one("li", class_="card").text

    assert "Open to: Veterans" in card
    assert card.index("Open to: Veterans") < card.index("Texas (clinic")


def test_what_a_card_leaves_unsaid_is_asked_of_the_clinic(client, make_clinic, austin):
    make_clinic("Clear Creek Care", covers=["US-TX"])

    card = results(client).one("li", class_="card").text

    assert (
        "Not stated languages, payment, whether it takes new patients: ask the clinic"
        in card
    )
    assert "(video or phone: not stated)" in card


def test_a_verified_clinic_says_when_and_what_that_does_not_mean(
    client, make_clinic, austin, time_machine
):
    time_machine.move_to(datetime(2026, 5, 1, tzinfo=UTC))
    make_clinic(
        "Clear Creek Care",
        covers=["US-TX"],
        verified_at=datetime(2026, 3, 14, tzinfo=UTC),
    )

    dated = results(client).one("p", class_="card__dated").text

    assert dated == "Verified March 2026 by phone We do not check licences or quality"


def test_answers_stand_above_the_list_and_can_be_taken_back(client, site):
    page = results(client, specialty="skin", category="telemedicine")

    leads = {
        each.text: each.attrs["href"] for each in page.all("a", class_="chosen__answer")
    }

    assert (
        leads["Take back: What for: Skin ×"]
        == "/clinics/?place=Austin&category=telemedicine"
    )


def test_several_answers_can_be_taken_back_at_once(client, site):
    several = results(client, specialty="skin", category="telemedicine", unit="km")
    single = results(client, specialty="skin")

    clear = several.one("a", class_="chosen__clear")

    assert clear.attrs["href"] == "/clinics/?place=Austin&unit=km"
    assert single.all("a", class_="chosen__clear") == []


def test_pages_lead_on_with_the_same_question(client, make_clinic, austin):
    with at_once():
        for number in range(250):
            make_clinic(f"Clinic {number:03}", covers=["US-TX"], phone="")

    paging = results(client, visit="remote", page="6").one("nav", class_="paging")

    current = [each.text for each in paging if "aria-current" in each.attrs]
    assert current == ["Page 6"]
    assert len(paging.all("span", class_="paging__gap")) == 1
    assert paging.one("a", rel="next").attrs["href"] == (
        "/clinics/?place=Austin&visit=remote&page=7"
    )


def test_the_list_goes_on_counting_on_its_second_page(client, make_clinic, austin):
    with at_once():
        for number in range(25):
            make_clinic(f"Clinic {number:02}", covers=["US-TX"])

    page = results(client, page="2")

    assert page.one("ol", class_="cards").attrs["start"] == "21"


def test_a_page_past_the_end_leads_back(client, make_clinic, austin):
    make_clinic("Clear Creek Care", covers=["US-TX"])

    listed = results(client, page="9").one("div", id="results")
    notice = listed.one("p", class_="notice")

    assert notice.text == "The list ends before this page. Go to its last page"
    assert notice.one("a").attrs["href"] == "/clinics/?place=Austin"


def test_an_ambiguous_place_is_to_be_picked(client, site):
    page = results(client, place="Springfield")

    picks = page.one("ul", class_="picks").all("a")

    assert page.one("h1").text == "Which place do you mean?"
    assert status_of(page) == "Several places are called “Springfield”. Choose yours:"
    assert [pick.text for pick in picks] == [
        "Springfield, Missouri United States",
        "Springfield, Illinois United States",
    ]
    assert page.all("li", class_="card") == []


def test_only_the_larger_of_many_places_of_a_name_stand_open(client, site):
    for number in range(14):
        at = (35 + number / 10, -90)
        make_place("Troy", at=at, region="US-OH", population=1000 - number)

    page = results(client, place="Troy")

    more = page.one("details", class_="more-picks")
    assert len(page.one("div", id="results").all("ul", class_="picks")) == 2
    assert more.one("summary").text == "2 more places of that name"
    assert len(more.all("a")) == 2


def test_an_unknown_place_is_not_searched(client, site):
    page = results(client, place="Nowhere")

    assert page.one("h1").text == "We do not know that place"
    assert "We found no place called “Nowhere”" in status_of(page)
    assert "It does not mean that there are no clinics" in status_of(page)
    assert page.all("li", class_="card") == []


def test_an_unknown_place_leads_on(client, site):
    listed = results(client, place="Austn", specialty="skin").one("div", id="results")

    assert "A postcode, as in 78701 or 110001." in listed.text
    links = {link.text: link.attrs["href"] for link in listed.all("a")}
    assert links["Austin, Texas"] == ("/clinics/?place=Austin%2C+Texas&specialty=skin")
    assert links["Search for “Austn” in names of clinics instead"] == (
        "/clinics/?specialty=skin&q=Austn"
    )
    assert links["Browse clinics by place"] == "/browse/"


def test_no_result_is_kind_and_leads_on(client, austin):
    main = results(client, specialty="skin").one("main")

    assert status_of(main) == "The directory holds no clinic that fits all you asked."
    assert "does not mean that there is none" in main.text
    assert "Official finders: United States" in main.text
    assert main.all("a", href="tel:988") != []
    assert main.all("a", href="/clinics/?place=Austin") != []


def test_an_empty_page_says_which_answer_is_in_the_way_and_what_remains(
    client, make_clinic, austin
):
    make_clinic("Near", at=(30.3, -97.7), covers=["US-TX"])
    make_clinic("Skin in Ohio", covers=["US-OH"], specialties=["skin"])

    listed = results(client, specialty="skin").one("div", id="results")

    links = {link.text: link.attrs["href"] for link in listed.all("a")}
    assert links["Without “Skin”: 1 clinic"] == "/clinics/?place=Austin"
    assert "1 clinic offers this remotely, but is not listed for patients in Texas" in (
        listed.text
    )
    assert listed.one("ol", class_="cards").one("h3").text == "Near"
    assert "Without “Skin”: the nearest" in [each.text for each in listed.all("h2")]


def test_the_last_page_of_a_list_says_where_it_ends(client, site):
    listed = results(client, within="25mi").one("div", id="results")

    end = listed.one("div", class_="results__end")
    assert end.text.startswith("That is all within 25 miles. Look farther")


def test_an_answer_that_cannot_be_used_lists_nothing(client, site):
    page = results(client, within="far")
    way = page.one("div", id="results").one("ul", class_="ways").one("a")

    assert way.text == "Search without what we could not use"
    assert way.attrs["href"] == "/clinics/?place=Austin"

    assert page.all("li", class_="card") == []
    assert status_of(page).startswith("Nothing is listed until")


def test_words_of_a_crisis_put_the_helplines_above_all_else(client, site):
    main = results(client, q="creek suicide").one("main")

    headings = [each for each in main if each.tag in ("h1", "h2")]
    block = main.one("section", class_="crisis")
    assert headings[0] is block.one("h2")
    assert "call or text 988" in block.text
    assert "We keep no record of what you wrote" in block.text


def test_a_search_is_not_for_search_engines(client, site):
    assert results(client).all("meta", name="robots", content="noindex") != []
