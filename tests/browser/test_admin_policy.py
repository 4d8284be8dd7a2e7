"""The admin under the content policy that visitors' pages have."""

import pytest
from django.test import Client

from tests.making import curator

LISTS = ["", "locator/clinic/", "locator/clinic/add/", "locator/region/", "auth/group/"]


@pytest.fixture
def desk(page, base_url, make_clinic):
    """The page of a browser that a superuser is logged in with."""
    someone = curator()
    someone.is_superuser = True
    someone.save()
    client = Client()
    client.force_login(someone)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base_url}])
    return page


@pytest.mark.parametrize("address", LISTS)
def test_a_page_of_the_admin_keeps_to_the_policy(
    desk, complaints, foreign_requests, address
):
    answer = desk.goto(f"/admin/{address}", wait_until="networkidle")

    assert answer.status == 200
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert complaints == []
    assert foreign_requests == []


def test_a_clinic_can_be_changed_under_the_policy(desk, make_clinic, complaints):
    clinic = make_clinic("Clear Creek Care", covers=["US-TX"])

    desk.goto(f"/admin/locator/clinic/{clinic.pk}/change/")
    desk.get_by_label("Name:", exact=True).first.fill("Clear Lake Care")
    desk.get_by_role("button", name="Save", exact=True).click()

    clinic.refresh_from_db()
    assert clinic.name == "Clear Lake Care"
    assert complaints == []
