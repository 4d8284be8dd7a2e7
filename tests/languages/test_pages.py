"""Every page once in each language, by its address alone."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from django.urls import clear_url_caches

from locator.languages.messages import messages
from locator.models import Clinic, ServiceType, Specialty
from tests.making import make_place
from tests.markup import Element, read

ROOT = Path(__file__).parent.parent.parent
PREFIXES = {"en": "", "es": "/es", "hi": "/hi"}
PAGES = [
    "/",
    "/clinics/",
    "/clinics/?place=Austin&visit=remote",
    "/clinics/?place=Nowhere",
    "/clinics/?place=Austin&within=far",
    "/clinics/clear-creek-care/",
    "/telehealth-and-telemedicine/",
    "/about/",
]
SPANISH_BROWSER = {"accept-language": "fr, es-MX;q=0.9, en;q=0.5"}


@pytest.fixture(autouse=True)
def site(db, make_clinic):
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)
    return make_clinic(
        "Clear Creek Care",
        at=(30.27, -97.74),
        covers=["US-TX"],
        modalities=["video"],
        city="Austin",
        source="samhsa-mental-health",
    )


# --- Which language ------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", PREFIXES)
def test_every_page_is_there_in_every_language(client, language, path):
    response = client.get(PREFIXES[language] + path)

    assert response.status_code == 200
    assert read(response).one("html").attrs == {"lang": language}
    assert response["Content-Language"] == language


@pytest.mark.parametrize("asked", ["es", "hi,en;q=0.5", "zh"])
def test_an_address_without_prefix_is_english_whatever_the_browser_asks(client, asked):
    response = client.get("/", headers={"accept-language": asked})

    assert read(response).one("html").attrs["lang"] == "en"


def test_a_choice_kept_in_a_cookie_changes_nothing(client):
    client.cookies["django_language"] = "es"

    response = client.get("/")

    assert response["Content-Language"] == "en"
    assert "offered" not in response.content.decode()


@pytest.fixture
def _addresses_made_anew():
    """Addresses are kept in memory with their prefixes."""
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.mark.usefixtures("_addresses_made_anew")
def test_the_first_language_of_the_operator_has_no_prefix(client, settings):
    settings.LANGUAGES = [("es", "Spanish"), ("en", "English")]
    settings.LANGUAGE_CODE = "es"

    spanish, english = client.get("/about/"), client.get("/en/about/")

    assert spanish["Content-Language"] == "es"
    assert english["Content-Language"] == "en"
    assert (
        read(english)
        .one("link", hreflang="x-default")
        .attrs["href"]
        .endswith("testserver/about/")
    )
    assert client.get("/es/about/").status_code == 404


def test_an_error_is_in_the_language_of_its_address(client):
    response = client.get("/es/nowhere/")

    assert response.status_code == 404
    assert "Aquí no hay ninguna página" in read(response).one("h1").text
    assert not read(response).all("link", rel="canonical")


@pytest.mark.parametrize("path", ["/es//evil.example/", "/hi///evil.example/", "//es/"])
def test_no_address_makes_the_languages_lead_to_another_host(client, path):
    # The client of tests would read two slashes as the name of a host.
    response = client.get("/", PATH_INFO=path)

    links = read(response).one("nav", id="languages").all("a")
    assert len(links) == 3
    assert not [each for each in links if each.attrs["href"].startswith("//")]


def test_an_address_without_its_last_slash_finds_the_page_in_its_language(client):
    response = client.get("/hi/about")

    assert response.status_code == 301
    assert response["Location"] == "/hi/about/"


def test_a_clinic_that_moved_is_found_in_the_same_language(client, site, make_clinic):
    old = make_clinic("Old Creek Care", covers=["US-TX"])
    Clinic.objects.filter(pk=old.pk).update(
        status="withdrawn", withdrawn_reason="", merged_into=site
    )

    response = client.get(f"/es/clinics/{old.slug}/")

    assert response.status_code == 301
    assert response["Location"] == f"/es/clinics/{site.slug}/"


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/brand.css", "/robots.txt", "/healthz", "/readyz"]
)
def test_what_is_no_page_for_visitors_has_one_address(client, path):
    assert client.get(path).status_code == 200
    assert client.get(f"/es{path}").status_code == 404


@pytest.mark.parametrize("first", ["en", "es"])
def test_the_desk_stays_english(client, settings, first):
    settings.LANGUAGE_CODE = first

    response = client.get("/admin/login/", headers={"accept-language": "es"})

    assert response["Content-Language"] == "en"
    assert 'lang="en"' in response.content.decode()


# --- The others ----------------------------------------------------------------------


def offered(response) -> list[Element]:
    lines = read(response).all("div", id="language-line")
    return [link for line in lines for link in line.all("a")]


def test_the_browsers_language_is_offered_in_its_own_words(client):
    response = client.get("/clinics/?place=Austin", headers=SPANISH_BROWSER)

    (link,) = offered(response)
    assert link.text == "Leer esta página en español"
    assert link.attrs == {
        "href": "/es/clinics/?place=Austin",
        "lang": "es",
        "hreflang": "es",
    }
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("asked", ["en-US, es;q=0.9", "de", "", "*", "-,;q=x"])
def test_nothing_is_offered_to_who_has_it_or_asks_for_none_of_ours(client, asked):
    response = client.get("/", headers={"accept-language": asked})

    assert offered(response) == []


def test_only_pages_that_offer_a_language_hang_on_what_is_asked(client):
    paths = ["/es/", "/clinics.geojson", "/robots.txt", "/brand.css", "/admin/login/"]

    vary = [client.get(path).get("Vary", "") for path in paths]

    assert not [each for each in vary if "Accept-Language" in each]


@pytest.mark.parametrize("language", PREFIXES)
def test_the_switch_keeps_the_search(client, language):
    path = "/clinics/?place=Austin&visit=remote&language=es&q=ni%C3%B1o"

    page = read(client.get(PREFIXES[language] + path))

    links = page.one("nav", id="languages").all("a")
    assert [(link.attrs["href"], link.attrs["lang"]) for link in links] == [
        (path, "en"),
        (f"/es{path}", "es"),
        (f"/hi{path}", "hi"),
    ]
    assert [link.text for link in links][:2] == ["English", "Español"]
    assert [
        link.attrs["hreflang"] for link in links if "aria-current" in link.attrs
    ] == [language]


def test_what_is_typed_into_an_address_cannot_leave_the_switch(client):
    page = read(client.get("/es/clinics/?q=%22%3E%3Cb%3E&x=<b>"))

    hrefs = [link.attrs["href"] for link in page.one("nav", id="languages").all("a")]
    assert hrefs[0].startswith("/clinics/?q=%22%3E%3Cb%3E&x=")
    assert not [href for href in hrefs if "<" in href]


@pytest.mark.parametrize("path", ["/", "/about/", "/clinics/clear-creek-care/"])
@pytest.mark.parametrize("language", PREFIXES)
def test_machines_are_told_every_language_of_a_page(client, language, path):
    page = read(client.get(f"{PREFIXES[language]}{path}?utm_source=x"))

    told = {
        link.attrs["hreflang"]: link.attrs["href"]
        for link in page.all("link", rel="alternate")
    }
    whole = {
        code: f"http://testserver{prefix}{path}" for code, prefix in PREFIXES.items()
    }
    assert told == whole | {"x-default": whole["en"]}
    assert page.one("link", rel="canonical").attrs["href"] == whole[language]


def test_a_page_that_is_not_for_machines_has_no_address_of_record(client):
    page = read(client.get("/clinics/?place=Austin"))

    assert not page.all("link", rel="alternate") + page.all("link", rel="canonical")


def test_a_site_of_one_language_offers_no_other(client, settings):
    settings.LANGUAGES = [("en", "English")]

    response = client.get("/", headers=SPANISH_BROWSER)

    page = read(response)
    assert page.all("nav", id="languages") == offered(response) == []
    assert [link.attrs["rel"] for link in page.all("link", rel="canonical")]
    assert not page.all("link", rel="alternate")
    assert "Accept-Language" not in response.get("Vary", "")


# --- The words -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("en", ""),
        ("es", "Esta traducción todavía no ha sido revisada"),
        ("hi", "इस अनुवाद को अभी किसी मातृभाषी ने नहीं जाँचा है।"),
    ],
)
def test_a_translation_that_nobody_reviewed_says_so(client, settings, language, note):
    page = read(client.get(f"{PREFIXES[language]}/about/"))

    lines = page.all("div", id="language-line")
    assert bool(lines) == bool(note)
    assert all(note in line.text for line in lines)

    settings.LOCATOR_REVIEWED_LANGUAGES = [language]
    reviewed = read(client.get(f"{PREFIXES[language]}/about/"))
    assert not reviewed.all("div", id="language-line")


def test_reasons_for_machines_are_in_the_language_of_the_address(client):
    response = client.get("/es/clinics.geojson?place=Austin")

    (feature,) = json.loads(response.content)["features"]
    assert feature["properties"]["reasons"][0].startswith("En persona: ")
    assert feature["properties"]["url"].endswith("/es/clinics/clear-creek-care/")


def test_nothing_of_one_language_is_kept_for_another(client):
    path = "/clinics/?place=Austin"
    first = {code: client.get(prefix + path) for code, prefix in PREFIXES.items()}

    again = {code: client.get(prefix + path) for code, prefix in PREFIXES.items()}

    for code in PREFIXES:
        assert read(again[code]).text == read(first[code]).text
    assert len({read(each).text for each in again.values()}) == len(PREFIXES)


def words_in(element: Element, language: str) -> str:
    """What is said within `element` in `language`, names in other tongues left out."""
    if element.tag in {"script", "style", "cite"}:
        return ""
    if element.attrs.get("lang", language) != language:
        return ""
    spoken = [
        element.attrs[name]
        for name in ("aria-label", "placeholder", "alt", "title")
        if name in element.attrs
    ]
    for child in element.children:
        spoken.append(child if isinstance(child, str) else words_in(child, language))
    return " | ".join(spoken)


@cache
def english() -> list[str]:
    """Strings of the site that nobody could take for a name."""
    parts = [
        part.strip()
        for message in messages(ROOT)
        for part in re.split(r"%+\(\w+\)[sd]|<[^>]*>", message.id)
    ]
    return [part for part in parts if re.search(r"[a-z]+ [a-z]+ [a-z]+", part)]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["es", "hi"])
def test_no_english_is_left_on_a_page(client, language, path):
    page = read(client.get(PREFIXES[language] + path))

    said = " ".join(words_in(page.one("body"), language).split())
    names = [
        name
        for model in (ServiceType, Specialty)
        for name in model.objects.values_list("explanation", flat=True)
    ]
    assert [text for text in english() + names if text in said] == []


# Names, which Hindi pages write as they are.
LATIN = {"Teleclinic", "Locator", "English", "Español", "Apollo", "Telehealth"}


def test_the_hindi_home_page_is_hindi_throughout(client):
    page = read(client.get("/hi/"))

    said = words_in(page.one("body"), "hi")
    assert set(re.findall(r"[A-Za-z]+[a-z]{2,}", said)) - LATIN == set()


# --- From right to left --------------------------------------------------------------

SIDES = re.compile(
    r"(margin|padding|border|inset|scroll-padding)-(left|right)\b|[\s{;](left|right)\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)\b"
    r"|border-(top|bottom)-(left|right)"
)


@pytest.mark.parametrize("sheet", sorted((ROOT / "static" / "css").glob("*.css")))
def test_a_page_can_be_turned_round(sheet):
    lines = sheet.read_text("utf-8").splitlines()

    assert [line.strip() for line in lines if SIDES.search(f" {line}")] == []
