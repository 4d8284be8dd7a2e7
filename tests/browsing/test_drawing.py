"""A country drawn region by region."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.browsing.drawing import SHADES, drawing, steps
from locator.browsing.shelves import Listed


def listed(**clinics):
    return [
        Listed(label=code, url=f"/{code}/", clinics=count, code=f"US-{code}")
        for code, count in clinics.items()
    ]


def shades(drawn):
    return {shape.name: shape.shade for shape in drawn.shapes}


def test_more_clinics_are_shaded_darker_and_none_not_at_all():
    drawn = drawing("US", listed(WY=0, ID=3, TX=600, CA=500, OR=40, MT=9, NV=80))

    found = shades(drawn)
    assert found["WY"] == 0
    assert found["ID"] == 1
    assert found["TX"] == found["CA"] == len(drawn.legend) <= SHADES
    assert found["ID"] < found["MT"] < found["OR"] < found["TX"]


def test_the_legend_tells_each_shade_without_gap_or_overlap():
    legend = drawing("US", listed(ID=3, TX=600, CA=500, OR=40, MT=9, NV=80)).legend

    assert legend[0].first == 1
    assert legend[-1].last == 0
    for shade, following in pairwise(legend):
        assert shade.last + 1 == following.first


def test_a_country_without_clinics_has_no_shades():
    drawn = drawing("US", listed(TX=0, ID=0))

    assert drawn.legend == ()
    assert shades(drawn) == {"TX": 0, "ID": 0}


def test_what_has_no_outline_is_not_drawn():
    assert shades(drawing("US", listed(UM=2, TX=1))) == {"TX": 1}


@pytest.mark.parametrize("country", ["IN", "GB", ""])
def test_other_countries_are_not_drawn(country):
    assert drawing(country, []) is None


@given(st.lists(st.integers(min_value=0, max_value=100_000), max_size=60))
def test_shades_begin_at_one_and_rise(counts):
    starts = steps(counts)

    assert starts == sorted(set(starts))
    assert len(starts) <= SHADES
    assert starts[:1] == ([1] if any(counts) else [])
