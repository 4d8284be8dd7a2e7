"""Pages in Spanish and in Hindi, and from right to left, as a browser shows them."""

import pytest

from tests.making import make_clinic, make_place

ADDRESSES = [
    "/",
    "/clinics/?place=Austin&visit=remote",
    "/clinics/?place=Nowhere",
    "/clinics/clear-creek-care/",
    "/telehealth-and-telemedicine/",
    "/about/",
]
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def site(live_server):
    """A directory with one clinic; the address where it is served."""
    make_place("Austin", at=(30.267, -97.743), population=961_855)
    make_clinic(
        "Clear Creek Care",
        at=(30.3, -97.7),
        covers=["US-TX"],
        city="Austin",
        time_zone="America/Chicago",
        opening_hours="Mo-Fr 08:00-18:00",
        modalities=["video"],
    )
    return live_server.url


@pytest.mark.parametrize("language", ["es", "hi"])
def test_no_page_of_a_language_breaks_a_rule_or_is_too_wide(
    page, site, violations, complaints, language
):
    page.set_viewport_size(NARROW)
    found = {}
    for address in ADDRESSES:
        page.goto(f"{site}/{language}{address}")

        width = page.evaluate("document.documentElement.scrollWidth")
        found[address] = [*violations(), *complaints, *["too wide"] * (width > 320)]

    assert found == {address: [] for address in ADDRESSES}


def test_the_switch_leads_to_the_same_search_and_back(page, site):
    page.goto(f"{site}/clinics/?place=Austin&visit=remote")

    page.get_by_role("link", name="हिंदी").click()

    assert page.url == f"{site}/hi/clinics/?place=Austin&visit=remote"
    assert page.locator("h1").inner_text() == "Austin, टेक्सास के मरीज़ों के लिए क्लिनिक"
    page.locator("#languages").get_by_role("link", name="English").click()
    assert page.url == f"{site}/clinics/?place=Austin&visit=remote"


def test_a_page_turned_round_fits_and_begins_on_the_right(page, site, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    page.set_viewport_size({"width": 1280, "height": 900})
    wide = {}
    for address in ADDRESSES:
        page.goto(f"{site}/ar{address}")

        wide[address] = page.evaluate(
            "document.documentElement.scrollWidth > window.innerWidth"
        )

    assert not any(wide.values()), wide
    box = page.locator(".masthead__name").bounding_box()
    assert box["x"] > 640
