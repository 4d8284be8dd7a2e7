"""Searching on without a new page, as a browser does it."""

import re

import pytest
from playwright.sync_api import expect

from tests.making import at_once, make_clinic, make_place

HERE = {"latitude": 30.26789, "longitude": -97.74321}


@pytest.fixture
def site(live_server, page):
    """Forty clinics near Austin, one of which speaks Spanish; a page of its results."""
    make_place("Austin", at=(30.267, -97.743), population=961_855)
    make_place("78701", kind="postcode", at=(30.27, -97.74))
    make_place("Pune", at=(18.52, 73.86), region="IN-MH", population=3_000_000)
    there = {"at": (30.3, -97.6), "covers": ["US-TX"]}
    with at_once():
        make_clinic("Hola", **there, languages=["en", "es"])
        for number in range(40):
            make_clinic(f"Clinic {number}", **there, languages=["en"])
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/clinics/?place=Austin")
    return live_server.url


def stays_in_place(page):
    """Marks the document: the mark is gone where the browser loaded another."""
    page.evaluate("document.documentElement.dataset.mark = 'kept'")
    return lambda: page.evaluate("document.documentElement.dataset.mark") == "kept"


def ask(page, place):
    page.locator("#id_place").fill(place)
    page.locator("#id_place").press("Enter")


def test_a_search_from_the_form_replaces_the_results_in_place(site, page, complaints):
    is_same_page = stays_in_place(page)

    ask(page, "Pune")

    expect(page.locator("h1")).to_contain_text("Pune")
    expect(page).to_have_url(re.compile(r"/clinics/\?place=Pune$"))
    expect(page).to_have_title(re.compile("Pune"))
    expect(page.locator("#id_place")).to_be_focused()
    assert is_same_page()
    assert complaints == []


def test_the_numbers_for_an_emergency_follow_the_place(site, page):
    expect(page.locator("#aid")).to_contain_text("911")

    ask(page, "Pune")

    expect(page.locator("#aid")).to_contain_text("112")
    expect(page.locator("#aid")).not_to_contain_text("911")


def test_the_new_count_is_announced_outside_of_what_is_replaced(site, page):
    page.get_by_role("link", name="Next").click()

    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator("#search-status")).to_contain_text("41 clinics")


def test_back_restores_answers_and_scroll_and_forward_too(site, page):
    is_same_page = stays_in_place(page)
    page.get_by_role("link", name="Next").scroll_into_view_if_needed()
    scrolled = page.evaluate("window.scrollY")
    assert scrolled > 1000
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("page=2"))
    ask(page, "Pune")
    expect(page.locator("h1")).to_contain_text("Pune")

    page.go_back()
    expect(page.locator("#id_place")).to_have_value("Austin")
    page.go_back()

    expect(page).to_have_url(re.compile(r"place=Austin$"))
    expect(page.locator("#results-count")).to_contain_text("1 to 20")
    page.wait_for_function(f"Math.abs(window.scrollY - {scrolled}) < 60")
    page.go_forward()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator("#results-count")).to_contain_text("21 to 40")
    assert is_same_page()


def test_the_button_says_how_many_clinics_it_would_show(site, page):
    page.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = 1"
    )

    page.get_by_role("checkbox", name=re.compile("^Spanish")).check()

    expect(page.locator("[data-count-label]").first).to_have_text("Show 1 clinic")
    expect(page).to_have_url(re.compile(r"place=Austin$"))


def test_a_count_that_comes_late_is_not_that_of_the_new_results(site, page):
    late = []
    page.route("**/clinics.geojson?*", lambda route: late.append(route))
    button = page.locator("[data-count-label]").first
    page.locator("#id_q").fill("Hola")
    page.wait_for_timeout(600)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("page=2"))
    plain = button.text_content()

    for route in late:
        route.continue_()
    page.wait_for_timeout(600)

    assert late
    assert button.text_content() == plain


def test_a_search_that_the_site_cannot_be_asked_keeps_the_answers(site, page, context):
    context.set_offline(True)

    ask(page, "Pune")

    expect(page.locator("#search-offline")).to_be_visible()
    expect(page.locator("#id_place")).to_have_value("Pune")
    expect(page.locator(".card").first).to_be_visible()


