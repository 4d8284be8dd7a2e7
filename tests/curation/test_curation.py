from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from locator import curation
from locator.models import (
    Clinic,
    CoverageArea,
    ImportRun,
    OldSlug,
    Organization,
    OtherName,
    Phone,
    SearchEntry,
    SearchWord,
    Service,
    Source,
    SourceRecord,
    User,
    Verification,
)
from locator.search import entries

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)


def is_searchable(clinic: Clinic) -> bool:
    return SearchEntry.objects.filter(clinic=clinic).exists()


def make_record(clinic: Clinic, key: str = "one", **facts) -> SourceRecord:
    source, _made = Source.objects.get_or_create(
        code="a-list", defaults={"name": "A list", "short_name": "A list"}
    )
    run, _made = ImportRun.objects.get_or_create(
        source=source, layout="csv", as_of="2025", defaults={"started_at": MARCH}
    )
    return SourceRecord.objects.create(
        source=source,
        layout="csv",
        key=key,
        site_key=key,
        line=2,
        raw={"name": "x"},
        content_hash="0",
        as_of="2025",
        clinic=clinic,
        first_run=run,
        last_run=run,
        **facts,
    )


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


# --- Two clinics that are one ------------------------------------------------------


@pytest.fixture
def pair(make_clinic, curator):
    """A winner, and a loser that has one of everything that can hang on a clinic."""
    winner = make_clinic("River Clinic", covers=["US-TX"])
    loser = make_clinic(
        "River Clinic of Austin",
        covers=["US-OK"],
        phone="+15125550199",
        languages=["en", "es"],
        payments=["self-pay"],
        accessibility=["step-free"],
        website="https://river.example",
    )
    loser.other_names.create(name="River House")
    loser.identifiers.create(authority="NPI", value="123")
    OldSlug.objects.create(slug="river-of-old", clinic=loser)
    make_clinic(
        "Older double",
        status="withdrawn",
        merged_into=loser,
        covers=["US-TX"],
    )
    make_record(loser, service=loser.services.get())
    curation.verify(loser, by=curator, method="phoned", at=MARCH)
    return winner, loser


def relations_to_clinics():
    """Every relation of another row to a clinic, hidden ones and M2M included."""
    fields = Clinic._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.one_to_many or field.one_to_one] + list(
        Clinic._meta.many_to_many
    )


def rows_of(clinic: Clinic, relation) -> int:
    if relation.concrete:
        return getattr(clinic, relation.name).count()
    return relation.related_model.objects.filter(
        **{relation.field.name: clinic}
    ).count()


@pytest.mark.parametrize("relation", relations_to_clinics(), ids=str)
def test_a_merge_forgets_no_relation(pair, curator, relation):
    winner, loser = pair
    # Where this fails, give the pair above a row of the new relation.
    assert rows_of(loser, relation) > 0

    curation.merge(winner, loser, by=curator)

    assert rows_of(winner, relation) > 0
    # The loser's only tie is to the clinic that it became.
    assert rows_of(loser, relation) == 0


def test_a_merge_leaves_one_clinic_to_be_found(pair, curator):
    winner, loser = pair

    curation.merge(winner, loser, by=curator)

    loser.refresh_from_db()
    assert loser.status == "withdrawn"
    assert loser.merged_into == winner
    assert not is_searchable(loser)
    assert entries.differences() == []


def test_a_merge_brings_doubles_of_doubles_to_the_winner(pair, curator):
    winner, loser = pair

    curation.merge(winner, loser, by=curator)

    assert Clinic.objects.get(name="Older double").merged_into == winner


def test_the_winner_keeps_what_it_says_and_takes_what_it_has_not(pair, curator):
    winner, loser = pair
    winner.email = "desk@river.example"
    winner.save()
    loser.email = "other@river.example"
    loser.field_sources = {"website": {"record": 7, "at": "2022-01-01"}}
    loser.save()

    curation.merge(winner, loser, by=curator)

    winner.refresh_from_db()
    assert winner.email == "desk@river.example"
    assert winner.website == "https://river.example"
    assert winner.field_sources["website"] == {"record": 7, "at": "2022-01-01"}
    assert winner.verified_at == MARCH


def test_the_name_that_goes_stays_as_another_name(pair, curator):
    winner, loser = pair

    curation.merge(winner, loser, by=curator)

    names = set(OtherName.objects.filter(clinic=winner).values_list("name", flat=True))
    assert names == {"River Clinic of Austin", "River House"}


