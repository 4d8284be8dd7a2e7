import pytest
from django.core.exceptions import ValidationError

from locator import curation
from locator.models import (
    Change,
    Clinic,
    Compact,
    CoverageArea,
    Merge,
    Organization,
    OtherName,
    Phone,
    PossibleDuplicate,
    Proposal,
    Service,
    ServiceCompact,
    SourceRecord,
)
from locator.search import entries

from .rows import MARCH, is_searchable, make_record, propose, relations_to, rows_of

pytestmark = pytest.mark.django_db


# What becomes of each relation of another row to the clinic that goes.
MOVES = "moves"  # all of it is the winner's then
STAYS = "stays"  # history of the loser, and the winner's tells of the merge
IS_MADE_ANEW = "is made anew"  # derived, and goes with the loser
FATE = {
    "Change.clinic": STAYS,
    "Clinic.merged_into": MOVES,
    "Clinic_accessibility.clinic": MOVES,
    "Clinic_languages.clinic": MOVES,
    "Clinic_payments.clinic": MOVES,
    "Identifier.clinic": MOVES,
    "Inspection.clinic": IS_MADE_ANEW,
    "Merge.loser": STAYS,
    "Merge.winner": STAYS,
    "OldSlug.clinic": MOVES,
    "OtherName.clinic": MOVES,
    "Phone.clinic": MOVES,
    "PossibleDuplicate.first": STAYS,
    "PossibleDuplicate.second": STAYS,
    "Proposal.clinic": MOVES,
    "RecordMatch.clinic": STAYS,
    "Report.clinic": MOVES,
    "SearchEntry.clinic": IS_MADE_ANEW,
    "SearchWord.clinic": IS_MADE_ANEW,
    "Service.clinic": MOVES,
    "SourceRecord.clinic": MOVES,
    "Verification.clinic": MOVES,
    "WebsiteCheck.clinic": MOVES,
}
FATE_OF_A_SERVICE = {
    "CoverageArea.service",
    "Proposal.service",
    "SearchEntry.service",
    "ServiceCompact.service",
    "SourceRecord.service",
    *(f"Service_{field.name}.service" for field in (*Service._meta.many_to_many,)),
}


# --- Every relation ----------------------------------------------------------------


def test_somebody_has_said_what_becomes_of_every_relation_in_a_merge():
    # A new relation: say its fate here, and make `curation.merging` see to it.
    assert set(relations_to(Clinic)) == set(FATE)
    assert set(relations_to(Service)) == FATE_OF_A_SERVICE


@pytest.mark.parametrize("name", FATE)
def test_a_merge_forgets_no_relation(pair, curator, name):
    winner, loser = pair
    relation = relations_to(Clinic)[name]
    # Merging makes the first row of this one.
    expected = 0 if name == "Merge.loser" else 1
    had = rows_of(loser, relation)
    assert had >= expected

    curation.merge(winner, loser, by=curator)

    if FATE[name] == STAYS:
        assert rows_of(loser, relation) >= had
    else:
        assert rows_of(loser, relation) == 0
    if name not in {"Merge.loser", "PossibleDuplicate.second"}:
        assert rows_of(winner, relation) > 0


@pytest.mark.parametrize("name", sorted(FATE_OF_A_SERVICE - {"SearchEntry.service"}))
def test_folding_a_service_forgets_no_relation(make_clinic, curator, name):
    alike = {
        "languages": ["en"],
        "payments": ["self-pay"],
        "modalities": ["video"],
        "settings": ["outpatient"],
        "eligibility": ["everyone"],
        "age_groups": ["adult"],
        "groups": ["lgbtq"],
    }
    winner = make_clinic("Winner", services=[alike | {"covers": ["US-TX"]}])
    loser = make_clinic("Loser", services=[alike | {"covers": ["US-OK"]}])
    service = loser.services.get()
    compact = Compact.objects.create(code="pact", name="Pact", checked_on=MARCH)
    ServiceCompact.objects.create(service=service, compact=compact, as_of="2026")
    record = make_record(loser, service=service)
    propose(record, "platform", "any browser", service=service)
    relation = relations_to(Service)[name]
    assert rows_of(service, relation) > 0

    curation.merge(winner, loser, by=curator)

    assert rows_of(winner.services.get(), relation) > 0
    assert rows_of(service, relation) == 0


