"""What visitors tell us, as they send it; and what others try with it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from locator.models import DailySecret, OldSlug, Phone, Report, SenderTally
from tests.making import make_place
from tests.markup import read
from tests.reporting.sending import OWN, errors_of, post, send, shown, token_of

pytestmark = pytest.mark.django_db

URL = "/clinics/clear-creek-care/report/"
THANKS = "/clinics/clear-creek-care/report/thanks/"


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "Clear Creek Care",
        at=(30.3, -97.7),
        covers=["US-TX"],
        street="1200 Example Street",
        city="Austin",
        postal_code="78701",
        website="https://clear-creek.example/",
    )


def the_report() -> Report:
    return Report.objects.get()


# --- Something is wrong --------------------------------------------------------------


def test_a_report_is_taken_without_any_cookie(client, clinic):
    answer = send(client, URL, topics_said=["closed"], text="There is a bakery now.")

    assert (answer.status_code, answer["Location"]) == (302, THANKS)
    assert not client.cookies
    report = the_report()
    assert (report.clinic, report.kind, report.topics) == (clinic, "wrong", ["closed"])
    assert (report.text, report.proposed) == ("There is a bakery now.", {})
    assert (report.decision, report.language) == ("open", "en")


def test_neither_page_has_a_cookie_a_session_or_a_cache(client, clinic):
    for url in (URL, "/report/missing/", "/clinics/clear-creek-care/mine/"):
        answer = client.get(url)

        assert answer.status_code == 200
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"
        assert "cookie" not in answer["Vary"].lower()
        assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_nobody_is_asked_who_or_how_old_they_are(client, clinic):
    page = read(client.get(URL))

    names = {each.attrs.get("name") for each in page.one("main") if each.tag == "input"}
    assert not names & {"name", "age", "birthday", "first_name", "last_name"}
    assert "Under 16? Ask an adult" in page.text
    assert "Do not write about your health" in page.text


def test_what_it_should_say_becomes_facts(client, clinic):
    send(
        client,
        URL,
        phone="(512) 555-0199 ext. 7",
        website="Clear-Creek.example/new",
        street="1 Other Road",
        city="Austin",
        accepting="no",
        hours="Monday to Friday, 9 to 5",
    )

    report = the_report()
    assert report.proposed == {
        "phones": [["+15125550199", "7", "main"]],
        "website": "http://clear-creek.example/new",
        "street": "1 Other Road",
        "accepting": "no",
        "opening_hours": "Monday to Friday, 9 to 5",
    }
    assert report.topics == ["phone", "accepting", "address", "website", "hours"]


def test_a_number_is_read_as_people_in_the_clinics_country_write_it(
    client, make_clinic
):
    make_clinic("Pune Care", region="IN-MH", phone="+912012345678")

    send(client, "/clinics/pune-care/report/", phone="020 2612 7777")

    assert the_report().proposed == {"phones": [["+912026127777", "", "main"]]}


def test_the_right_number_takes_the_place_of_the_wrong_one(client, clinic):
    Phone.objects.create(
        clinic=clinic, number="+15125550111", purpose="intake", position=1
    )

    send(client, URL, wrong_phone="1", phone="512 555 0122")

    assert the_report().proposed["phones"] == [
        ["+15125550100", "", "main"],
        ["+15125550122", "", "intake"],
    ]


def test_a_number_that_is_missing_comes_after_the_others(client, clinic):
    Phone.objects.create(
        clinic=clinic, number="+15125550111", purpose="intake", position=1
    )

    send(client, URL, wrong_phone="new", phone="512 555 0122")

    numbers = [number for number, *_rest in the_report().proposed["phones"]]
    assert numbers == ["+15125550100", "+15125550111", "+15125550122"]


@pytest.mark.parametrize(
    ("answers", "name", "sentence"),
    [
        ({"phone": "12"}, "phone", "We cannot read this as a phone number"),
        ({"phone": "\N{DEVANAGARI DIGIT ONE}x"}, "phone", "We cannot read this"),
        ({"website": "not a site"}, "website", "Write the address as in"),
        ({"website": "javascript:alert(1)"}, "website", "Write the address as in"),
        ({"email": "nobody", "text": "x"}, "email", "valid email"),
        ({"text": "x" * 2001}, "text", "at most 2000"),
        ({"text": "a\0b"}, "text", "Null characters"),
        ({"topics_said": ["nonsense"]}, "topics_said", "not one of the available"),
        ({"wrong_phone": "9", "phone": "512 555 0122"}, "wrong_phone", ""),
        ({}, "topics_said", "Tick what is wrong"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_is_lost(
    client, clinic, answers, name, sentence
):
    kept = {"city": "Round Rock"} if answers else {}

    answer = send(client, URL, **kept, **answers)

    if not sentence:
        # With one number there is no such question.
        assert answer.status_code == 302
        return
    assert answer.status_code == 200
    assert sentence in errors_of(answer, name)
    assert not Report.objects.exists()
    if kept:
        assert shown(answer, "city") == "Round Rock"
    field = read(answer).one(id=f"id_{name}").attrs
    assert field["aria-invalid"] == "true"
    assert f"id_{name}_error" in field["aria-describedby"]
    assert read(answer).one("a", href=f"#id_{name}")


def test_lines_count_as_browsers_count_them(client, clinic):
    words = "\r\n".join(["x" * 99] * 20)

    answer = send(client, URL, text=words)

    assert answer.status_code == 302
    assert the_report().text == words.replace("\r\n", "\n")


def test_what_the_page_says_now_stands_beside_the_question(client, clinic):
    page = read(client.get(URL))

    assert "We say now: (512) 555-0100" in page.text
    assert "We say now: 1200 Example Street" in page.text


def test_a_private_address_stays_private_on_the_form(client, make_clinic):
    make_clinic(
        "Safe House", street="5 Hidden Lane", city="Austin", postal_code="78702"
    )
    Report.objects.all().delete()
    hidden = make_clinic(
        "Shelter",
        street="5 Hidden Lane",
        city="Austin",
        postal_code="78702",
        address_is_private=True,
    )

    page = client.get(f"/clinics/{hidden.slug}/report/").content.decode()

    assert "Hidden Lane" not in page
    assert "78702" not in page


# --- Others --------------------------------------------------------------------------


def test_a_missing_clinic_is_told_with_what_is_known_of_it(client, db):
    make_place("Austin", at=(30.27, -97.74), population=960_000)

    answer = send(
        client,
        "/report/missing/",
        name="River Telehealth",
        place="Austin, Texas",
        phone="512-555-0177",
        website="river.example",
        text="Counselling by video.",
    )

    assert (answer.status_code, answer["Location"]) == (302, "/report/thanks/")
    report = the_report()
    assert (report.clinic, report.kind) == (None, "missing")
    assert report.proposed == {
        "name": "River Telehealth",
        "city": "Austin",
        "region": "US-TX",
        "phones": [["+15125550177", "", "main"]],
        "website": "http://river.example",
    }


def test_a_place_that_nobody_knows_is_kept_as_it_was_written(client, db):
    send(client, "/report/missing/", name="Far Care", place="Nowhere at all, Neverland")

    assert the_report().proposed == {"name": "Far Care", "city": "Nowhere at all"}


def test_a_missing_clinic_needs_a_name_and_a_place(client, db):
    answer = send(client, "/report/missing/", phone="5")

    assert "Give the name" in errors_of(answer, "name")
    assert "Say where" in errors_of(answer, "place")
    assert "We cannot read this" in errors_of(answer, "phone")


def test_who_runs_a_clinic_says_so_with_an_address(client, clinic):
    url = "/clinics/clear-creek-care/mine/"

    refused = send(client, url, text="Please correct the hours.")
    taken = send(
        client, url, text="Please correct the hours.", email="me@clinic.example"
    )

    assert "cannot come back to you" in errors_of(refused, "email")
    assert taken.status_code == 302
    assert (the_report().kind, the_report().email) == ("mine", "me@clinic.example")


def test_a_clinic_that_is_listed_no_longer_can_be_reported_too(client, make_clinic):
    make_clinic("Old House", status="withdrawn", withdrawn_reason="closed")
    url = "/clinics/old-house/report/"

    gone = read(client.get("/clinics/old-house/"))
    answer = send(client, url, text="It has only moved.")

    assert gone.all("a", href=url) != []
    assert answer.status_code == 302
    assert the_report().topics == ["other"]


def test_the_name_of_a_clinic_that_asked_to_leave_is_not_told(client, make_clinic):
    make_clinic("Leaver House", status="withdrawn", withdrawn_reason="request")

    for path in ("report/", "mine/", "report/thanks/"):
        page = client.get(f"/clinics/leaver-house/{path}").content.decode()
        assert "Leaver House" not in page


def test_of_drafts_and_of_nothing_there_is_no_form(client, make_clinic):
    make_clinic("Draft House", status="draft")

    for slug in ("draft-house", "nobody"):
        for path in ("report/", "mine/", "report/thanks/"):
            assert client.get(f"/clinics/{slug}/{path}").status_code == 404
            assert client.post(f"/clinics/{slug}/{path}").status_code in (404, 405)


def test_an_old_address_leads_to_the_form_and_takes_what_was_written(client, clinic):
    OldSlug.objects.create(slug="old-name", clinic=clinic)
    token = token_of(client.get(URL))

    asked = client.get("/clinics/old-name/report/")
    with time_machine.travel(timezone.now() + timedelta(seconds=9)):
        sent = post(client, "/clinics/old-name/report/", token, text="Moved.")

    assert (asked.status_code, asked["Location"]) == (301, URL)
    assert sent["Location"] == THANKS
    assert the_report().clinic == clinic


def test_the_thank_you_says_what_happens_next(client, clinic, settings):
    settings.LOCATOR_REPORT_READ_DAYS = 4

    page = read(client.get(THANKS))

    assert "usually within 4 days" in page.text
    assert "Nobody reads this at once." in page.text
    assert page.one("div", id="aid").text
    assert page.one("a", class_="button", href="/clinics/clear-creek-care/")


@pytest.mark.parametrize("language", ["es", "hi"])
def test_every_word_of_the_forms_is_translated(client, clinic, language):
    english = {
        url: set(_sentences(client.get(url)))
        for url in (URL, "/report/missing/", "/clinics/clear-creek-care/mine/", THANKS)
    }

    for url, sentences in english.items():
        same = sentences & set(_sentences(client.get(f"/{language}{url}")))
        # Names, and the one word that Spanish has too.
        assert same - {"Clear Creek Care, Austin", "No"} == set()


def _sentences(response):
    """What the main part says, label by label and paragraph by paragraph."""
    main = read(response).one("main")
    for each in main:
        if each.tag in {"h1", "label", "legend", "p", "button", "li", "option"}:
            yield each.text


def test_the_language_of_the_page_is_kept(client, clinic):
    answer = send(client, f"/es{URL}", text="Cerrado.")

    assert answer["Location"] == f"/es{THANKS}"
    assert the_report().language == "es"


def test_the_forms_are_found_where_they_are_needed(client, clinic):
    page = read(client.get("/clinics/clear-creek-care/"))

    assert page.one("a", href=URL).text == "Something wrong here?"
    assert page.one("a", href="/clinics/clear-creek-care/mine/")
    assert page.one("footer", class_="footer").one("a", href="/report/missing/")
    assert "/report/missing/" in client.get("/about/").content.decode()


def test_robots_are_kept_out(client, clinic):
    rules = client.get("/robots.txt").content.decode()
    parts = re.findall(r"<loc>([^<]+)", client.get("/sitemap.xml").content.decode())

    assert "Disallow: /*/report/" in rules
    assert "Disallow: /report/" in rules
    for part in parts:
        path = part.removeprefix("http://testserver")
        assert "report" not in client.get(path).content.decode()


def test_a_form_costs_few_queries(client, clinic, django_assert_max_num_queries):
    client.get(URL)

    with django_assert_max_num_queries(8):
        client.get(URL)


# --- What others try -----------------------------------------------------------------


def test_a_form_from_another_site_is_not_taken(client, clinic):
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        answer = send(client, URL, headers=headers, text="Take this")

        assert answer.status_code == 403
        assert shown(answer, "text") == "Take this"
    assert not Report.objects.exists()


def test_a_referer_of_ours_is_enough(client, clinic):
    answer = send(client, URL, headers={"Referer": f"http://testserver{URL}"}, text="a")

    assert answer.status_code == 302


def test_a_field_that_nobody_sees_is_filled_in_by_machines_alone(client, clinic):
    answer = send(client, URL, text="Cheap watches", reference="x")

    trap = read(client.get(URL)).one("input", name="reference").attrs
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert answer["Location"] == THANKS
    assert not Report.objects.exists()


def test_what_is_sent_too_quickly_can_be_sent_again(client, clinic):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        token = token_of(client.get(URL))
        quick = post(client, URL, token, text="It moved.")
    with time_machine.travel(start + timedelta(seconds=4), tick=False):
        again = post(client, URL, token_of(quick), text=shown(quick, "text"))

    assert quick.status_code == 400
    assert "very quick" in quick.content.decode()
    assert again.status_code == 302
    assert the_report().text == "It moved."


def test_a_page_that_was_open_too_long_keeps_what_was_typed(client, clinic):
    late = send(client, URL, after=2 * 60 * 60 + 1, topics_said=["phone"], phone="512")

    assert late.status_code == 400
    assert "open for too long" in late.content.decode()
    assert shown(late, "phone") == "512"
    assert "checked" in read(late).one("input", id="topic_phone").attrs
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=30)):
        assert post(client, URL, token_of(late), text="x").status_code == 302


def test_the_token_of_another_page_is_not_taken(client, clinic, make_clinic):
    make_clinic("Other House")
    others = [
        token_of(client.get(url))
        for url in (
            "/clinics/other-house/report/",
            "/clinics/clear-creek-care/mine/",
            "/report/missing/",
        )
    ]

    with time_machine.travel(timezone.now() + timedelta(seconds=9)):
        answers = [
            post(client, URL, token, text="Mine now")
            for token in [*others, "", "nonsense", "a:b:c", "\0", "é" * 99, "x" * 9999]
        ]

    assert {answer.status_code for answer in answers} == {400}
    assert {shown(answer, "text") for answer in answers} == {"Mine now"}
    assert not Report.objects.exists()


def test_a_page_sent_over_and_over_is_kept_once(client, clinic):
    for _ in range(3):
        answer = send(client, URL, topics_said=["closed"], text="Closed.")
        assert answer["Location"] == THANKS

    assert Report.objects.count() == 1


def test_the_same_words_a_day_later_are_news(client, clinic):
    send(client, URL, text="Closed.")
    Report.objects.update(sent_at=timezone.now() - timedelta(hours=25))

    send(client, URL, text="Closed.")

    assert Report.objects.count() == 2


def test_of_a_thousand_reports_a_few_are_taken_and_the_rest_cost_little(
    client, clinic, settings
):
    settings.LOCATOR_REPORT_DAILY = 5
    token = token_of(client.get(URL))

    with time_machine.travel(timezone.now() + timedelta(seconds=9), tick=False):
        statuses = [
            post(client, URL, token, text=f"Number {number}").status_code
            for number in range(200)
        ]
        with CaptureQueriesContext(connection) as queries:
            post(client, URL, token, text="One more")

    assert statuses == [302] * 5 + [429] * 195
    assert Report.objects.count() == 5
    assert not [q for q in queries if not q["sql"].startswith("SELECT")]


def test_who_sent_too_many_is_told_kindly_and_keeps_their_words(
    client, clinic, settings
):
    settings.LOCATOR_REPORT_DAILY = 1
    settings.LOCATOR_CONTACT_EMAIL = "desk@example.org"
    send(client, URL, text="One")

    refused = send(client, URL, text="Two", city="Round Rock")

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 86_400
    assert (shown(refused, "text"), shown(refused, "city")) == ("Two", "Round Rock")
    assert read(refused).one("main").all("a", href="mailto:desk@example.org") != []
    assert send(client, URL, text="Three", sender="198.51.100.7").status_code == 302


def test_a_household_is_one_sender_whatever_its_devices(client, clinic, settings):
    settings.LOCATOR_REPORT_DAILY = 1
    send(client, URL, text="One", sender="2001:db8:1:2::1")

    same = send(client, URL, text="Two", sender="2001:db8:1:2:ffff::9")
    other = send(client, URL, text="Two", sender="2001:db8:1:3::1")

    assert (same.status_code, other.status_code) == (429, 302)


def test_a_header_makes_nobody_another_sender(client, clinic, settings):
    settings.LOCATOR_REPORT_DAILY = 1
    send(client, URL, text="One")

    answer = send(
        client, URL, headers=OWN | {"X-Forwarded-For": "203.0.113.9"}, text="Two"
    )

    assert answer.status_code == 429


def test_behind_the_operators_proxy_its_header_tells_senders_apart(
    client, clinic, settings
):
    settings.LOCATOR_REPORT_DAILY = 1
    settings.LOCATOR_PROXY = True

    answers = [
        send(client, URL, headers=OWN | {"X-Forwarded-For": address}, text=address)
        for address in ("203.0.113.9", "1.1.1.1, 203.0.113.9", "203.0.113.10")
    ]

    assert [each.status_code for each in answers] == [302, 429, 302]


def test_no_address_is_kept_and_past_days_are_forgotten(client, clinic):
    send(client, URL, text="One", sender="198.51.100.7")
    first = SenderTally.objects.get().digest

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        send(client, URL, text="Two", sender="198.51.100.7")

    assert SenderTally.objects.get().digest != first
    assert DailySecret.objects.count() == 1
    kept = str(list(Report.objects.values())) + str(list(SenderTally.objects.values()))
    assert "198.51.100.7" not in kept


def test_a_huge_body_is_not_even_read(client, clinic):
    answer = send(client, URL, text="x" * 3_000_000)

    assert answer.status_code == 413
    assert token_of(answer)
    assert not Report.objects.exists()


def test_thousands_of_fields_are_no_failure(client, clinic):
    body = "&".join(f"f{number}=" for number in range(11_000))

    answer = client.post(
        URL, body[:60_000], "application/x-www-form-urlencoded", headers=OWN
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "multipart/form-data"]
)
def test_a_body_of_another_kind_is_no_failure(client, clinic, kind):
    answer = client.post(URL, b"\xff\0{", kind, headers=OWN)

    assert answer.status_code == 400


def test_nothing_of_a_report_is_logged(clinic, caplog, capfd):
    client = Client()

    send(client, URL, text="Secret words", sender="198.51.100.7")
    send(client, URL, headers={}, text="Secret words", sender="198.51.100.7")

    said = caplog.text + "".join(capfd.readouterr())
    assert "Secret" not in said
    assert "198.51.100.7" not in said


def test_other_ways_of_asking_are_refused(client, clinic):
    assert client.put(URL).status_code == 405
    assert client.delete(URL).status_code == 405
    assert client.post(THANKS).status_code == 405


def test_markup_in_a_report_is_text_on_its_page(client, clinic):
    answer = send(client, URL, phone="1", text="</textarea><script>alert(1)</script>")

    assert "<script>alert" not in answer.content.decode()
    assert shown(answer, "text") == "</textarea><script>alert(1)</script>"
