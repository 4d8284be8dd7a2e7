"""The first page of the desk: what waits, what one has, and who did what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from locator import curation, queues
from locator.models import Change, Claim, User
from locator.queues.week import last_week
from tests.queues.conftest import report


def home_of(person):
    return queues.home(queues.QUEUES, person)


def test_every_queue_says_how_many_wait_and_since_when(make_clinic, person):
    sent = timezone.now() - timedelta(days=3)
    report(make_clinic("A"), sent_at=sent)
    report(make_clinic("B"), sent_at=timezone.now())

    lines = {line.queue.code: line for line in home_of(person).lines}

    assert lines.keys() == queues.QUEUES.keys()
    assert lines["reports"].count.number == 2
    assert lines["reports"].oldest == sent
    assert lines["gone"].count.number == 0


def test_what_one_has_is_listed_until_it_is_done_or_over(make_clinic, person, curator):
    mine, done, over, others = (str(report(make_clinic(n)).pk) for n in "ABCD")
    for item in (mine, done):
        queues.claim("reports", item, by=person)
    queues.claim("reports", over, by=person, now=timezone.now() - timedelta(hours=1))
    queues.claim("reports", others, by=curator)
    from locator.models import Report

    Report.objects.filter(pk=done).update(
        decision="rejected", decided_at=timezone.now()
    )

    assert [each.item.key for each in home_of(person).mine] == [mine]
    assert Claim.objects.count() == 4


def test_who_may_do_nothing_here_sees_nothing(db):
    assert home_of(User.objects.create(username="new")) is None


def test_the_week_says_who_did_what(make_clinic, person, curator):
    now = timezone.now()
    clinics = [make_clinic(name) for name in "ABC"]
    for clinic in clinics[:2]:
        curation.verify(clinic, by=person, method="phoned", at=now)
    Change.objects.create(clinic=clinics[2], at=now, by=curator, kind="edit")
    Change.objects.create(
        clinic=clinics[2], at=now - timedelta(days=8), by=curator, kind="edit"
    )
    Change.objects.create(clinic=clinics[2], at=now, by=None, kind="edit")
    report(clinics[0], decision="rejected", decided_at=now, decided_by=curator)

    week = last_week(now + timedelta(minutes=1))

    assert [str(kind) for kind in week.kinds] == [
        "clinics checked",
        "clinics changed",
        "reports decided",
    ]
    done = {each.name: each.counts for each in week.people}
    assert done == {"ana": (2, 0, 0), "curator": (0, 1, 1)}


@pytest.mark.parametrize("number", [1, 4])
def test_home_costs_the_same_however_much_waits(
    make_clinic, person, number, django_assert_max_num_queries
):
    for each in range(number):
        clinic = make_clinic(f"No. {each}", street="1 Main St")
        queues.claim("reports", str(report(clinic).pk), by=person)
        curation.verify(clinic, by=person, method="phoned", at=timezone.now())

    with django_assert_max_num_queries(32):
        home_of(person)
