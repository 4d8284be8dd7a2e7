"""The admin under the content policy that visitors' pages have."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP

from locator import second_factor
from locator.admin import site
from locator.admin.enrolment import links
from locator.models import User
from tests import making

LISTS = [
    "",
    "locator/clinic/",
    "locator/clinic/add/",
    "locator/region/",
    "locator/user/",
    "locator/user/add/",
    "auth/group/",
    "password_change/",
    "nowhere/",
]
# The desk's own pages that are of no one thing.
PAGES = [route for page in site._pages if "<" not in (route := str(page.pattern))]
NOT_FOR_LOOKING = 405


@pytest.fixture
def desk(page, base_url, make_clinic):
    """The page of a browser that a superuser is logged in with."""
    someone = making.curator()
    someone.is_superuser = True
    someone.save()
    sign_in_again(page, someone, base_url)
    return page


def sign_in_again(page, someone, base_url) -> None:
    client = Client()
    client.force_login(someone, "django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])


@pytest.mark.parametrize("address", [*LISTS, *PAGES])
def test_a_page_of_the_admin_keeps_to_the_policy(
    desk, complaints, foreign_requests, address
):
    answer = desk.request.get(f"/admin/{address}")
    if answer.status == NOT_FOR_LOOKING or "attachment" in answer.headers.get(
        "content-disposition", ""
    ):
        return

    answer = desk.goto(f"/admin/{address}", wait_until="networkidle")

    # Some show nothing without a query; that page is looked at like any other.
    assert answer.status in (200, 404)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert [said for said in complaints if "404" not in said] == []
    assert foreign_requests == []


def test_the_page_of_a_link_keeps_to_the_policy(
    page, base_url, complaints, foreign_requests, curator, settings, violations
):
    settings.LOCATOR_SECOND_FACTOR = True
    link = reverse("admin:enrol", args=[curator.pk, links.make_token(curator)])

    answer = page.goto(link, wait_until="networkidle")
    square = page.get_by_role("img", name="The key as a QR code")
    shown = square.bounding_box()

    assert answer.status == 200
    assert shown["width"] == shown["height"] > 200
    assert complaints == []
    assert foreign_requests == []
    assert violations() == []


def test_recovery_codes_can_be_copied_and_printed(desk, base_url, complaints):
    person = User.objects.get(is_superuser=True)
    second_factor.set_up(person, key=(key := second_factor.new_key()))
    person.set_password("a long word of mine")
    person.save()
    sign_in_again(desk, person, base_url)
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto("/admin/desk/second-factor/codes/")
    desk.get_by_label("Your password:").fill("a long word of mine")
    desk.get_by_label("Code:", exact=True).fill(
        f"{TOTP(bytes.fromhex(key)).token():06d}"
    )

    desk.get_by_role("button", name="Make new codes").click()
    desk.get_by_role("button", name="Copy").click()

    shown = desk.locator("#codes code").all_text_contents()
    desk.get_by_text("Copied.").wait_for()
    assert desk.evaluate("navigator.clipboard.readText()") == "\n".join(shown)
    assert len(shown) == 10
    assert complaints == []


def test_a_clinic_can_be_changed_under_the_policy(desk, make_clinic, complaints):
    clinic = make_clinic("Clear Creek Care", covers=["US-TX"])

    desk.goto(f"/admin/locator/clinic/{clinic.pk}/change/")
    desk.get_by_label("Name:", exact=True).first.fill("Clear Lake Care")
    desk.get_by_role("button", name="Save", exact=True).click()

    clinic.refresh_from_db()
    assert clinic.name == "Clear Lake Care"
    assert complaints == []
