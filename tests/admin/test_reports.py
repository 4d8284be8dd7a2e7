"""Reports on the desk: what waits, what one would change, and three ways to decide."""

import re
from smtplib import SMTPServerDisconnected
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from locator import curation
from locator.curation import Edit
from locator.models import Change, Clinic, Report
from tests.desk import told
from tests.markup import read

LIST = "/admin/desk/reports/"


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "Clear Creek Care",
        at=(30.3, -97.7),
        covers=["US-TX"],
        city="Austin",
        website="https://a.example/",
    )


@pytest.fixture
def report(clinic):
    return a_report(
        clinic,
        topics=["phone", "website"],
        proposed={
            "phones": [["+15125550199", "7", "main"]],
            "website": "https://b.example/",
        },
        email="visitor@example.org",
    )


def a_report(clinic, **facts):
    facts = {"text": "Look <b>here</b>", "language": "es"} | facts
    return Report.objects.create(clinic=clinic, sent_at=timezone.now(), **facts)


def url(report):
    return reverse("admin:report", args=[report.pk])


def decide(client, report, decision, *, leave=(), follow=False, **typed):
    """Open the report, untick what is left, type, and press a button."""
    page = read(client.get(url(report)))
    form = next(f for f in page.all("form") if f.all("input", name="seen"))
    sent = {"decision": decision} | _filled_in(form)
    for key in leave:
        del sent[f"take_{key}"]
    return client.post(url(report), sent | typed, follow=follow)


def _filled_in(form):
    sent = {}
    for each in form:
        name, attrs = each.attrs.get("name"), each.attrs
        if not name or each.tag == "button":
            continue
        if each.tag == "textarea":
            sent[name] = "".join(c for c in each.children if isinstance(c, str))
        elif each.tag == "select":
            sent[name] = next(
                o.attrs["value"] for o in each.all("option") if "selected" in o.attrs
            )
        elif attrs.get("type") != "checkbox":
            sent[name] = attrs.get("value", "")
        elif "checked" in attrs:
            sent[name] = "on"
    return sent


# --- What waits ----------------------------------------------------------------------


def test_reports_that_wait_are_listed_the_oldest_first(sign_in, make_clinic):
    desk = sign_in("curator")
    for name in ("First", "Second", "Third"):
        a_report(make_clinic(name))
    Report.objects.filter(clinic__name="Second").update(
        decision="rejected", decided_at=timezone.now()
    )

    waiting = read(desk.get(LIST))
    decided = read(desk.get(LIST, {"show": "decided"}))

    def names(page):
        rows = page.one("table", class_="reports__table").one("tbody").all("tr")
        return [row.one("a").text for row in rows]

    assert names(waiting) == ["First", "Third"]
    assert names(decided) == ["Second"]


def test_the_list_costs_the_same_for_many(
    sign_in, make_clinic, django_assert_max_num_queries
):
    desk = sign_in("curator")
    for number in range(30):
        a_report(make_clinic(f"Clinic {number}", city="Austin"))
    desk.get(LIST)

    with django_assert_max_num_queries(8):
        desk.get(LIST)


@pytest.mark.parametrize("query", ["?p=99", "?p=x", "?kind=nonsense", "?show=nonsense"])
def test_nonsense_in_the_address_of_the_list_is_no_failure(sign_in, report, query):
    assert sign_in("curator").get(LIST + query).status_code == 200


# --- One of them ---------------------------------------------------------------------


def test_a_report_shows_its_words_and_what_it_would_change(sign_in, report):
    page = read(sign_in("curator").get(url(report)))

    assert page.one("blockquote").text == "Look <b>here</b>"
    facts = page.one("table", class_="report__facts").text
    for words in (
        "(512) 555-0100",
        "(512) 555-0199 ext. 7",
        "https://a.example/",
        "https://b.example/",
    ):
        assert words in facts
    assert page.one("textarea", name="value_phones").text == "+15125550199 x7 main"


def test_a_report_costs_few_queries(sign_in, report, django_assert_max_num_queries):
    desk = sign_in("curator")
    desk.get(url(report))

    with django_assert_max_num_queries(35):
        desk.get(url(report))


def test_one_click_takes_all_of_it_over_and_goes_on(sign_in, clinic, report):
    desk = sign_in("curator")

    answer = decide(desk, report, "accept", reason="Called them")

    clinic.refresh_from_db()
    report.refresh_from_db()
    assert answer["Location"] == reverse("admin:queue_next", args=["reports"])
    assert clinic.website == "https://b.example/"
    assert clinic.phones.get().extension == "7"
    assert (report.decision, report.decided_by) == ("accepted", desk.person)
    assert Change.objects.get(clinic=clinic).note.endswith(": Called them")
    assert "(512) 555-0199" in desk.get("/clinics/clear-creek-care/").content.decode()


