"""What waits in each queue, and in which order it is to be done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from locator import inspecting, queues
from locator.models import Inspection, SourceRecord
from locator.queues.queue import counted
from tests.making import make_place
from tests.queues.conftest import broken, pair, proposal, report

AUSTIN = (30.27, -97.74)
TULSA = (36.15, -95.99)


def titles(code: str, **part) -> list[str]:
    queue = queues.QUEUES[code]
    return [queue.tell(row)[0] for row in queue.waiting(**part)]


def why(code: str) -> str:
    queue = queues.QUEUES[code]
    return queue.tell(queue.waiting().get())[2]


# --- Clinics -----------------------------------------------------------------------


def test_a_clinic_with_an_address_and_no_point_waits(make_clinic):
    make_clinic("Unplaced", street="1 Main St", in_person="yes")
    make_clinic("Placed", street="1 Main St", at=AUSTIN)
    make_clinic("Nowhere")
    make_clinic("Draft", street="1 Main St", status="draft")
    make_clinic("Sample", street="1 Main St", is_sample=True)

    assert titles("no-point") == ["Unplaced"]
    assert why("no-point") == "No point for “1 Main St”."


def test_a_remote_only_practice_that_keeps_its_address_needs_no_point(make_clinic):
    private = {"street": "1 Main St", "address_is_private": True}
    make_clinic("From home", **private, in_person="no")
    make_clinic("Visited", **private, in_person="yes")

    assert titles("no-point") == ["Visited"]


def test_a_point_in_another_region_or_far_from_its_postcode_waits(make_clinic):
    make_place("78701", at=AUSTIN, kind="postcode")
    make_place("74103", at=TULSA, region="US-OK", kind="postcode")
    right = make_clinic("Right", at=AUSTIN, postal_code="78701")
    elsewhere = make_clinic("Elsewhere", at=TULSA)
    far = make_clinic("Far", at=(31.5, -97.74), postal_code="78701")

    inspecting.refresh([right.pk, elsewhere.pk, far.pk])

    assert set(titles("misplaced")) == {"Elsewhere", "Far"}
    assert titles("misplaced", step="region") == ["Elsewhere"]
    assert titles("misplaced", step="postcode") == ["Far"]


def test_a_clinic_that_was_not_looked_at_yet_is_not_called_misplaced(make_clinic):
    make_clinic("New", at=AUSTIN)
    Inspection.objects.all().delete()

    assert titles("misplaced") == []


def test_places_with_few_alternatives_come_first(make_clinic):
    for name, alternatives in {"Many": 50, "None": 0, "Some": 3}.items():
        clinic = make_clinic(name, street="1 Main St")
        Inspection.objects.update_or_create(
            clinic=clinic,
            defaults={"at": timezone.now(), "alternatives": alternatives},
        )

    assert titles("no-point") == ["None", "Some", "Many"]


def test_a_public_clinic_whose_listing_vanished_waits_until_somebody_saw_it(
    make_clinic, record, run
):
    record(clinic=make_clinic("Gone"), vanished_in=run)
    record("b", clinic=make_clinic("Seen"), vanished_in=run, vanished_seen=True)
    record("c", clinic=make_clinic("Draft", status="draft"), vanished_in=run)
    record("d", clinic=make_clinic("Listed"))

    assert titles("gone") == ["Gone"]


def test_a_website_that_was_twice_not_there_waits(make_clinic):
    broken(make_clinic("Broken", website="https://a.example/"))
    broken(make_clinic("Once", website="https://b.example/"), failures=1)
    changed = make_clinic("Changed", website="https://c.example/")
    broken(changed)
    type(changed).objects.filter(pk=changed.pk).update(website="https://d.example/")

    assert titles("websites") == ["Broken"]
    assert "no such page" in why("websites")


def test_remote_care_whose_coverage_is_only_assumed_waits(make_clinic):
    assumed = {"covers": ["US-TX"], "basis": "assumed_home_region"}
    make_clinic("Assumed", **assumed)
    make_clinic("Licensed", covers=["US-TX"])
    make_clinic("In person", remote="no", in_person="yes", at=AUSTIN)
    make_clinic("Books only", type="appointment-booking")
    make_clinic("Half", services=[assumed, {"covers": ["US-TX"]}])

    assert set(titles("coverage")) == {"Assumed", "Half"}


def test_clinics_are_to_be_checked_by_their_age(make_clinic, run):
    now = timezone.now()
    for days in (10, 100, 200, 400):
        make_clinic(f"{days} days", verified_at=now - timedelta(days=days))
    make_clinic("Never", source=run.source_id)

    assert set(titles("stale")) == {"100 days", "200 days", "400 days", "Never"}
    assert titles("stale", step="aging") == ["100 days"]
    assert titles("stale", step="stale") == ["200 days"]
    assert titles("stale", step="expired") == ["400 days"]
    assert titles("stale", step="listed") == ["Never"]


def test_what_a_sample_vouched_for_is_told_from_what_was_checked(make_clinic):
    long_ago = timezone.now() - timedelta(days=100)
    make_clinic("River", verified_at=long_ago, verified_method="sampled")

    assert why("stale").startswith("Never checked itself; accepted by a sample on")


def test_what_was_reported_is_checked_first(make_clinic):
    make_clinic("Quiet")
    report(make_clinic("Reported"))

    assert titles("stale") == ["Reported", "Quiet"]


# --- What others say ---------------------------------------------------------------


def test_a_listing_waits_once_for_its_site(record):
    waiting = {"match": SourceRecord.Match.WAITING, "candidates": [{"clinic": 1}]}
    first = record("river clinic|1 main st", **waiting)
    record("river clinic|1 main st", **waiting)
    record("hill clinic|2 oak st", **waiting)
    record("known clinic|3 elm st")

    queue = queues.QUEUES["matches"]
    assert [row.site_key for row in queue.waiting()] == [
        "river clinic|1 main st",
        "hill clinic|2 oak st",
    ]
    assert queue.waiting()[0] == first


def test_pairs_come_likeliest_first_until_somebody_decided(make_clinic):
    a, b, c, d = (make_clinic(name) for name in "ABCD")
    pair(a, b, likeness=0.5)
    pair(a, c, likeness=0.9)
    pair(a, d, likeness=1, state="different", decided_at=timezone.now())

    assert titles("duplicates") == ["A = C?", "A = B?"]


def test_reports_come_oldest_first_until_somebody_decided(make_clinic):
    now = timezone.now()
    report(make_clinic("New"), sent_at=now)
    report(make_clinic("Old"), sent_at=now - timedelta(days=9), topics=["phone"])
    report(make_clinic("Done"), decision="accepted", decided_at=now)
    report(None, sent_at=now)

    assert titles("reports")[0] == "Old"
    assert len(titles("reports")) == 3
    assert titles("reports", step="missing") == ["A clinic that we do not have"]


def test_open_proposals_wait(make_clinic, record):
    proposal(record(clinic=make_clinic("River")))
    proposal(
        record("b", clinic=make_clinic("Hill")),
        decision="rejected",
        decided_at=timezone.now(),
    )

    assert titles("proposals") == ["River"]
    assert why("proposals").endswith("says its website otherwise.")


# --- All of them -------------------------------------------------------------------


@pytest.fixture
def some_of_each(make_clinic, record, run):
    """A function: so many items in every queue."""

    def make(number: int) -> None:
        for each in range(number):
            clinic = make_clinic(
                f"No. {each}",
                street="1 Main St",
                website=f"https://{each}.example/",
                covers=["US-TX"],
                basis="unknown",
                in_person="yes",
            )
            placed = make_clinic(f"Placed {each}", at=TULSA, city="Tulsa")
            Inspection.objects.update_or_create(
                clinic=placed, defaults={"at": timezone.now(), "lies_in": "US-OK"}
            )
            record(f"{each} a", clinic=clinic, vanished_in=run)
            record(f"{each} b", match="waiting", candidates=[{"clinic": 1}])
            proposal(record(f"{each} c", clinic=placed))
            report(clinic, topics=["phone", "unheard-of"])
            pair(clinic, placed)
            broken(clinic)

    return make


@pytest.mark.parametrize("code", queues.QUEUES)
def test_items_cost_three_queries_however_many_there_are(
    code, some_of_each, person, django_assert_num_queries
):
    some_of_each(3)
    queue = queues.QUEUES[code]

    with django_assert_num_queries(3):
        items = queue.items(queue.some(queue.waiting(), 0, 50), person)

    assert [item.key for item in items] == queue.free_keys(person)

    assert len(items) >= 3
    assert all(item.title and item.why and item.address for item in items)


@pytest.mark.parametrize("code", queues.QUEUES)
def test_an_item_of_each_queue_is_found_by_its_key(code, some_of_each, person):
    some_of_each(1)
    queue = queues.QUEUES[code]
    item = queue.items(queue.waiting(), person)[0]

    assert queue.has(item.key)
    assert not queue.has("0")
    assert not queue.has("no number")
    assert not queue.has("9" * 40)


@pytest.mark.parametrize("code", queues.QUEUES)
def test_a_count_stops_where_it_tells_no_more(
    code, some_of_each, django_assert_num_queries
):
    some_of_each(3)

    with django_assert_num_queries(1):
        count = counted(queues.QUEUES[code].waiting(), most=2)

    assert (count.number, count.is_more, str(count)) == (2, True, "2+")


def test_a_region_narrows_a_queue(make_clinic):
    make_clinic("Texas", street="1 Main St", region="US-TX")
    make_clinic("Ohio", street="1 Main St", region="US-OH")

    assert titles("no-point", region="US-OH") == ["Ohio"]


# --- The next one ------------------------------------------------------------------


@pytest.fixture
def three(make_clinic):
    return [str(report(make_clinic(name)).pk) for name in "ABC"]


def test_the_next_item_is_the_first_that_nobody_else_has(three, person, curator):
    queues.claim("reports", three[0], by=curator)
    queues.claim("reports", three[1], by=person)

    assert queues.QUEUES["reports"].free_keys(person) == three[1:]


def test_after_an_item_comes_the_one_behind_it_and_at_the_end_the_first(three, person):
    queue = queues.QUEUES["reports"]

    assert queue.free_keys(person, after=three[0]) == three[1:]
    assert queue.free_keys(person, after=three[2]) == three[:2]
    assert queue.free_keys(person, after="0") == three
