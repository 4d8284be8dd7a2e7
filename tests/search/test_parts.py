"""Parts are what their entries are, or stale, and every clinic is in one."""

import signal

import pytest
from django.db import connection

from locator.models import SearchPart
from locator.search import entries, filling, find, finding, parts
from locator.search.everywhere import look
from locator.search.holdings import Holdings
from locator.search.query import SearchQuery
from locator.search.sums import Sums
from tests.making import make_clinic

from ..workers import wait_until
from .drawn import NOW
from .test_packs import started

EVERYWHERE = SearchQuery(now=NOW)
# The first id of the second part.
FAR_APART = 1 << parts.CLINICS_SHIFT


def test_clinics_that_change_under_a_look_are_looked_at_once_more(db, monkeypatch):
    make_clinic("Before", covers=["US-TX"])
    looked = []

    def look_while_somebody_saves(query, radii, **how):
        if not looked:
            make_clinic("Meanwhile", covers=["US-TX"])
        looked.append(query)
        return look(query, radii, **how)

    monkeypatch.setattr(finding, "look", look_while_somebody_saves)

    assert find(EVERYWHERE).total == 2
    assert len(looked) == 2


# --- Parts kept true -----------------------------------------------------------------


def test_a_change_makes_only_its_own_part_stale(db):
    for pk in (7, FAR_APART, 5 * FAR_APART):
        make_clinic(f"Clinic {pk}", pk=pk, covers=["US-TX"])
    filling.fill_all()

    entries.rebuild([FAR_APART])

    stale = SearchPart.objects.filter(entries=None)
    assert list(stale.values_list("pk", flat=True)) == [1]
    assert filling.count_stale() >= 1
    assert entries.differences() == []


def test_a_filled_part_is_what_its_entries_are(db):
    clinic = make_clinic(covers=["US-TX"])
    filling.fill_all()
    assert entries.differences() == []

    own = SearchPart.objects.filter(pk=parts.part_of(clinic.pk))
    own.update(entries=b"", sums=Sums().as_json())
    told = entries.differences()

    part = parts.part_of(clinic.pk)
    assert told == [
        f"Part {part}: its entries are not what they should be.",
        f"Part {part}: its sums are not what they should be.",
    ]


def test_a_part_that_is_gone_is_missed(db):
    clinic = make_clinic(covers=["US-TX"])
    SearchPart.objects.all().delete()

    assert entries.differences() == [f"Part {parts.part_of(clinic.pk)}: missing."]


def test_values_that_are_dropped_change_no_answer(db):
    make_clinic(covers=["US-TX"])
    filling.fill_all()
    before = find(EVERYWHERE, counted=True)

    SearchPart.objects.update(entries=None, sums=None)

    assert find(EVERYWHERE, counted=True) == before


# --- At once -------------------------------------------------------------------------

WITHDRAWS_ONE = """
import sys
import django
django.setup()
from django.db import transaction
from locator.models import Clinic
from locator.search import entries
pk = int(sys.argv[1])
with transaction.atomic():
    Clinic.objects.filter(pk=pk).update(status="draft")
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
from locator.search import parts
with transaction.atomic():
    print(parts.fill(), flush=True)
    time.sleep(60)
"""


def counted():
    """Clinics as a search and as the holdings count them."""
    return find(EVERYWHERE).total, Holdings.read().clinics


@pytest.mark.django_db(transaction=True)
def test_a_change_is_counted_from_its_commit_on_whoever_fills_meanwhile(make_clinic):
    make_clinic("Stays", covers=["US-TX"])
    goes = make_clinic("Goes", covers=["US-TX"])
    filling.fill_all()

    with started(WITHDRAWS_ONE, goes.pk) as writer:
        assert writer.stdout.readline() == "changed\n"
        assert counted() == (2, 2)
        if connection.vendor == "postgresql":
            # SQLite would let nobody write till the writer is done.
            filling.fill_all()
            assert counted() == (2, 2)
        writer.stdin.write("\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "committed\n"
        assert counted() == (1, 1)
        filling.fill_all()
        assert counted() == (1, 1)

    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
def test_a_part_whose_filling_is_killed_is_filled_by_the_next(make_clinic):
    make_clinic(covers=["US-TX"])
    parts.make_stale(SearchPart.objects.values_list("pk", flat=True))

    with started(FILLS) as filler:
        assert int(filler.stdout.readline()) == 1
        assert counted() == (1, 1)
        filler.send_signal(signal.SIGKILL)

    # PostgreSQL takes a moment to see that the one who held it is gone.
    wait_until(lambda: parts.fill() or not parts.count_stale(), "the part to be filled")
    assert counted() == (1, 1)
    assert entries.differences() == []
