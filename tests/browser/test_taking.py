"""Comparing, printing and sending, as a browser shows them."""

import pytest
from playwright.sync_api import expect

from locator.models import Phone
from locator.search import entries
from tests.making import at_once, make_clinic, make_place

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
COMPARED = "/compare/?clinic=clear-creek-care&clinic=river-house&place=Austin"


@pytest.fixture
def site(live_server):
    make_place("Austin", at=(30.267, -97.743), population=961_855)
    clinic = make_clinic(
        "Clear Creek Care",
        at=(30.3, -97.7),
        covers=["US-TX"],
        street="1200 Example Street",
        city="Austin",
        postal_code="78701",
        time_zone="America/Chicago",
        opening_hours="Mo-Fr 08:00-18:00",
        modalities=["video"],
        languages=["en", "es"],
        payments=["medicaid"],
    )
    Phone.objects.create(
        clinic=clinic, number="+15125550101", purpose="text", position=1
    )
    entries.rebuild([clinic.pk])
    with at_once():
        make_clinic("River House", at=(30.3, -97.6), remote="no", languages=["en"])
        for number in range(3):
            make_clinic(f"Clinic {number}", at=(30.3, -97.6), covers=["US-TX"])
    return live_server.url


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_comparison_keeps_the_rules(page, site, violations, complaints, size, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))

    page.goto(COMPARED)

    assert violations() == []
    assert complaints == []
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(overflow) <= 0


def test_a_comparison_is_a_table_and_where_narrow_a_list_a_fact(page, site):
    cell = page.get_by_role("row", name="Languages").get_by_role("cell").first

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(COMPARED)
    beside = [each.bounding_box() for each in page.get_by_role("columnheader").all()]
    page.set_viewport_size({"width": 390, "height": 844})

    assert beside[0]["y"] == beside[1]["y"]
    # Still a table to a screen reader, and each clinic is named at each fact.
    expect(cell).to_contain_text("Clear Creek Care")
    below = [
        each.bounding_box()["y"]
        for each in page.get_by_role("row", name="Languages").get_by_role("cell").all()
    ]
    assert below[0] < below[1]


def test_ticked_clinics_are_counted_and_travel_in_the_address(page, site):
    page.goto("/clinics/?place=Austin")
    status = page.locator("[data-compare-status]")

    page.get_by_label("Compare Clear Creek Care").check()
    page.get_by_label("Compare River House").check()

    expect(status).to_have_text("2 clinics chosen")
    assert page.url.endswith("&clinic=clear-creek-care&clinic=river-house")
    page.get_by_role("button", name="Compare the chosen clinics").click()
    expect(page.locator(".compare__clinic")).to_have_count(2)
    assert "place=Austin" in page.url


def test_the_way_to_the_comparison_comes_along_once_a_clinic_is_chosen(page, site):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/clinics/?place=Austin")
    button = page.get_by_role("button", name="Compare the chosen clinics")
    first = page.get_by_role("checkbox", name="Compare Clear Creek Care")
    first.scroll_into_view_if_needed()

    expect(button).not_to_be_in_viewport()
    first.check()

    expect(button).to_be_in_viewport()


def test_a_jump_within_the_page_keeps_it_as_it_is_after_a_choice(page, site):
    page.goto("/clinics/?place=Austin")
    page.get_by_label("Compare Clear Creek Care").check()
    page.evaluate("document.querySelector('#search-page').dataset.mark = 'kept'")

    page.locator(".skip").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.wait_for_timeout(500)

    assert page.locator("#search-page").get_attribute("data-mark") == "kept"


def test_an_address_copied_twice_leaves_the_button_as_it_was(page, site, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/clinics/clear-creek-care/")
    button = page.locator("[data-copy]")
    expect(button).to_have_text("Copy the address")

    button.click()
    expect(button).to_have_text("Copied")
    button.click()

    expect(button).to_have_text("Copy the address", timeout=8000)


def test_a_fifth_clinic_is_refused_kindly(page, site):
    page.goto("/clinics/?place=Austin")
    names = ["Clear Creek Care", "River House", "Clinic 0", "Clinic 1"]
    for name in names:
        page.get_by_label(f"Compare {name}").check()

    page.get_by_label("Compare Clinic 2").click()

    expect(page.get_by_label("Compare Clinic 2")).not_to_be_checked()
    expect(page.locator("[data-compare-status]")).to_contain_text("Take one away")


def test_clinics_are_compared_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/clinics/?place=Austin")

    page.get_by_label("Compare Clear Creek Care").check()
    page.get_by_role("button", name="Compare the chosen clinics").click()
    page.get_by_role("link", name="Choose another clinic").click()

    expect(page.get_by_label("Compare Clear Creek Care")).to_be_checked()
    page.get_by_label("Compare River House").check()
    page.get_by_role("button", name="Compare the chosen clinics").click()
    expect(page.locator(".compare__clinic")).to_have_count(2)
    page.get_by_role("link", name="Remove River House").click()
    expect(page.locator(".compare__clinic")).to_have_count(1)
    context.close()


@pytest.mark.parametrize(
    ("address", "gone"),
    [
        ("/clinics/?place=Austin", ["#search", "#compare", ".take", ".paging"]),
        ("/clinics/clear-creek-care/", [".take", ".open-now", "button"]),
        (COMPARED, [".take", ".compare__remove", ".open-now"]),
    ],
)
def test_paper_has_what_is_read_and_nothing_to_press(page, site, address, gone):
    page.goto(address)

    page.emulate_media(media="print")

    for part in gone:
        assert not any(each.is_visible() for each in page.locator(part).all()), part
    expect(page.get_by_text("Printed on")).to_be_visible()
    for told in ("1200 Example Street", "(512) 555-0100", "8 a.m.–6 p.m."):
        expect(page.get_by_text(told).first).to_be_visible()


def test_paper_says_what_was_asked(page, site):
    page.goto("/clinics/?place=Austin&language=es&payment=medicaid")

    page.emulate_media(media="print")

    answers = page.locator(".chosen__answer")
    expect(answers.nth(0)).to_contain_text("Spanish")
    expect(answers.nth(1)).to_contain_text("Medicaid")
    for each in answers.all():
        expect(each).to_be_visible()
        expect(each.get_by_text("×")).to_be_hidden()
    expect(page.get_by_role("link", name="Clear all filters")).to_be_hidden()


def test_the_lines_for_paper_are_not_on_the_screen_nor_read_out(page, site):
    page.goto("/clinics/?place=Austin")

    card = page.get_by_role("listitem").filter(has=page.get_by_role("article")).first

    assert "1200 Example Street" not in card.aria_snapshot()


def test_a_card_says_what_its_number_is_and_where_distances_start(page, site):
    page.goto("/clinics/?place=Austin")

    heard = page.locator("#clinic-clear-creek-care").aria_snapshot()

    assert 'heading "Clear Creek Care" [level=3]' in heard
    assert 'link "Phone: (512) 555-0100"' in heard
    assert 'link "Text messages: (512) 555-0101"' in heard
    assert "from the centre of Austin" in heard
    assert 'checkbox "Compare Clear Creek Care"' in heard
    # The name, the word of the category, two numbers: no more stops for the keyboard.
    assert heard.count("link ") == 4


def test_what_only_a_script_can_do_is_offered_only_there(page, browser, site):
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{site}/clinics/clear-creek-care/")
    page.goto("/clinics/clear-creek-care/")

    assert not plain.get_by_role("button", name="Print").is_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    expect(plain.get_by_role("link", name="Send by e-mail").first).to_be_visible()
    context.close()
