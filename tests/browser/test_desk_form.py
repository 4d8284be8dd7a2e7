"""The clinic's form as scripts help with it: pin, hours, and what is without them."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from locator.models import Clinic, Place, User
from tests.making import make_place


@pytest.fixture
def ana(transactional_db):
    call_command("sync_roles", verbosity=0)
    person = User.objects.create_user("ana", is_staff=True)
    person.groups.add(Group.objects.get(name="curator"))
    return person


@pytest.fixture
def clinic(make_clinic):
    make_place("78701", at=(30.27, -97.74), kind=Place.Kind.POSTCODE, town="Austin")
    make_place("74103", at=(36.15, -95.99), region="US-OK", kind=Place.Kind.POSTCODE)
    return make_clinic(
        "River Clinic",
        covers=["US-TX"],
        at=(30.3, -97.7),
        street="12 River Street",
        city="Austin",
        postal_code="78701",
        opening_hours="Mo-Fr 09:00-17:00",
        time_zone="America/Chicago",
    )


@pytest.fixture
def form(page, base_url, ana, clinic):
    """The clinic's form in a browser where Ana is logged in."""
    client = Client()
    client.force_login(ana, "django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["sessionid"]
    page.context.add_cookies(
        [{"name": "sessionid", "value": cookie.value, "url": base_url}]
    )
    page.goto(f"/admin/locator/clinic/{clinic.pk}/change/")
    return page


def drawn(form):
    """The pin, once the map is there."""
    form.locator("#pin").scroll_into_view_if_needed()
    pin = form.locator(".pin__mark")
    pin.wait_for()
    return pin


def save(form) -> None:
    form.get_by_role("button", name="Save and continue editing").click()
    form.locator(".messagelist .success").wait_for()


# --- The pin -----------------------------------------------------------------------


def test_the_pin_is_dragged_and_the_numbers_follow(
    form, clinic, complaints, foreign_requests
):
    pin = drawn(form)
    box = pin.bounding_box()

    form.mouse.move(box["x"] + 12, box["y"] + 12)
    form.mouse.down()
    form.mouse.move(box["x"] + 12, box["y"] - 60, steps=5)
    form.mouse.up()
    form.locator("#pin .desk-warning").wait_for()
    said = form.locator("#pin .desk-warning").inner_text()
    save(form)

    clinic.refresh_from_db()
    assert clinic.latitude > 30.3
    assert clinic.point_source == Clinic.PointSource.CURATOR
    assert "km from the middle of postcode 78701" in said
    assert complaints == []
    assert foreign_requests == []


def test_the_numbers_move_the_pin_and_arrow_keys_the_numbers(form):
    pin = drawn(form)
    before = pin.bounding_box()

    form.get_by_label("Latitude:").fill("31.3")
    moved = pin.bounding_box()
    pin.focus()
    form.keyboard.press("ArrowUp")

    assert moved["y"] < before["y"]
    assert float(form.get_by_label("Latitude:").input_value()) > 31.3
    assert pin.evaluate("mark => mark === document.activeElement")


def test_an_address_is_located_and_fills_the_numbers_only_on_a_click(form, clinic):
    drawn(form)
    latitude = form.get_by_label("Latitude:")

    form.get_by_role("button", name="Locate this address").click()
    form.get_by_text("78701, Austin").wait_for()
    untouched = latitude.input_value()
    form.get_by_role("button", name="Use this point").first.click()
    filled = latitude.input_value()
    save(form)

    clinic.refresh_from_db()
    assert untouched == "30.3"
    assert float(filled) == 30.27
    assert (clinic.latitude, clinic.point_precision) == (30.27, "postcode")


# --- The hours ---------------------------------------------------------------------


def test_hours_are_read_out_while_they_are_typed(form):
    reading = form.locator("[data-reading]")

    form.get_by_label("Opening hours").fill("Mo-We 10:00-12:00; PH off")
    form.get_by_text("Monday to Wednesday").wait_for()
    good = reading.inner_text()
    form.get_by_label("Opening hours").fill("Mo-We ten")
    form.locator("[data-reading] .desk-warning").wait_for()

    assert "10 a.m.–noon" in good
    assert "Public holidays" in good
    assert "cannot be read" in reading.inner_text()


def test_the_table_of_the_week_writes_the_syntax(form, clinic):
    form.get_by_text("Set the hours day by day").click()
    written = form.get_by_label("Opening hours")

    form.get_by_label("Saturday, opens", exact=True).fill("10:00")
    form.get_by_text("Saturday: say when it opens").wait_for()
    half = written.input_value()
    form.get_by_label("Saturday, closes", exact=True).fill("12:00")
    form.get_by_role("button", name="Sunday: as the day above").click()
    form.get_by_text("Saturday and Sunday").wait_for()
    form.get_by_label("Closed on public holidays").check()
    form.get_by_text("Public holidays", exact=True).wait_for()
    save(form)

    clinic.refresh_from_db()
    assert half == "Mo-Fr 09:00-17:00"
    assert clinic.opening_hours == ("Mo-Fr 09:00-17:00; Sa-Su 10:00-12:00; PH off")


def test_what_the_table_cannot_show_closes_it(form):
    form.get_by_text("Set the hours day by day").click()

    form.get_by_label("Opening hours").fill("Mar-Oct Mo-Fr 09:00-17:00")
    form.get_by_text("say more than a table of the week").wait_for()

    assert form.get_by_label("Monday, opens", exact=True).is_disabled()


# --- The form ----------------------------------------------------------------------


def test_the_enter_key_saves_and_asks_nothing(form, clinic):
    form.get_by_label("Name:", exact=True).first.fill("Lake Clinic")

    form.keyboard.press("Enter")
    form.locator(".messagelist .success").wait_for()

    clinic.refresh_from_db()
    assert clinic.name == "Lake Clinic"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_form_breaks_no_rule(form, violations, width, scheme):
    form.emulate_media(color_scheme=scheme)
    form.set_viewport_size({"width": width, "height": 900})
    form.reload()
    drawn(form)
    form.get_by_role("button", name="Locate this address").click()
    form.get_by_text("78701, Austin").wait_for()
    form.get_by_text("Set the hours day by day").click()

    form.wait_for_load_state("networkidle")

    assert violations() == []
    assert form.evaluate("document.documentElement.scrollWidth") <= width
