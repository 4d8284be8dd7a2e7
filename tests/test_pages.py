"""Pages as a visitor sees them."""

import gzip
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from pytest_django.asserts import assertContains, assertNotContains

from locator import catalogues
from locator.asking.parameters import Parameters
from locator.errors import database_away, server_error
from locator.models import Clinic, Organization, OtherName, Phone
from locator.search import entries

from .making import make_place
from .markup import read

ADDRESSES = [
    "/",
    "/clinics/",
    "/clinics/?place=Austin",
    "/clinics/?place=Springfield",
    "/clinics/?place=Nowhere",
    "/clinics/?place=Austin&within=far",
    "/clinics/clear-creek-care/",
    "/telehealth-and-telemedicine/",
    "/about/",
    "/nowhere/",
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def austin():
    return make_place("Austin", at=(30.267, -97.743), population=961_855)


@pytest.fixture
def site(make_clinic, austin):
    """A directory with something of everything."""
    make_place("Springfield", at=(39.8, -89.6), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.3), region="US-MO", population=169_000)
    return everything(make_clinic)


def everything(make_clinic, **facts):
    """A clinic that states all that there is to state."""
    known = catalogues.current()

    def codes(choices):
        return [entry.code for entry in choices]

    return make_clinic(
        "Clear Creek Care",
        at=(30.3, -97.7),
        covers=["US-TX"],
        organization=Organization.objects.create(name="Hill Country Health"),
        street="1200 Example Street",
        city="Austin",
        postal_code="78701",
        email="hello@clear-creek.example",
        website="https://clear-creek.example/",
        booking_url="https://clear-creek.example/book",
        time_zone="America/Chicago",
        opening_hours="Mo-Fr 08:00-18:00; Sa 22:00-02:00",
        source="samhsa-mental-health",
        specialties=codes(known.specialties),
        modalities=codes(known.modalities),
        languages=codes(known.languages),
        payments=codes(known.payments),
        accessibility=codes(known.accessibility),
        age_groups=codes(known.age_groups),
        eligibility=codes(known.eligibilities),
        accepting="yes",
        **facts,
    )


def controls_of(page):
    """The names of the search form's controls by the words of their label or legend."""
    form = page.one("form", role="search")
    by_id = {each.attrs["id"]: each for each in form if "id" in each.attrs}
    labelled = {}
    for label in form.all("label"):
        inside = [each for each in label if "name" in each.attrs]
        control = inside[0] if inside else by_id[label.attrs["for"]]
        labelled.setdefault(label.text, set()).add(control.attrs["name"])
    for fieldset in form.all("fieldset"):
        names = {each.attrs["name"] for each in fieldset if "name" in each.attrs}
        labelled.setdefault(fieldset.all("legend")[0].text, set()).update(names)
    return labelled


# --- Every page ----------------------------------------------------------------------


@pytest.fixture(params=ADDRESSES)
def page(request, client, site):
    return read(client.get(request.param))


