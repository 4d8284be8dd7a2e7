"""What a map shows of a search: the same clinics as the list, alone or counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geo import Extent, Point, unit_vector
from locator.search import find
from locator.search.points import MOST_CELLS, MOST_IN_A_PART, Spots, drawn, points
from locator.search.query import SearchQuery, Visit
from locator.search.ranking import Placed

from .drawn import NOW

AUSTIN = Point(30.267, -97.743)
WORLD = Extent(-180, -90, 180, 90)


def asked(**parts):
    usual = {"now": NOW, "point": AUSTIN, "region": "US-TX"}
    return SearchQuery(**(usual | parts))


def spots_at(*places):
    """Clinics numbered from 0 at (latitude, longitude) each, as a search finds them."""
    vectors = [unit_vector(Point(*place)) for place in places]
    return Spots.of(
        Placed(
            clinics=np.arange(len(places)),
            points=np.array(vectors, dtype="f8").reshape(-1, 3),
            is_remote=np.ones(len(places), dtype=bool),
            is_in_person=np.zeros(len(places), dtype=bool),
        )
    )


def numbers(spots):
    return spots.clinics.tolist()


# --- The same as the list ------------------------------------------------------------


def test_a_map_holds_every_page_of_the_list_in_its_order(make_clinic):
    for number in range(7):
        make_clinic(
            f"Clinic {number}", at=(30.3 + number / 100, -97.7), covers=["US-TX"]
        )

    shown = points(asked(page_size=3))
    pages = [find(asked(page_size=3, page=number)).hits for number in (1, 2, 3)]

    assert numbers(shown.alone) == [hit.clinic_id for hits in pages for hit in hits]
    assert (shown.total, shown.placed, shown.cells) == (7, 7, ())


def test_ways_are_those_of_the_list(make_clinic):
    both = make_clinic("Both", at=(30.3, -97.7), covers=["US-TX"]).pk
    near = make_clinic("Near", at=(30.3, -97.7), remote="no").pk
    far = make_clinic("Far", at=(30.3, -97.7), in_person="no", covers=["US-TX"]).pk

    spots = points(asked()).alone

    ways = zip(spots.is_remote.tolist(), spots.is_in_person.tolist(), strict=True)
    assert dict(zip(numbers(spots), ways, strict=True)) == {
        both: (True, True),
        near: (False, True),
        far: (True, False),
    }


def test_a_clinic_without_a_point_counts_and_has_no_place(make_clinic):
    make_clinic("Nowhere", covers=["US-TX"])
    make_clinic("Near", at=(30.3, -97.7))

    shown = points(asked(visit=Visit.ANY))

    assert (shown.total, shown.placed, len(shown.alone)) == (2, 1, 1)


def test_a_map_of_nothing_has_no_extent(db):
    shown = points(asked())

    assert (shown.total, shown.placed, shown.extent, shown.view) == (0, 0, None, None)


def test_a_part_of_the_map_holds_what_stands_in_it(make_clinic):
    inside = make_clinic("Inside", at=(30.3, -97.7)).pk
    make_clinic("Outside", at=(30.3, -96.0))

    shown = points(asked(within_km=500.0), part=Extent(-98, 30, -97, 31))

    assert numbers(shown.alone) == [inside]
    assert (shown.total, shown.placed) == (2, 2)
    assert shown.extent.east == pytest.approx(-96.0)


# --- Pure ----------------------------------------------------------------------------


def test_a_point_comes_back_from_its_vector_as_it_was():
    places = [(30.267, -97.743), (-90, 0), (90, 0), (0, 180), (-16.7, -179.95)]

    spots = spots_at(*places)

    assert spots.latitudes == pytest.approx([each[0] for each in places])
    assert spots.longitudes[[0, 3, 4]] == pytest.approx([-97.743, 180, -179.95])


def test_a_part_may_lie_across_the_date_line():
    spots = spots_at((-16.7, 179.5), (-16.7, -179.5), (-16.7, 0))

    assert numbers(spots.inside(Extent(179, -20, -179, -10))) == [0, 1]
    assert numbers(spots.inside(Extent(-179, -20, 179, -10))) == [2]


def test_the_edges_of_a_part_belong_to_it():
    spots = spots_at((30.0, -98.0), (31.0, -97.0))

    assert len(spots.inside(Extent(-98.0, 30.0, -97.0, 31.0))) == 2


def test_what_a_map_shows_first_leaves_out_the_few_that_lie_far_away():
    texas = [(30 + number / 100, -97 - number / 100) for number in range(200)]
    guam = (13.4, 144.8)

    spots = spots_at(*texas, guam)

    assert spots.extent.east == pytest.approx(144.8)
    assert spots.view.east < -96


def test_what_a_map_shows_first_is_all_where_none_lies_far_away():
    spots = spots_at((30, -97), (31, -98), (30.5, -97.2))

    assert spots.view == spots.extent


@pytest.mark.parametrize(("is_crowd", "count"), [(False, 2000), (True, MOST_IN_A_PART)])
def test_few_enough_stand_each_alone(is_crowd, count):
    spots = spots_at(*[(30, -97)] * count)

    alone, cells = drawn(spots, is_crowd=is_crowd, zoom=0)

    assert (len(alone), cells) == (count, ())


def test_a_crowd_is_counted_by_cells_and_who_has_a_cell_alone_stands_alone():
    houston = [(29.76, -95.37)] * MOST_IN_A_PART

    alone, (cell,) = drawn(spots_at(*houston, (61.2, -149.9)), is_crowd=True, zoom=4)

    assert numbers(alone) == [MOST_IN_A_PART]
    assert cell.count == MOST_IN_A_PART
    assert (cell.latitude, cell.longitude) == pytest.approx((29.76, -95.37))


def test_cells_split_as_the_map_comes_nearer():
    row = [(30.0, -97.0 + number / 50) for number in range(MOST_IN_A_PART + 50)]
    spots = spots_at(*row)

    counts = [
        [cell.count for cell in drawn(spots, is_crowd=True, zoom=zoom)[1]]
        for zoom in (2, 5, 7)
    ]

    assert [sum(each) for each in counts] == [150, 150, 150]
    assert len(counts[0]) < len(counts[1]) < len(counts[2])


def test_a_cell_is_as_wide_as_64_pixels_of_a_map_tile():
    # 1024 cells around the world at zoom 8: a third of a degree, from the date line on.
    edge = -180 + 300 * 360 / 1024
    west, east = [(0.1, edge - 0.01)] * 60, [(0.1, edge + 0.01)] * 60

    _, cells = drawn(spots_at(*west, *east), is_crowd=True, zoom=8)
    _, (one,) = drawn(spots_at(*west, *east), is_crowd=True, zoom=0)

    assert [cell.count for cell in cells] == [60, 60]
    assert (one.count, one.latitude) == (120, pytest.approx(0.1))


PLACES = st.tuples(
    st.floats(-90, 90, allow_nan=False), st.floats(-180, 180, allow_nan=False)
)


@given(
    places=st.lists(PLACES, min_size=MOST_IN_A_PART + 1, max_size=400),
    zoom=st.none() | st.integers(0, 22),
)
def test_cells_and_clinics_alone_are_all_there_are_and_never_too_many(places, zoom):
    spots = spots_at(*places)

    alone, cells = drawn(spots, is_crowd=True, zoom=zoom)

    assert len(alone) + sum(cell.count for cell in cells) == len(places)
    assert len(alone) + len(cells) <= MOST_CELLS
    assert all(cell.count > 1 for cell in cells)
    assert len(set(numbers(alone))) == len(alone)
    for cell in cells:
        assert cell.count <= len(spots.inside(cell.extent))
        assert cell.extent.south - 1e-9 <= cell.latitude <= cell.extent.north + 1e-9
        assert cell.extent.west - 1e-9 <= cell.longitude <= cell.extent.east + 1e-9
