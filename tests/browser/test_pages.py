"""Pages as a browser shows them: light, dark, narrow, by keyboard, without scripts."""

import re

import pytest

from locator.models import Phone
from tests.making import at_once, make_clinic, make_place

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
ADDRESSES = {
    "home": "/",
    "results": "/clinics/?place=Austin&category=telemedicine&specialty=mental-health",
    "pick": "/clinics/?place=Springfield",
    "unknown": "/clinics/?place=Nowhere",
    "wrong": "/clinics/?place=Austin&within=far&modality=pigeon",
    "none": "/clinics/?place=Austin&specialty=mental-health&q=nobody+suicide",
    "clinic": "/clinics/clear-creek-care/",
    "gone": "/clinics/closed-house/",
    "explainer": "/telehealth-and-telemedicine/",
    "answer": "/telehealth-and-telemedicine/?how=see&device=phone&place=Austin",
    "answer, no place": "/telehealth-and-telemedicine/?how=any&place=Springfield",
    "compare": "/compare/?clinic=clear-creek-care&clinic=clinic-1&place=Austin",
    "about": "/about/",
    "nowhere": "/nowhere/",
}
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"


@pytest.fixture
def site(live_server):
    """A directory with a clinic of each kind; the address where it is served."""
    make_place("Austin", at=(30.267, -97.743), population=961_855)
    make_place("Springfield", at=(39.8, -89.6), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.3), region="US-MO", population=169_000)
    clinic = make_clinic(
        "Clear Creek Care",
        at=(30.3, -97.7),
        covers=["US-TX", "US-OK"],
        street="1200 Example Street",
        city="Austin",
        postal_code="78701",
        email="a-rather-long-address-of-a-front-desk@clear-creek.example",
        website=f"https://{LONG.lower()}.example/",
        booking_url="https://clear-creek.example/book",
        time_zone="America/Chicago",
        opening_hours="Mo-Fr 08:00-12:00,13:00-18:00; Sa 22:00-02:00",
        source="samhsa-mental-health",
        specialties=["mental-health", "substance-use", "skin"],
        modalities=["video", "phone"],
        languages=["en", "es", "ase"],
        payments=["medicaid", "sliding-fee"],
        age_groups=["adult"],
        accepting="yes",
    )
    Phone.objects.create(
        clinic=clinic, number="+15125550101", extension="206", purpose="fax", position=1
    )
    make_clinic(
        f"The {LONG} house", covers=["US-TX"], eligibility=["veterans"], is_sample=True
    )
    with at_once():
        for number in range(20):
            make_clinic(f"Clinic {number}", at=(30.3, -97.6), covers=["US-TX"])
    make_clinic(
        "Closed House",
        at=(30.3, -97.7),
        covers=["US-TX"],
        status="withdrawn",
        withdrawn_reason="unconfirmed",
    )
    return live_server.url


def show(page, address, *, size="desk", scheme="light"):
    width, height = SIZES[size] if isinstance(size, str) else size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return page.goto(address)


def open_all(page):
    """Open every list that can be opened, as a visitor would one by one."""
    page.evaluate(
        "for (const each of document.querySelectorAll('details')) each.open = 1"
    )


def test_pages_talk_to_their_own_host_alone_and_keep_nothing(
    page, site, complaints, foreign_requests
):
    for address in ADDRESSES.values():
        show(page, site + address)
        page.wait_for_load_state("networkidle")

    # Chromium itself reports pages of status 404 and 410 to the console.
    expected = ("status of 404", "status of 410")
    assert [each for each in complaints if not any(map(each.count, expected))] == []
    assert foreign_requests == []
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("size", SIZES)
def test_pages_keep_the_rules_of_accessibility_light_and_dark(
    page, site, violations, size
):
    broken = {}
    for name, address in ADDRESSES.items():
        show(page, site + address, size=size)
        open_all(page)
        broken[name] = violations()
        # The dark changes nothing but colours.
        page.emulate_media(color_scheme="dark")
        broken[name] += violations("color-contrast")

    assert broken == {name: [] for name in ADDRESSES}


def test_nothing_sticks_out_at_320_pixels(page, site):
    wide = {}
    for name, address in ADDRESSES.items():
        show(page, site + address, size=(320, 640))
        open_all(page)
        wide[name] = page.evaluate(
            """[document.documentElement, ...document.querySelectorAll("body *")]
                 .filter((each) => each.getBoundingClientRect().right > 320.5
                   || (each === document.documentElement && each.scrollWidth > 320))
                 .map((each) => `${each.tagName}.${each.className}`)"""
        )

    assert wide == {name: [] for name in ADDRESSES}


def test_what_can_be_touched_is_large_enough(page, site):
    small = {}
    for name, address in ADDRESSES.items():
        show(page, site + address, size="phone")
        open_all(page)
        small[name] = page.evaluate(
            """[...document.querySelectorAll("a, button, summary, input, select")]
                 .filter((each) => each.checkVisibility())
                 .filter((each) => !each.closest("p, dd, .skip"))
                 .map((each) => [each.getBoundingClientRect(), each])
                 .filter(([box]) => box.width < 24 || box.height < 24)
                 .map(([box, each]) => each.outerHTML)"""
        )

    assert small == {name: [] for name in ADDRESSES}


