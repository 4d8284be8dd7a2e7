"""The counts held against the naive oracle, which really asks each option alone."""

from dataclasses import replace

from hypothesis import given

from locator.search.counting import counts
from locator.search.engine import match

from . import plain
from .drawn import as_entries, named, names, open_hours, queries, worlds

# Those that the worlds have, and beside them one that nobody states.
BITS = {parameter: [0, 1, 2, 3] for parameter in plain.SETS}
BITS |= {"language": [0, 1, 62, 63, 70, 71]}


def counted(clinics, query):
    matches = match(
        as_entries(clinics),
        query,
        names=names(clinics),
        named=named(clinics),
        open_hours=open_hours(clinics),
    )
    return counts(matches.reading, matches.used_km, open_hours(clinics))


def of_the_same_options(told, expected):
    return {
        parameter: {option: told[parameter][option] for option in of_option}
        for parameter, of_option in expected.items()
    }


@given(worlds(), queries())
def test_each_option_counts_the_clinics_that_it_alone_would_give(clinics, query):
    told = counted(clinics, query)

    expected = plain.option_counts(clinics, query, BITS)
    assert of_the_same_options(told, expected) == expected
    assert told.keys() == expected.keys()


@given(worlds(), queries())
def test_what_nobody_states_has_no_count_unless_silence_counts(clinics, query):
    told = counted(clinics, replace(query, with_unstated=False))

    for parameter, known in BITS.items():
        assert told[parameter].keys() <= set(known)
