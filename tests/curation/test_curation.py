from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from locator import curation
from locator.models import (
    Clinic,
    OldSlug,
    Phone,
    SearchEntry,
    SearchWord,
    User,
)
from locator.search import entries

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)


def is_searchable(clinic: Clinic) -> bool:
    return SearchEntry.objects.filter(clinic=clinic).exists()


# --- Addresses on this site --------------------------------------------------------


def test_an_address_is_made_of_name_town_and_state():
    slug = curation.free_slug("O'Fallon Care & Co.", "Saint Louis", "US-MO")

    assert slug == "ofallon-care-co-saint-louis-mo"


def test_an_address_that_a_clinic_has_or_had_is_not_given_again(make_clinic):
    clinic = make_clinic(slug="river-clinic-austin-tx")
    OldSlug.objects.create(slug="river-clinic-austin-tx-2", clinic=clinic)

    slug = curation.free_slug("River Clinic", "Austin", "US-TX")

    assert slug == "river-clinic-austin-tx-3"


def test_a_name_in_another_script_still_gets_an_address():
    assert curation.free_slug("मन क्लिनिक", "", "") == "clinic"


@pytest.mark.parametrize("length", [1, 107, 113, 114, 115, 200])
def test_an_address_with_its_number_fits_the_column(length):
    first = curation.free_slug("a" * length, "", "", taken=set())

    second = curation.free_slug("a" * length, "", "", taken={first})

    assert second == f"{first}-2"
    assert len(second) <= Clinic._meta.get_field("slug").max_length


def test_free_addresses_can_be_found_without_asking_the_database_each_time(
    make_clinic, django_assert_num_queries
):
    make_clinic(slug="river-clinic")
    taken = curation.all_slugs()

    with django_assert_num_queries(0):
        slug = curation.free_slug("River Clinic", "", "", taken=taken)

    assert slug == "river-clinic-2"


def test_a_clinic_that_moves_leaves_its_old_address_behind(make_clinic, curator):
    clinic = make_clinic(slug="old")

    curation.move(clinic, slug="new", by=curator)

    clinic.refresh_from_db()
    assert clinic.slug == "new"
    assert list(clinic.old_slugs.values_list("slug", flat=True)) == ["old"]


def test_a_clinic_that_moves_back_has_its_first_address_once(make_clinic, curator):
    clinic = make_clinic(slug="first")
    curation.move(clinic, slug="second", by=curator)

    curation.move(clinic, slug="first", by=curator)

    assert list(clinic.old_slugs.values_list("slug", flat=True)) == ["second"]


def test_moving_to_the_present_address_leaves_no_old_one(make_clinic, curator):
    clinic = make_clinic(slug="here")

    curation.move(clinic, slug="here", by=curator)

    assert not clinic.old_slugs.exists()


def test_a_clinic_cannot_take_an_address_that_another_has_or_had(make_clinic, curator):
    make_clinic(slug="taken")
    OldSlug.objects.create(slug="once", clinic=Clinic.objects.get(slug="taken"))
    clinic = make_clinic(slug="here")

    for slug in ("taken", "once"):
        with pytest.raises(ValidationError):
            curation.move(clinic, slug=slug, by=curator)

    assert Clinic.objects.get(pk=clinic.pk).slug == "here"


# --- Who says so -------------------------------------------------------------------


def test_what_a_person_writes_is_kept_with_their_name_and_the_day(
    make_clinic, curator, time_machine
):
    time_machine.move_to(MARCH)
    clinic = make_clinic()
    clinic.field_sources = {"city": {"record": 7, "at": "2022-01-01"}}

    curation.record_person(clinic, fields=["email"], by=curator)

    assert clinic.field_sources == {
        "city": {"record": 7, "at": "2022-01-01"},
        "email": {"user": curator.pk, "at": "2026-03-14"},
    }


def test_a_clinic_repeats_its_newest_check(make_clinic, curator):
    clinic = make_clinic()
    other = User.objects.create(username="other")
    curation.verify(clinic, by=curator, method="phoned", at=MARCH)

    curation.verify(
        clinic, by=other, method="website", at=MARCH.replace(year=2025), checked="hours"
    )

    clinic.refresh_from_db()
    assert clinic.verified_at == MARCH
    assert clinic.verified_by == curator
    assert clinic.verified_method == "phoned"
    assert clinic.verifications.count() == 2


def test_a_check_reaches_the_search(make_clinic, curator):
    clinic = make_clinic()

    curation.verify(clinic, by=curator, method="phoned", at=MARCH)

    days = (MARCH.date() - datetime(1970, 1, 1).date()).days
    entry = SearchEntry.objects.filter(clinic=clinic).first()
    assert entry.verified_on == days
    assert entries.differences() == []


# --- Whether patients see it -------------------------------------------------------


def test_a_whole_clinic_may_be_public(make_clinic):
    assert curation.why_not_public(make_clinic(covers=["US-TX"])) == []


