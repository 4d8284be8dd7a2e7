"""What a feed says otherwise than a person: proposed, accepted, rejected."""

import pytest
from django.core.exceptions import ValidationError

from locator import curation
from locator.curation import proposing
from locator.models import Change, Proposal
from locator.models.decision import Decision
from locator.search import entries

from .. import importing
from ..importing import codes, directory_row, import_directory, the_clinic


@pytest.fixture
def directory(db, tmp_path):
    importing.make_postcodes()

    def directory(*rows, **options):
        return import_directory(tmp_path, *rows, **options)

    return directory


def edit(clinic, said, by):
    curation.change(clinic, curation.Edit(clinic=said), by=by, kind=Change.Kind.EDIT)


def edit_service(clinic, said, by):
    service = clinic.services.get()
    wanted = curation.Edit(services={service.pk: said})
    curation.change(clinic, wanted, by=by, kind=Change.Kind.EDIT)


def test_what_a_person_wrote_is_not_overwritten_but_proposed(directory, curator):
    directory(directory_row("MH * TELE * MD"))
    edit(the_clinic(), {"city": "West Lake Hills"}, curator)

    outcome = directory(directory_row("MH * TELE * MD", city="Rollingwood"))

    assert the_clinic().city == "West Lake Hills"
    proposal = Proposal.objects.get()
    assert (proposal.fact, proposal.present, proposal.proposed) == (
        "city",
        "West Lake Hills",
        "Rollingwood",
    )
    assert proposal.record == the_clinic().records.get()
    assert outcome.proposals[0]["fact"] == "city"
    assert outcome.tally["proposals"] == 1


@pytest.fixture
def proposal(directory, curator):
    directory(directory_row("MH * TELE * MD"))
    edit(the_clinic(), {"city": "West Lake Hills"}, curator)
    directory(directory_row("MH * TELE * MD", city="Rollingwood"))
    return Proposal.objects.get()


def test_accepting_makes_the_fact_the_source_s_again(proposal, directory, curator):
    decided = proposing.accept([proposal], by=curator, reason="It moved")

    assert (decided.done, decided.refused) == (1, [])
    assert the_clinic().city == "Rollingwood"
    proposal.refresh_from_db()
    assert (proposal.decision, proposal.decided_by) == (Decision.ACCEPTED, curator)
    change = the_clinic().changes.first()
    assert (change.kind, change.note) == (Change.Kind.PROPOSAL, "It moved")
    directory(directory_row("MH * TELE * MD", city="Austin"), as_of="2024")
    assert the_clinic().city == "Austin"
    assert entries.differences() == []


def test_a_rejected_value_is_not_proposed_again(proposal, directory, curator):
    proposing.reject([proposal], by=curator, reason="They told us")

    directory(directory_row("MH * TELE * MC", city="Rollingwood"), as_of="2024")

    assert Proposal.objects.get().decision == Decision.REJECTED
    assert the_clinic().city == "West Lake Hills"


def test_a_new_value_overtakes_the_one_that_waits(proposal, directory):
    directory(directory_row("MH * TELE * MD", city="Sunset Valley"), as_of="2024")

    proposal.refresh_from_db()
    assert proposal.decision == Decision.OVERTAKEN
    still = Proposal.objects.get(decision=Decision.OPEN)
    assert still.proposed == "Sunset Valley"


def test_a_proposal_waits_on_while_its_source_says_the_same(proposal, directory):
    directory(directory_row("MH * TELE * MC", city="Rollingwood"), as_of="2024")

    assert Proposal.objects.get() == proposal


def test_a_proposal_ends_when_its_source_agrees_with_the_person(proposal, directory):
    directory(directory_row("MH * TELE * MD", city="West Lake Hills"), as_of="2024")

    proposal.refresh_from_db()
    assert proposal.decision == Decision.OVERTAKEN


def test_nobody_accepts_over_what_was_changed_meanwhile(proposal, curator):
    edit(the_clinic(), {"city": "Bee Cave"}, curator)

    decided = proposing.accept([proposal], by=curator)

    assert decided.done == 0
    assert "says something else by now" in decided.refused[0][1][0]
    assert the_clinic().city == "Bee Cave"
    proposal.refresh_from_db()
    assert (proposal.decision, proposal.present) == (Decision.OPEN, "Bee Cave")


def test_what_is_decided_is_not_decided_again(proposal, curator):
    proposing.reject([proposal], by=curator, reason="They told us")

    decided = proposing.accept([proposal], by=curator)

    assert decided.done == 0
    assert "decided this already" in decided.refused[0][1][0]
    assert the_clinic().city == "West Lake Hills"


def test_a_rejection_says_why(proposal, curator):
    with pytest.raises(ValidationError, match="Say why"):
        proposing.reject([proposal], by=curator, reason="  ")


def test_what_the_clinic_cannot_say_is_refused_and_goes_on_waiting(proposal, curator):
    Proposal.objects.update(fact="region", present="US-TX", proposed="US-XX")

    decided = proposing.accept([Proposal.objects.get()], by=curator)

    assert decided.refused[0][1] == ["There is no region US-XX."]
    proposal.refresh_from_db()
    assert proposal.decision == Decision.OPEN


# --- Fast facts --------------------------------------------------------------------


def test_a_later_feed_has_a_service_s_fast_facts(directory, curator):
    directory(directory_row("MH * TELE * ADLT"))
    edit_service(the_clinic(), {"age_groups": ["senior"]}, curator)

    outcome = directory(directory_row("MH * TELE * CHLD"), as_of="2199")

    assert "senior" not in codes(the_clinic().services.get().age_groups)
    assert outcome.tally["proposals"] == 0


def test_a_feed_from_before_the_curator_s_word_asks_first(directory, curator):
    directory(directory_row("MH * TELE * ADLT"))
    edit_service(the_clinic(), {"age_groups": ["senior"]}, curator)

    directory(directory_row("MH * TELE * CHLD"), as_of="2024")

    assert codes(the_clinic().services.get().age_groups) == {"senior"}
    proposal = Proposal.objects.get()
    assert proposal.service == the_clinic().services.get()
    proposing.accept([proposal], by=curator)
    assert "senior" not in codes(the_clinic().services.get().age_groups)


def test_no_feed_takes_away_a_remote_visit_that_a_person_vouched_for(
    directory, curator
):
    directory(directory_row("MH * OP"))
    service = the_clinic().services.get()
    edit_service(the_clinic(), {"remote": "yes"}, curator)

    directory(directory_row("MH * OP * ADLT"), as_of="2199")

    service.refresh_from_db()
    assert service.remote == "yes"
    assert Proposal.objects.get().fact == "remote"


def test_a_source_that_is_no_longer_of_the_clinic_proposes_nothing(proposal, curator):
    proposal.record.clinic = None
    proposal.record.save()

    decided = proposing.accept([proposal], by=curator)

    assert "not about this clinic" in decided.refused[0][1][0]
