from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from hypothesis import given, settings
from hypothesis import strategies as st

from locator import curation, facts, inspecting
from locator.models import (
    Change,
    Clinic,
    Compact,
    CoverageArea,
    ImportRun,
    Inspection,
    Merge,
    OldSlug,
    Organization,
    OtherName,
    Phone,
    PossibleDuplicate,
    Proposal,
    RecordMatch,
    Report,
    SearchEntry,
    SearchWord,
    Service,
    ServiceCompact,
    Source,
    SourceRecord,
    WebsiteCheck,
)
from locator.search import entries

from .. import making

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
HISTORY = {Change, Merge, RecordMatch}
DERIVED = {SearchEntry, SearchWord, Inspection}


def is_searchable(clinic: Clinic) -> bool:
    return SearchEntry.objects.filter(clinic=clinic).exists()


def make_record(clinic: Clinic, key: str = "one", **said) -> SourceRecord:
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
        **said,
    )


def propose(record: SourceRecord, fact: str, value: Any, **about) -> Proposal:
    about = {"present": "", "found_at": MARCH} | about
    return Proposal.objects.create(
        clinic=record.clinic,
        record=record,
        fact=fact,
        proposed=value,
        as_of="2025",
        **about,
    )


def pair_up(one: Clinic, other: Clinic, **said) -> PossibleDuplicate:
    first, second = sorted([one.pk, other.pk])
    return PossibleDuplicate.objects.create(
        first_id=first, second_id=second, **{"found_at": MARCH} | said
    )


@pytest.fixture
def pair(make_clinic, curator):
    """A winner, and a loser that has one of everything that can hang on a clinic."""
    door = {"street": "1 Main Street", "postal_code": "78701"}
    winner = make_clinic("River Clinic", covers=["US-TX"], **door)
    loser = make_clinic(
        "River Clinic of Austin",
        covers=["US-OK"],
        **door,
        phone="+15125550199",
        languages=["en", "es"],
        payments=["self-pay"],
        accessibility=["step-free"],
        website="https://river.example",
    )
    loser.other_names.create(name="River House")
    loser.identifiers.create(authority="NPI", value="123")
    OldSlug.objects.create(slug="river-of-old", clinic=loser)
    older = make_clinic("Older double", covers=["US-OK"], phone="")
    curation.merge(loser, older, by=curator)
    record = make_record(loser, service=loser.services.first())
    RecordMatch.objects.create(record=record, clinic=loser, reasons=["new"], at=MARCH)
    propose(record, "email", "new@river.example")
    Report.objects.create(clinic=loser, topics=["phone"], sent_at=MARCH)
    WebsiteCheck.objects.create(clinic=loser, url=loser.website, at=MARCH, failures=1)
    neighbour = make_clinic("Not the same", covers=["US-TX"])
    curation.tell_apart(loser, neighbour, by=curator)
    before = make_clinic("Nor this one", covers=["US-TX"])
    curation.tell_apart(before, loser, by=curator)
    curation.verify(loser, by=curator, method="phoned", at=MARCH)
    inspecting.refresh([winner.pk, loser.pk])
    return winner, loser


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


def relations_to(model: type[Model]) -> dict[str, Any]:
    """Every relation of other rows to those of `model`, hidden ones included."""
    fields = model._meta.get_fields(include_hidden=True)
    return {
        f"{field.related_model.__name__}.{field.field.name}": field
        for field in fields
        if field.one_to_many or field.one_to_one
    }


def rows_of(thing: Model, relation) -> int:
    rows = relation.related_model._base_manager
    return rows.filter(**{relation.field.name: thing.pk}).count()


