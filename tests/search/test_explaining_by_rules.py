"""What is said of an empty page held against the naive oracle."""

from dataclasses import replace

from hypothesis import given

from locator.search.explaining import explained
from locator.search.query import Sort, Visit

from . import plain
from .drawn import as_entries, named, names, open_hours, queries, worlds


def explanation(clinics, query):
    return explained(
        as_entries(clinics),
        query,
        names=names(clinics),
        named=named(clinics),
        open_hours=open_hours(clinics),
    )


@given(worlds(), queries())
def test_each_answer_says_how_many_match_without_it_alone(clinics, query):
    told = explanation(clinics, query)

    assert told.removed == plain.removed(clinics, query)


@given(worlds(), queries())
def test_silence_on_each_answer_is_counted_apart(clinics, query):
    told = explanation(clinics, query)

    assert told.silent == plain.silent(clinics, query)


@given(worlds(), queries())
def test_what_lies_around_is_what_the_rules_find(clinics, query):
    told = explanation(clinics, query)

    here = replace(query, visit=Visit.REMOTE)
    assert told.remote_here == len(plain.matching(clinics, here).found)
    assert told.remote_anywhere == plain.remote_anywhere(clinics, query)
    assert told.remote_in_region == plain.remote_in_region(clinics, query)
    assert told.in_person_near == plain.in_person_near(clinics, query)


@given(worlds(), queries())
def test_the_nearest_match_without_the_answer_that_removes_most(clinics, query):
    told = explanation(clinics, query)

    most = max(told.removed.values(), default=0)
    hits = [hit.clinic_id for hit in told.nearest]
    if not most:
        assert (told.nearest_without, hits) == ("", [])
    else:
        assert told.removed[told.nearest_without] == most
        sort = Sort.BEST if query.is_area or query.point is None else Sort.DISTANCE
        without = replace(plain.without(query, told.nearest_without), sort=sort)
        assert hits == plain.matching(clinics, without).ids[:3]
