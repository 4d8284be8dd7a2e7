import pytest

from locator import curation
from locator.models import Clinic, Phone, SearchEntry, SearchWord
from locator.search import entries

pytestmark = pytest.mark.django_db


def is_searchable(clinic: Clinic) -> bool:
    return SearchEntry.objects.filter(clinic=clinic).exists()


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
