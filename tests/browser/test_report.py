"""Reports as a browser shows and sends them: without scripts, by keyboard."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from locator.models import Report
from tests.making import make_clinic

SIZES = {"phone": (390, 844), "desk": (1280, 900)}
URL = "/clinics/clear-creek-care/report/"


@pytest.fixture
def site(live_server):
    make_clinic("Clear Creek Care", at=(30.3, -97.7), covers=["US-TX"], city="Austin")
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desk", "light")])
@pytest.mark.parametrize(
    "path",
    [
        URL,
        "/clinics/clear-creek-care/mine/",
        "/report/missing/",
        "/clinics/clear-creek-care/report/thanks/",
        f"/hi{URL}",
    ],
)
def test_the_forms_break_no_rule(
    page, site, violations, complaints, foreign_requests, path, size, scheme
):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    assert foreign_requests == []
    assert violations() == []


def test_a_report_is_sent_without_scripts_and_by_keyboard(browser, site):
    # The server's clock is this one: the page is older than the least time.
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/clinics/clear-creek-care/")
        with page.expect_navigation():
            page.get_by_role("link", name="Something wrong here?").click()
        phone = page.get_by_label("The right number, if you know it")
        assert not phone.is_visible()

        page.get_by_label("The phone number", exact=True).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("12")
        with time_machine.travel(timezone.now() + timedelta(seconds=9)):
            page.keyboard.press("Enter")
            page.get_by_role("alert").wait_for()
            assert "We cannot read this" in page.get_by_role("alert").inner_text()
            phone.fill("(512) 555-0199")
            page.get_by_label("In your words").fill("The old one is dead.")
        with time_machine.travel(timezone.now() + timedelta(seconds=18)):
            page.get_by_role("button", name="Send").click()
            page.get_by_role("heading", name="Thank you").wait_for()

        assert context.cookies() == []
    report = Report.objects.get()
    assert report.proposed == {"phones": [["+15125550199", "", "main"]]}
    assert report.text == "The old one is dead."


def test_what_belongs_to_a_topic_opens_with_it(page, site):
    page.goto(URL)
    street = page.get_by_label("Street and number")
    assert not street.is_visible()

    page.get_by_label("The address").check()

    assert street.is_visible()
    assert page.locator("#reference").get_attribute("tabindex") == "-1"
