"""A curator's morning at the desk, as far as scripts take part in it."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from locator.models import Clinic, User

PASSWORD = "a long word of mine"


@pytest.fixture
def ana(transactional_db):
    call_command("sync_roles", verbosity=0)
    person = User.objects.create_user("ana", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="curator"))
    return person


def choose(page, field: str, typed: str, label: str) -> None:
    """Pick `label` from what a field suggests for `typed`."""
    page.locator(f"{field} .select2-search__field").click()
    page.keyboard.type(typed)
    page.get_by_role("option", name=label, exact=True).click()


def test_a_curator_finds_a_clinic_by_phone_mends_it_and_records_the_call(
    page, ana, make_clinic, complaints, foreign_requests
):
    make_clinic(
        "River Clinic", covers=["US-TX"], phone="+15125550123", at=(30.27, -97.74)
    )

    page.goto("/admin/")
    page.get_by_label("Username").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto("/admin/locator/clinic/?q=(512)+555-0123")
    page.get_by_role("link", name="River Clinic").click()
    page.get_by_label("Opening hours").fill("Mo-Su 09:00-17:00")
    choose(page, "#services-0 .field-modalities", "vid", "Video")
    choose(page, "#services-0 .field-new_regions", "new mex", "New Mexico (US-NM)")
    page.get_by_label("Because it is").first.select_option("license")
    page.get_by_text("Add another Check", exact=True).click()
    page.locator("#id_verifications-0-method").select_option("phoned")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_role("link", name="View on site").click()

    text = page.inner_text("main")
    assert "9 a.m.–5 p.m." in text
    assert "By video" in text
    assert "New Mexico" in text
    assert "by phone" in text
    assert Clinic.objects.get().verified_by == ana
    assert complaints == []
    assert foreign_requests == []


def test_a_row_that_is_added_and_left_again_leaves_nothing(page, ana, make_clinic):
    clinic = make_clinic("River Clinic", covers=["US-TX"])
    page.goto("/admin/")
    page.get_by_label("Username").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto(f"/admin/locator/clinic/{clinic.pk}/change/")

    page.get_by_text("Add another Service", exact=True).click()
    choose(page, "#services-1 .field-specialties", "skin", "Skin")
    page.locator("#services-1 a.inline-deletelink").click()
    page.get_by_text("Add another Coverage area", exact=True).click()
    page.locator("#coverage-1 a.inline-deletelink").click()
    page.get_by_role("button", name="Save", exact=True).click()

    assert "was changed successfully" in page.inner_text(".messagelist")
    assert clinic.services.count() == 1
