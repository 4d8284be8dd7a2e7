"""What a curator makes of a report."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from locator import curation
from locator.curation import Edit, NotPublicError
from locator.curation.deciding import WITHDRAWN_AS_CLOSED, accept, reject, reopen, seen
from locator.models import Change, Clinic, Report, SearchEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "Clear Creek Care", covers=["US-TX"], website="https://a.example/"
    )


@pytest.fixture
def report(clinic):
    return a_report(clinic)


def a_report(clinic, kind="wrong", **facts):
    facts.setdefault("text", "The website is wrong.")
    return Report.objects.create(
        clinic=clinic, kind=kind, sent_at=timezone.now(), **facts
    )


def the_change(clinic):
    return Change.objects.get(clinic=clinic)


NEW_SITE = Edit(clinic={"website": "https://b.example/"})


def test_what_is_taken_over_is_written_with_who_and_why(clinic, report, curator):
    decided = accept(report, NEW_SITE, by=curator, reason="Called", answer="Thank you")

    clinic.refresh_from_db()
    change = the_change(clinic)
    assert clinic.website == "https://b.example/"
    assert clinic.field_sources["website"]["user"] == curator.pk
    assert (change.kind, change.by, change.note) == (
        "report",
        curator,
        f"Report {report.pk}: Called",
    )
    assert change.diff["clinic"] == {
        "website": ["https://a.example/", "https://b.example/"]
    }
    assert (decided.decision, decided.decided_by) == ("accepted", curator)
    assert (decided.reason, decided.answer) == ("Called", "Thank you")
    assert decided.accepted == {"website": "https://b.example/"}


def test_a_part_of_it_is_called_a_part(report, curator):
    decided = accept(report, NEW_SITE, by=curator, is_part=True)

    assert decided.decision == "partly"


def test_what_a_report_changed_is_taken_back_in_the_history(clinic, report, curator):
    accept(report, NEW_SITE, by=curator)

    curation.undo(the_change(clinic), by=curator)

    clinic.refresh_from_db()
    assert clinic.website == "https://a.example/"


def test_a_clinic_that_closed_leaves_the_list_and_its_page_says_why(
    clinic, report, curator, client
):
    accept(report, Edit(clinic=dict(WITHDRAWN_AS_CLOSED)), by=curator)

    clinic.refresh_from_db()
    assert (clinic.status, clinic.withdrawn_reason) == ("withdrawn", "closed")
    assert not SearchEntry.objects.filter(clinic=clinic).exists()
    page = client.get("/clinics/clear-creek-care/")
    assert page.status_code == 410
    assert "This clinic has closed." in page.content.decode()


def test_facts_of_services_are_taken_over_too(clinic, report, curator):
    service = clinic.services.get()

    decided = accept(
        report, Edit(services={service.pk: {"accepting": "no"}}), by=curator
    )

    service.refresh_from_db()
    assert service.accepting == "no"
    assert decided.accepted == {"services": {str(service.pk): {"accepting": "no"}}}


def test_what_a_clinic_attests_is_a_check_of_it(clinic, curator):
    report = a_report(clinic, kind="attested")

    accept(report, Edit(), by=curator)

    clinic.refresh_from_db()
    assert (clinic.verified_method, clinic.verified_by) == ("attested", curator)
    assert clinic.verified_at == report.sent_at


def test_what_was_changed_after_it_was_attested_is_not_verified(clinic, curator):
    report = a_report(clinic, kind="attested")
    curation.change(clinic, NEW_SITE, by=curator, kind=Change.Kind.EDIT)

    with pytest.raises(ValidationError, match="changed after the clinic confirmed"):
        accept(report, Edit(), by=curator)

    clinic.refresh_from_db()
    report.refresh_from_db()
    assert (clinic.verified_at, report.decision) == (None, "open")


def test_what_a_clinic_attests_in_part_is_none(clinic, curator):
    accept(a_report(clinic, kind="attested"), NEW_SITE, by=curator, is_part=True)

    clinic.refresh_from_db()
    assert clinic.verified_at is None


def test_of_a_missing_clinic_comes_a_draft(client, curator):
    report = a_report(None, kind="missing")
    said = {
        "name": "River Telehealth",
        "city": "Austin",
        "region": "US-TX",
        "phones": [["+15125550177", "", "main"]],
    }

    decided = accept(report, Edit(clinic=said), by=curator)

    clinic = decided.clinic
    assert (clinic.status, clinic.slug) == ("draft", "river-telehealth-austin-tx")
    assert clinic.phones.get().number == "+15125550177"
    assert the_change(clinic).is_first
    assert client.get(clinic.get_absolute_url()).status_code == 404


def test_a_missing_clinic_without_a_name_is_none(curator):
    report = a_report(None, kind="missing")

    with pytest.raises(ValidationError, match="needs a name"):
        accept(report, Edit(clinic={"city": "Austin"}), by=curator)

    assert not Clinic.objects.exists()


def test_rejecting_changes_nothing_and_says_why(clinic, report, curator):
    with pytest.raises(ValidationError, match="Say why"):
        reject(report, by=curator, reason="  ")

    decided = reject(report, by=curator, reason="Not so")

    assert (decided.decision, decided.reason) == ("rejected", "Not so")
    assert not Change.objects.filter(clinic=clinic).exists()


def test_the_second_curator_is_told_who_was_first(report, curator):
    other = User.objects.create(username="other")
    reject(report, by=other, reason="Not so")

    for decide in (
        lambda: accept(report, NEW_SITE, by=curator),
        lambda: reject(report, by=curator, reason="No"),
    ):
        with pytest.raises(ValidationError, match="other decided this report already"):
            decide()

    assert Report.objects.get().decided_by == other


def test_a_clinic_that_was_changed_meanwhile_is_not_written_over(
    clinic, report, curator
):
    other = User.objects.create(username="other")
    looked = seen(clinic)
    curation.change(
        clinic, Edit(clinic={"website": "https://c.example/"}), by=other, kind="edit"
    )

    with pytest.raises(ValidationError, match="other changed this clinic"):
        accept(report, NEW_SITE, by=curator, as_seen=looked)

    clinic.refresh_from_db()
    assert clinic.website == "https://c.example/"
    assert Report.objects.get().decision == "open"


def test_what_may_not_be_public_is_not_taken_over_at_all(make_clinic, curator):
    clinic = make_clinic("Only Phone", covers=["US-TX"])
    report = a_report(clinic)

    with pytest.raises(NotPublicError, match="no way to contact it"):
        accept(report, Edit(clinic={"phones": []}), by=curator)

    assert clinic.phones.exists()
    assert Report.objects.get().decision == "open"


def test_a_decided_report_can_wait_again_until_its_words_are_gone(report, curator):
    decided = reject(report, by=curator, reason="Not so")

    again = reopen(decided)

    assert (again.decision, again.decided_at, again.decided_by) == ("open", None, None)
    reject(again, by=curator, reason="Not so")
    Report.objects.update(text="", purged_at=timezone.now())
    with pytest.raises(ValidationError, match="words are gone"):
        reopen(again)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told(make_clinic):
    clinic = make_clinic("Clear Creek Care", covers=["US-TX"])
    report = a_report(clinic)
    people = [User.objects.create(username=name) for name in ("one", "two")]

    def decide(person):
        try:
            accept(report, NEW_SITE, by=person)
        except ValidationError:
            return None
        finally:
            connection.close()
        return person

    with ThreadPoolExecutor(2) as both:
        winners = [person for person in both.map(decide, people) if person]

    assert winners == [Report.objects.get().decided_by]
    assert Change.objects.filter(clinic=clinic).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_make_drafts_of_the_same_name_at_once_both_have_theirs():
    people = [User.objects.create(username=name) for name in ("ada", "ben")]
    reports = [a_missing_one(number) for number in range(2)]
    ready = threading.Barrier(2)

    def decide(pair):
        person, report = pair
        try:
            ready.wait()
            return accept(report, Edit({"name": "Elm", "city": "Austin"}), by=person)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        list(both.map(decide, zip(people, reports, strict=True)))

    slugs = Clinic.objects.order_by("slug").values_list("slug", flat=True)
    assert list(slugs) == ["elm-austin", "elm-austin-2"]


def a_missing_one(number: int) -> Report:
    return Report.objects.create(
        kind=Report.Kind.MISSING, text=f"One of {number}.", sent_at=timezone.now()
    )
