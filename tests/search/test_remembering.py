"""The same question again, and when it is answered anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from locator.geo import Point
from locator.models import DataVersion, Versioned
from locator.search import find, remembering
from locator.search.query import SearchQuery
from locator.search.remembering import Memory

from .drawn import NOW

QUERY = SearchQuery(now=NOW, point=Point(30.267, -97.743), region="US-TX")


def versions():
    return dict(DataVersion.objects.values_list("part", "token"))


def test_a_question_that_was_asked_before_asks_nothing_of_the_database(
    make_clinic, django_assert_num_queries
):
    make_clinic(covers=["US-TX"])
    tokens = versions()
    first = remembering.find(QUERY, tokens, counted=True)

    with django_assert_num_queries(0):
        second = remembering.find(QUERY, tokens, counted=True)

    assert second == first == find(QUERY, counted=True)


@pytest.mark.parametrize(
    "parts", [{"page": 2}, {"now": NOW + timedelta(minutes=15)}, {"accepting": True}]
)
def test_another_question_has_its_own_answer(make_clinic, parts):
    make_clinic(covers=["US-TX"])
    remembering.find(QUERY, versions())
    other = replace(QUERY, **parts)

    assert remembering.find(other, versions()) == find(other)


def test_a_change_is_told_at_once(make_clinic):
    make_clinic(covers=["US-TX"])
    assert remembering.find(QUERY, versions()).total == 1

    make_clinic("Another", covers=["US-TX"])

    assert remembering.find(QUERY, versions()).total == 2


def test_what_has_no_token_is_not_remembered(make_clinic):
    make_clinic(covers=["US-TX"])
    DataVersion.objects.filter(part=Versioned.CLINICS).delete()
    hits, misses = remembering.tally()

    remembering.find(QUERY, versions())
    remembering.find(QUERY, versions())

    assert remembering.tally() == (hits, misses)


def test_hits_and_misses_are_counted(make_clinic):
    make_clinic(covers=["US-TX"])
    hits, misses = remembering.tally()

    for _ in range(3):
        remembering.find(QUERY, versions())

    assert remembering.tally() == (hits + 2, misses + 1)


def test_what_was_asked_longest_ago_is_forgotten_first():
    memory, made = Memory(most_bytes=20), []

    def ask(key):
        return memory.of(key, lambda: made.append(key) or key, lambda _: 10)

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)

    assert made == ["a", "b", "c", "b"]
    assert memory.bytes == 20


def test_what_is_too_large_to_remember_is_answered_all_the_same():
    memory = Memory(most_bytes=20)

    assert memory.of("large", lambda: "answer", lambda _: 30) == "answer"
    assert memory.bytes == 0