def tab_to(page, name):
    """Press Tab until the control labelled `name` has the focus."""
    for _stop in range(40):
        page.keyboard.press("Tab")
        words = page.evaluate(
            """(() => { const at = document.activeElement;
                return (at.labels?.[0] ?? at).textContent })()"""
        )
        if words.split()[: len(name.split())] == name.split():
            return
    raise AssertionError(f"Tab never comes to {name}")


def test_the_first_stop_of_the_keyboard_leads_to_the_main_part(page, site):
    show(page, site)

    page.keyboard.press("Tab")
    skip = page.locator(":focus")

    assert skip.inner_text() == "Skip to the main part"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_search_can_be_made_by_keyboard_alone(page, site):
    show(page, site)

    page.get_by_label("Where are you?").focus()
    page.keyboard.type("Austin")
    tab_to(page, "Any")
    page.keyboard.press("ArrowDown")
    tab_to(page, "What for")
    page.keyboard.press("Enter")
    tab_to(page, "Mental health")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clinics/**")

    assert page.locator("#results-count").inner_text().startswith("22 clinics fit")
    chosen = page.locator(".chosen__answer").all_inner_texts()
    assert any("Telemedicine" in each for each in chosen)
    assert any("Mental health" in each for each in chosen)


def test_focus_is_seen_wherever_it_goes(page, site):
    show(page, site + ADDRESSES["results"])

    unseen = []
    for _stop in range(60):
        page.keyboard.press("Tab")
        width, element = page.evaluate(
            """(() => { const at = document.activeElement;
                return [getComputedStyle(at).outlineWidth, at.outerHTML] })()"""
        )
        if width == "0px":
            unseen.append(element)

    assert unseen == []


@pytest.fixture
def scriptless(browser, site):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_everything_works_without_scripts(scriptless, site):
    scriptless.goto(site)
    scriptless.get_by_label("Where are you?").fill("Austin")
    scriptless.get_by_label("Remote", exact=True).check()
    scriptless.get_by_text("What for").first.click()
    scriptless.get_by_label("Skin", exact=True).check()
    scriptless.get_by_role("button", name="Find clinics").click()
    scriptless.get_by_label("Accepting new patients").check()

    scriptless.get_by_role("button", name="Show clinics").click()
    scriptless.get_by_role("link", name="Clear Creek Care").click()

    assert scriptless.url == f"{site}/clinics/clear-creek-care/"
    assert scriptless.get_by_role("heading", level=1).inner_text() == "Clear Creek Care"


def test_all_filters_stand_open_where_there_is_room_and_folded_on_a_phone(page, site):
    field = page.locator("#id_accepting")

    show(page, site + ADDRESSES["results"])
    on_a_desk = field.is_visible()
    show(page, site + ADDRESSES["results"], size="phone")
    on_a_phone = field.is_visible()
    page.get_by_text("More filters").click()

    assert (on_a_desk, on_a_phone) == (True, False)
    assert field.is_visible()


def test_a_sentence_of_the_error_summary_leads_to_its_field(page, site):
    show(page, site + ADDRESSES["wrong"], size="phone")

    page.get_by_role("link", name="Remote visit by", exact=True).click()

    assert page.get_by_text("We do not know “pigeon” here").last.is_visible()
    assert page.url.endswith("#id_modality")


def test_the_differences_stand_below_each_other_on_a_phone(page, site):
    row = page.locator(".differences tbody tr").first

    show(page, site + ADDRESSES["explainer"], size="phone")
    first, second = (cell.bounding_box() for cell in row.locator("td").all())
    show(page, site + ADDRESSES["explainer"])
    left, right = (cell.bounding_box() for cell in row.locator("td").all())

    assert second["y"] >= first["y"] + first["height"]
    assert left["y"] == right["y"]


@pytest.mark.parametrize("accent", ["#ffd400", "#0b0b40", "#8a2b6b"])
def test_any_accent_can_be_read_in_light_and_dark(
    page, site, violations, settings, accent
):
    settings.LOCATOR_ACCENT = accent

    broken = {}
    for scheme in ("light", "dark"):
        show(page, site + ADDRESSES["results"], scheme=scheme)
        broken[scheme] = violations()

    used = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
    assert page.evaluate(used) == accent
    assert broken == {"light": [], "dark": []}


def test_print_leaves_out_what_paper_cannot_do(page, site):
    show(page, site + ADDRESSES["results"])

    page.emulate_media(media="print")

    assert page.get_by_role("heading", name="Clear Creek Care").is_visible()
    assert not any(each.is_visible() for each in page.locator("form").all())
    assert not page.get_by_role("navigation", name="Main").is_visible()
    assert page.get_by_text("In an emergency").is_visible()


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_kind_of_service_is_always_in_sight_and_chosen_by_its_name(
    page, site, size
):
    show(page, site + ADDRESSES["results"], size=size)
    kinds = page.get_by_role("group", name="Telemedicine or telehealth")

    kinds.locator("label[for=id_category_telehealth]").click()

    name = re.compile(r"^Telehealth\s?, 22 clinics$")
    assert kinds.get_by_role("radio", name=name).is_checked()
    assert kinds.get_by_text("That, and also monitoring").is_visible()
    assert kinds.get_by_role("link", name="What is the difference?").is_visible()
