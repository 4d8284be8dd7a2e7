"""Who works on what, so that two people do not do the same."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from locator import queues
from locator.models import Claim, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def ana():
    return User.objects.create(username="ana", first_name="Ana", last_name="Ruiz")


@pytest.fixture
def ben():
    return User.objects.create(username="ben")


def later(minutes):
    return NOW + timedelta(minutes=minutes)


def test_an_item_is_taken_for_half_an_hour(ana):
    assert queues.claim("reports", "7", by=ana, now=NOW) == ""

    claim = Claim.objects.get()
    assert (claim.queue, claim.item, claim.by) == ("reports", "7", ana)
    assert claim.until == later(30)


def test_what_another_has_is_refused_with_their_name_and_until_when(ana, ben):
    queues.claim("reports", "7", by=ana, now=NOW)

    with pytest.raises(queues.ClaimedError, match="Ana Ruiz is at work on this until"):
        queues.claim("reports", "7", by=ben, now=later(29))

    assert Claim.objects.get().by == ana


def test_ones_own_is_kept_for_longer(ana):
    queues.claim("reports", "7", by=ana, now=NOW)
    queues.claim("reports", "7", by=ana, now=later(20))

    assert Claim.objects.get().until == later(50)


def test_who_takes_what_anothers_time_is_over_for_is_told(ana, ben):
    queues.claim("reports", "7", by=ana, now=NOW)

    said = queues.claim("reports", "7", by=ben, now=later(30))

    assert said.startswith("Ana Ruiz had taken this")
    assert Claim.objects.get().by == ben


def test_the_same_key_of_another_queue_is_another_item(ana, ben):
    queues.claim("reports", "7", by=ana, now=NOW)
    queues.claim("proposals", "7", by=ben, now=NOW)

    assert Claim.objects.count() == 2


def test_only_who_has_an_item_lets_it_go(ana, ben):
    queues.claim("reports", "7", by=ana, now=NOW)

    assert not queues.release("reports", "7", by=ben)
    assert queues.release("reports", "7", by=ana)
    assert not Claim.objects.exists()


def test_claims_of_yesterday_are_forgotten(ana, ben):
    queues.claim("reports", "7", by=ana, now=NOW)

    queues.claim("reports", "8", by=ben, now=NOW + timedelta(days=2))

    assert [claim.item for claim in Claim.objects.all()] == ["8"]


@pytest.mark.parametrize(
    ("minutes", "is_mine", "is_others", "is_free"),
    [(0, False, True, False), (29, False, True, False), (30, False, False, True)],
)
def test_an_item_says_who_has_it(
    rf, ana, ben, minutes, is_mine, is_others, is_free, django_assert_num_queries
):
    queues.claim("reports", "7", by=ana, now=NOW)
    request = rf.get("/")
    request.user = ben

    with django_assert_num_queries(1):
        held = queues.claimed(request, "reports", "7", now=later(minutes))

    assert (held.is_mine, held.is_others, held.is_free) == (
        is_mine,
        is_others,
        is_free,
    )


def test_ones_own_item_says_so(rf, ana):
    queues.claim("reports", "7", by=ana, now=NOW)
    request = rf.get("/")
    request.user = ana

    held = queues.claimed(request, "reports", "7", now=NOW)

    assert held.is_mine
    assert held.until == later(30)


@pytest.mark.django_db(transaction=True)
def test_an_item_that_is_let_go_just_now_is_taken_or_refused_and_never_a_fault():
    people = [User.objects.create(username=f"p{number}") for number in range(4)]

    def work(person):
        refused = 0
        try:
            for _turn in range(30):
                try:
                    queues.claim("reports", "7", by=person)
                except queues.ClaimedError:
                    refused += 1
                else:
                    queues.release("reports", "7", by=person)
        finally:
            connection.close()
        return refused

    with ThreadPoolExecutor(4) as crowd:
        refused = list(crowd.map(work, people))

    assert sum(refused) < 4 * 30
    assert not Claim.objects.exists()
