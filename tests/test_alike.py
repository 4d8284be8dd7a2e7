"""How far a listing and a clinic are the same: what links them, and what only asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.alike import (
    Face,
    Grade,
    compare,
    name_likeness,
    name_words,
    street_words,
)

HERE = Face(
    "Juniper Bend Counseling",
    "1200 North Sample Street",
    "Austin",
    "US-TX",
    "78701",
    frozenset({"+15125550101"}),
)


def face(**said):
    facts = {name: getattr(HERE, name) for name in Face.__dataclass_fields__}
    return Face(**facts | said)


def grade(**said):
    return compare(face(**said), HERE).grade


NO_PHONE = {"phones": frozenset()}
OTHER_PHONE = {"phones": frozenset({"+15125550177"})}


@pytest.mark.parametrize(
    "street",
    [
        "1200 north sample street",
        "1200 N. Sample St",
        "1200 Sample Street North",
        "1200 N Sample St, Suite 300",
        "1200 North Sample Street Bldg. 4",
    ],
)
def test_a_street_is_one_however_it_is_written(street):
    assert street_words(street) == street_words(HERE.street)


@pytest.mark.parametrize(
    "street", ["1201 North Sample Street", "1200 South Sample Street", "", "N Sample"]
)
def test_another_street_is_another(street):
    assert street_words(street) != street_words(HERE.street)


def test_name_and_address_are_enough_whatever_the_phone():
    assert grade() == grade(**NO_PHONE) == grade(**OTHER_PHONE) == Grade.SAME


def test_a_like_name_is_enough_where_the_phone_bears_it_out():
    longer = {"name": "Juniper Bend Counseling, Day Programme"}

    assert grade(**longer) == Grade.LIKE
    assert grade(**longer, **NO_PHONE) == Grade.ASK
    assert grade(**longer, **OTHER_PHONE) == Grade.ASK


def test_a_misspelt_name_is_enough_where_no_phone_speaks_against_it():
    misspelt = {"name": "Junipr Bend Counseling"}

    assert grade(**misspelt, **NO_PHONE) == Grade.LIKE
    assert grade(**misspelt, **OTHER_PHONE) == Grade.ASK


def test_another_name_needs_a_person_and_the_same_phone():
    other = {"name": "Elm Grove Recovery"}

    assert grade(**other) == Grade.ASK
    assert grade(**other, **NO_PHONE) == grade(**other, **OTHER_PHONE) == Grade.NONE


def test_another_address_is_never_enough():
    across = {"street": "9 Elsewhere Road", "postcode": "78704"}

    assert grade(**across) == Grade.ASK
    assert grade(**across, **NO_PHONE) == Grade.NONE
    assert grade(**across, city="Dallas") == Grade.NONE


def test_a_street_that_says_less_is_borne_out_by_the_phone():
    assert grade(street="1200 North Sample") == Grade.SAME
    assert grade(street="1200 North Sample", **NO_PHONE) == Grade.ASK


def test_a_name_of_common_words_is_held_by_no_other():
    assert name_likeness("Counseling Center", "Elm Grove Counseling Center") < 90
    assert name_likeness("Elm Grove", "Elm Grove Counseling Center") == 100


def test_short_forms_and_legal_forms_tell_no_names_apart():
    assert name_words("Elm Grove Ctr, Inc.") == name_words("The Elm Grove Center")


def test_nothing_is_like_nothing():
    nobody = Face("", "", "", "", "")

    assert compare(nobody, nobody).grade == Grade.NONE


words = st.sampled_from(["Elm", "Grove", "Center", "of", "Recovery", "Clinic", "Höhe"])
names = st.lists(words, max_size=4).map(" ".join)
streets = st.sampled_from(["", "12 Elm St", "12 Elm Street", "12 Elm", "Elm Street"])
numbers = st.frozensets(st.sampled_from(["+15125550101", "+15125550102"]))
faces = st.builds(
    Face,
    names,
    streets,
    st.sampled_from(["Austin", "Dallas", ""]),
    st.sampled_from(["US-TX", ""]),
    st.sampled_from(["78701", "78701-1234", ""]),
    numbers,
)


@given(faces, faces)
def test_likeness_is_the_same_from_either_side(one, other):
    assert compare(one, other) == compare(other, one)


@given(faces, faces)
def test_a_link_has_a_name_and_a_house_in_common(one, other):
    seen = compare(one, other)

    if seen.grade >= Grade.LIKE:
        assert {"address", "name"} <= set(seen.reasons)
        assert name_likeness(one.name, other.name) >= 88
        assert street_words(one.street)[0] == street_words(other.street)[0]


@given(faces)
def test_whoever_has_a_name_and_a_street_is_the_same_as_themselves(one):
    has_street = len(street_words(one.street)) > 1
    is_whole = bool(name_words(one.name) and has_street and one.postcode)

    assert (compare(one, one).grade == Grade.SAME) == is_whole


@given(faces, faces)
def test_an_equal_claim_with_more_phones_in_common_is_no_less_like(one, other):
    phones = one.phones | {"+15125550199"}
    shared = Face(
        *[getattr(one, n) for n in ("name", "street", "city", "region", "postcode")],
        phones,
    )
    theirs = Face(
        *[getattr(other, n) for n in ("name", "street", "city", "region", "postcode")],
        other.phones | {"+15125550199"},
    )

    assert compare(shared, theirs).grade >= compare(one, other).grade
