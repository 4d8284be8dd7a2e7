"""A look at every part finds what a look at all entries at once finds."""

import random
from dataclasses import replace

import numpy as np
import pytest
from django.db.models import Q
from hypothesis import given, settings

from locator.geo import Point
from locator.models import Clinic, SearchPart, User
from locator.search import entries, filling, find, finding, parts
from locator.search.counting import counts
from locator.search.engine import Radii, match
from locator.search.everywhere import look
from locator.search.names import folded, named_by
from locator.search.opening import open_at
from locator.search.query import SearchQuery
from tests.making import at_once

from .drawn import NOW, as_entries, names, queries
from .plain import PlainClinic, PlainService
from .test_find_in_a_crowd import make_one

# Ids that lie in parts of their own, and two that share one.
FAR_APART = 1 << parts.CLINICS_SHIFT


@pytest.fixture(scope="module")
def strewn(django_db_setup, django_db_blocker):
    """Clinics in several parts, of which every second is stale."""
    chance = random.Random(5)
    with django_db_blocker.unblock():
        with at_once():
            for number in range(60):
                make_one(number, chance, pk=FAR_APART * (number % 7 + 1) + number)
        filling.fill_all()
        some = list(SearchPart.objects.order_by("pk").values_list("pk", flat=True)[::2])
        SearchPart.objects.filter(pk__in=some).update(entries=None, sums=None)
        yield
        Clinic.objects.all().delete()
        User.objects.all().delete()
        entries.rebuild_all()
        SearchPart.objects.all().delete()


def looked_at_all(query):
    """The matches that all entries at once have for `query`, and their counts."""
    everything = entries.fetch(Q()).entries
    open_hours = open_at(query.now, everything)
    matches = match(
        everything,
        query,
        names=folded,
        named=named_by(query.words) if query.words else None,
        open_hours=open_hours,
    )
    return matches, counts(matches.reading, matches.used_km, open_hours)


@settings(max_examples=60)
@given(queries())
def test_parts_add_up_to_the_whole(strewn, db, query):
    told = look(query, finding.radii(query), counted=True)

    whole, counted = looked_at_all(query)
    assert told.total == whole.total
    assert told.used_km == whole.used_km
    assert told.more_remote_beyond == whole.more_remote_beyond
    assert told.more_other_telehealth == whole.more_other_telehealth
    assert told.left_out_unstated == whole.left_out_unstated
    assert told.more_in_subdivisions == whole.more_in_subdivisions
    assert told.hits(0, query.page_size) == whole.hits(0, query.page_size)
    assert {name: +each for name, each in told.counts.items()} == {
        name: +each for name, each in counted.items()
    }


def test_a_part_without_silence_tells_who_the_silence_of_others_leaves_out():
    far_away = PlainClinic(
        id=1,
        name="Far",
        point=Point(36.9, -97.743),
        services=[PlainService(id=1, remote="no", in_person="yes")],
    )
    query = SearchQuery(now=NOW, point=Point(30.267, -97.743), region="US-TX")

    told = match(
        as_entries([far_away]),
        query,
        names=names([far_away]),
        radii=Radii(used_km=None, silent_km=80.0, either_km=None),
    )

    assert (told.total, told.more_unstated) == (1, -1)


@settings(max_examples=15)
@given(queries())
def test_every_page_is_that_of_the_whole(strewn, db, query):
    query = replace(query, point=None, region="", page_size=7)

    pages = [find(replace(query, page=page)).hits for page in (1, 2, 9)]

    whole = looked_at_all(query)[0]
    assert pages == [whole.hits(first, first + 7) for first in (0, 7, 56)]


@settings(max_examples=15)
@given(queries())
def test_a_map_of_all_parts_has_the_clinics_of_the_whole(strewn, db, query):
    told = look(query, finding.radii(query), is_page=False)

    whole = looked_at_all(query)[0]
    placed, expected = told.placed(), whole.placed()
    assert placed.clinics.tolist() == expected.clinics.tolist()
    assert np.array_equal(placed.points, expected.points, equal_nan=True)
    some = placed.clinics[::2]
    assert some[told.order_of(some)].tolist() == [
        pk for pk in whole.clinics() if pk in set(some.tolist())
    ]
