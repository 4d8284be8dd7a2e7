"""The list of clinics: finding them, and doing something to many at once."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from locator.admin.clinic_search import digits_of
from locator.models import Clinic, Organization, SearchEntry, Source
from locator.search import entries
from tests.desk import list_url, told
from tests.making import at_once

pytestmark = pytest.mark.django_db

CLINICS = "/admin/locator/clinic/"


def listed(client, **asked) -> list[str]:
    response = client.get(CLINICS, asked)
    assert response.status_code == 200
    return sorted(clinic.name for clinic in response.context["cl"].result_list)


def act(client, action, *clinics, **answers):
    """Choose `clinics` in the list and do `action`; the page that follows."""
    chosen = {"_selected_action": [clinic.pk for clinic in clinics]}
    return client.post(CLINICS, {"action": action, **chosen, **answers}, follow=True)


def test_the_contract_of_addresses_holds():
    assert list_url(Clinic) == CLINICS


# --- Finding -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        "+1 512-555-0123",
        "(512) 555 0123",
        "512.555.0123",
        "5125550123",
        "555-0123",
        "0512 5550123",
    ],
)
def test_a_clinic_is_found_by_its_number_however_it_is_written(
    desk, make_clinic, asked
):
    make_clinic("Called", phone="+15125550123")
    make_clinic("Other", phone="+15125550199")

    assert listed(desk, q=asked) == ["Called"]


@pytest.mark.parametrize(
    "asked", ["river", "RIVER clinic", "house", "trust", "waco", "78701", "787"]
)
def test_a_clinic_is_found_by_its_names_town_and_postcode(desk, make_clinic, asked):
    trust = Organization.objects.create(name="The Trust")
    clinic = make_clinic(
        "River Clinic", city="Waco", postal_code="78701", organization=trust
    )
    clinic.other_names.create(name="River House")
    clinic.other_names.create(name="The old house")
    make_clinic("Other", postal_code="90210", city="Reno")

    assert listed(desk, q=asked) == ["River Clinic"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("(512) 555-0123", "5125550123"),
        ("00 1 512 555 0123", "15125550123"),
        ("123", ""),
        ("Suite 12345", ""),
        ("", ""),
        ("०१२३४५६", ""),
    ],
)
def test_only_what_looks_like_a_number_is_one(text, digits):
    assert digits_of(text) == digits


def test_the_list_is_narrowed_by_what_curators_ask(desk, make_clinic, curator):
    source = Source.objects.create(code="a-list", name="A list", short_name="A list")
    make_clinic("Draft", status="draft", services=[])
    make_clinic("Idaho", region="US-ID", source=source, source_date="2022")
    make_clinic("Sample", is_sample=True)
    make_clinic("Booking", type="appointment-booking")
    make_clinic("Fresh", verified_at=timezone.now())
    make_clinic("Stale", verified_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert listed(desk, status__exact="draft") == ["Draft"]
    assert listed(desk, region__code__exact="US-ID") == ["Idaho"]
    assert listed(desk, source__code__exact="a-list") == ["Idaho"]
    assert listed(desk, is_sample__exact="1") == ["Sample"]
    assert listed(desk, category="telehealth") == ["Booking"]
    assert "Booking" not in listed(desk, category="telemedicine")
    assert listed(desk, category="none") == ["Draft"]
    assert listed(desk, verified="fresh") == ["Fresh"]
    assert listed(desk, verified="stale") == ["Stale"]
    assert "Fresh" not in listed(desk, verified="never")


def test_a_longer_list_costs_no_more_queries(
    desk, make_clinic, django_assert_max_num_queries
):
    source = Source.objects.create(code="a-list", name="A list", short_name="A list")
    with at_once():
        for number in range(30):
            make_clinic(f"Clinic {number}", source=source, source_date="2022")

    with django_assert_max_num_queries(12):
        response = desk.get(CLINICS, {"q": "clinic"})

    assert len(response.context["cl"].result_list) == 30


# --- Doing -------------------------------------------------------------------------


def test_those_that_may_be_are_published_and_the_others_say_why(desk, make_clinic):
    whole = make_clinic("Whole", status="draft", covers=["US-TX"])
    silent = make_clinic("Silent", status="draft", covers=["US-TX"], phone="")

    response = act(desk, "publish", whole, silent)

    said = told(response)
    assert said[0] == "1 clinic is published."
    assert said[1].startswith("1 clinic is not published: Silent. There is no way")
    assert [clinic.name for clinic in Clinic.objects.published()] == ["Whole"]
    assert entries.differences() == []


def test_many_refusals_do_not_push_the_list_away(desk, make_clinic):
    draft = {"status": "draft", "services": []}
    with at_once():
        clinics = [make_clinic(f"C {n}", **draft) for n in range(25)]

    response = act(desk, "publish", *clinics)

    (said,) = told(response)
    assert said.startswith("25 clinics are not published: C 0; C 1; ")
    assert "; 5 more. None of its services says yes to remote" in said


def test_clinics_become_drafts(desk, client, make_clinic):
    clinic = make_clinic(covers=["US-TX"])

    response = act(desk, "to_draft", clinic)

    assert told(response) == ["1 clinic is a draft now."]
    assert client.get(clinic.get_absolute_url()).status_code == 404
    assert entries.differences() == []


def test_withdrawing_asks_why_first(desk, client, make_clinic):
    one, two = make_clinic("One"), make_clinic("Two")

    asked = act(desk, "withdraw", one, two)
    before = Clinic.objects.published().count()
    unanswered = act(desk, "withdraw", one, two, _answered="1")
    done = act(desk, "withdraw", one, two, _answered="1", reason="closed")

    assert "2 clinics in all." in asked.text
    assert before == 2
    assert "This field is required." in unanswered.text
    assert told(done) == ["2 clinics are withdrawn."]
    assert client.get(one.get_absolute_url()).status_code == 410
    assert entries.differences() == []


def test_the_page_between_passes_on_what_was_chosen(desk, make_clinic):
    clinic = make_clinic()

    asked = act(desk, "withdraw", clinic, select_across="1")

    assert f'name="_selected_action" value="{clinic.pk}"' in asked.text
    assert 'name="select_across" value="1"' in asked.text
    assert 'name="action" value="withdraw"' in asked.text


def test_a_check_of_several_is_recorded_with_how(desk, make_clinic):
    one, two = make_clinic("One"), make_clinic("Two")

    act(desk, "verify", one, two)
    done = act(
        desk,
        "verify",
        one,
        two,
        _answered="1",
        method="website",
        checked="all",
        note="Both on one page",
    )

    assert told(done) == ["2 clinics are verified."]
    check = one.verifications.get()
    assert (check.by, check.method, check.checked, check.note) == (
        desk.person,
        "website",
        "all",
        "Both on one page",
    )
    assert SearchEntry.objects.filter(verified_on=0).count() == 0
    assert entries.differences() == []


def test_nobody_checks_a_whole_directory_at_once(desk, make_clinic):
    with at_once():
        clinics = [make_clinic(f"C {n}", services=[], phone="") for n in range(101)]

    response = act(desk, "verify", *clinics)

    assert told(response)[0].startswith("Nobody checks more than 100 clinics at once")


def test_merged_clinics_are_left_alone(desk, make_clinic):
    winner = make_clinic("Winner", covers=["US-TX"])
    loser = make_clinic("Loser", status="withdrawn", merged_into=winner)

    response = act(desk, "to_draft", winner, loser)

    assert told(response)[0].startswith("1 was merged into another clinic")
    loser.refresh_from_db()
    assert loser.status == "withdrawn"


def test_what_was_done_is_in_the_history_of_each(desk, make_clinic):
    clinic = make_clinic(covers=["US-TX"])

    act(desk, "withdraw", clinic, _answered="1", reason="closed")

    entry = LogEntry.objects.get(object_id=str(clinic.pk))
    assert entry.user == desk.person
    assert entry.get_change_message() == "Withdrawn."


def test_drafts_are_deleted_together_by_managers_alone(sign_in, desk, make_clinic):
    one, two = (make_clinic(name, status="draft") for name in ("One", "Two"))
    operator = sign_in("manager")

    act(desk, "delete_selected", one, two, post="yes")
    left = Clinic.objects.count()
    act(operator, "delete_selected", one, two, post="yes")

    assert left == 2
    assert not Clinic.objects.exists()
    assert not SearchEntry.objects.exists()
    assert entries.differences() == []


def test_a_checked_clinic_stops_a_deletion(sign_in, make_clinic, curator):
    one, two = make_clinic("One"), make_clinic("Two")
    one.verifications.create(at=timezone.now(), by=curator, method="phoned")

    act(sign_in("manager"), "delete_selected", one, two, post="yes")

    assert Clinic.objects.count() == 2