def test_what_is_left_unticked_stays_as_it_is(sign_in, clinic, report):
    decide(sign_in("curator"), report, "accept", leave=["phones"])

    clinic.refresh_from_db()
    report.refresh_from_db()
    assert clinic.website == "https://b.example/"
    assert clinic.phones.get().number == "+15125550100"
    assert report.decision == "partly"
    assert report.accepted == {"website": "https://b.example/"}


def test_a_value_can_be_put_right_before_it_is_taken_over(sign_in, clinic, report):
    decide(
        sign_in("curator"),
        report,
        "accept",
        value_website="c.example/clinic",
        value_phones="(512) 555-0133\n+1 512 555 0134 fax",
    )

    clinic.refresh_from_db()
    assert clinic.website == "http://c.example/clinic"
    assert list(clinic.phones.values_list("number", "purpose")) == [
        ("+15125550133", "main"),
        ("+15125550134", "fax"),
    ]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("website", "no site", "no address of a website"),
        ("phones", "call us", "is no phone number"),
    ],
)
def test_a_value_that_cannot_be_is_told_and_nothing_is_lost(
    sign_in, clinic, report, key, value, sentence
):
    desk = sign_in("curator")

    answer = decide(
        desk, report, "accept", **{f"value_{key}": value, "answer": "Thank you"}
    )

    page = read(answer)
    assert answer.status_code == 200
    assert sentence in page.one(id=f"wrong_{key}").text
    assert page.one("textarea", name="answer").text == "Thank you"
    clinic.refresh_from_db()
    assert clinic.website == "https://a.example/"


def test_hours_in_words_wait_for_somebody_who_writes_them_well(sign_in, clinic):
    report = a_report(clinic, proposed={"opening_hours": "Monday to Friday, 9 to 5"})
    desk = sign_in("curator")

    page = read(desk.get(url(report)))
    decide(
        desk,
        report,
        "accept",
        take_opening_hours="on",
        value_opening_hours="Mo-Fr 09:00-17:00",
        take_time_zone="on",
    )

    clinic.refresh_from_db()
    assert "checked" not in page.one("input", name="take_opening_hours").attrs
    assert clinic.opening_hours == "Mo-Fr 09:00-17:00"
    assert clinic.time_zone == "America/Chicago"


def test_that_it_takes_nobody_new_is_said_service_by_service(sign_in, make_clinic):
    clinic = make_clinic(
        services=[
            {"covers": ["US-TX"], "accepting": "yes"},
            {"covers": ["US-TX"], "specialties": ["skin"], "accepting": "yes"},
        ]
    )
    report = a_report(clinic, proposed={"accepting": "no"})
    first, second = clinic.services.order_by("pk")

    decide(sign_in("curator"), report, "accept", leave=[f"accepting:{second.pk}"])

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.accepting, second.accepting) == ("no", "yes")


def test_a_clinic_that_closed_is_withdrawn_by_one_click(sign_in, clinic, client):
    report = a_report(clinic, topics=["closed"])

    decide(sign_in("curator"), report, "accept")

    assert client.get("/clinics/clear-creek-care/").status_code == 410


def test_rejecting_needs_a_reason_and_keeps_what_was_typed(sign_in, clinic, report):
    desk = sign_in("curator")

    refused = decide(desk, report, "reject", answer="Sorry", leave=["phones"])
    decide(desk, report, "reject", reason="Not so")

    page = read(refused)
    assert "Say why it is rejected." in page.text
    assert page.one("textarea", name="answer").text == "Sorry"
    assert "checked" not in page.one("input", name="take_phones").attrs
    report.refresh_from_db()
    clinic.refresh_from_db()
    assert (report.decision, report.reason) == ("rejected", "Not so")
    assert clinic.website == "https://a.example/"


def test_no_decision_at_all_is_told(sign_in, report):
    answer = decide(sign_in("curator"), report, "nonsense")

    assert "Choose what becomes of the report." in read(answer).text


def test_a_missing_clinic_becomes_a_draft_that_opens(sign_in, make_clinic):
    make_clinic(
        "River Telehealth", city="Dallas", status="withdrawn", withdrawn_reason="closed"
    )
    report = a_report(
        None,
        kind="missing",
        proposed={"name": "River Telehealth", "city": "Austin", "region": "US-TX"},
    )
    desk = sign_in("curator")

    page = read(desk.get(url(report)))
    answer = decide(desk, report, "accept")

    draft = Clinic.objects.get(status="draft")
    assert "Dallas" in page.one("section").text
    assert answer["Location"] == reverse("admin:locator_clinic_change", args=[draft.pk])
    assert (draft.name, draft.region_id) == ("River Telehealth", "US-TX")


