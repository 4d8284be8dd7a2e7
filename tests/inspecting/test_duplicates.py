import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from locator import curation, inspecting
from locator.inspecting import duplicates
from locator.models import Clinic, PossibleDuplicate

pytestmark = pytest.mark.django_db

DOOR = {"street": "12 Main Street", "postal_code": "78701", "city": "Austin"}
HERE = (30.2700, -97.7400)
# About 150 m, and about 370 m, to the north.
NEAR = (30.27135, -97.7400)
FARTHER = (30.27330, -97.7400)


def pairs() -> dict[tuple[str, str], PossibleDuplicate]:
    return {
        (pair.first.name, pair.second.name): pair
        for pair in PossibleDuplicate.objects.select_related("first", "second")
    }


def reasons() -> dict[tuple[str, str], list[str]]:
    return {names: pair.reasons for names, pair in pairs().items()}


@pytest.fixture(params=["these", "all"])
def refresh(request):
    """Both ways to find pairs."""

    def look(*clinics: Clinic) -> None:
        if request.param == "all":
            duplicates.refresh_all_pairs()
        else:
            duplicates.refresh_pairs([clinic.pk for clinic in clinics])

    return look


# --- Who may be one ----------------------------------------------------------------


def test_one_phone_at_one_door_may_be_one_clinic(make_clinic, refresh):
    one = make_clinic("River Clinic", **DOOR)
    make_clinic("Counseling Associates", **DOOR | {"street": "12 Main St, Suite 4"})

    refresh(one)

    assert reasons() == {("River Clinic", "Counseling Associates"): ["phone"]}


def test_like_names_near_each_other_may_be_one_clinic(make_clinic, refresh):
    one = make_clinic("Bluebonnet Health Ctr", at=HERE, phone="+15125550101")
    make_clinic("Bluebonnet Health Center Inc", at=NEAR, phone="+15125550102")
    make_clinic("Bluebonnet Health Center", at=FARTHER, phone="+15125550103")

    refresh(one)

    assert reasons() == {
        ("Bluebonnet Health Ctr", "Bluebonnet Health Center Inc"): ["name-and-place"]
    }


def test_another_name_counts_as_a_name(make_clinic, refresh):
    one = make_clinic("Harbor House", at=HERE, phone="+15125550101")
    other = make_clinic("Seaside Recovery", at=NEAR, phone="+15125550102")
    other.other_names.create(name="Harbor House")

    refresh(one)

    assert list(reasons().values()) == [["name-and-place"]]


def test_one_identifier_may_be_one_clinic_wherever_they_are(make_clinic, refresh):
    one = make_clinic("One", phone="+15125550101")
    other = make_clinic("Other", phone="+15125550102")
    for clinic in (one, other):
        clinic.identifiers.create(authority="NPI", value="1234567893")
    make_clinic("Third").identifiers.create(authority="CCN", value="1234567893")

    refresh(one)

    assert reasons() == {("One", "Other"): ["identifier"]}


def test_sites_of_one_organization_with_one_number_are_not_one_clinic(
    make_clinic, refresh
):
    one = make_clinic("Burrell Health, North", street="1 North St", city="Columbia")
    make_clinic("Burrell Health, South", street="9 South St", city="Springfield")

    refresh(one)

    assert pairs() == {}


def test_a_clinic_that_two_lists_have_at_two_addresses_may_have_moved(
    make_clinic, refresh
):
    one = make_clinic("River Clinic", street="1 North St", city="Austin")
    make_clinic("River Clinic", street="9 South St", city="Austin")

    refresh(one)

    assert list(reasons().values()) == [["phone"]]


def test_a_number_that_too_many_share_tells_nothing(make_clinic, refresh):
    many = [
        make_clinic(f"{letter * 5} Practice", **DOOR)
        for letter in "abcdefghi"[: duplicates.MOST_OF_ONE_PHONE + 1]
    ]

    refresh(*many)

    assert pairs() == {}


def test_a_fax_number_tells_nothing(make_clinic, refresh):
    one, other = (
        make_clinic(name, phone=phone, **DOOR)
        for name, phone in (("River", "+15125550101"), ("Oak", "+15125550102"))
    )
    for clinic in (one, other):
        clinic.phones.create(number="+15125550199", purpose="fax")

    refresh(one)

    assert pairs() == {}


def test_a_point_that_is_only_the_towns_tells_nothing(make_clinic, refresh):
    at = {"at": HERE, "point_precision": "city"}
    one = make_clinic("River Clinic", phone="+15125550101", **at)
    make_clinic("River Clinic", phone="+15125550102", **at)

    refresh(one)

    assert pairs() == {}


