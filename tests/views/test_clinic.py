"""A clinic's page as a visitor sees it."""

import re

import pytest

from locator.models import Clinic, OtherName, Phone
from locator.search import entries
from tests.markup import read

pytestmark = pytest.mark.django_db


def clinic(client, slug="clear-creek-care"):
    return read(client.get(f"/clinics/{slug}/"))


def test_a_clinic_page_tells_how_for_whom_and_where(client, site):
    service = clinic(client).one("section", class_="service")

    for words in (
        "Consultation",
        "Telemedicine",
        "How",
        "Licensed for patients in Texas (clinic, March 2026)",
        "Accepts new patients",
    ):
        assert words in service.text
    assert service.one("a", class_="word").attrs["href"].endswith("#telemedicine")


def test_a_clinic_page_tells_how_to_reach_it(client, site):
    Phone.objects.create(
        clinic=site,
        number="+15125550101",
        extension="206",
        purpose="intake",
        position=1,
    )

    main = clinic(client).one("main")

    assert main.one("a", href="tel:+15125550100").text == "Phone: (512) 555-0100"
    assert "New patients: (512) 555-0101 ext. 206" in main.text
    assert main.all("a", href="tel:+15125550101;ext=206") != []
    assert main.all("a", href="mailto:hello@clear-creek.example") != []
    assert main.one("a", href="https://clear-creek.example/").text
    assert main.all("a", href="https://clear-creek.example/book") != []


def test_the_way_there_names_where_it_leads(client, site):
    main = clinic(client).one("main")

    ways = [each for each in main.all("a") if "openstreetmap" in each.attrs["href"]]

    assert [each.text for each in ways] == ["Directions on OpenStreetMap"]
    assert "(opens openstreetmap.org)" in main.text


def test_a_private_address_is_a_town_without_a_way_there(client, make_clinic):
    make_clinic(
        "Clear Creek Care",
        at=(30.27, -97.74),
        point_precision="city",
        covers=["US-TX"],
        street="12 Hidden Lane",
        city="Austin",
        postal_code="78704",
        address_is_private=True,
    )

    page = clinic(client)

    assert "The clinic keeps its address private" in page.text
    assert "Hidden Lane" not in page.text
    assert "78704" not in page.text
    assert "openstreetmap" not in " ".join(a.attrs["href"] for a in page.all("a"))


def test_hours_are_a_table_of_the_week_in_the_clinics_own_zone(client, site):
    main = clinic(client).one("main")

    days = main.one("table", class_="hours").all("tr")

    assert len(days) == 7
    assert len(main.all("tr", class_="hours__today")) == 1
    assert "Times at the clinic: Central time." in main.text
    assert re.search(r"(Open|Closed) now", main.one("p", class_="open-now").text)


def test_what_a_clinic_does_not_state_is_to_be_asked(client, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"])

    main = clinic(client).one("main")

    assert main.text.count("Not stated: ask the clinic") >= 4
    assert "Do you take new patients?" in main.text


def test_a_clinic_page_says_who_says_so_and_that_we_check_no_quality(client, site):
    source = clinic(client).one("footer", class_="clinic__source").text

    assert "Listed by SAMHSA, 2022; never verified here" in source
    assert "We do not check licences or quality." in source
    assert "Not endorsed by SAMHSA" in source


def test_other_names_and_the_description_are_shown_as_text(client, make_clinic):
    made = make_clinic(
        "Clear Creek Care", covers=["US-TX"], description="First <b>line</b>\n\nSecond"
    )
    OtherName.objects.create(clinic=made, name="Creek House")

    head = clinic(client).one("header", class_="clinic__head")

    assert "Also known as Creek House" in head.text
    assert "First <b>line</b>" in head.text
    assert len(head.one("div", class_="clinic__about").all("p")) == 2


def test_a_clinic_has_one_true_address(client, site):
    page = clinic(client)

    canonical = page.one("link", rel="canonical").attrs["href"]

    assert canonical == "http://testserver/clinics/clear-creek-care/"
    assert page.all("meta", name="robots") == []


def test_a_clinic_that_left_says_why_and_who_is_there(client, site, make_clinic):
    Clinic.objects.filter(pk=site.pk).update(
        status="withdrawn", withdrawn_reason="unconfirmed"
    )
    entries.rebuild([site.pk])
    make_clinic("Next Door", at=(30.3, -97.7), covers=["US-TX"])

    response = client.get("/clinics/clear-creek-care/")

    main = read(response).one("main")
    assert response.status_code == 410
    assert "Clear Creek Care is no longer listed" in main.text
    assert "It may still exist" in main.text
    assert [each.text for each in main.all("h3")] == ["Next Door"]
