"""Packs are what their entries are, or stale; a search sees the truth of one moment."""

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from locator.geo import Point, band
from locator.models import Clinic, Door, SearchEntry, SearchPack
from locator.search import entries, filling, find, packs
from locator.search.query import SearchQuery, Visit
from tests.making import at_once

from ..workers import environment, wait_until

NOW = datetime(2026, 3, 1, tzinfo=UTC)
AUSTIN, WACO = (30.267, -97.743), (31.549, -97.147)


def in_texas(**parts):
    return SearchQuery(now=NOW, **{"point": Point(*AUSTIN), "region": "US-TX"} | parts)


def found(**parts):
    """The ids that a search finds, and how many it counts."""
    results = find(in_texas(**parts), counted=True)
    assert results.total == len(results.hits)
    return sorted(hit.clinic_id for hit in results.hits)


def read(query, km):
    """What is read by packs, in an order that means nothing."""
    found = packs.fetch(entries.packs_within(query, km)).entries()
    return sorted(entry.tobytes() for entry in found)


def read_row_by_row(query, km):
    """The same, made of the rows of the packs that are in question."""
    asked = entries.packs_within(query, km).packs.values("pk")
    own = SearchEntry.objects.exclude(door=Door.COVERAGE).filter(home_id__in=asked)
    covering = SearchEntry.objects.filter(pack_id__in=asked)
    rows = own.values_list("packed").union(covering.values_list("packed"), all=True)
    return sorted(bytes(value) for (value,) in rows)


@pytest.fixture
def a_few(make_clinic):
    """Clinics of each kind of door, in three states."""
    with at_once():
        return [
            make_clinic("Both", at=AUSTIN, in_person="yes", covers=["US-TX", "US-OK"]),
            make_clinic("Far", at=WACO, in_person="yes", remote="no"),
            make_clinic("Remote", in_person="no", covers=["US", "US-TX"]),
            make_clinic("Nowhere", remote="no", in_person="yes"),
            make_clinic("Booking", type="appointment-booking", in_person="no"),
            make_clinic(
                "Elsewhere", at=(36.15, -95.99), region="US-OK", in_person="yes"
            ),
        ]


# --- Which pack --------------------------------------------------------------------


def test_clinics_lie_whole_where_they_are_at_home(a_few):
    for clinic in a_few:
        homes = set(clinic_entries(clinic).values_list("home_id", flat=True))

        pack = SearchPack.objects.get(pk=homes.pop())
        assert not homes
        if clinic.longitude is None:
            assert (pack.door, pack.column) == (Door.PLAIN, None)
        else:
            assert (pack.door, pack.band) == (Door.SITE, band(clinic.latitude))
            assert pack.column / 10 - 180 == pytest.approx(clinic.longitude, abs=0.1)


def test_coverage_doors_lie_by_their_region_as_well(a_few):
    for entry in SearchEntry.objects.filter(door=Door.COVERAGE):
        pack = SearchPack.objects.get(pk=entry.pack_id)

        assert (pack.door, pack.region) == (Door.COVERAGE, entry.region)
    others = SearchEntry.objects.exclude(door=Door.COVERAGE)
    assert set(others.values_list("pack_id", flat=True)) == {None}


def clinic_entries(clinic):
    return SearchEntry.objects.filter(clinic=clinic)


@pytest.mark.parametrize("longitude", [-180.0, -0.05, 0.0, 97.74, 180.0])
def test_the_whole_globe_has_columns(longitude):
    assert 0 <= packs.column_of(longitude) < packs.COLUMNS


# --- Reading -----------------------------------------------------------------------

QUESTIONS = [
    (in_texas(), 40.0),
    (in_texas(), 300.0),
    (in_texas(), None),
    (in_texas(visit=Visit.REMOTE), None),
    (in_texas(also=("US-OK",)), 100.0),
    (in_texas(point=None, is_area=True), None),
    (in_texas(point=None, is_area=True, region="US"), None),
]


@pytest.mark.parametrize(("query", "km"), QUESTIONS)
def test_whatever_is_stale_the_same_is_read(a_few, query, km):
    true = read_row_by_row(query, km)
    pks = sorted(SearchPack.objects.values_list("pk", flat=True))
    drawn = random.Random(7)
    assert len(true)

    for share in (1, 0.7, 0.3, 0):
        filling.fill_all()
        packs.make_stale(drawn.sample(pks, round(share * len(pks))))
        assert read(query, km) == true


def test_a_search_reads_filled_packs_and_no_entries(a_few, django_assert_num_queries):
    filling.fill_all()
    SearchEntry.objects.all().delete()

    with django_assert_num_queries(1):
        both = packs.fetch(entries.packs_within(in_texas(), 40.0))

    assert set(both["clinic"]) == {a_few[0].pk, a_few[2].pk, a_few[4].pk}


def test_values_can_be_dropped_while_the_site_serves(a_few):
    filling.fill_all()
    before = found()

    SearchPack.objects.update(entries=None, digest=None, count=None)

    assert found() == before
    filling.fill_all()
    assert found() == before
    assert packs.count_stale() == 0


# --- Writing -----------------------------------------------------------------------


def test_a_change_is_found_before_and_after_its_packs_are_filled(a_few, make_clinic):
    filling.fill_all()
    both = a_few[0]
    Clinic.objects.filter(pk=both.pk).update(latitude=WACO[0], longitude=WACO[1])

    entries.rebuild([both.pk])

    assert found(visit=Visit.IN_PERSON, within_km=30) == []
    filling.fill_all()
    assert found(visit=Visit.IN_PERSON, within_km=30) == []
    assert packs.count_stale() == 0


