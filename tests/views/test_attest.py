from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from locator import curation
from locator.curation import aging
from locator.models import Change, Clinic, Report
from locator.reporting import attesting, tokens
from tests.markup import read

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
OWN = {"origin": "http://testserver"}


@pytest.fixture(autouse=True)
def today(time_machine):
    return time_machine.move_to(NOW, tick=False)


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "Clear Creek Care",
        covers=["US-TX"],
        email="desk@creek.example",
        street="12 Creek Road",
        city="Austin",
    )


def link(clinic: Clinic) -> str:
    return reverse("locator:attest", args=[attesting.link_token(clinic)])


def answer(client, url: str, headers=OWN, **said):
    seen = read(client.get(url)).one("input", name="seen").attrs["value"]
    return client.post(url, {"seen": seen} | said, headers=headers)


def test_the_page_shows_what_we_say_and_takes_no_cookie(client, clinic):
    response = client.get(link(clinic))

    text = read(response).text
    for words in ("Clear Creek Care", "12 Creek Road", "(512) 555-0100", "Texas"):
        assert words in text
    assert not response.cookies
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "Cookie" not in response.get("Vary", "")


def test_looking_changes_nothing(client, clinic):
    # A mail program may open every link of a letter.
    client.get(link(clinic))
    client.head(link(clinic))

    assert not Report.objects.exists()


def test_all_of_this_is_true_becomes_a_report(client, clinic):
    done = answer(client, link(clinic), answer="true")

    report = Report.objects.get()
    assert done["Location"] == f"/clinics/{clinic.slug}/report/thanks/"
    assert (report.kind, report.clinic, report.text) == ("attested", clinic, "")
    assert report.sent_at == NOW
    assert not done.cookies
    clinic.refresh_from_db()
    assert clinic.verified_at is None


def test_something_is_wrong_becomes_a_report_with_the_words(client, clinic):
    answer(client, link(clinic), answer="wrong", text=" We moved.\0 ")

    report = Report.objects.get()
    assert (report.kind, report.topics) == ("wrong", ["other"])
    assert report.text == "We moved."


def test_all_is_true_wins_over_words_that_were_left_there(client, clinic):
    answer(client, link(clinic), answer="true", text="Thanks")

    assert Report.objects.get().kind == "attested"


def test_wrong_without_a_word_is_asked_again(client, clinic):
    again = answer(client, link(clinic), answer="wrong", text="  ")

    assert again.status_code == 400
    assert "Please write what is wrong" in read(again).one(role="alert").text
    assert not Report.objects.exists()


def test_the_same_answer_twice_is_one_report(client, clinic):
    answer(client, link(clinic), answer="true")

    answer(client, link(clinic), answer="true")

    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
def test_a_page_of_another_site_answers_nothing(client, clinic, headers):
    refused = answer(client, link(clinic), headers, answer="wrong", text="We moved")

    assert refused.status_code == 403
    assert "We moved" in refused.text
    assert not Report.objects.exists()


def test_what_changed_meanwhile_is_looked_at_first(client, clinic, curator):
    url = link(clinic)
    seen = read(client.get(url)).one("input", name="seen").attrs["value"]
    edit = curation.Edit({"website": "https://other.example"})
    curation.change(clinic, edit, by=curator, kind=Change.Kind.EDIT)

    again = client.post(url, {"seen": seen, "answer": "true"}, headers=OWN)

    assert again.status_code == 409
    assert "other.example" in again.text
    assert not Report.objects.exists()


def test_a_link_is_good_for_fourteen_days(client, clinic, time_machine):
    url = link(clinic)

    time_machine.move_to(NOW + timedelta(days=14), tick=False)
    within = client.get(url)
    time_machine.move_to(NOW + timedelta(days=14, seconds=2), tick=False)
    late = client.get(url)
    sent_late = client.post(url, {"answer": "true"}, headers=OWN)

    assert within.status_code == 200
    assert late.status_code == sent_late.status_code == 410
    assert "run out" in read(late).text
    assert not Report.objects.exists()


@pytest.mark.parametrize("token", ["x", "a:b:c", "0" * 600])
def test_what_is_no_link_of_ours_leads_nowhere(client, token):
    response = client.get(reverse("locator:attest", args=[token]))

    assert response.status_code == 404
    assert "not complete" in read(response).text


def test_a_token_of_another_form_is_none(client, clinic):
    token = tokens.sign("report", clinic.pk)

    assert client.get(reverse("locator:attest", args=[token])).status_code == 404


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "draft"},
        {"status": "withdrawn", "withdrawn_reason": "request"},
        {"status": "withdrawn", "withdrawn_reason": "closed"},
    ],
)
def test_a_clinic_that_patients_do_not_find_is_not_asked(client, clinic, facts):
    url = link(clinic)
    Clinic.objects.filter(pk=clinic.pk).update(**facts)

    response = client.get(url)

    assert response.status_code == 410
    assert "Clear Creek" not in read(response).one("main").text


def test_a_clinic_that_left_for_its_age_may_still_answer(client, clinic, curator):
    long_ago = NOW - timedelta(days=400)
    curation.verify(clinic, by=curator, method="phoned", at=long_ago)
    aging.grow_older(now=NOW, may_be_many=True)

    answer(client, link(clinic), answer="true")

    assert Report.objects.get().kind == "attested"


def test_too_many_answers_of_one_network_are_refused(client, clinic, settings):
    settings.LOCATOR_REPORT_DAILY = 1
    answer(client, link(clinic), answer="wrong", text="One")

    refused = answer(client, link(clinic), answer="wrong", text="Two")

    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "Two" in refused.text
    assert Report.objects.count() == 1


def test_other_methods_are_refused(client, clinic):
    assert client.put(link(clinic)).status_code == 405


@pytest.mark.parametrize(("language", "words"), [("es", "¿Es"), ("hi", "सही")])
def test_the_page_speaks_the_languages_of_the_site(client, clinic, language, words):
    page = read(client.get(f"/{language}{link(clinic)}"))

    assert words in page.one("h1").text