# --- Two clinics that are one ------------------------------------------------------


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
    assert names == {"River Clinic of Austin", "River House", "Older double"}


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
    ("winner", "loser", "why"),
    [
        ({"is_sample": True}, {}, "A sample and a real clinic are never the same."),
        ({}, {"is_sample": True}, "A sample and a real clinic are never the same."),
        ({"status": "draft"}, {}, "which they do not see"),
        ({"status": "withdrawn", "withdrawn_reason": "closed"}, {}, "do not see"),
    ],
)
def test_clinics_that_cannot_be_one_are_not_merged(
    make_clinic, curator, winner, loser, why
):
    winner = make_clinic("Winner", covers=["US-TX"], **winner)
    loser = make_clinic("Loser", covers=["US-TX"], **loser)

    with pytest.raises(ValidationError, match=why):
        curation.merge(winner, loser, by=curator)

    assert Clinic.objects.get(name="Loser").is_public
    assert not Merge.objects.exists()


def test_a_clinic_is_merged_once_and_never_with_itself(pair, curator, make_clinic):
    winner, loser = pair
    third = make_clinic("Third", covers=["US-TX"])
    curation.merge(winner, loser, by=curator)

    for one, other, why in (
        (winner, winner, "with itself"),
        (third, loser, "was merged into “River Clinic” already"),
        (loser, third, "was merged into “River Clinic” already"),
    ):
        with pytest.raises(ValidationError, match=why):
            curation.merge(one, other, by=curator)


def test_a_merge_goes_by_what_the_database_says_not_by_what_was_read(
    make_clinic, curator
):
    winner = make_clinic("Winner", covers=["US-TX"], email="")
    loser = make_clinic("Loser", covers=["US-TX"])
    Clinic.objects.filter(pk=loser.pk).update(email="new@b.example")
    loser.email = "never-saved@b.example"

    curation.merge(winner, loser, by=curator)

    assert Clinic.objects.get(pk=winner.pk).email == "new@b.example"


def test_a_clinic_that_was_deleted_meanwhile_is_not_merged(make_clinic, curator):
    winner, loser = make_clinic("Winner"), make_clinic("Loser")
    Clinic.objects.filter(pk=loser.pk).delete()

    with pytest.raises(ValidationError, match="not there any more"):
        curation.merge(winner, loser, by=curator)


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


def test_every_address_of_a_merged_clinic_leads_to_the_winner(pair, curator, client):
    winner, loser = pair
    addresses = [loser.get_absolute_url(), "/clinics/river-of-old/"]

    curation.merge(winner, loser, by=curator)

    for address in addresses:
        response = client.get(address)
        assert response.status_code == 301
        assert response["Location"] == winner.get_absolute_url()


# --- What is told of it ------------------------------------------------------------


def test_a_merge_is_one_event_in_the_history_of_both(pair, curator):
    winner, loser = pair

    merge = curation.merge(winner, loser, by=curator, note="Same door")

    told = Change.objects.filter(event=merge.event)
    assert {change.clinic for change in told} == {winner, loser}
    assert {(change.kind, change.by, change.note) for change in told} == {
        ("merge", curator, "Same door")
    }
    assert told.get(clinic=winner).diff["clinic"]["website"] == [
        "",
        "https://river.example",
    ]


def test_a_merge_that_adds_nothing_stands_in_the_history_too(make_clinic, curator):
    winner = make_clinic("Twin", covers=["US-TX"])
    loser = make_clinic("Twin", covers=["US-TX"])

    curation.merge(winner, loser, by=curator)

    assert winner.changes.get().kind == "merge"
    assert winner.changes.get().diff == {}


def test_source_records_say_since_when_they_are_about_the_winner(pair, curator):
    winner, loser = pair
    record = SourceRecord.objects.get()

    merge = curation.merge(winner, loser, by=curator)

    newest = record.matches.first()
    assert newest.clinic == winner
    assert newest.reasons == ["merged"]
    assert newest.event == merge.event


def test_what_is_proposed_to_the_loser_is_compared_with_the_winner(pair, curator):
    winner, loser = pair
    Clinic.objects.filter(pk=winner.pk).update(email="desk@river.example")
    alike = propose(SourceRecord.objects.get(), "name", "River Clinic")

    curation.merge(winner, loser, by=curator)

    waiting = Proposal.objects.get(decision="open")
    assert (waiting.clinic, waiting.present) == (winner, "desk@river.example")
    alike.refresh_from_db()
    assert alike.decision == "overtaken"


def test_a_pair_that_was_merged_is_decided(pair, curator):
    winner, loser = pair

    curation.merge(winner, loser, by=curator, note="Same door")

    decided = PossibleDuplicate.objects.get(first=winner, second=loser)
    assert (decided.state, decided.decided_by) == ("merged", curator)
    assert decided.reasons == ["name-and-place"]


def test_whom_somebody_told_apart_from_the_loser_is_not_the_winner_either(
    pair, curator
):
    winner, loser = pair

    curation.merge(winner, loser, by=curator)

    apart = PossibleDuplicate.objects.filter(state="different", first=winner)
    assert {each.second.name for each in apart} == {"Not the same", "Nor this one"}
