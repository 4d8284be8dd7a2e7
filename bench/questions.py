"""The cases that are measured, and what a search answers, in a form for all rivals."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PLACES = 200
# Where few people live, and hardly a clinic.
EMPTY_STATES = ("US-AK", "US-MT", "US-WY", "US-ND", "US-SD", "US-NV")

Parameters = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Case:
    """Searches of one kind; `limits` are ms, median and p95, by size where promised."""

    label: str
    asked: Sequence[Parameters]
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def cases() -> list[Case]:
    """Those of the table; the places are the same ones at every run."""
    towns = real_towns(PLACES)
    few = {"language": "es", "payment": "sliding-fee", "specialty": "eating-disorders"}
    near = {"within": "25mi", "sort": "distance"}
    far = {"within": "100mi", "sort": "distance"}
    return [
        Case(
            "any, 25 mi",
            [{"place": town, **near} for town in towns],
            {"100k": (12, 25), "1m": (20, 60)},
        ),
        Case(
            "any, 100 mi",
            [{"place": town, **far} for town in towns],
            {"100k": (15, 35), "1m": (30, 90)},
        ),
        Case("three answers, 25 mi", [{"place": t, **near, **few} for t in towns]),
        Case(
            "remote, California",
            [{"place": "California", "visit": "remote", "sort": "verified"}],
            {"100k": (30, 30), "1m": (120, 120)},
        ),
        Case(
            "nearest, empty region",
            [
                {"place": town, "visit": "in-person", "sort": "distance"}
                for town in empty_towns(PLACES)
            ],
            {"100k": (15, 40), "1m": (30, 120)},
        ),
    ]


def real_towns(count: int) -> list[str]:
    """Towns that a visitor may type, likelier where more people live, each once."""
    from locator.models import Place

    towns = Place.objects.filter(
        kind=Place.Kind.CITY, country="US", population__gt=0, region__isnull=False
    ).order_by("pk")
    rows = list(towns.values_list("name", "region_id", "population"))
    chance = random.Random(1)
    drawn = chance.choices(rows, [people for *_, people in rows], k=count * 4)
    return list(dict.fromkeys(_typed(name, region) for name, region, _ in drawn))[
        :count
    ]


def empty_towns(count: int) -> list[str]:
    """Small towns of the emptiest states."""
    from locator.models import Place

    towns = Place.objects.filter(kind=Place.Kind.CITY, region__in=EMPTY_STATES)
    rows = list(towns.order_by("pk").values_list("name", "region_id"))
    drawn = random.Random(2).sample(rows, min(len(rows), count * 2))
    return list(dict.fromkeys(_typed(*each) for each in drawn))[:count]


def _typed(name: str, region: str) -> str:
    return f"{name}, {region.removeprefix('US-')}"


@dataclass(frozen=True)
class Answer:
    """What a rival found: clinics by id, counts by parameter and code.

    `used_km` is the radius of in-person care, None for any. What a rival does not
    answer is None; the others must be equal.
    """

    total: int
    page: Sequence[int]
    counts: Mapping[str, Mapping[str, int]]
    used_km: float | None = None
    more_remote_beyond: int | None = None
    more_other_telehealth: int | None = None
    left_out_unstated: int | None = None

    def differences(self, other: "Answer") -> list[str]:
        """Where `other` answers otherwise than this, a line each."""
        found = [
            f"{name}: {mine!r} and {theirs!r}"
            for name in (
                *("total", "page", "used_km", "more_remote_beyond"),
                *("more_other_telehealth", "left_out_unstated"),
            )
            if (mine := getattr(self, name)) != (theirs := getattr(other, name))
            and mine is not None
            and theirs is not None
        ]
        for parameter, theirs in other.counts.items():
            mine = self.counts[parameter]
            if {c: n for c, n in mine.items() if n} != {
                c: n for c, n in theirs.items() if n
            }:
                found.append(f"{parameter}: {dict(mine)} and {dict(theirs)}")
        return found