def test_rows_that_both_have_stay_once(pair, curator):
    winner, loser = pair
    winner.phones.create(number="+15125550199")
    winner.identifiers.create(authority="NPI", value="123")
    winner.other_names.create(name="River House")
    loser.other_names.create(name="River Clinic")

    curation.merge(winner, loser, by=curator)

    assert winner.phones.count() == 2
    assert winner.identifiers.count() == 1
    assert not winner.other_names.filter(name=winner.name).exists()
    assert not Phone.objects.filter(clinic=loser).exists()


def test_a_service_that_both_have_alike_stays_once_with_both_coverages(pair, curator):
    winner, loser = pair
    record = SourceRecord.objects.get()
    loser.services.get().coverage.create(
        region_id="US-TX", basis="license", as_of="2026"
    )

    curation.merge(winner, loser, by=curator)

    service = winner.services.get()
    covered = set(service.coverage.values_list("region", flat=True))
    assert covered == {"US-TX", "US-OK"}
    record.refresh_from_db()
    assert record.service == service


def test_services_that_differ_both_stay(pair, curator):
    winner, loser = pair
    loser.services.get().specialties.add("ptsd")

    curation.merge(winner, loser, by=curator)

    assert winner.services.count() == 2
    assert CoverageArea.objects.filter(service__clinic=winner).count() == 2


def test_the_point_of_a_private_address_gets_no_street(make_clinic, curator):
    winner = make_clinic("Winner", covers=["US-TX"], address_is_private=True)
    loser = make_clinic("Loser", covers=["US-TX"], at=(30.2, -97.7), street="1 Main St")

    curation.merge(winner, loser, by=curator)

    winner.refresh_from_db()
    assert winner.street == ""
    assert winner.point is None


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        ({"is_sample": True}, {}),
        ({"status": "draft"}, {}),
    ],
)
def test_clinics_that_cannot_be_one_are_not_merged(make_clinic, curator, winner, loser):
    winner = make_clinic("Winner", covers=["US-TX"], **winner)
    loser = make_clinic("Loser", covers=["US-TX"], **loser)

    with pytest.raises(ValidationError):
        curation.merge(winner, loser, by=curator)

    assert Clinic.objects.get(name="Loser").is_public


def test_a_clinic_is_merged_once_and_never_into_itself(pair, curator, make_clinic):
    winner, loser = pair
    third = make_clinic("Third", covers=["US-TX"])
    curation.merge(winner, loser, by=curator)

    for one, other in ((winner, winner), (third, loser), (loser, third)):
        with pytest.raises(ValidationError):
            curation.merge(one, other, by=curator)


def test_a_merged_clinic_stays_withdrawn(pair, curator):
    winner, loser = pair
    curation.merge(winner, loser, by=curator)

    with pytest.raises(curation.NotPublicError):
        curation.publish(loser, by=curator)
    with pytest.raises(ValidationError):
        curation.to_draft(loser, by=curator)
    with pytest.raises(ValidationError):
        curation.withdraw(loser, reason="closed", by=curator)

    assert Clinic.objects.get(pk=loser.pk).merged_into == winner


def test_two_organizations_do_not_make_a_merge_fail(pair, curator):
    winner, loser = pair
    for clinic, name in ((winner, "One"), (loser, "Two")):
        clinic.organization = Organization.objects.create(name=name)
        clinic.save()

    curation.merge(winner, loser, by=curator)

    winner.refresh_from_db()
    assert winner.organization.name == "One"


def test_nothing_of_a_merge_stays_where_it_fails(pair, curator):
    winner, loser = pair
    # A slug that the database refuses, late in the merge.
    loser.slug = None

    with pytest.raises(Exception, match="slug"):
        curation.merge(winner, loser, by=curator)

    assert Service.objects.filter(clinic=loser).count() == 1
    assert Verification.objects.filter(clinic=loser).count() == 1


def test_every_address_of_a_merged_clinic_leads_to_the_winner(pair, curator, client):
    winner, loser = pair
    addresses = [loser.get_absolute_url(), "/clinics/river-of-old/"]

    curation.merge(winner, loser, by=curator)

    for address in addresses:
        response = client.get(address)
        assert response.status_code == 301
        assert response["Location"] == winner.get_absolute_url()