@pytest.mark.parametrize("gone", ["the clinic", "its service", "its publication"])
def test_what_goes_leaves_the_packs_it_was_in(a_few, gone):
    filling.fill_all()
    both = a_few[0]

    match gone:
        case "the clinic":
            Clinic.objects.filter(pk=both.pk).delete()
        case "its service":
            both.services.all().delete()
        case _:
            Clinic.objects.filter(pk=both.pk).update(status="draft")
    entries.rebuild([both.pk])

    assert both.pk not in found()
    filling.fill_all()
    assert both.pk not in found()
    assert list(packs.differences()) == []


def test_a_pack_that_holds_nothing_any_more_goes(a_few):
    filling.fill_all()
    SearchEntry.objects.all().delete()
    pks = set(SearchPack.objects.values_list("pk", flat=True))

    packs.make_stale(pks)
    filling.fill_all()

    assert not SearchPack.objects.exists()


def test_where_nothing_is_stale_no_transaction_begins(a_few, django_assert_num_queries):
    filling.fill_all()

    with django_assert_num_queries(1):
        assert packs.fill() == 0


def test_only_what_was_asked_is_filled(a_few):
    one = SearchPack.objects.order_by("pk").values_list("pk", flat=True)[1]

    assert packs.fill([one]) == 1

    filled = SearchPack.objects.exclude(entries=None)
    assert [pack.pk for pack in filled] == [one]


# --- Proving -----------------------------------------------------------------------

WRONGS = {
    "a pack is not there": (lambda pack: pack.delete(), "is not there"),
    "a pack says another thing": (
        lambda pack: SearchPack.objects.filter(pk=pack.pk).update(entries=b""),
        "is not what its entries are",
    ),
    "a pack says that it is another": (
        lambda pack: SearchPack.objects.filter(pk=pack.pk).update(digest=1),
        "is not what its entries are",
    ),
    "a pack lies elsewhere": (
        lambda pack: SearchPack.objects.filter(pk=pack.pk).update(region=1),
        "its region is not what its id says",
    ),
    "an entry is in another pack": (
        lambda pack: SearchEntry.objects.filter(pack_id=pack.pk).update(pack_id=1),
        "pack_id is 1",
    ),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_what_is_wrong_is_named_and_reindexing_mends_it(a_few, wrong):
    filling.fill_all()
    assert entries.differences() == []
    do, sentence = WRONGS[wrong]

    do(SearchPack.objects.filter(door=2).first())

    assert sentence in " ".join(entries.differences())
    entries.rebuild_all()
    assert entries.differences() == []
    assert packs.count_stale() == 0


# --- At once -----------------------------------------------------------------------

CHANGES_ONE = """
import sys
import django
django.setup()
from django.db import transaction
from locator.models import Clinic
from locator.search import entries
pk = int(sys.argv[1])
with transaction.atomic():
    Clinic.objects.filter(pk=pk).update(latitude=31.549, longitude=-97.147)
    entries.rebuild([pk])
    print("changed", flush=True)
    sys.stdin.readline()
print("committed", flush=True)
"""

FILLS = """
import time
import django
django.setup()
from django.db import transaction
from locator.search import packs
with transaction.atomic():
    print(packs.fill(), flush=True)
    time.sleep(60)
"""


def started(program, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


NEAR = {"visit": Visit.IN_PERSON, "within_km": 30}


@pytest.mark.django_db(transaction=True)
def test_a_reader_sees_what_was_before_a_writer_commits_and_then_what_is(a_few):
    filling.fill_all()
    both = a_few[0].pk
    assert found(**NEAR) == [both]

    with started(CHANGES_ONE, both) as writer:
        assert writer.stdout.readline() == "changed\n"
        assert found(**NEAR) == [both]
        if connection.vendor == "postgresql":
            # SQLite would let nobody write till the writer is done.
            filling.fill_all()
            assert found(**NEAR) == [both]
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "committed\n"
        assert found(**NEAR) == []
        filling.fill_all()
        assert found(**NEAR) == []

    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_killed_was_never_there(a_few):
    filling.fill_all()
    both = a_few[0].pk

    with started(CHANGES_ONE, both) as writer:
        assert writer.stdout.readline() == "changed\n"
        writer.send_signal(signal.SIGKILL)

    wait_until(lambda: found(**NEAR) == [both], "the change to be taken back")
    assert packs.count_stale() == 0
    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_filling_that_is_killed_leaves_stale_packs_to_the_next(a_few):
    packs.make_stale(SearchPack.objects.values_list("pk", flat=True))
    stale, before = packs.count_stale(), found()

    with started(FILLS) as filler:
        assert int(filler.stdout.readline()) > 0
        assert found() == before
        filler.send_signal(signal.SIGKILL)

    wait_until(lambda: packs.count_stale() == stale, "the packs to be stale again")
    assert found() == before
    # PostgreSQL takes a moment to see that the one who held them is gone.
    wait_until(lambda: packs.fill() or not packs.count_stale(), "packs to be filled")
    filling.fill_all()
    assert packs.count_stale() == 0
    assert found() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one writer in at a time"
)
def test_a_filler_leaves_what_a_writer_holds_alone(a_few):
    filling.fill_all()
    both = a_few[0].pk

    with started(CHANGES_ONE, both) as writer:
        assert writer.stdout.readline() == "changed\n"
        begun = time.monotonic()
        assert packs.fill() == 0
        assert time.monotonic() - begun < 5
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "committed\n"

    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_committed_change_fills_its_packs(a_few):
    filling.fill_all()

    with transaction.atomic():
        entries.rebuild([a_few[0].pk])
        assert packs.count_stale() > 0

    assert packs.count_stale() == 0