def test_a_page_has_one_main_heading_and_skips_no_level(page):
    levels = [int(each.tag[1]) for each in page if re.fullmatch("h[1-6]", each.tag)]

    steps = [below - above for above, below in pairwise(levels)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(steps, default=0) <= 1


def test_ids_are_given_once_and_every_reference_finds_its_id(page):
    ids = [each.attrs["id"] for each in page if "id" in each.attrs]
    references = [
        target
        for each in page
        for name in ("for", "aria-labelledby", "aria-describedby")
        for target in each.attrs.get(name, "").split()
    ]
    inside = [
        each.attrs["href"][1:]
        for each in page.all("a")
        if each.attrs["href"].startswith("#")
    ]

    assert len(ids) == len(set(ids))
    assert set(references) | set(inside) <= set(ids)


def test_a_page_has_no_style_and_no_script_of_its_own(page):
    scripts = [
        each.attrs.get("type") for each in page.all("script") if "src" not in each.attrs
    ]

    assert page.all("style") == []
    assert [each.tag for each in page if "style" in each.attrs] == []
    assert set(scripts) <= {"application/ld+json"}
    assert [name for each in page for name in each.attrs if name.startswith("on")] == []


def test_a_page_starts_with_a_way_to_its_main_part(page):
    skip = page.one("body").all("a")[0]

    assert skip.attrs["href"] == "#main"
    assert page.one("main").attrs["id"] == "main"


def test_a_page_names_the_emergency_numbers(page):
    line = page.one("div", class_="aid")

    assert "In an emergency: call 911" in line.text
    assert "In a crisis: call or text 988" in line.text
    assert line.one("a", href="/about/#emergency-numbers").text == "Not in the US?"


def test_a_page_says_what_it_is_not(page):
    footer = page.all("footer")[-1].text

    assert "This site is not medical advice" in footer
    assert "A listing is not an endorsement" in footer


def test_a_page_leads_to_its_sources_and_its_contact(page):
    leads_to = {each.attrs["href"] for each in page.all("footer")[-1].all("a")}

    assert {"/about/#sources", "/about/#contact", "/about/#privacy"} <= leads_to


# --- The emergency line --------------------------------------------------------------


def line_of(response):
    return read(response).one("div", class_="aid")


def test_another_home_country_has_its_own_emergency_numbers(client, settings):
    settings.LOCATOR_HOME_COUNTRY = "IN"

    line = line_of(client.get("/"))

    assert "call 112" in line.text
    assert "call 14416" in line.text
    assert "911" not in line.text
    assert "Not in India?" in line.text


def test_a_search_elsewhere_has_the_numbers_of_that_country(client):
    line = line_of(client.get("/clinics/", {"place": "India"}))

    assert "call 112" in line.text
    assert "911" not in line.text


def test_a_country_without_data_is_never_given_the_numbers_of_another(client, settings):
    settings.LOCATOR_HOME_COUNTRY = "NP"

    line = line_of(client.get("/"))

    assert "In an emergency call your local emergency number." in line.text
    assert re.findall(r"\d", line.text) == []


def test_the_about_page_has_the_numbers_of_every_country_that_we_know(client):
    numbers = read(client.get("/about/")).one("section", id="emergency-numbers")

    countries = [each.text for each in numbers.all("h3")]

    assert countries == sorted(countries)
    assert {"India", "United States"} <= set(countries)
    assert numbers.all("a", href="tel:988") != []
    assert numbers.all("a", href="sms:741741") != []


# --- Samples -------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/clinics/", "/about/", "/nowhere/"])
def test_a_banner_says_everywhere_that_there_are_samples(client, make_clinic, address):
    before = read(client.get(address)).all("div", class_="sample-banner")
    make_clinic("Made Up", is_sample=True, covers=["US-TX"])

    banner = read(client.get(address)).one("div", class_="sample-banner")

    assert before == []
    assert "They are invented" in banner.text


def test_a_sample_is_called_one_and_cannot_be_called(client, make_clinic, austin):
    make_clinic(
        "Made Up",
        is_sample=True,
        covers=["US-TX"],
        email="desk@made-up.example",
        website="https://made-up.example/",
        booking_url="https://made-up.example/book",
    )

    card = read(client.get("/clinics/", {"place": "Austin"})).one("li", class_="card")
    page = read(client.get("/clinics/made-up/"))

    for part in (card, page.one("main")):
        assert "Sample, not real" in part.text
        assert "(512) 555-0100" in part.text
        assert [a for a in part.all("a") if a.attrs["href"].startswith("tel:")] == []
    leads_to = " ".join(each.attrs["href"] for each in page.all("a"))
    assert "made-up.example" not in leads_to
    assert "Booking: https://made-up.example/book" in page.text
    assert page.all("script", type="application/ld+json") == []
    assert page.all("meta", name="robots", content="noindex") != []


# --- The form ------------------------------------------------------------------------


SILENT = {"class_": "question__silent"}
LABELS = {
    "place": "Where are you?",
    "within": "How far away",
    "visit": "Kind of visit",
    "category": "Telemedicine or telehealth",
    "specialty": "What for",
    "type": "Service",
    "payment": "How you pay",
    "language": "Language",
    "age": "Who is the visit for?",
    "modality": "Remote visit by",
    "accepting": "Accepting new patients",
    "open": "Open now",
    "eligibility": "Open to",
    "accessibility": "Accessibility",
    "contact": "Ways to reach the clinic",
    "unstated": "Also clinics that do not state what I ask for",
    "q": "Name of a clinic",
}
BESIDE_THE_PLACE = {
    "region": "Where will you be during the visit?",
    "also": "I will also be in",
}


FIRST = ("place", "visit", "category", "specialty", "payment")


@pytest.mark.parametrize(
    ("address", "labels"),
    [
        ("/", {name: LABELS[name] for name in FIRST}),
        ("/clinics/?place=Austin", LABELS | BESIDE_THE_PLACE),
    ],
)
def test_every_filter_is_found_by_its_label(client, site, address, labels):
    page = read(client.get(address))

    labelled = controls_of(page)

    # A flag says how many it would find; a list says what is chosen.
    said = {label.split(",")[0]: names for label, names in labelled.items()}
    assert {name: said.get(label) for name, label in labels.items()} == {
        name: {name} for name in labels
    }


def test_home_asks_the_first_questions_and_leads_to_the_others(client, site):
    form = read(client.get("/")).one("form", role="search")

    assert {each.attrs["name"] for each in form if "name" in each.attrs} == set(FIRST)
    assert "/clinics/" in [each.attrs["href"] for each in form.all("a")]


def test_the_first_filters_stand_open_and_the_rest_under_more(client, site):
    form = read(client.get("/clinics/?place=Austin")).one("form", role="search")

    more = form.one("details", class_="search__more")

    hidden = {each.attrs["name"] for each in more if "name" in each.attrs}
    shown = {each.attrs["name"] for each in form if "name" in each.attrs} - hidden
    assert more.all("summary")[0].text == "More filters"
    assert shown == {*FIRST, "region", "also"}
    assert more.one("details", id="id_language")


def test_more_filters_say_how_many_of_them_are_answered(client, site):
    asked = {"language": ["es", "hi"], "specialty": "skin", "age": "child"}

    more = results(client, **asked).one("details", class_="search__more")

    assert more.all("summary")[0].text == "More filters 3 chosen"


def test_an_option_says_how_many_clinics_it_would_give(client, make_clinic, austin):
    for number in range(3):
        make_clinic(f"Clinic {number}", covers=["US-TX"], languages=["en", "es"])
    make_clinic("Elsewhere", covers=["US-OH"], languages=["hi"], phone="")

    languages = results(client).one("details", id="id_language")

    said = [each.text for each in languages.all("label")]
    off = [each.attrs["value"] for each in languages.all("input", disabled="")]
    assert said == ["English, 3 clinics3", "Spanish, 3 clinics3", "Hindi, 0 clinics0"]
    assert off == ["hi"]


def test_what_is_chosen_can_be_taken_back_though_it_finds_nothing(
    client, make_clinic, austin
):
    make_clinic("Elsewhere", covers=["US-OH"], languages=["hi"])

    languages = results(client, language="hi").one("details", id="id_language")

    chosen = languages.one("input", value="hi")
    assert "checked" in chosen.attrs
    assert "disabled" not in chosen.attrs


def test_nothing_is_counted_before_anything_is_asked(client, site):
    form = read(client.get("/")).one("form", role="search")

    assert form.all("span", class_="choice__count") == []
    assert form.all("input", disabled="") == []


def test_the_region_of_the_patient_stands_beside_the_place(client, site):
    page = results(client, also=["US-OK", "US-LA"])

    region = page.one("details", class_="search__region")

    lists = region.one("fieldset", id="id_also").all("select")
    chosen = [[each.text for each in one.all("option", selected="")] for one in lists]
    assert region.one("summary").text == (
        "You will be in: Texas and Oklahoma, Louisiana Change"
    )
    assert "open" not in region.attrs
    assert chosen == [["Oklahoma"], ["Louisiana"], ["Nowhere else"]]


def test_where_nobody_can_tell_the_region_it_is_asked_openly(client):
    page = read(client.get("/clinics/", {"lat": "0", "lon": "0"}))

    region = page.one("details", class_="search__region")

    assert "open" in region.attrs
    assert region.one("summary").text.startswith("Where will you be")


def test_without_a_place_no_region_is_asked(client, site):
    page = read(client.get("/clinics/"))

    assert page.all("details", class_="search__region") == []


def test_the_order_and_the_unit_are_switched_by_links(client, site):
    ordering = results(client, sort="name").one("div", class_="ordering")

    ways = {each.text: each.attrs for each in ordering.all("a")}

    assert ways["Name"]["aria-current"] == "true"
    assert ways["Best match"]["href"] == "/clinics/?place=Austin"
    assert ways["Nearest first"]["href"] == "/clinics/?place=Austin&sort=distance"
    assert ways["Kilometres"]["href"] == "/clinics/?place=Austin&sort=name&unit=km"
    assert ways["Miles"]["aria-current"] == "true"
    assert "From A to Z" in ordering.text


def test_without_a_start_nothing_is_nearest_and_no_distance_has_a_unit(client, site):
    page = read(client.get("/clinics/", {"region": "US-TX"}))

    ways = [each.text for each in page.one("div", class_="ordering").all("a")]

    assert ways == ["Best match", "Last verified first", "Name"]


def test_home_leads_to_the_region_that_the_site_is_run_for(client, settings):
    settings.LOCATOR_HOME_REGION = "US-TX"

    response = client.get("/")

    link = '<a href="/clinics/?region=US-TX">All clinics for patients in Texas</a>'
    assertContains(response, link, html=True)


def test_home_names_no_region_where_none_is_set(client):
    assertNotContains(client.get("/"), "All clinics for patients in")


def test_home_says_what_a_teleclinic_is(client):
    main = read(client.get("/")).one("main")

    assert "A teleclinic is a clinic that can treat you from a distance" in main.text
    assert "The place is all we need." in main.text


def test_only_one_box_stands_between_a_newcomer_and_the_results(client):
    form = read(client.get("/")).one("form", role="search")

    boxes = [each for each in form.all("input") if each.attrs.get("type") == "text"]

    assert [each.attrs["name"] for each in boxes] == ["place"]
    assert [each for each in form if "required" in each.attrs] == []
    assert form.attrs["method"] == "get"
    assert form.attrs["action"] == "/clinics/"


def test_the_category_is_a_choice_of_four_with_a_sentence_each(client):
    group = read(client.get("/")).one("fieldset", id="id_category")

    radios = group.all("input", type="radio", name="category")

    explained = [each.attrs.get("aria-describedby") for each in radios]
    assert [each.attrs["value"] for each in radios] == [
        *("", "telemedicine", "telehealth", "telehealth-only")
    ]
    assert None not in explained
    assert "Care of any kind" in group.text
    assert "A clinician treats you from a distance" in group.text


def test_each_category_leads_to_its_paragraph(client):
    group = read(client.get("/")).one("fieldset", id="id_category")

    leads_to = {each.attrs["href"]: each.text for each in group.all("a")}

    explainer = "/telehealth-and-telemedicine/"
    assert leads_to[f"{explainer}#difference"] == "What is the difference?"
    assert set(leads_to) == {
        f"{explainer}#{part}"
        for part in ("difference", "telemedicine", "telehealth", "other-telehealth")
    }


@pytest.mark.parametrize("address", ["/", "/clinics/?place=Austin"])
def test_the_category_is_in_sight_and_asked_once(client, site, address):
    page = read(client.get(address))

    folded = [each.all("fieldset", id="id_category") for each in page.all("details")]

    page.one("fieldset", id="id_category")
    assert not any(folded)


def test_the_form_keeps_what_was_asked(client, site):
    asked = {
        "place": "Austin",
        "visit": "remote",
        "category": "telemedicine",
        "specialty": ["skin", "mental-health"],
        "accepting": "yes",
        "sort": "name",
        "q": "creek",
    }

    form = read(client.get("/clinics/", asked)).one("form", role="search")

    kept = {
        (each.attrs["name"], each.attrs["value"])
        for each in form.all("input")
        if "checked" in each.attrs
    }
    hidden = form.all("input", type="hidden")
    assert kept == {
        ("visit", "remote"),
        ("category", "telemedicine"),
        ("specialty", "skin"),
        ("specialty", "mental-health"),
        ("accepting", "yes"),
    }
    assert {each.attrs["name"]: each.attrs["value"] for each in hidden} == {
        "sort": "name"
    }
    assert form.one("input", id="id_place").attrs["value"] == "Austin"
    assert form.one("input", id="id_q").attrs["value"] == "creek"


def test_a_position_stays_in_the_form(client):
    page = read(client.get("/clinics/", {"lat": "30.27", "lon": "-97.74"}))

    hidden = page.one("form", role="search").all("input", type="hidden")

    assert {each.attrs["name"]: each.attrs["value"] for each in hidden} == {
        "lat": "30.27",
        "lon": "-97.74",
    }


def test_what_is_typed_is_shown_and_not_obeyed(client):
    response = client.get("/clinics/", {"place": '"><script>alert(1)</script>'})

    assert [each for each in read(response).all("script") if each.text] == []
    assertNotContains(response, "alert(1)</script>")


def test_an_error_stands_at_the_top_and_beside_its_field(client, austin):
    page = read(client.get("/clinics/", {"place": "Austin", "within": "far"}))

    summary = page.one("div", role="alert")
    field = page.one("select", id="id_within")

    assert summary.one("a", href="#id_within").text == "How far away"
    assert field.attrs["aria-invalid"] == "true"
    beside = page.one("div", id=field.attrs["aria-describedby"].split()[0])
    assert "This is no distance that we can use." in beside.text


def test_every_sentence_of_the_summary_stands_beside_its_field_too(client):
    silent = {"place", "clinic"}
    wrong = {name: "?!" for name in Parameters.base_filters if name not in silent}

    page = read(client.get("/clinics/", wrong))

    said = page.one("div", role="alert").all("li")
    links = [link.attrs["href"] for each in said for link in each.all("a")]
    assert len(said) == len(wrong)
    assert len(links) == len(wrong) - len(["page"])
    for each in said:
        sentence = each.text.partition(": ")[2]
        assert page.text.count(sentence) > 1 or "Page: " in each.text
    for link in links:
        assert [each for each in page if each.attrs.get("id") == link.strip("#")]


def test_an_error_in_a_list_opens_the_list_and_the_filters(client):
    page = read(client.get("/clinics/", {"modality": "pigeon"}))

    around = [each for each in page.all("details") if "open" in each.attrs]

    assert [each.attrs["class"] for each in around] == [
        "search__more",
        "question question--many",
    ]


def test_an_error_in_a_list_that_is_in_sight_opens_that_alone(client):
    page = read(client.get("/clinics/", {"payment": "gold"}))

    around = [each for each in page.all("details") if "open" in each.attrs]

    assert [each.attrs["id"] for each in around] == ["id_payment"]


def test_an_error_beside_a_switch_has_its_field(client):
    page = read(client.get("/clinics/", {"sort": "price", "unit": "furlong"}))

    lists = page.one("form", role="search").all("select")

    wrong = {each.attrs["id"] for each in lists if "aria-invalid" in each.attrs}
    assert wrong == {"id_sort", "id_unit"}


def test_what_no_listing_states_is_no_option_but_a_question_to_ask(client, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"], specialties=["skin"])

    specialties = read(client.get("/")).one("details", id="id_specialty")

    offered = [each.attrs["value"] for each in specialties.all("input")]
    folded = specialties.one("div", **SILENT).one("details")
    assert offered == ["skin"]
    assert re.fullmatch(
        r"Not stated by any listing yet: \d+ more", folded.one("summary").text
    )
    assert "Primary care; Mental health" in folded.text
    assert "Ask the clinic: “Do you treat this?”" in specialties.text


def test_a_short_list_of_what_no_listing_states_is_not_folded_away(client, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"], modalities=["video"])

    silent = (
        read(client.get("/clinics/"))
        .one("details", id="id_modality")
        .one("div", **SILENT)
    )

    assert silent.text == (
        "Not stated by any listing yet: Phone; Messages; App. Ask the clinic: “Is "
        "the visit by video, by phone, or in another way?”"
    )
    assert silent.all("details") == []


def test_a_language_is_offered_by_its_own_name_too(client, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"], languages=["es", "en"])

    languages = read(client.get("/clinics/")).one("details", id="id_language")

    assert languages.one("p", lang="es").text == "Español"
    assert languages.all("p", lang="en") == []


def test_service_types_stand_under_their_category(client, site):
    types = read(client.get("/clinics/")).one("details", id="id_type")

    titles = [each.text for each in types.all("p", class_="choices__title")]

    assert titles == ["Telemedicine"]


# --- Results -------------------------------------------------------------------------


def results(client, **asked):
    return read(client.get("/clinics/", {"place": "Austin", **asked}))


def status_of(page):
    return page.one("p", id="results-count").text


def test_the_count_is_announced(client, make_clinic, austin):
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
        "Listed by SAMHSA, 2022; not checked by us since",
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
    client, make_clinic, austin
):
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


# --- A clinic ------------------------------------------------------------------------


def clinic(client, slug="clear-creek-care"):
    return read(client.get(f"/clinics/{slug}/"))


def test_a_clinic_page_tells_how_for_whom_and_where(client, site):
    service = clinic(client).one("section", class_="service")

    for words in (
        "Consultation",
        "Telemedicine",
        "How",
        "Licensed for patients in Texas (clinic, March 2026)",
        "Accepts new patients",
    ):
        assert words in service.text
    assert service.one("a", class_="word").attrs["href"].endswith("#telemedicine")


def test_a_clinic_page_tells_how_to_reach_it(client, site):
    Phone.objects.create(
        clinic=site,
        number="+15125550101",
        extension="206",
        purpose="intake",
        position=1,
    )

    main = clinic(client).one("main")

    assert main.one("a", href="tel:+15125550100").text == "Phone: (512) 555-0100"
    assert "New patients: (512) 555-0101 ext. 206" in main.text
    assert main.all("a", href="tel:+15125550101;ext=206") != []
    assert main.all("a", href="mailto:hello@clear-creek.example") != []
    assert main.one("a", href="https://clear-creek.example/").text
    assert main.all("a", href="https://clear-creek.example/book") != []


def test_the_way_there_names_where_it_leads(client, site):
    main = clinic(client).one("main")

    ways = [each for each in main.all("a") if "openstreetmap" in each.attrs["href"]]

    assert [each.text for each in ways] == ["Directions on OpenStreetMap"]
    assert "(opens openstreetmap.org)" in main.text


def test_a_private_address_is_a_town_without_a_way_there(client, make_clinic):
    make_clinic(
        "Clear Creek Care",
        at=(30.27, -97.74),
        point_precision="city",
        covers=["US-TX"],
        street="12 Hidden Lane",
        city="Austin",
        postal_code="78704",
        address_is_private=True,
    )

    page = clinic(client)

    assert "The clinic keeps its address private" in page.text
    assert "Hidden Lane" not in page.text
    assert "78704" not in page.text
    assert "openstreetmap" not in " ".join(a.attrs["href"] for a in page.all("a"))


def test_hours_are_a_table_of_the_week_in_the_clinics_own_zone(client, site):
    main = clinic(client).one("main")

    days = main.one("table", class_="hours").all("tr")

    assert len(days) == 7
    assert len(main.all("tr", class_="hours__today")) == 1
    assert "Times at the clinic: Central time." in main.text
    assert re.search(r"(Open|Closed) now", main.one("p", class_="open-now").text)


def test_what_a_clinic_does_not_state_is_to_be_asked(client, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"])

    main = clinic(client).one("main")

    assert main.text.count("Not stated: ask the clinic") >= 4
    assert "Do you take new patients?" in main.text


def test_a_clinic_page_says_who_says_so_and_that_we_check_no_quality(client, site):
    source = clinic(client).one("footer", class_="clinic__source").text

    assert "Listed by SAMHSA, 2022; not checked by us since" in source
    assert "We do not check licences or quality." in source
    assert "Not endorsed by SAMHSA" in source


def test_a_correction_goes_to_the_operator_by_mail(client, site, settings):
    settings.LOCATOR_CONTACT_EMAIL = "desk@prairie.example"

    link = next(
        each for each in clinic(client).all("a") if each.text == "Send us a correction"
    )

    assert link.attrs["href"] == (
        "mailto:desk@prairie.example?subject=Clear%20Creek%20Care"
        "&body=http://testserver/clinics/clear-creek-care/%0A%0A"
    )


def test_without_a_mail_address_a_correction_leads_to_the_contact(client, site):
    links = {each.text: each.attrs["href"] for each in clinic(client).all("a")}

    assert links["Send us a correction"] == "/about/#contact"


def test_other_names_and_the_description_are_shown_as_text(client, make_clinic):
    made = make_clinic(
        "Clear Creek Care", covers=["US-TX"], description="First <b>line</b>\n\nSecond"
    )
    OtherName.objects.create(clinic=made, name="Creek House")

    head = clinic(client).one("header", class_="clinic__head")

    assert "Also known as Creek House" in head.text
    assert "First <b>line</b>" in head.text
    assert len(head.one("div", class_="clinic__about").all("p")) == 2


def test_a_clinic_has_one_true_address(client, site):
    page = clinic(client)

    canonical = page.one("link", rel="canonical").attrs["href"]

    assert canonical == "http://testserver/clinics/clear-creek-care/"
    assert page.all("meta", name="robots") == []


def test_a_clinic_that_left_says_why_and_who_is_there(client, site, make_clinic):
    Clinic.objects.filter(pk=site.pk).update(
        status="withdrawn", withdrawn_reason="unconfirmed"
    )
    entries.rebuild([site.pk])
    make_clinic("Next Door", at=(30.3, -97.7), covers=["US-TX"])

    response = client.get("/clinics/clear-creek-care/")

    main = read(response).one("main")
    assert response.status_code == 410
    assert "Clear Creek Care is no longer listed" in main.text
    assert "It may still exist" in main.text
    assert [each.text for each in main.all("h3")] == ["Next Door"]


# --- About ---------------------------------------------------------------------------


@pytest.fixture
def about(client, site):
    return read(client.get("/about/"))


def test_about_tells_the_order_in_one_sentence(about):
    ranking = about.one("section", id="ranking")

    sentence = ranking.all("p")[0].text
    order = [
        "clinics that treat come before",
        "state what you asked",
        "open to everyone",
        "verified within the last 180 days",
        "visit within the radius",
        "stated coverage before assumed",
        "the nearest first",
        "names settle the rest",
    ]
    places = [sentence.index(words) for words in order]
    assert places == sorted(places)
    assert sentence.count(".") == 1
    assert "Nobody pays for a place in the list" in ranking.text


def test_about_counts_by_country_by_specialty_and_by_source_and_year(about):
    countries, specialties, sources = about.one("section", id="data").all("table")

    assert "United States 1" in countries.text
    assert "Skin 1" in specialties.text
    assert (
        "National Directory of Mental Health Treatment Facilities 2022 1"
        in sources.text
    )


def test_about_carries_every_attribution(about):
    sources = about.one("section", id="sources")

    assert "This site is not endorsed by any of them" in sources.text
    assert "Not endorsed by SAMHSA." in sources.text
    assert "GeoNames (geonames.org), CC BY 4.0" in sources.text
    assert "GODL-India" in sources.text


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("privacy", "no cookies, no account, no counting of visitors"),
        ("terms", "This site is not medical advice"),
        ("accessibility", "WCAG) 2.2, level AA"),
    ],
)
def test_about_has_its_statements(about, part, words):
    assert words in about.one("section", id=part).text


def test_about_names_the_operator_and_how_to_reach_it(client, settings):
    settings.LOCATOR_OPERATOR = "the Prairie Library"
    settings.LOCATOR_CONTACT_EMAIL = "desk@prairie.example"
    settings.LOCATOR_ABOUT = "We are a library.\n\nAsk us."

    page = read(client.get("/about/"))

    assert "This site is run by the Prairie Library." in page.text
    assert page.all("a", href="mailto:desk@prairie.example") != []
    assert "We are a library. Ask us." in page.text


# --- Another brand -------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/clinics/", "/about/", "/nowhere/"])
def test_another_brand_has_its_name_its_logo_and_its_colour(client, settings, address):
    settings.LOCATOR_NAME = "Prairie Care Finder"
    settings.LOCATOR_LOGO = "prairie/logo.svg"
    settings.LOCATOR_ACCENT = "#8a2b6b"

    page = read(client.get(address))

    styles = [each.attrs["href"] for each in page.all("link", rel="stylesheet")]
    assert page.one("title").text.endswith("– Prairie Care Finder")
    assert page.one("a", class_="masthead__name").text == "Prairie Care Finder"
    assert page.one("img").attrs["src"] == "/static/prairie/logo.svg"
    assert styles[-1] == "/brand.css"
    assert "Teleclinic Locator" not in page.text


def test_an_operator_may_lay_a_part_of_their_own_over_ours(client, settings, tmp_path):
    part = tmp_path / "locator" / "_about_terms.html"
    part.parent.mkdir()
    part.write_text("<section id='terms'>Our own terms</section>")
    ours = settings.TEMPLATES[0]
    settings.TEMPLATES = [ours | {"DIRS": [tmp_path, *ours["DIRS"]]}]

    about = read(client.get("/about/"))

    assert about.one("section", id="terms").text == "Our own terms"
    assert "no cookies" in about.one("section", id="privacy").text


# --- When something fails ------------------------------------------------------------


@pytest.mark.parametrize("answer", [server_error, database_away])
def test_a_failure_is_never_told_as_no_clinics(answer, rf):
    response = answer(rf.get("/")) if answer is server_error else answer()

    page = read(response)
    assert "does not mean that there are no clinics" in page.one("main").text
    assert "In an emergency call your local emergency number" in page.text
    assert page.one("title").text.endswith("Teleclinic Locator")


# --- Light, and translatable ---------------------------------------------------------


def compressed(body):
    return len(gzip.compress(body, 6))


def test_home_and_results_weigh_at_most_60_kb_in_all(client, site, make_clinic):
    for number in range(20):
        make_clinic(f"Clinic {number}", covers=["US-TX"], languages=["en", "es"])
    home, found = client.get("/"), client.get("/clinics/", {"place": "Austin"})
    files = {
        each.attrs["href"].removeprefix("/static/")
        for response in (home, found)
        for each in read(response).all("link")
        if each.attrs["href"].startswith("/static/")
    }

    weight = compressed(home.content) + compressed(found.content)
    weight += sum(compressed(Path(finders.find(name)).read_bytes()) for name in files)

    assert len(files) >= 4
    assert weight <= 60_000


TEMPLATES = Path(__file__).parent.parent / "templates"
MARKED = re.compile(
    r"{% (blocktranslate|comment)\b.*?{% end\1 %}|{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>",
    re.DOTALL,
)
LETTER = re.compile(r"[^\W\d_]")


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name
)
def test_every_word_of_a_template_is_marked_for_translation(template):
    text = re.sub(r"&\w+;", " ", MARKED.sub(" ", template.read_text("utf-8")))

    assert LETTER.findall(text) == []
