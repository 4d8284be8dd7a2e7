"""Going through a queue by keyboard, and by whoever switches its letters off."""

import pytest
from django.test import Client
from django.utils import timezone

from locator.models import Claim, Report
from tests.making import curator


@pytest.fixture
def desk(page, base_url, transactional_db):
    """The page of a browser that a superuser is logged in with."""
    someone = curator()
    someone.is_superuser = True
    someone.save()
    client = Client()
    client.force_login(someone, "django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"]
    page.context.add_cookies(
        [{"name": "sessionid", "value": session.value, "url": f"{base_url}/admin/"}]
    )
    return page


@pytest.fixture
def two(make_clinic):
    """Two reports that wait, by the name of their clinic."""
    return {
        name: Report.objects.create(
            clinic=make_clinic(name, covers=["US-TX"]),
            topics=["phone"],
            text="x",
            sent_at=timezone.now(),
        )
        for name in ("River", "Hill")
    }


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_keys_walk_through_a_queue_claim_and_go_on(
    desk, two, complaints, foreign_requests
):
    desk.goto("/admin/desk/queues/reports/")

    for key, there in [("j", "River"), ("j", "Hill"), ("j", "Hill"), ("k", "River")]:
        desk.keyboard.press(key)
        assert focused(desk) == there
    desk.keyboard.press("c")
    desk.get_by_role("button", name="Release").wait_for()

    assert [each.item for each in Claim.objects.all()] == [str(two["River"].pk)]

    desk.keyboard.press("n")
    desk.wait_for_url(f"**/reports/{two['River'].pk}/")
    desk.keyboard.press("n")
    desk.wait_for_url(f"**/reports/{two['Hill'].pk}/")

    assert "Yours until" in desk.inner_text(".claim")
    assert [each.item for each in Claim.objects.all()] == [str(two["Hill"].pk)]
    assert complaints == []
    assert foreign_requests == []


def test_the_page_says_which_keys_there_are_and_they_can_be_switched_off(desk, two):
    desk.goto("/admin/desk/queues/reports/")
    desk.keyboard.press("?")

    keys = desk.locator("[data-keys-list] li")
    assert keys.all_inner_texts() == [
        "j next row",
        "k row before",
        "n Next item",
        "c Claim",
    ]

    desk.get_by_label("Single letters are shortcuts").uncheck()
    desk.goto("/admin/desk/queues/reports/")
    desk.keyboard.press("j")
    assert focused(desk) != "River"
    desk.keyboard.press("?")
    assert desk.locator("[data-keys]").get_attribute("open") is not None


def test_letters_that_one_types_are_no_keys(desk, two):
    desk.goto("/admin/desk/queues/reports/")

    desk.get_by_label("Region").focus()
    desk.keyboard.press("n")

    assert desk.url.endswith("/admin/desk/queues/reports/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_desks_queues_keep_the_rules_of_access(
    desk, two, violations, width, scheme
):
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": width, "height": 900})

    for address in ("/admin/", "/admin/desk/queues/reports/"):
        desk.goto(address)
        assert violations() == []
        assert desk.evaluate("document.documentElement.scrollWidth") == width


def test_without_scripts_a_queue_works_as_well(browser, base_url, desk, two):
    cookies = desk.context.cookies()
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    context.add_cookies(cookies)
    page = context.new_page()

    page.goto("/admin/")
    assert not page.locator("[data-keys]").is_visible()
    page.get_by_role("button", name="Next item: Reports from the public").click()

    assert page.url.endswith(f"/reports/{two['River'].pk}/")
    assert Claim.objects.count() == 1
    context.close()
