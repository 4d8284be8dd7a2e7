"""What invented clinics share: towns, states, organizations, and who checks them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import numpy as np

from .invented_names import Names

SEED = 20
PERSON = "bench"
CLINICS_OF_AN_ORGANIZATION = 20

Row = dict[str, Any]


@dataclass(frozen=True)
class Towns:
    """Real towns, drawn by their people, and the postcodes of each."""

    rows: Sequence[tuple]
    chances: np.ndarray
    postcodes: Mapping[tuple[str, str], Sequence[tuple[str, float, float]]]

    @classmethod
    def read(cls) -> Self:
        from locator.models import Place

        kinds, postcodes = Place.Kind, {}
        here = Place.objects.filter(country="US", region__isnull=False).order_by("pk")
        point = ("latitude", "longitude")
        codes = here.filter(kind=kinds.POSTCODE, latitude__isnull=False)
        for town, region, *code in codes.values_list(
            "town", "region_id", "name", *point
        ):
            postcodes.setdefault((town, region), []).append(tuple(code))
        towns = here.filter(kind=kinds.CITY, population__gt=0)
        rows = list(
            towns.values_list("name", "region_id", "time_zone", *point, "population")
        )
        people = np.array([row[-1] for row in rows], dtype=float)
        return cls(rows, people / people.sum(), postcodes)

    def address(self, chance: np.random.Generator, town: tuple) -> tuple:
        """A postcode of the town and its point; "" and the town's own without one."""
        name, region, _zone, latitude, longitude, _people = town
        codes = self.postcodes.get((name, region))
        if codes:
            return codes[chance.integers(len(codes))]
        return "", latitude, longitude


@dataclass(frozen=True)
class World:
    """What all clinics share."""

    names: Names
    organizations: Sequence[int]
    states: Sequence[str]
    state_chances: np.ndarray
    person: int
    now: datetime

    @classmethod
    def of(cls, count: int) -> Self:
        from django.db.models import Sum
        from django.utils import timezone

        from locator.models import Place, User

        names = Names()
        people = User.objects.filter(username=PERSON)
        person = people.first() or User.objects.create_superuser(PERSON, "", PERSON)
        cities = Place.objects.filter(country="US", kind=Place.Kind.CITY)
        states = dict(
            cities.exclude(region=None)
            .values_list("region_id")
            .annotate(Sum("population"))
            .order_by("region_id")
        )
        weights = np.array([max(1, each) for each in states.values()], dtype=float)
        return cls(
            names=names,
            organizations=_organizations(names, count),
            states=tuple(states),
            state_chances=weights / weights.sum(),
            person=person.pk,
            now=timezone.now(),
        )


def _organizations(names: Names, count: int) -> Sequence[int]:
    from locator.importers.bulk import Ids, Inserts
    from locator.models import Organization

    chance = np.random.default_rng([SEED, 0])
    inserts = Inserts()
    ids = Ids().of(Organization, max(1, count // CLINICS_OF_AN_ORGANIZATION))
    for number, pk in enumerate(ids):
        name = f"{names.draw(chance)} {number}"
        inserts.add(Organization, {"id": pk, "name": name})
    inserts.execute()
    return ids