def test_a_clinic_without_a_name_may_not_be_public(make_clinic):
    clinic = make_clinic(name=" ", slug="nameless", covers=["US-TX"])

    assert curation.why_not_public(clinic) == ["It has no name."]


def test_a_clinic_that_nobody_can_reach_may_not_be_public(make_clinic):
    clinic = make_clinic(phone="", covers=["US-TX"])
    Phone.objects.create(clinic=clinic, number="+15125550101", purpose="fax")

    (reason,) = curation.why_not_public(clinic)

    assert reason.startswith("There is no way to contact it")


@pytest.mark.parametrize(
    "way",
    [
        {"phone": "+15125550100"},
        {"email": "a@b.example"},
        {"website": "https://b.example"},
        {"booking_url": "https://b.example/book"},
    ],
)
def test_one_way_to_reach_it_is_enough(make_clinic, way):
    clinic = make_clinic(**{"phone": "", "covers": ["US-TX"], **way})

    assert curation.why_not_public(clinic) == []


@pytest.mark.parametrize("remote", ["no", "unknown"])
def test_a_clinic_without_a_remote_service_may_not_be_public(make_clinic, remote):
    clinic = make_clinic(remote=remote, in_person="yes")

    (reason,) = curation.why_not_public(clinic)

    assert reason.startswith("None of its services says yes to remote")


def test_remote_care_that_nobody_says_where_may_not_be_public(make_clinic):
    clinic = make_clinic(
        services=[
            {"covers": ["US-TX"]},
            {"type": "remote-monitoring", "covers": []},
            {"type": "remote-prescribing", "covers": [], "remote": "unknown"},
        ]
    )

    (reason,) = curation.why_not_public(clinic)

    assert "no region says where it may treat" in reason
    assert str(clinic.services.all()[1].service_type) in reason


def test_booking_online_needs_no_region(make_clinic):
    clinic = make_clinic(type="appointment-booking", covers=[])

    assert curation.why_not_public(clinic) == []


def test_why_not_public_of_many_costs_a_few_queries(
    make_clinic, django_assert_num_queries
):
    for _number in range(5):
        make_clinic(services=[{"covers": ["US-TX"]}, {"covers": ["US-OK"]}])

    with django_assert_num_queries(5):
        clinics = list(curation.with_public_facts(Clinic.objects.all()))
        reasons = [curation.why_not_public(clinic) for clinic in clinics]

    assert reasons == [[]] * 5


def test_a_published_clinic_is_found(make_clinic, curator):
    clinic = make_clinic(status="draft", covers=["US-TX"])

    curation.publish(clinic, by=curator)

    clinic.refresh_from_db()
    assert clinic.is_public
    assert clinic.field_sources["status"]["user"] == curator.pk
    assert is_searchable(clinic)
    assert entries.differences() == []


def test_of_several_none_is_published_where_one_may_not_be(make_clinic, curator):
    whole = make_clinic(status="draft", covers=["US-TX"])
    silent = make_clinic(status="draft", covers=["US-TX"], phone="")

    with pytest.raises(curation.NotPublicError) as refusal:
        curation.publish(whole, silent, by=curator)

    assert len(refusal.value.messages) == 1
    assert not Clinic.objects.published().exists()


@pytest.mark.parametrize(
    "take_away",
    [
        lambda clinic, by: curation.to_draft(clinic, by=by),
        lambda clinic, by: curation.withdraw(clinic, reason="closed", by=by),
    ],
)
def test_a_clinic_that_is_taken_from_patients_is_not_found(
    make_clinic, curator, take_away
):
    clinic = make_clinic(covers=["US-TX"])

    take_away(clinic, curator)

    assert not is_searchable(clinic)
    assert not SearchWord.objects.filter(clinic=clinic).exists()
    assert entries.differences() == []


def test_a_withdrawn_clinic_says_why_and_a_published_one_has_no_reason(
    make_clinic, curator
):
    clinic = make_clinic(covers=["US-TX"])
    curation.withdraw(clinic, reason="unconfirmed", by=curator)
    reason = Clinic.objects.get(pk=clinic.pk).withdrawn_reason

    curation.publish(clinic, by=curator)

    assert reason == "unconfirmed"
    assert Clinic.objects.get(pk=clinic.pk).withdrawn_reason == ""


def test_samples_leave_together_and_nothing_else_does(make_clinic):
    make_clinic("Real", covers=["US-TX"])
    make_clinic("Sample", covers=["US-TX"], is_sample=True)
    make_clinic("Draft sample", covers=["US-TX"], is_sample=True, status="draft")

    number = curation.withdraw_samples()

    assert number == 2
    assert [clinic.name for clinic in Clinic.objects.published()] == ["Real"]
    assert set(Clinic.objects.samples().values_list("withdrawn_reason", flat=True)) == {
        "sample"
    }
    assert entries.differences() == []
    assert curation.withdraw_samples() == 0