def test_who_says_that_they_run_it_is_called_back_first(sign_in, clinic):
    report = a_report(clinic, kind="mine")

    page = read(sign_in("curator").get(url(report)))

    assert "by a number that is publicly known" in page.text


def test_what_a_clinic_attests_verifies_it(sign_in, clinic):
    decide(sign_in("curator"), a_report(clinic, kind="attested"), "accept")

    clinic.refresh_from_db()
    assert clinic.verified_method == "attested"


# --- Two people ----------------------------------------------------------------------


def test_the_second_curator_is_told_and_sees_the_decision(sign_in, report):
    first, second = sign_in("curator"), sign_in("manager")
    seen = read(second.get(url(report))).one("input", name="seen").attrs["value"]
    decide(first, report, "reject", reason="Not so")

    sent = {"decision": "accept", "seen": seen, "answer": "Thanks for this"}
    answer = second.post(url(report), sent)

    page = read(answer)
    assert "curator decided this report already: rejected." in page.text
    assert "What became of it" in page.text
    assert "Thanks for this" in page.text
    report.refresh_from_db()
    assert report.decided_by == first.person


def test_a_clinic_that_changed_meanwhile_is_looked_at_again(sign_in, clinic, report):
    desk, other = sign_in("curator"), sign_in("manager")
    seen = read(desk.get(url(report))).one("input", name="seen").attrs["value"]
    curation.change(
        clinic,
        Edit(clinic={"website": "https://c.example/"}),
        by=other.person,
        kind="edit",
    )
    sent = {
        "decision": "accept",
        "seen": seen,
        "take_website": "on",
        "value_website": "https://b.example/",
    }

    told_so = desk.post(url(report), sent)
    sent["seen"] = read(told_so).one("input", name="seen").attrs["value"]
    again = desk.post(url(report), sent)

    assert "manager changed this clinic while you looked at it." in read(told_so).text
    assert "https://c.example/" in read(told_so).text
    assert again.status_code == 302
    clinic.refresh_from_db()
    assert clinic.website == "https://b.example/"


def test_a_decision_can_be_taken_back_so_that_it_waits_again(sign_in, report):
    desk = sign_in("curator")
    decide(desk, report, "reject", reason="Not so")

    answer = desk.post(url(report), {"decision": "reopen"}, follow=True)

    assert "The report waits again." in told(answer)
    report.refresh_from_db()
    assert report.decision == "open"


# --- The answer ----------------------------------------------------------------------


def test_without_a_mail_server_a_link_opens_the_answer(sign_in, report):
    desk = sign_in("curator")

    answer = decide(desk, report, "accept", answer="Thank you & goodbye", follow=True)

    links = [a.attrs["href"] for a in read(answer).all("a", class_="button")]
    link = urlsplit(next(each for each in links if each.startswith("mailto:")))
    assert link.path == "visitor@example.org"
    assert parse_qs(link.query)["body"] == ["Thank you & goodbye"]
    assert mail.outbox == []


def test_with_a_mail_server_the_answer_is_sent(sign_in, report, settings):
    settings.LOCATOR_SENDS_MAIL = True
    settings.LOCATOR_NAME = "Find\nCare"

    decide(sign_in("curator"), report, "accept", answer="Thank you")

    (sent,) = mail.outbox
    assert (sent.to, sent.body) == (["visitor@example.org"], "Thank you")
    assert "Find Care" in sent.subject


class Refusing(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPServerDisconnected


def test_a_mail_server_that_is_away_loses_nothing(sign_in, report, settings):
    settings.LOCATOR_SENDS_MAIL = True
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"

    answer = decide(sign_in("curator"), report, "accept", answer="Thanks", follow=True)

    report.refresh_from_db()
    assert report.decision == "accepted"
    assert any("did not take the answer" in said for said in told(answer))
    assert re.search(
        r"mailto:visitor@example\.org\?[^\"]*body=Thanks", answer.content.decode()
    )


# --- Who may -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "looks", "decides"),
    [
        ("curator", 200, 302),
        ("manager", 200, 302),
        ("auditor", 200, 403),
        ("contributor", 403, 403),
    ],
)
def test_who_may_look_and_who_may_decide(sign_in, report, role, looks, decides):
    someone = sign_in(role)
    sent = {"decision": "reject", "reason": "No", "seen": ""}

    assert someone.get(LIST).status_code == looks
    assert someone.get(url(report)).status_code == looks
    assert someone.post(url(report), sent).status_code == decides


def test_nobody_else_sees_a_report(client, report):
    assert client.get(LIST).status_code == 302
    assert client.get(url(report)).status_code == 302


def test_a_report_that_is_not_there_is_none(sign_in, db):
    assert sign_in("curator").get("/admin/desk/reports/99/").status_code == 404
