"""All matches at once, as the map shows them."""

import numpy as np
import pytest

from locator.geo import Point, unit_vector
from locator.search import find, find_all
from locator.search.query import SearchQuery

from .drawn import NOW

AUSTIN = Point(30.267, -97.743)


def asked(**parts):
    return SearchQuery(**({"now": NOW, "point": AUSTIN, "region": "US-TX"} | parts))


def test_all_clinics_come_in_the_order_of_the_pages(make_clinic):
    for number in range(5):
        make_clinic(f"Clinic {number}", at=(30.3 - number / 9, -97.7), covers=["US-TX"])
    query = asked(page_size=3)

    matches = find_all(query)

    pages = [*find(query).hits, *find(asked(page_size=3, page=2)).hits]
    assert matches.clinics() == [hit.clinic_id for hit in pages]


def test_each_clinic_says_where_it_stands_and_by_which_ways_it_matches(make_clinic):
    both = make_clinic(at=(30.3, -97.7), in_person="yes", covers=["US-TX"])
    remote = make_clinic(at=None, remote="yes", in_person="no", covers=["US-TX"])
    near = make_clinic(at=(30.4, -97.7), remote="no", in_person="yes")

    placed = find_all(asked()).placed()

    told = dict(
        zip(
            placed.clinics.tolist(),
            zip(placed.is_remote, placed.is_in_person, strict=True),
            strict=True,
        )
    )
    assert told == {
        both.pk: (True, True),
        remote.pk: (True, False),
        near.pk: (False, True),
    }
    points = dict(zip(placed.clinics.tolist(), placed.points, strict=True))
    assert points[both.pk] == pytest.approx(unit_vector(Point(30.3, -97.7)))
    assert np.isnan(points[remote.pk]).all()


def test_no_match_is_no_point(db):
    placed = find_all(asked()).placed()

    assert placed.points.shape == (0, 3)
    assert placed.is_remote.tolist() == placed.is_in_person.tolist() == []
