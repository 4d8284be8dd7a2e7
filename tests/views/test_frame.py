"""What every page has around it, and what none may have."""

import gzip
import re
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError

from locator.errors import database_away, server_error
from tests.making import at_once
from tests.markup import read

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


@pytest.fixture(scope="module")
def pages():
    """The pages that were read, by their address."""
    return {}


@pytest.fixture(params=ADDRESSES)
def page(request, client, pages):
    """Read once for all tests that look at it: none of them writes anything."""
    if request.param not in pages:
        request.getfixturevalue("site")
        pages[request.param] = read(client.get(request.param))
    return pages[request.param]


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


@pytest.mark.parametrize(
    "answer", [server_error, partial(database_away, error=OperationalError())]
)
def test_a_failure_is_never_told_as_no_clinics(answer, rf):
    response = answer(rf.get("/"))

    page = read(response)
    assert "does not mean that there are no clinics" in page.one("main").text
    assert "In an emergency call your local emergency number" in page.text
    assert page.one("title").text.endswith("Teleclinic Locator")


# --- Light, and translatable ---------------------------------------------------------


def compressed(body):
    return len(gzip.compress(body, 6))


def test_home_and_results_weigh_at_most_60_kb_in_all(client, site, make_clinic):
    with at_once():
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


TEMPLATES = Path(__file__).parents[2] / "templates"
MARKED = re.compile(
    r"{% (blocktranslate|comment|trans)\b.*?{% end\1 %}"
    r"|{% block bodyclass %}.*?{% endblock %}|{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>",
    re.DOTALL,
)
LETTER = re.compile(r"[^\W\d_]")


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name
)
def test_every_word_of_a_template_is_marked_for_translation(template):
    text = re.sub(r"&\w+;", " ", MARKED.sub(" ", template.read_text("utf-8")))

    assert LETTER.findall(text) == []
