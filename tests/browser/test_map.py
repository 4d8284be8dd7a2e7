"""The map beside the list: opened, by hand and by keyboard, and what it asks for."""

import base64
import re

import pytest
from playwright.sync_api import expect

from locator.search.points import MOST_ALONE
from tests.crowding import make_crowd
from tests.making import make_clinic, make_place

RESULTS = "/clinics/?place=Austin"
SIZES = {"phone": (390, 844), "desk": (1280, 900), "narrow": (320, 640)}
EMPTY_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


@pytest.fixture
def site(live_server):
    """Clinics near Austin, far away and nowhere; the address where it is served."""
    make_place("Austin", at=(30.267, -97.743), population=961_855)
    make_clinic("Near Care", at=(30.3, -97.7), covers=["US-TX"])
    make_clinic("Next Door", at=(30.3, -97.7), remote="no")
    make_clinic("West Care", at=(30.3, -98.3), covers=["US-TX"])
    make_clinic("Far Care", at=(31.76, -106.48), in_person="no", covers=["US-TX"])
    make_clinic("Nowhere Care", covers=["US-TX"])
    return live_server.url


def show(page, address, *, size="desk", scheme="light"):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(address)


def open_map(page):
    page.locator("#map > summary").click()
    expect(page.locator("#map [role=status]")).not_to_be_empty()


def mark(page, name):
    """The mark whose name begins with `name`."""
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def marks(page):
    return sorted(
        each.get_attribute("aria-label") for each in page.locator(".map__mark").all()
    )


# --- Second to the list --------------------------------------------------------------


def test_nothing_of_the_map_is_loaded_till_it_is_opened(page, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    show(page, site + RESULTS)
    page.wait_for_load_state("networkidle")
    before = [url for url in asked if "leaflet" in url or "view=map" in url]
    open_map(page)

    assert before == []
    assert any("leaflet.js" in url for url in asked)


def test_the_open_map_shows_what_the_list_holds(
    page, site, complaints, foreign_requests
):
    show(page, site + RESULTS)
    open_map(page)
    page.get_by_role("button", name="Show all").click()

    assert page.locator("#map [role=status]").inner_text() == (
        "Map with 4 clinics. 1 more has no place on the map: it is in the list."
    )
    assert page.locator(".card").count() == 5
    assert marks(page) == ["Clinics here: 3", "Far Care, Remote"]
    assert page.get_by_role("img", name="The place you asked for").count() == 1
    page.wait_for_load_state("networkidle")
    assert complaints == []
    assert foreign_requests == []


def test_marks_that_stand_together_split_as_the_map_comes_nearer(page, site):
    show(page, site + RESULTS)
    open_map(page)
    page.get_by_role("button", name="Show all").click()

    mark(page, "Clinics here: 3").click()

    expect(mark(page, "West Care, Remote · In person")).to_have_count(1)
    expect(mark(page, "Clinics here: 2")).to_have_count(1)


def test_a_mark_of_several_at_one_spot_names_each(page, site):
    show(page, f"{site}{RESULTS}&within=20mi")
    open_map(page)

    mark(page, "Clinics here: 2").click()

    names = page.locator(".map__name")
    assert sorted(names.all_inner_texts()) == ["Near Care", "Next Door"]
    names.get_by_text("Near Care").click()
    page.wait_for_url("**/clinics/near-care/")


def test_a_card_leads_to_its_mark_and_back(page, site):
    show(page, site + RESULTS)
    assert page.get_by_role("button", name="Show on the map").count() == 0
    open_map(page)
    card = page.locator("#clinic-far-care")

    card.get_by_role("button", name="Show on the map").click()
    bubble = page.locator(".leaflet-popup")
    there = bubble.inner_text()
    bubble.get_by_role("button", name="Go to it in the list").click()

    assert "Far Care" in there
    assert page.locator(":focus").inner_text() == "Far Care"
    assert card.locator(":focus").count() == 1
    no_place = page.locator("#clinic-nowhere-care")
    assert no_place.get_by_role("button", name="Show on the map").count() == 0


def test_a_mark_and_its_card_are_seen_to_belong_together(page, site):
    show(page, site + RESULTS)
    open_map(page)

    mark(page, "Far Care").focus()
    of_mark = page.locator(".card.is-pointed-at").get_attribute("id")
    page.locator("#clinic-west-care a").first.focus()
    of_card = page.locator(".map__mark.is-pointed-at").get_attribute("aria-label")

    assert of_mark == "clinic-far-care"
    assert of_card == "Clinics here: 3"


def test_closing_the_map_takes_its_buttons_from_the_cards(page, site):
    show(page, site + RESULTS)
    open_map(page)

    page.locator("#map > summary").click()

    expect(page.get_by_role("button", name="Show on the map")).to_have_count(0)
    page.locator("#map > summary").click()
    expect(page.get_by_role("button", name="Show on the map")).to_have_count(4)


def test_the_map_stays_open_and_follows_when_the_list_changes(page, site):
    show(page, site + RESULTS)
    open_map(page)

    page.get_by_role("button", name=re.compile("Find clinics")).first.wait_for()
    page.get_by_label("Where are you?").fill("Austin")
    page.locator("#search [name=visit][value=in-person]").check()
    page.locator("#search").evaluate("(form) => form.requestSubmit()")
    page.wait_for_url("**visit=in-person**")

    said = page.locator("#map [role=status]")
    expect(said).to_have_text("Map with 3 clinics.")
    assert page.locator(".map__canvas").count() == 1


def test_a_map_that_cannot_be_drawn_says_that_the_list_holds_all(page, site):
    page.route("**/clinics.geojson*view=map*", lambda route: route.abort())
    show(page, site + RESULTS)

    page.locator("#map > summary").click()

    expect(page.get_by_text("The map needs JavaScript and a con")).to_be_visible()
    page.unroute("**/clinics.geojson*view=map*")
    page.locator("#map > summary").click()
    open_map(page)
    assert page.locator(".map__canvas").count() == 1


def test_without_scripts_a_sentence_stands_instead_of_the_map(browser, site):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site + RESULTS)

        assert page.get_by_text("The map needs JavaScript and a con").is_visible()
        assert not page.get_by_text("Map of these clinics").is_visible()
        assert page.locator(".card").count() == 5


