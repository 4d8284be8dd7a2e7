"""The keyboard alone, larger text, colours that the visitor chose: on every page."""

import pytest

from tests.making import make_clinic, make_place

EXPLAINER = "/telehealth-and-telemedicine/"
ADDRESSES = {
    "home": "/",
    "results": "/clinics/?place=Austin&category=telemedicine&clinic=clear-creek-care",
    "pick": "/clinics/?place=Springfield",
    "unknown": "/clinics/?place=Austn",
    "none": "/clinics/?place=Austin&specialty=skin&language=es",
    "wrong": "/clinics/?place=Austin&within=far",
    "clinic": "/clinics/clear-creek-care/",
    "compare": "/compare/?clinic=clear-creek-care&clinic=clinic-1&place=Austin",
    "browse": "/browse/us/",
    "region": "/browse/us/tx/",
    "explainer": f"{EXPLAINER}?how=see&device=phone&place=Austin",
}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture
def site(live_server, page):
    """A directory around Austin; the page is still, as some visitors want it."""
    make_place("Austin", at=(30.267, -97.743), population=961_855)
    make_place("Springfield", at=(39.8, -89.6), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.3), region="US-MO", population=169_000)
    texas = {"at": (30.3, -97.7), "covers": ["US-TX"], "city": "Austin"}
    make_clinic(
        "Clear Creek Care",
        **texas,
        street="1200 Example Street",
        time_zone="America/Chicago",
        opening_hours="Mo-Fr 08:00-18:00",
        modalities=["video", "phone"],
        languages=["en", "es"],
        payments=["medicaid", "sliding-fee"],
    )
    for number in range(1, 4):
        make_clinic(f"Clinic {number}", **texas, specialties=["skin"])
    page.emulate_media(reduced_motion="reduce")
    return live_server.url


# --- By keyboard alone ----------------------------------------------------------------

