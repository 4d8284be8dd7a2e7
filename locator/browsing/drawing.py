"""A country drawn region by region, each shaded by how many clinics stand there.

We draw the United States alone: `fixtures/make_outlines.py` says from what. No outline
of India is drawn (the free one differs from the official one).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from .shelves import Listed

FILES = {"US": "us_map.json"}
SHADES = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """A region of a drawing. Its name stands at `x`, `y`, where a `line` may lead.

    `shade` is 0 for no clinic, else from 1 to `SHADES`.
    """

    region: Listed
    name: str
    path: str
    x: int
    y: int
    line: str
    shade: int


@dataclass(frozen=True, slots=True)
class Shade:
    """A step of the legend: from `first` to `last` clinics, `last` 0 for no end."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    shapes: tuple[Shape, ...]
    legend: tuple[Shade, ...]


def drawing(country: str, regions: Sequence[Listed]) -> Drawing | None:
    """The regions of `country` as shapes; None where we have no drawing of it."""
    if country not in FILES:
        return None
    outlines = _outlines(country)
    starts = steps([each.clinics for each in regions])
    return Drawing(
        width=outlines["width"],
        height=outlines["height"],
        shapes=tuple(
            _shape(each, outlines["states"][each.code], starts)
            for each in regions
            if each.code in outlines["states"]
        ),
        legend=_legend(starts),
    )


@cache
def _outlines(country: str) -> Mapping[str, Any]:
    file = settings.BASE_DIR / "fixtures" / FILES[country]
    return json.loads(file.read_text("utf-8"))


def _shape(region: Listed, outline: Mapping[str, Any], starts: Sequence[int]) -> Shape:
    return Shape(
        region=region,
        name=region.code.partition("-")[2],
        path=outline["path"],
        x=outline["x"],
        y=outline["y"],
        line=outline.get("line", ""),
        shade=sum(region.clinics >= start for start in starts),
    )


def steps(counts: Sequence[int]) -> list[int]:
    """Where the shades begin: round numbers that part `counts` about evenly.

    At most `SHADES`, the first 1; fewer where there are few different counts.
    """
    some = sorted(count for count in counts if count)
    starts = [some[len(some) * n // SHADES] for n in range(1, SHADES)] if some else []
    return sorted({1, *map(_round, starts)}) if some else []


def _round(count: int) -> int:
    """`count` to one digit, or to a half of it: 1, 15, 40, 250."""
    size = 10 ** (len(str(count)) - 1)
    return count if count < 10 else round(count / (size / 2)) * size // 2


def _legend(starts: Sequence[int]) -> tuple[Shade, ...]:
    ends = [start - 1 for start in starts[1:]] + [0]
    return tuple(
        Shade(number, first, last)
        for number, (first, last) in enumerate(zip(starts, ends, strict=False), 1)
    )
