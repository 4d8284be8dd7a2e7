"""The shelves in a browser: seen, by keyboard alone, in the dark, without scripts."""

import pytest

from locator.models import Clinic
from tests.making import at_once, make_clinic, make_place

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["/browse/", "/browse/us/", "/browse/us/tx/", "/browse/us/tx/austin/"]
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]


@pytest.fixture
def shelves():
    at = (30.267, -97.743)
    make_place("Austin", at=at, population=961_855)
    with at_once():
        make_clinic("Clear Creek Care", at=at, city="Austin", street="1 Sample Street")
        for number in range(31):
            town = f"Town {number}"
            make_clinic(f"Clinic {number}", at=at, city=town, region="US-CA")
        make_clinic("Far Care", region="US-ID", covers=["US-ID", "US-TX"])


def test_no_page_breaks_a_rule_of_access_light_or_dark_small_or_wide(
    page, shelves, violations, complaints, foreign_requests
):
    broken = []
    for path in [*PAGES, "/browse/us/ca/", "/browse/us/tx/nowhere/", "/browse/zz/"]:
        for size, scheme in zip(SIZES, ["light", "dark"], strict=True):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            page.goto(path)
            broken += [f"{path} {scheme}: {each}" for each in violations()]

    assert broken == []
    assert [each for each in complaints if "404" not in each] == []
    assert foreign_requests == []


def test_nothing_is_wider_than_a_small_screen(page, shelves):
    page.set_viewport_size({"width": 320, "height": 640})

    for path in PAGES:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == 320, path


def test_the_keyboard_goes_along_the_table_and_never_through_the_drawing(page, shelves):
    page.goto("/browse/us/")
    page.locator("tbody a").first.focus()

    met = []
    for _ in range(70):
        met.append(page.evaluate("document.activeElement.closest('svg') !== null"))
        page.keyboard.press("Tab")

    assert not any(met)
    assert page.evaluate("document.activeElement.closest('footer') !== null")


def test_a_region_of_the_drawing_leads_to_its_page_and_says_what_is_there(
    page, shelves
):
    page.goto("/browse/us/")
    texas = page.get_by_role("group").get_by_role("link", name="Texas: 1 clinic")

    assert texas.locator("title").text_content() == "Texas: 1 clinic"
    texas.click()

    assert page.url.endswith("/browse/us/tx/")


def test_shades_differ_by_more_than_their_colour(page, shelves):
    page.goto("/browse/us/")

    patterns = page.evaluate(
        """[...document.querySelectorAll("pattern")].map(
            (each) => each.innerHTML.replace(/shade__paper--\\d/g, ""))"""
    )
    assert len(set(patterns[1:])) == len(patterns) - 1


def test_the_way_to_a_clinic_needs_no_script_and_no_search(browser, base_url, shelves):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")

    for name in ("Browse clinics by place", "United States", "Texas", "Austin"):
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="Clear Creek Care").first.click()

    assert page.get_by_role("heading", level=1).text_content() == "Clear Creek Care"
    assert Clinic.objects.filter(slug="clear-creek-care").exists()
    context.close()