# Everything that Tab has to come to, but for the radio buttons of a group, which share
# one stop. What a closed part holds is no stop.
STOPS = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")]
  .filter((each) => !each.disabled && each.checkVisibility({visibilityProperty: true}))
  .filter((each) => each.type !== "radio").length"""
# Where the focus is: which element, in which order, and whether it can be seen at all.
AT = """() => {
  const at = document.activeElement;
  if (at === document.body || at === window.firstStop) return null;
  window.firstStop ??= at;
  const last = window.lastStop;
  window.lastStop = at;
  const label = at.type === "radio" ? at.labels[0] : at;
  const box = label.getBoundingClientRect();
  const [x, y] = [box.x + Math.min(box.width, 40) / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  const isAfter = !last || last.compareDocumentPosition(at) & 4;
  return {
    name: at.outerHTML.slice(0, 160),
    isRadio: at.type === "radio",
    isInOrder: Boolean(isAfter),
    isOnScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0,
    isUncovered: Boolean(top) && (label.contains(top) || top.contains(label)
      || at === top || (at.labels ?? [])[0] === top),
  };
}"""


def walk(page):
    """Press Tab from the top until the page is left: where the focus came to."""
    page.evaluate(
        "window.firstStop = window.lastStop = null; document.activeElement.blur()"
    )
    stops = []
    for _stop in range(400):
        page.keyboard.press("Tab")
        at = page.evaluate(AT)
        if at is None:
            return stops
        stops.append(at)
    raise AssertionError("Tab never leaves the page")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_tab_goes_through_every_page_in_its_order_seen_and_never_caught(
    page, site, size
):
    page.set_viewport_size(size)
    wrong = {}
    for name in ("results", "none", "compare", "clinic", "region", "explainer"):
        page.goto(site + ADDRESSES[name])
        stops = walk(page)
        wrong[name] = [
            (fact, stop["name"])
            for stop in stops
            for fact in ("isInOrder", "isOnScreen", "isUncovered")
            if not stop[fact]
        ]
        reached = sum(not stop["isRadio"] for stop in stops)
        if reached != (wanted := page.evaluate(STOPS)):
            wrong[name].append(f"{reached} stops of {wanted}")

    assert wrong == {name: [] for name in wrong}


def test_two_stops_lead_past_the_frame_and_the_filters_to_the_results(page, site):
    page.goto(site + ADDRESSES["results"])

    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    told = skip.inner_text()
    page.keyboard.press("Enter")
    arrived = page.evaluate("document.activeElement.id")
    page.keyboard.press("Tab")

    assert (told, arrived) == ("Skip to the results", "results")
    assert page.evaluate(
        "document.querySelector('#results').contains(document.activeElement)"
    )


def test_the_questions_are_answered_by_keyboard_alone(page, site):
    page.goto(site + EXPLAINER)

    page.locator("#id_how_any").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**how=there**")

    assert "device=phone" in page.url
    assert page.get_by_text("You want to be there").is_visible()
    # What Tab comes to next is the answer, not the top of the page.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#answer') !== null")


def test_a_finger_chooses_the_answer_that_it_touches(page, site):
    page.set_viewport_size(PHONE)
    page.goto(site + EXPLAINER)

    chosen = []
    for code in ("see", "talk", "write", "there"):
        label = page.locator(f"label[for=id_how_{code}]")
        label.click(position={"x": 4, "y": 12})
        chosen.append(page.locator("#id_how :checked").get_attribute("value"))

    assert chosen == ["see", "talk", "write", "there"]


# --- Larger text, more space, fewer colours -------------------------------------------

# What sticks out of the page, and what is cut off in its own box.
SPOILED = """() => {
  const width = document.documentElement.clientWidth;
  const shown = [...document.querySelectorAll("body *")].filter(
    (each) => each.checkVisibility() && !each.closest(
      ".visually-hidden, .skip, [hidden], svg, select, .suggestions"));
  const told = (each) => `${each.tagName}.${each.className} ${each.textContent}`;
  const wide = shown.filter((each) => each.getBoundingClientRect().right > width + 1);
  const cut = shown.filter((each) => {
    const style = getComputedStyle(each);
    return style.overflowX === "hidden" && each.scrollWidth > each.clientWidth + 1
      || style.overflowY === "hidden" && each.scrollHeight > each.clientHeight + 1;
  });
  return [...wide, ...cut].map((each) => told(each).trim().slice(0, 90));
}"""
TWICE = "document.documentElement.style.fontSize = '200%'"
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""


@pytest.mark.parametrize("change", [TWICE, SPACED], ids=["twice", "spaced"])
def test_larger_and_looser_text_loses_nothing(page, site, change):
    spoiled = {}
    for name, address in ADDRESSES.items():
        page.set_viewport_size(PHONE)
        page.goto(site + address)
        page.evaluate(change)
        spoiled[name] = page.evaluate(SPOILED)
        page.set_viewport_size(DESK)
        spoiled[name] += page.evaluate(SPOILED)

    assert spoiled == {name: [] for name in ADDRESSES}


def test_without_our_colours_everything_still_has_its_edges(page, site, violations):
    page.emulate_media(forced_colors="active")
    # A button, a box, the focus: in forced colours a line alone makes them out.
    lines = """() => [...document.querySelectorAll(".button, .input, .card, .panel")]
      .filter((each) => each.checkVisibility())
      .filter((each) => {
        const style = getComputedStyle(each);
        return style.borderTopWidth === "0px" || style.borderTopStyle === "none";
      }).map((each) => each.className)"""
    broken = {}
    for name in ("home", "results", "compare", "browse", "explainer"):
        page.goto(site + ADDRESSES[name])
        broken[name] = [*violations("color-contrast"), *page.evaluate(lines)]
        page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        broken[name] += ["no focus"] * (page.evaluate(outline) == "none")

    assert broken == {name: [] for name in broken}
