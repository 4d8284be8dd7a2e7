"""Those near, and all who treat the region added up, are what one look at all finds."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from locator.models import Clinic, SearchPack, User
from locator.search import entries, filling, find, groups, packs, regional
from locator.search.query import Visit

from .drawn import queries
from .test_everywhere import looked_at_all
from .test_find_in_a_crowd import make_one

# Ids that lie in packs of their own, and some that share one.
FAR_APART = 1 << packs.CLINICS_SHIFT


@pytest.fixture(scope="module", autouse=True)
def small():
    """Sizes at which a few clinics are many, in several groups."""
    patch = pytest.MonkeyPatch()
    patch.setattr(regional, "MANY", 1)
    patch.setattr(groups, "AT_ONCE", 8)
    patch.setattr(groups, "BEST", 3)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def strewn(django_db_setup, django_db_blocker):
    """Clinics in several packs, of which some are stale."""
    chance = random.Random(6)
    with django_db_blocker.unblock():
        for number in range(90):
            make_one(number, chance, pk=FAR_APART * (number % 5 + 1) + number)
        filling.fill_all()
        pks = sorted(SearchPack.objects.values_list("pk", flat=True))
        packs.make_stale(chance.sample(pks, len(pks) // 5))
        yield
        Clinic.objects.all().delete()
        User.objects.all().delete()
        entries.rebuild_all()


@st.composite
def regional_queries(draw):
    asked = draw(queries())
    region = draw(st.sampled_from(["US-TX", "US-TX", "US-OK", "IN-KA", "US-WY"]))
    page, size = draw(st.sampled_from([(1, 20), (1, 3), (2, 5), (9, 7)]))
    return replace(asked, region=region, words=(), page=page, page_size=size)


@settings(max_examples=200)
@given(regional_queries())
def test_what_is_added_up_is_what_a_look_at_all_finds(strewn, db, query):
    told = regional.look(query, counted=True)

    if told is None:
        # Too few are near for a radius: all have to be looked at.
        assert replace(query, visit=Visit.ANY).is_widening
        return
    whole, counted = looked_at_all(query)
    assert told.total == whole.total
    assert told.used_km == whole.used_km
    assert told.more_remote_beyond == whole.more_remote_beyond
    assert told.more_other_telehealth == whole.more_other_telehealth
    assert told.left_out_unstated == whole.left_out_unstated
    assert not +told.more_in_subdivisions
    last = query.page * query.page_size
    first = last - query.page_size
    assert told.hits(first, last) == whole.hits(first, last)
    assert {name: +each for name, each in told.counts.items()} == {
        name: +each for name, each in counted.items()
    }


@settings(max_examples=60)
@given(regional_queries())
def test_uncounted_it_finds_the_same(strewn, db, query):
    found = find(query)

    whole = looked_at_all(query)[0]
    first = (query.page - 1) * query.page_size
    assert (found.total, found.used_km) == (whole.total, whole.used_km)
    assert found.hits == whole.hits(first, first + query.page_size)