def rows_of_all(*, but: set) -> dict[type[Model], list]:
    """Every row of every table that hangs on clinics or services, but for some."""
    models = {Clinic, Service}
    for relation in [*relations_to(Clinic).values(), *relations_to(Service).values()]:
        models.add(relation.related_model)
    dull = {"updated_at"}
    return {
        model: sorted(
            (
                {k: v for k, v in row.items() if k not in dull}
                for row in model._base_manager.values()
            ),
            key=repr,
        )
        for model in models - but
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


# --- Taken back --------------------------------------------------------------------


def everything(*, but: set = HISTORY | DERIVED | {PossibleDuplicate}) -> dict:
    return rows_of_all(but=but)


def facts_of(*clinics: Clinic) -> dict:
    return facts.read([clinic.pk for clinic in clinics], with_records=True)


def test_a_merge_that_is_taken_back_leaves_every_row_as_it_was(pair, curator):
    winner, loser = pair
    said, rows = facts_of(winner, loser), everything(but=HISTORY | DERIVED)
    merge = curation.merge(winner, loser, by=curator)

    curation.unmerge(merge, by=curator)

    assert facts_of(winner, loser) == said
    assert everything(but=HISTORY | DERIVED) == rows
    assert entries.differences() == []
    assert is_searchable(loser)


WORDS = st.sampled_from(["", "a@b.example", "c@d.example"])
STATED = st.sampled_from(["yes", "unknown"])
SERVICE = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["consultation", "remote-monitoring"]),
        "accepting": STATED,
        "languages": st.sampled_from([(), ("en",), ("en", "es")]),
        "covers": st.sampled_from([("US-TX",), ("US-TX", "US-OK"), ("US-OK",)]),
    }
)
CLINIC = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["One", "Two"]),
        "email": WORDS,
        "at": st.sampled_from([None, (30.2, -97.7), (30.3, -97.8)]),
        "street": st.sampled_from(["", "1 Main St"]),
        "languages": st.sampled_from([(), ("en",), ("es",)]),
        "payments": st.sampled_from([(), ("self-pay",)]),
        "phone": st.sampled_from(["+15125550100", "+15125550199"]),
        "services": st.lists(SERVICE, min_size=1, max_size=3),
    }
)


@given(one=CLINIC, other=CLINIC, numbers=st.sets(st.sampled_from("123")))
@settings(max_examples=25)
def test_two_clinics_are_what_they_were_after_merge_and_undo(db, one, other, numbers):
    winner, loser = (making.make_clinic(**said) for said in (one, other))
    for clinic, mine in ((winner, numbers), (loser, {"1", "2"})):
        for number in sorted(mine):
            clinic.identifiers.create(authority="NPI", value=number)
    said, rows = facts_of(winner, loser), everything()
    merge = curation.merge(winner, loser, by=making.curator())
    merge.refresh_from_db()

    curation.unmerge(merge, by=making.curator())

    assert facts_of(winner, loser) == said
    assert everything() == rows
    assert entries.differences() == []


def test_a_merge_is_taken_back_once(pair, curator):
    merge = curation.merge(*pair, by=curator)
    curation.unmerge(merge, by=curator)

    with pytest.raises(ValidationError, match="taken back already"):
        curation.unmerge(merge, by=curator)

    merge.refresh_from_db()
    assert merge.undone_by == curator


def test_a_merge_can_be_made_again_after_it_was_taken_back(pair, curator):
    winner, loser = pair
    curation.unmerge(curation.merge(winner, loser, by=curator), by=curator)
    said = facts_of(winner, loser)

    again = curation.merge(winner, loser, by=curator)
    curation.unmerge(again, by=curator)

    assert facts_of(winner, loser) == said


def test_a_merge_that_a_later_one_stands_on_is_not_taken_back(
    pair, curator, make_clinic
):
    winner, loser = pair
    third = make_clinic("Third", covers=["US-TX"])
    first = curation.merge(winner, loser, by=curator)
    second = curation.merge(winner, third, by=curator)

    with pytest.raises(ValidationError, match="“Third” was merged"):
        curation.unmerge(first, by=curator)
    curation.unmerge(second, by=curator)
    curation.unmerge(first, by=curator)

    assert not Clinic.objects.filter(merged_into=winner).exists()


def test_a_merge_into_a_clinic_that_was_merged_since_is_not_taken_back(
    pair, curator, make_clinic
):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)
    curation.merge(make_clinic("Third", covers=["US-TX"]), winner, by=curator)

    with pytest.raises(ValidationError, match="was itself merged into another"):
        curation.unmerge(merge, by=curator)


def test_facts_that_were_changed_since_are_named_and_may_be_kept(pair, curator):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)
    edit = curation.Edit(
        clinic={
            "website": "https://new.example",
            "phones": [["+15125550777", "", "main"], ["+15125550199", "", "main"]],
        }
    )
    curation.change(winner, edit, by=curator, kind=Change.Kind.EDIT)

    with pytest.raises(curation.ChangedSinceError, match="phone numbers, website"):
        curation.unmerge(merge, by=curator)
    curation.unmerge(merge, by=curator, keep_changes=True)

    winner.refresh_from_db()
    assert winner.website == "https://new.example"
    assert [phone.number for phone in winner.phones.all()] == ["+15125550777"]
    loser.refresh_from_db()
    assert loser.website == "https://river.example"
    assert [phone.number for phone in loser.phones.all()] == ["+15125550199"]