# --- A crowd -------------------------------------------------------------------------


def test_a_crowd_is_counted_till_the_map_comes_near(page, site, complaints):
    make_crowd(MOST_ALONE)
    show(page, f"{site}/clinics/")
    open_map(page)
    page.wait_for_load_state("networkidle")
    counted = marks(page)

    page.get_by_role("button", name="Show on the map").first.click()
    page.locator(".leaflet-popup").wait_for()

    in_cells = [each for each in counted if each.startswith("Clinics here: ")]
    numbers = [int(each.split()[-1].replace(",", "")) for each in in_cells]
    assert sum(numbers) > 0.9 * MOST_ALONE
    assert len(numbers) < 20
    said = page.locator("#map [role=status]").inner_text()
    assert said.startswith("Map with 2,004 clinics.")
    expect(page.locator(".map__mark--near").first).to_be_attached()
    assert complaints == []


# --- By keyboard ---------------------------------------------------------------------


def test_the_map_is_used_by_keyboard_and_left_again(page, site):
    show(page, site + RESULTS)
    open_map(page)
    page.get_by_role("button", name="Show all").click()
    page.locator(".map__canvas").focus()

    page.keyboard.press("Tab")
    first = page.locator(":focus").get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    beside = page.locator(":focus").get_attribute("aria-label")
    page.keyboard.press("Enter")
    in_bubble = page.locator(":focus").inner_text()
    page.keyboard.press("Escape")
    after = page.locator(":focus").get_attribute("aria-label")
    page.keyboard.press("Tab")
    next_stop = page.locator(":focus").get_attribute("data-do")
    page.keyboard.press("Escape")

    assert first in ("Clinics here: 3", "Far Care, Remote")
    assert beside == after == "Far Care, Remote"
    assert in_bubble == "Far Care"
    assert next_stop == "zoom-in"
    assert page.locator(":focus").inner_text() == "Map of these clinics"


def test_focus_goes_on_with_the_mark_that_is_opened(page, site):
    show(page, site + RESULTS)
    open_map(page)
    page.get_by_role("button", name="Show all").click()
    mark(page, "Clinics here: 3").focus()

    page.keyboard.press("Enter")

    expect(mark(page, "West Care")).to_have_count(1)
    focused = page.locator(":focus").get_attribute("aria-label")
    assert focused in marks(page)


def test_the_keyboard_comes_past_the_map_in_few_steps(page, site):
    make_crowd(60)
    show(page, site + RESULTS)
    open_map(page)
    page.locator("#map > summary").focus()

    stops = 0
    while not page.locator(".card a:focus").count():
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 15

    page.locator("#map > summary").focus()
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip the map"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(".card a:focus").count() == 1


def test_what_a_drag_can_do_a_button_can_do(page, site):
    show(page, site + RESULTS)
    open_map(page)
    where = page.locator(".map__mark").first

    before = where.bounding_box()["x"]
    page.get_by_role("button", name="Move east").click()
    after = where.bounding_box()["x"]
    page.get_by_role("button", name="Move west").click()
    back = where.bounding_box()["x"]

    assert after < before - 50
    assert back == before


# --- For everyone --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "scheme"), [("desk", "light"), ("phone", "dark"), ("narrow", "light")]
)
def test_the_open_map_keeps_the_rules_of_accessibility(
    page, site, violations, size, scheme
):
    show(page, f"{site}{RESULTS}&within=20mi", size=size, scheme=scheme)
    open_map(page)
    broken = {"open": violations()}
    mark(page, "Clinics here: 2").press("Enter")
    page.locator(".leaflet-popup").wait_for()
    broken["bubble"] = violations()

    assert broken == {"open": [], "bubble": []}
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_a_finger_scrolls_the_page_and_not_the_map(browser, site):
    with browser.new_context(has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(site + RESULTS)
        open_map(page)

        touch = page.locator(".map__canvas").evaluate(
            "(each) => getComputedStyle(each).touchAction"
        )

    assert touch == "pan-x pan-y"


# --- Streets -------------------------------------------------------------------------


def test_streets_come_from_the_operators_host_and_break_no_rule(
    page, site, settings, complaints, foreign_requests
):
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    host = "https://tiles.example.org"
    settings.LOCATOR_TILE_URL = host + "/{z}/{x}/{y}.png"
    settings.LOCATOR_TILE_ATTRIBUTION = "© Example, https://example.org/terms"
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": policy | {"img-src": ["'self'", "data:", host]}
    }
    page.route(
        f"{host}/**",
        lambda route: route.fulfill(body=EMPTY_PICTURE, content_type="image/png"),
    )

    show(page, site + RESULTS)
    page.wait_for_load_state("networkidle")
    before = list(foreign_requests)
    open_map(page)
    for _step in range(3):
        page.get_by_role("button", name="Zoom in").click()
    page.wait_for_load_state("networkidle")

    assert before == []
    assert foreign_requests
    assert all(url.startswith(f"{host}/") for url in foreign_requests)
    assert complaints == []
    assert page.get_by_role("link", name="https://example.org/terms").is_visible()
    assert page.get_by_text("The streets come from tiles.example.org").is_visible()
    assert page.locator(".map__outline").count() == 0
