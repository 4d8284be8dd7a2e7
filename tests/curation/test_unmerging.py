from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from locator import curation, facts
from locator.models import (
    Change,
    Clinic,
    Merge,
    PossibleDuplicate,
    Report,
    SourceRecord,
)
from locator.search import entries

from .. import making
from .rows import (
    DERIVED,
    HISTORY,
    MARCH,
    is_searchable,
    rows_of_all,
)

pytestmark = pytest.mark.django_db


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
@settings(max_examples=12)
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