def test_a_service_that_was_edited_since_goes_back_as_it_is_now(pair, curator):
    winner, loser = pair
    service = loser.services.order_by("pk").first()
    service.specialties.add("ptsd")
    merge = curation.merge(winner, loser, by=curator)
    edit = curation.Edit(services={service.pk: {"accepting": "no"}})
    curation.change(winner, edit, by=curator, kind=Change.Kind.EDIT)

    with pytest.raises(
        curation.ChangedSinceError, match="accepting new patients of a service"
    ):
        curation.unmerge(merge, by=curator)
    curation.unmerge(merge, by=curator, keep_changes=True)

    assert loser.services.get(pk=service.pk).accepting == "no"


def test_rows_that_somebody_took_away_since_come_back_to_the_loser(pair, curator):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)
    edit = curation.Edit(clinic={"identifiers": []})
    curation.change(winner, edit, by=curator, kind=Change.Kind.EDIT)

    curation.unmerge(merge, by=curator, keep_changes=True)

    assert loser.identifiers.get().value == "123"
    assert not winner.identifiers.exists()


def test_what_was_checked_and_reported_since_stays_with_the_winner(pair, curator):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)
    later = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
    curation.verify(winner, by=curator, method="website", at=later)
    Report.objects.create(clinic=winner, topics=["phone"], sent_at=later)

    curation.unmerge(merge, by=curator)

    winner.refresh_from_db()
    loser.refresh_from_db()
    assert (winner.verified_at, loser.verified_at) == (later, MARCH)
    assert winner.reports.get().sent_at == later
    assert loser.reports.get().sent_at == MARCH


def test_an_undo_that_would_leave_the_winner_not_fit_to_be_seen_is_refused(
    make_clinic, curator
):
    winner = make_clinic("Winner", covers=["US-TX"])
    loser = make_clinic("Loser", covers=["US-TX"], type="remote-monitoring")
    merge = curation.merge(winner, loser, by=curator)
    winner.services.filter(service_type="consultation").delete()

    with pytest.raises(curation.NotPublicError, match="None of its services"):
        curation.unmerge(merge, by=curator, keep_changes=True)

    assert Merge.objects.get().undone_at is None
    assert Clinic.objects.get(name="Loser").merged_into == winner


def test_the_undo_stands_in_the_history_beside_what_it_takes_back(pair, curator):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)

    curation.unmerge(merge, by=curator, note="Two doors")

    for clinic in pair:
        undone = Change.objects.get(clinic=clinic, event=merge.event)
        assert undone.undone_by.note == "Two doors"
        assert undone.undone_by.kind == "undo"


def test_addresses_lead_apart_again(pair, curator, client):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)

    curation.unmerge(merge, by=curator)

    assert client.get(loser.get_absolute_url()).status_code == 200
    old = client.get("/clinics/river-of-old/")
    assert old["Location"] == loser.get_absolute_url()


def test_source_records_are_about_the_loser_again_and_say_so(pair, curator):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)

    curation.unmerge(merge, by=curator)

    record = SourceRecord.objects.get()
    assert record.clinic == loser
    assert record.matches.first().reasons == ["undone"]


def test_a_pair_whose_merge_was_taken_back_waits_again(pair, curator):
    winner, loser = pair
    merge = curation.merge(winner, loser, by=curator)

    curation.unmerge(merge, by=curator)

    waiting = PossibleDuplicate.objects.get(first=winner, second=loser)
    assert (waiting.state, waiting.decided_by) == ("open", None)
    # The winner was told apart from nobody but by way of the loser.
    assert not PossibleDuplicate.objects.filter(
        state="different", first=winner
    ).exists()


# --- Two clinics after all ---------------------------------------------------------


def test_two_clinics_that_somebody_told_apart_are_decided(make_clinic, curator):
    one, other = make_clinic("One"), make_clinic("Other")

    curation.tell_apart(other, one, by=curator, note="Two doors")

    decided = PossibleDuplicate.objects.get(first=one, second=other)
    assert (decided.state, decided.note) == ("different", "Two doors")


def test_clinics_that_are_one_by_now_are_not_told_apart(pair, curator):
    winner, loser = pair
    curation.merge(winner, loser, by=curator)

    with pytest.raises(ValidationError, match="Take the merge back first"):
        curation.tell_apart(winner, loser, by=curator)
    with pytest.raises(ValidationError, match="It takes two"):
        curation.tell_apart(winner, winner, by=curator)
