"""Groups of packs are asked once, as long as they stay as they are."""

from dataclasses import replace

import pytest

from locator.geo import Point
from locator.models import Clinic, Door, SearchPack
from locator.search import entries, filling, find, groups, packs, regional
from locator.search.groups import Asked, ChangedError, Question
from locator.search.query import SearchQuery, Visit

from .drawn import NOW

# Ids that lie in packs of their own.
FAR_APART = 1 << packs.CLINICS_SHIFT


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Sizes at which a few clinics are many, each in a group of its own."""
    monkeypatch.setattr(regional, "MANY", 1)
    monkeypatch.setattr(groups, "AT_ONCE", 1)


@pytest.fixture
def treating(make_clinic):
    """Four clinics that treat Texas, each in a group of its own, all packs filled."""
    made = [
        make_clinic(f"{number} Clinic", pk=FAR_APART * 9 * number, covers=["US-TX"])
        for number in range(1, 5)
    ]
    filling.fill_all()
    return made


REMOTE = SearchQuery(
    now=NOW, point=Point(30.267, -97.743), region="US-TX", visit=Visit.REMOTE
)


def test_what_is_remembered_is_not_read_again(treating, django_assert_num_queries):
    before = find(REMOTE)

    # How many treat the region, what their packs are, and the page.
    with django_assert_num_queries(3):
        again = find(replace(REMOTE, point=Point(33.0, -97.0)))

    assert again.total == before.total == 4


def test_a_change_has_its_group_alone_read_again(treating, django_assert_num_queries):
    find(REMOTE)
    Clinic.objects.filter(pk=treating[3].pk).update(name="0 Clinic")
    entries.rebuild([treating[3].pk])
    filling.fill_all()

    with django_assert_num_queries(4):
        again = find(REMOTE)

    order = [treating[at].pk for at in (3, 0, 1, 2)]
    assert [hit.clinic_id for hit in again.hits] == order


def test_a_stale_pack_is_asked_as_it_is_now(treating, make_clinic):
    find(REMOTE)
    other = make_clinic("5 Clinic", pk=treating[0].pk + 1, covers=["US-TX"])
    packs.make_stale(SearchPack.objects.values_list("pk", flat=True))

    assert other.pk in [hit.clinic_id for hit in find(REMOTE).hits]


def test_packs_that_changed_since_they_were_looked_at_are_not_taken(treating):
    covering = entries.coverage_doors(REMOTE)
    looked = packs.look(packs.Doors(None, covering))
    Clinic.objects.filter(pk=treating[0].pk).update(name="Another")
    entries.rebuild([treating[0].pk])
    filling.fill_all()

    with pytest.raises(ChangedError):
        Asked(looked, Question(REMOTE, counted=False), [Door.COVERAGE])


def test_what_is_forgotten_is_asked_again(treating, django_assert_num_queries):
    before = find(REMOTE)

    groups.forget()

    # Four groups, which are read now.
    with django_assert_num_queries(3 + 4):
        assert find(REMOTE) == before


def test_few_are_read_at_once(treating, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(regional, "MANY", 5)

    # How many treat the region, and they.
    with django_assert_num_queries(2):
        assert find(REMOTE).total == 4
