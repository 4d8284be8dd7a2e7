"""The cases that are measured, and what a search answers, in a form for all rivals."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLACES = 200
# Where few people live, and hardly a clinic.
EMPTY_STATES = ("US-AK", "US-MT", "US-WY", "US-ND", "US-SD", "US-NV")

Parameters = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Case:
    """Questions of one kind. With `times` one question is asked again and again."""

    label: str
    asked: Sequence[Parameters]
    times: int = 1


# The orders that all rivals can give: what "best" means is a dozen joins more.
BY_DISTANCE = {"sort": "distance"}
BY_CHECK = {"sort": "verified"}


def cases() -> list[Case]:
    """What all contenders are asked, of the same places at every run."""
    towns = real_towns(PLACES)
    few = {"language": "es", "payment": "sliding-fee", "specialty": "eating-disorders"}
    near, far = ({"within": within, **BY_DISTANCE} for within in ("25mi", "100mi"))
    nearest = {"visit": "in-person", **BY_DISTANCE}
    return [
        Case("any, 25 mi", [{"place": town, **near} for town in towns]),
        Case("any, 100 mi", [{"place": town, **far} for town in towns]),
        Case("three answers, 25 mi", [{"place": t, **near, **few} for t in towns]),
        Case("remote, California", [CALIFORNIA | BY_CHECK], times=30),
        Case(
            "nearest, empty region",
            [{"place": town, **nearest} for town in empty_towns(PLACES)],
        ),
    ]


CALIFORNIA = {"place": "California", "visit": "remote"}


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
