"""Every word of the site has its sentence, and every link to one arrives."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.utils import translation

from locator import catalogues
from locator.asking.parameters import Parameters
from locator.explaining.glossary import glossary
from locator.pages.glossary import glossary_url
from tests.markup import read

ROOT = Path(__file__).parent.parent.parent
ADDRESS = "/telehealth-and-telemedicine/"
# Places, numbers and ways to look at the list are no words to explain, and the two
# words of the category have paragraphs of their own.
PLAIN = {"place", "lat", "lon", "also", "within", "unit", "q", "sort", "clinic", "page"}
PLAIN |= {"category"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def explained(client):
    """What the explainer says of each term, by code."""
    page = read(client.get(ADDRESS))
    sentences = {}
    for entry in page.one(id="glossary").all("div"):
        dt, dd = entry.one("dt"), entry.one("dd")
        sentences[dt.attrs["id"].removeprefix("term-")] = (dt.text, dd.text)
    return sentences


def test_every_term_has_a_name_and_a_sentence(explained):
    poor = {code for code, (name, told) in explained.items() if not (name and told)}

    assert len(explained) > 80
    assert poor == set()


def test_a_code_stands_for_one_term_alone(client):
    ids = Counter(
        each.attrs["id"] for each in read(client.get(ADDRESS)) if "id" in each.attrs
    )

    assert [name for name, times in ids.items() if times > 1] == []


def test_what_a_search_asks_by_is_explained(explained):
    asked = set(Parameters.base_filters) - PLAIN

    assert asked - set(explained) == set()


@pytest.mark.parametrize(
    "code",
    [
        *("telehealth", "telemedicine", "modality", "coverage", "compact", "assumed"),
        *("verified", "unstated", "specialty", "referral", "first-visit-in-person"),
        *("relay-711", "sliding-fee", "medicaid", "medicare", "eligibility", "sample"),
    ],
)
def test_the_words_that_people_stumble_over_are_explained(explained, code):
    assert explained[code]


def test_a_term_with_a_paragraph_of_its_own_leads_there(client):
    page = read(client.get(ADDRESS))
    links = [each.attrs["href"] for each in page.one(id="glossary").all("a")]

    assert "#telemedicine" in links
    assert [link for link in links if not page.all(id=link[1:])] == []


def test_every_service_can_be_led_to_as_well(client):
    page = read(client.get(ADDRESS))

    for entry in catalogues.current().service_types:
        assert page.one(id=f"term-{entry.code}").text == entry.label()


def test_a_link_to_a_term_is_that_of_the_pages_language():
    assert glossary_url("modality") == f"{ADDRESS}#term-modality"
    with translation.override("es"):
        assert glossary_url("modality") == f"/es{ADDRESS}#term-modality"


def test_every_term_that_a_template_leads_to_is_there():
    told = {
        code
        for path in (ROOT / "templates").rglob("*.html")
        for code in re.findall(r"""glossary_url\(["']([\w-]+)["']""", path.read_text())
    }

    terms = {
        term.code for _shelf, terms in glossary(catalogues.current()) for term in terms
    }
    assert told - terms == set()
