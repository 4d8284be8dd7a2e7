"""The outlines that `fixtures/make_outlines.py` made: for the map, and to draw."""

import gzip
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from locator.geo import Point

ROOT = Path(__file__).parent.parent
FOR_THE_MAP = ROOT / "static" / "geo" / "us-states.json"
TO_DRAW = ROOT / "fixtures" / "us_map.json"
# Small islands that nobody may settle; the Census Bureau draws no outline of them.
WITHOUT_OUTLINE = {"US-UM"}


@pytest.fixture(scope="module")
def states():
    read = json.loads(FOR_THE_MAP.read_text("utf-8"))
    return {
        each["id"]: [polygon[0] for polygon in each["geometry"]["coordinates"]]
        for each in read["features"]
    }


@pytest.fixture(scope="module")
def drawn():
    return json.loads(TO_DRAW.read_text("utf-8"))


def holds(rings, point):
    """Whether `point` lies in any of `rings` of longitudes and latitudes."""
    x, y = point.longitude, point.latitude
    for ring in rings:
        crossings = sum(
            (b > y) is not (d > y) and x < (c - a) * (y - b) / (d - b) + a
            for (a, b), (c, d) in pairwise(ring)
        )
        if crossings % 2:
            return True
    return False


def us_regions():
    read = json.loads((ROOT / "fixtures" / "regions.json").read_text("utf-8"))
    return {each["code"] for each in read if each.get("parent") == "US"}


def test_every_region_of_the_us_has_its_outline(states, drawn):
    expected = us_regions() - WITHOUT_OUTLINE

    assert set(states) == expected
    assert set(drawn["states"]) == expected


def test_outlines_are_closed_and_run_against_the_clock(states):
    for rings in states.values():
        for ring in rings:
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert sum(a * d - b * c for (a, b), (c, d) in pairwise(ring)) > 0


@pytest.mark.parametrize(
    ("code", "at"),
    [
        ("US-TX", (30.27, -97.74)),
        ("US-AK", (64.84, -147.72)),
        ("US-HI", (19.6, -155.5)),
        ("US-PR", (18.2, -66.4)),
        ("US-DC", (38.9, -77.02)),
        ("US-GU", (13.45, 144.77)),
        ("US-MI", (46.5, -87.4)),
    ],
)
def test_a_state_holds_what_lies_in_it_and_no_other_does(states, code, at):
    point = Point(*at)

    assert [each for each, rings in states.items() if holds(rings, point)] == [code]


def test_neighbours_meet_in_the_same_points(states):
    kansas, nebraska = (
        {tuple(spot) for ring in states[code] for spot in ring}
        for code in ("US-KS", "US-NE")
    )

    assert len(kansas & nebraska) >= 3


def test_outlines_are_light():
    assert len(gzip.compress(FOR_THE_MAP.read_bytes())) <= 35_000
    assert len(gzip.compress(TO_DRAW.read_bytes())) <= 12_000


def test_outlines_say_where_they_come_from(drawn):
    for file in (FOR_THE_MAP, TO_DRAW):
        source = json.loads(file.read_text("utf-8"))["source"]
        assert "Census Bureau" in source
        assert "us-atlas" in source


def test_the_drawing_stays_within_its_frame(drawn):
    for code, state in drawn["states"].items():
        for x, y in corners(state["path"]):
            assert 0 <= x <= drawn["width"], code
            assert 0 <= y <= drawn["height"], code
        assert 0 <= state["x"] <= drawn["width"], code


def corners(path):
    """The corners of an SVG path of M, l, h, v and z, as pairs."""
    x = y = 0
    for step, told in re.findall(r"([Mlhvz])([^Mlhvz]*)", path):
        numbers = [int(each) for each in re.findall(r"-?\d+", told)]
        if step == "M":
            x, y = numbers
            yield x, y
        elif step in "hv":
            x, y = (x + numbers[0], y) if step == "h" else (x, y + numbers[0])
            yield x, y
        elif step == "l":
            for right, down in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + right, y + down
                yield x, y
