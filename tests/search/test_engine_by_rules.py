"""The matcher held against the rules, written down again as a naive oracle."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.search.engine import match

from . import plain
from .drawn import as_entries, named, names, open_hours, queries, worlds


def matched(clinics, query, entries=None):
    return match(
        as_entries(clinics) if entries is None else entries,
        query,
        names=names(clinics),
        named=named(clinics),
        open_hours=open_hours(clinics),
    )


@given(worlds(), queries())
def test_the_matcher_answers_as_the_rules_do(clinics, query):
    matches = matched(clinics, query)

    told = plain.search(clinics, query)
    assert matches.clinics() == told.ids
    assert matches.used_km == told.used_km
    assert matches.more_remote_beyond == told.beyond
    assert matches.more_other_telehealth == told.other_telehealth
    assert matches.left_out_unstated == told.left_out
    assert matches.more_in_subdivisions == told.in_subdivisions


@given(worlds(), queries())
def test_every_hit_says_by_which_ways_and_services_it_came(clinics, query):
    matches = matched(clinics, query)

    hits = matches.hits(0, matches.total)
    for hit, found in zip(hits, plain.search(clinics, query).found, strict=True):
        assert hit.clinic_id == found.clinic.id
        assert hit.km == pytest.approx(found.km, abs=0.001)
        assert (hit.is_remote, hit.is_in_person) == (
            found.is_remote,
            found.is_in_person,
        )
        assert {said_of(service) for service in hit.services} == expected_of(found)
        assert is_led_by_the_best(hit, found, query)


def said_of(service):
    basis = "" if service.basis.name == "NONE" else service.basis.name.lower()
    return (
        service.service_id,
        service.is_remote,
        service.is_in_person,
        service.is_unstated,
        service.is_other_telehealth,
        (basis, service.region),
    )


def expected_of(found):
    by_service = {}
    for way in found.ways:
        by_service.setdefault(way.service.id, []).append(way)
    return {
        (
            number,
            any(way.is_remote for way in ways),
            any(not way.is_remote for way in ways),
            not any(way.is_stated for way in ways),
            not any(way.treats for way in ways),
            next(((way.basis, way.region) for way in ways if way.is_remote), ("", "")),
        )
        for number, ways in by_service.items()
    }


def is_led_by_the_best(hit, found, query):
    places = {}
    for way in found.ways:
        place = plain.place(way, found.clinic, query)
        places.setdefault(way.service.id, []).append(place)
    lead = min(places[hit.services[0].service_id])
    return lead == min(min(each) for each in places.values())


@given(worlds(), queries(), st.integers(1, 5))
def test_pages_neither_lose_nor_repeat_a_clinic(clinics, query, size):
    matches = matched(clinics, query)

    pages = [
        [hit.clinic_id for hit in matches.hits(first, first + size)]
        for first in range(0, matches.total + size, size)
    ]
    assert [each for page in pages for each in page] == matches.clinics()
    assert len(set(matches.clinics())) == matches.total
    assert pages[-1] == []


@given(worlds(), queries(), st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing(clinics, query, chance: random.Random):
    entries = as_entries(clinics)
    shuffled = list(range(len(entries)))
    chance.shuffle(shuffled)

    one = matched(clinics, query, entries)
    other = matched(clinics, query, entries[shuffled])

    assert one.hits(0, one.total) == other.hits(0, other.total)