def test_no_question_is_left_in_the_browser(site, page):
    ask(page, "Pune")
    expect(page.locator("h1")).to_contain_text("Pune")

    kept = page.evaluate(
        "[...Object.keys(sessionStorage), ...Object.keys(localStorage)]"
    )

    assert kept == []
    assert page.context.cookies() == []


def test_a_link_to_elsewhere_is_followed_as_ever(site, page):
    is_same_page = stays_in_place(page)

    page.locator(".card__name a").first.click()

    expect(page.locator("main h1")).to_contain_text("Clinic")
    expect(page).to_have_url(re.compile(r"/clinics/clinic-"))
    assert not is_same_page()


# --- Use my location -----------------------------------------------------------------


def test_the_location_is_asked_after_a_click_and_rounded(site, page, context):
    context.grant_permissions(["geolocation"], origin=site)
    context.set_geolocation(HERE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    expect(page.locator("#use-location")).to_be_visible()

    page.locator("#use-location").click()

    expect(page.locator("h1")).to_contain_text("Texas")
    expect(page).to_have_url(re.compile(r"lat=30\.27(&|$)"))
    expect(page).to_have_url(re.compile(r"lon=-97\.74(&|$)"))
    assert not [url for url in asked if "30.2678" in url]


def test_a_refused_location_is_told_kindly(site, page, context):
    context.clear_permissions()

    page.locator("#use-location").click()

    expect(page.locator("[data-locate] [role=status]")).to_contain_text(
        "write a postcode or a town instead"
    )


def test_a_place_typed_meanwhile_wins_over_a_late_location(site, page):
    page.add_init_script(
        """navigator.geolocation.getCurrentPosition = (found) => setTimeout(() => {
             found({ coords: { latitude: 30.26, longitude: -97.74 } });
             document.documentElement.dataset.found = "late";
           }, 300)"""
    )
    page.goto("/")

    page.locator("#use-location").click()
    page.locator("#id_place").fill("Pune")
    expect(page.locator("html")).to_have_attribute("data-found", "late")

    expect(page.locator("#id_place")).to_have_value("Pune")
    assert page.url == f"{site}/"


def test_without_scripts_no_button_asks_for_the_location(site, browser):
    with browser.new_context(java_script_enabled=False, base_url=site) as context:
        page = context.new_page()

        page.goto("/clinics/?place=Austin")

        expect(page.locator("#use-location")).to_be_hidden()


# --- Suggestions ---------------------------------------------------------------------


@pytest.fixture
def box(site, page):
    return page.get_by_role("combobox", name="Where are you?")


def suggested(page):
    return page.locator("#id_place-suggestions").get_by_role("option")


def test_a_place_is_chosen_from_suggestions_by_keyboard_alone(box, page):
    box.fill("")
    box.press_sequentially("austi")
    expect(suggested(page).first).to_contain_text("Austin")
    expect(box).to_have_attribute("aria-expanded", "true")

    box.press("ArrowDown")
    chosen = page.locator("#id_place-suggestions [aria-selected=true]")
    expect(chosen).to_contain_text("Austin")
    expect(box).to_have_attribute(
        "aria-activedescendant", chosen.get_attribute("id") or ""
    )
    box.press("Enter")

    expect(box).to_have_value(re.compile("^Austin"))
    expect(page.locator("#id_place-suggestions")).to_be_hidden()
    box.press("Enter")
    expect(page.locator("#results-count")).to_contain_text("41 clinics")


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(box, page):
    box.fill("")
    box.press_sequentially("austi")
    expect(suggested(page).first).to_contain_text("Austin")

    box.press("Escape")

    expect(page.locator("#id_place-suggestions")).to_be_hidden()
    expect(box).to_have_value("austi")
    expect(box).to_be_focused()


def test_a_suggestion_is_chosen_with_a_pointer(box, page):
    box.fill("")
    box.press_sequentially("787")

    suggested(page).first.click()

    expect(box).to_have_value(re.compile("^78701"))
    expect(box).to_be_focused()


def test_the_open_suggestions_break_no_rule(box, page, violations):
    box.fill("")
    box.press_sequentially("austi")
    expect(suggested(page).first).to_contain_text("Austin")

    assert violations() == []
