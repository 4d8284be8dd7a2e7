"""The search form as a visitor sees it, on the home page and beside the results."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from locator.asking.parameters import Parameters
from tests.markup import read, results

pytestmark = pytest.mark.django_db


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
