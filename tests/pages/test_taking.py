"""What is sent and printed, as a visitor finds it on the pages."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from locator.models import Phone

from ..making import make_place
from ..markup import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def austin():
    return make_place("Austin", at=(30.2672, -97.7431), population=960_000)


def sent_by_mail(element):
    """Subject and body of each message that `element` opens in a mail."""
    urls = [each.attrs["href"] for each in element.all("a")]
    mails = [parse_qs(urlsplit(url).query) for url in urls if url.startswith("mailto:")]
    return [(each["subject"][0], each["body"][0]) for each in mails if "body" in each]


def test_results_can_be_sent_without_the_senders_place_and_with_it(
    client, make_clinic, austin
):
    make_clinic(at=(30.3, -97.7), languages=["es"])

    page = read(
        client.get("/clinics/?place=Austin&within=25mi&language=es&clinic=clear-creek")
    )

    (anywhere, here) = sent_by_mail(page.one("details", class_="take"))
    assert anywhere == ("Clinics", "Clinics\nhttp://testserver/clinics/?language=es")
    assert here[1].endswith(
        "\nhttp://testserver/clinics/?place=Austin&within=25mi&language=es"
    )
    assert "With your place, which the other person will see:" in page.text


def test_without_a_place_there_is_one_way_to_send_results(client, make_clinic):
    make_clinic(covers=["US-TX"])

    page = read(client.get("/clinics/?specialty=mental-health"))

    assert len(sent_by_mail(page.one("details", class_="take"))) == 1
    assert "Without your place" not in page.text


def test_a_clinic_is_sent_with_its_number_and_its_page(client, make_clinic):
    make_clinic(covers=["US-TX"])

    page = read(client.get("/clinics/clear-creek-care/"))

    assert (
        "Clear Creek Care",
        "Clear Creek Care\n(512) 555-0100\nhttp://testserver/clinics/clear-creek-care/",
    ) in sent_by_mail(page.one("section", class_="take"))


def test_a_clinic_is_sent_without_what_its_address_was_opened_with(client, make_clinic):
    clinic = make_clinic("Clear Creek Care")

    page = read(client.get(f"{clinic.get_absolute_url()}?place=Austin&lat=30.27"))

    ((_subject, body),) = sent_by_mail(page.one("section", class_="take"))
    assert body.endswith(f"\nhttp://testserver{clinic.get_absolute_url()}")


def test_a_sample_that_is_sent_says_that_it_is_one(client, make_clinic):
    make_clinic(covers=["US-TX"], is_sample=True)

    page = read(client.get("/clinics/clear-creek-care/"))

    (sent,) = sent_by_mail(page.one("section", class_="take"))
    assert "Sample, not real" in sent[1]


def test_questions_go_to_the_clinic_where_it_takes_messages(client, make_clinic):
    clinic = make_clinic(covers=["US-TX"], email="desk@creek.example")
    Phone.objects.create(clinic=clinic, number="+15125550101", purpose="text")

    questions = read(client.get("/clinics/clear-creek-care/")).one(id="questions")

    text, mail = (each.attrs["href"] for each in questions.all("a"))
    assert text.startswith("sms:+15125550101?&body=Hello")
    assert mail.startswith("mailto:desk@creek.example?subject=")
    for said in (text, mail):
        assert "- Do you take new patients?" in unquote(said)


def test_questions_to_a_sample_go_to_nobody(client, make_clinic):
    clinic = make_clinic(covers=["US-TX"], email="desk@creek.example", is_sample=True)
    Phone.objects.create(clinic=clinic, number="+15125550101", purpose="text")

    questions = read(client.get("/clinics/clear-creek-care/")).one(id="questions")

    text, mail = (each.attrs["href"] for each in questions.all("a"))
    assert text.startswith("sms:?&body=")
    assert mail.startswith("mailto:?subject=")


def test_paper_has_address_hours_page_and_date(client, make_clinic, austin):
    make_clinic(
        at=(30.3, -97.7),
        street="12 Creek Road",
        city="Austin",
        postal_code="78701",
        opening_hours="24/7",
        time_zone="America/Chicago",
    )

    page = read(client.get("/clinics/?place=Austin"))

    assert page.one("li", class_="card").one("p", class_="on-paper").text == (
        "12 Creek Road, Austin, Texas 78701 Every day: Open 24 hours "
        "http://testserver/clinics/clear-creek-care/"
    )
    printed = page.one("p", class_="printed").text
    assert printed.startswith("Printed on ")
    assert printed.endswith(" from http://testserver/clinics/?place=Austin")


def test_other_names_are_said_in_their_own_language(client, make_clinic):
    clinic = make_clinic(covers=["US-TX"])
    clinic.other_names.create(name="साफ़ नदी", kind="translation", language="hi")
    clinic.other_names.create(name="Old Creek", kind="former")

    page = read(client.get("/clinics/clear-creek-care/")).one("main")

    assert page.one("span", lang="hi").text == "साफ़ नदी"
    assert "Also known as साफ़ नदी, Old Creek" in page.text


def test_words_of_a_clinic_lead_to_what_they_mean(client, make_clinic):
    make_clinic(covers=["US-TX"], modalities=["video"], referral="yes")

    page = read(client.get("/clinics/clear-creek-care/")).one("main")
    meanings = read(client.get("/telehealth-and-telemedicine/"))

    words = [each.attrs["href"] for each in page.all("a", class_="means")]
    assert len(words) >= 4
    ids = {each.attrs.get("id") for each in meanings}
    assert {url.partition("#")[2] for url in words} <= ids
