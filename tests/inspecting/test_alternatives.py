"""How many other clinics a patient of a clinic could turn to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geo import Point, distance_km, unit_vector
from locator.inspecting import alternatives
from locator.inspecting.alternatives import WITHIN_KM, Sites

points = st.builds(
    Point,
    st.one_of(st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 0.0, 30.27])),
    st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, -97.74])),
)
steps = st.floats(-0.5, 0.5)


@st.composite
def crowds(draw) -> list[Point]:
    """Points of which many lie near to one another."""
    centres = draw(st.lists(points, min_size=1, max_size=4))
    found = []
    for centre in centres:
        for _ in range(draw(st.integers(0, 6))):
            latitude = min(90.0, max(-90.0, centre.latitude + draw(steps)))
            longitude = min(180.0, max(-180.0, centre.longitude + draw(steps)))
            found.append(Point(latitude, longitude))
    return [*centres, *found]


def rows(crowd):
    return ((pk, *unit_vector(point)) for pk, point in enumerate(crowd, 1))


def naive(crowd):
    """Whoever is surely near, and whoever may be, by pairs."""
    surely, maybe = {}, {}
    for pk, one in enumerate(crowd, 1):
        away = [
            distance_km(one, other)
            for other_pk, other in enumerate(crowd, 1)
            if other_pk != pk
        ]
        surely[pk] = sum(km < WITHIN_KM - 1e-4 for km in away)
        maybe[pk] = sum(km < WITHIN_KM + 1e-4 for km in away)
    return surely, maybe


@given(crowds())
def test_clinics_within_25_miles_count_and_no_clinic_counts_itself(crowd):
    found = Sites(rows(crowd)).count_near(list(enumerate(crowd, 1)))

    surely, maybe = naive(crowd)
    assert found.keys() == surely.keys()
    assert all(surely[pk] <= found[pk] <= maybe[pk] for pk in found)


def test_in_parts_it_counts_the_same(monkeypatch):
    crowd = [Point(30 + n / 50, -97.0 - n % 7 / 10) for n in range(60)]
    sites = Sites(rows(crowd))
    asked = list(enumerate(crowd, 1))
    at_once = sites.count_near(asked)

    monkeypatch.setattr(alternatives, "MOST_PAIRS", 50)

    assert sites.count_near(asked) == at_once


def test_a_clinic_of_several_services_counts_once():
    here = unit_vector(Point(30, -97))
    sites = Sites(iter([(1, *here), (2, *here), (2, *here)]))

    assert sites.count_near([(1, Point(30, -97))]) == {1: 1}


def test_where_nobody_is_there_are_none():
    assert Sites(iter([])).count_near([(1, Point(0, 0))]) == {1: 0}
    assert Sites(iter([])).count_near([]) == {}


@pytest.mark.django_db
def test_few_clinics_read_their_surroundings_and_count_as_all_do(make_clinic):
    crowd = [
        make_clinic(f"No. {n}", at=(30 + n / 10, 179.9 if n % 2 else -179.9))
        for n in range(8)
    ]
    asked = [(clinic.pk, clinic.point) for clinic in crowd]

    around = Sites.around([point for _pk, point in asked[:2]])

    assert around.count_near(asked[:2]) == {
        pk: number
        for pk, number in Sites.all().count_near(asked).items()
        if pk in dict(asked[:2])
    }