@pytest.mark.parametrize(
    "other",
    [
        {"is_sample": True},
        {"status": "withdrawn", "withdrawn_reason": "closed"},
    ],
)
def test_samples_and_those_that_left_are_no_doubles(make_clinic, refresh, other):
    one = make_clinic("River Clinic", **DOOR)
    make_clinic("River Clinic", **DOOR, **other)

    refresh(one)

    assert pairs() == {}


def test_two_drafts_are_nobodys_trouble_until_one_is_published(
    make_clinic, refresh, curator
):
    one = make_clinic("River Clinic", status="draft", covers=["US-TX"], **DOOR)
    make_clinic("River Clinic", status="draft", **DOOR)
    refresh(one)
    before = pairs()

    curation.publish(one, by=curator)
    refresh(one)

    assert before == {}
    assert len(pairs()) == 1


def test_the_likeliest_come_first(make_clinic, refresh):
    one = make_clinic("River Clinic", **DOOR)
    make_clinic("Counseling Associates", **DOOR)
    make_clinic("River Clinic", **DOOR)

    refresh(one)

    likeliest = PossibleDuplicate.objects.first()
    assert likeliest.second.name == "River Clinic"
    assert 0 < PossibleDuplicate.objects.last().likeness < likeliest.likeness <= 1


# --- What people have decided, and what changes ------------------------------------


def test_two_that_a_person_told_apart_are_never_offered_again(
    make_clinic, refresh, curator
):
    one, other = make_clinic("River Clinic", **DOOR), make_clinic("River", **DOOR)
    curation.tell_apart(one, other, by=curator)

    refresh(one)

    assert [pair.state for pair in pairs().values()] == ["different"]


def test_a_pair_that_is_no_longer_alike_is_gone(make_clinic, refresh):
    one = make_clinic("River Clinic", **DOOR)
    other = make_clinic("Counseling Associates", **DOOR)
    refresh(one)
    found = len(pairs())

    Clinic.objects.filter(pk=other.pk).update(street="99 Elsewhere Avenue")
    refresh(one)

    assert found == 1
    assert pairs() == {}


def test_a_pair_that_is_still_alike_keeps_its_row_and_says_why_anew(
    make_clinic, refresh
):
    one = make_clinic("River Clinic", **DOOR)
    other = make_clinic("Counseling Associates", **DOOR)
    refresh(one)
    (before,) = pairs().values()

    Clinic.objects.filter(pk=other.pk).update(name="River Clinic Inc")
    refresh(other)

    (after,) = pairs().values()
    assert (after.pk, after.found_at) == (before.pk, before.found_at)
    assert after.reasons == ["phone", "name-and-place"]
    assert after.likeness > before.likeness


def test_other_pairs_stay_when_some_clinics_are_looked_at(make_clinic):
    make_clinic("River Clinic", **DOOR)
    make_clinic("River Clinic", **DOOR)
    alone = make_clinic("Far Away", street="1 Hill Road", phone="+15125550111")
    duplicates.refresh_all_pairs()

    duplicates.refresh_pairs([alone.pk])

    assert len(pairs()) == 1


def test_a_merge_leaves_no_pair_of_the_loser_waiting(make_clinic, curator):
    winner, loser, _third = (make_clinic("River Clinic", **DOOR) for _ in range(3))
    inspecting.refresh_all()
    assert PossibleDuplicate.objects.count() == 3

    curation.merge(winner, loser, by=curator)

    waiting = PossibleDuplicate.objects.filter(state="open")
    assert [pair.first for pair in waiting] == [winner]


# --- What it costs -----------------------------------------------------------------


def test_looking_costs_as_many_queries_for_many_as_for_two(
    make_clinic, django_assert_max_num_queries
):
    clinics = [make_clinic("River Clinic", at=HERE, **DOOR) for _ in range(12)]

    with django_assert_max_num_queries(24):
        duplicates.refresh_pairs([clinic.pk for clinic in clinics])
    with django_assert_max_num_queries(16):
        duplicates.refresh_all_pairs()


DEGREES = st.tuples(
    st.sampled_from([0.0, 30.2, 30.2011, 30.2019, 89.9999, -89.9999, 90.0]),
    st.sampled_from([0.0, -97.7, -97.7011, -97.698, 180.0, -180.0, 179.9991]),
)


@given(st.lists(DEGREES, max_size=8))
def test_near_points_are_those_that_a_plain_loop_finds(points):
    found = duplicates.near(*np.array(points, float).reshape(-1, 2).T)

    expected = {
        (i, j)
        for i, one in enumerate(points)
        for j, other in enumerate(points)
        if i < j and great_circle(one, other).km <= duplicates.NEAR_KM
    }
    pairs = [tuple(sorted(pair)) for pair in zip(*map(list, found), strict=True)]
    assert sorted(pairs) == sorted(expected)
