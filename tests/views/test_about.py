"""The page about the site."""

import pytest

from tests.markup import read

pytestmark = pytest.mark.django_db


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
