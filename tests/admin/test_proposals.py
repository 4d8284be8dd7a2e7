"""Proposals from sources at the desk: one, several marked, all of a kind."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from locator import curation
from locator.models import Change, Clinic, Decision, Proposal

from .. import importing
from ..desk import told
from ..importing import directory_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposals(db, tmp_path, curator):
    """A function: so many clinics whose town a person wrote and the feed disputes."""
    importing.make_postcodes()

    def proposals(count):
        def rows(city):
            return [
                directory_row("MH * TELE * MD", name1=f"Invented {n:02}", city=city)
                for n in range(count)
            ]

        importing.import_directory(tmp_path, *rows("Austin"))
        for clinic in Clinic.objects.all():
            edit = curation.Edit(clinic={"city": "West Lake Hills"})
            curation.change(clinic, edit, by=curator, kind=Change.Kind.EDIT)
        importing.import_directory(tmp_path, *rows("Rollingwood"))
        return list(Proposal.objects.order_by("pk"))

    return proposals


def towns():
    return set(Clinic.objects.values_list("city", flat=True))


def page(proposal):
    return reverse("admin:proposal", args=[proposal.pk])


LIST = "/admin/desk/proposals/"
KIND = "/admin/desk/proposals/kind/samhsa-mental-health/city/"


def test_one_proposal_shows_both_and_is_accepted(desk, proposals):
    (one,) = proposals(1)

    shown = desk.get(page(one)).content.decode()
    response = desk.post(page(one), {"decision": "accept", "reason": "They moved"})

    assert "West Lake Hills" in shown
    assert "Rollingwood" in shown
    assert response.url == reverse("admin:queue_next", args=["proposals"])
    assert towns() == {"Rollingwood"}
    assert "Accepted" in desk.get(page(one)).content.decode()


def test_a_rejection_without_a_reason_is_asked_for_one(desk, proposals):
    (one,) = proposals(1)

    response = desk.post(page(one), {"decision": "reject", "reason": " "})

    assert "Say why" in response.content.decode()
    one.refresh_from_db()
    assert one.decision == Decision.OPEN


def test_what_somebody_else_decided_is_told(desk, proposals, curator):
    (one,) = proposals(1)
    Proposal.objects.update(decision=Decision.REJECTED, decided_at=one.found_at)

    response = desk.post(page(one), {"decision": "accept"})

    assert "Somebody has decided this already" in response.content.decode()


def test_marked_ones_are_rejected_together_and_the_others_wait(desk, proposals):
    first, second, third = proposals(3)

    response = desk.post(
        LIST,
        {"pk": [first.pk, second.pk], "decision": "reject", "reason": "We asked them"},
        follow=True,
    )

    assert told(response) == ["2 proposals decided."]
    assert Proposal.objects.get(decision=Decision.OPEN) == third


def test_marking_none_is_a_sentence_and_keeps_what_was_typed(desk, proposals):
    proposals(1)

    response = desk.post(LIST, {"decision": "reject", "reason": "We asked them"})

    assert "Mark at least one" in response.content.decode()
    assert 'value="We asked them"' in response.content.decode()


def test_the_list_is_narrowed_by_source_and_fact(desk, proposals):
    proposals(2)

    def number(**asked):
        return desk.get(LIST, asked).context["page"].paginator.count

    assert number(fact="city") == number(source="samhsa-mental-health") == 2
    assert number(fact="phones") == number(source="findtreatment") == 0


def sample(desk):
    told = desk.get(KIND).context["told"]
    return [each.proposal.pk for each in told]


def test_all_of_a_kind_are_accepted_after_a_sample_of_twenty(desk, proposals):
    made = proposals(25)
    shown = sample(desk)

    response = desk.post(
        KIND,
        {
            "shown": shown,
            "looked": shown,
            "newest": made[-1].pk,
            "decision": "accept",
        },
        follow=True,
    )

    assert len(shown) == 20
    assert told(response) == ["25 proposals decided."]
    assert towns() == {"Rollingwood"}
    events = Change.objects.filter(kind=Change.Kind.PROPOSAL).values("event")
    assert events.distinct().count() == 1


def test_a_sample_that_was_not_looked_at_whole_decides_nothing(desk, proposals):
    made = proposals(3)
    shown = sample(desk)

    response = desk.post(
        KIND,
        {
            "shown": shown,
            "looked": shown[:-1],
            "newest": made[-1].pk,
            "decision": "accept",
        },
    )

    assert "Mark each of the sample" in response.content.decode()
    assert towns() == {"West Lake Hills"}


def test_a_sample_of_nothing_decides_nothing(desk, proposals):
    made = proposals(3)

    desk.post(KIND, {"newest": made[-1].pk, "decision": "accept"})

    assert towns() == {"West Lake Hills"}


def test_the_list_asks_as_much_for_many_as_for_few(desk, proposals):
    def queries():
        with CaptureQueriesContext(connection) as context:
            desk.get(LIST)
        return len(context)

    proposals(2)
    few = queries()
    Proposal.objects.all().delete()
    Clinic.objects.all().delete()
    proposals(30)

    assert queries() <= few


def test_an_auditor_looks_and_decides_nothing(sign_in, proposals):
    (one,) = proposals(1)
    auditor = sign_in("auditor")

    assert 'value="accept"' not in auditor.get(page(one)).content.decode()
    for url in (page(one), LIST, KIND):
        assert auditor.get(url).status_code == 200
        assert auditor.post(url, {"decision": "accept"}).status_code == 403
    assert towns() == {"West Lake Hills"}


def test_ids_that_are_none_are_nobodys(desk, proposals):
    proposals(1)
    sent = {"pk": "9" * 5_000, "shown": "9" * 5_000, "newest": "9" * 5_000}

    marked = desk.post(LIST, sent | {"decision": "accept"})
    of_a_kind = desk.post(KIND, sent | {"decision": "accept"})

    assert {marked.status_code, of_a_kind.status_code} <= {200, 409}
    assert Proposal.objects.filter(decision=Decision.OPEN).count() == 1
