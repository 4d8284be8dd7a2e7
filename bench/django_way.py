"""The same search as most Django projects write it: joins, Exists, a GROUP BY a facet.

Written with care: what a good review would find is done. There is an index on latitude
and longitude and a box before the distance; nothing is fetched that is not counted.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import (
    ACos,
    Collate,
    Cos,
    Greatest,
    Least,
    Lower,
    Radians,
    Sin,
    TruncDate,
)
from django.db.models.lookups import LessThanOrEqual

from locator import catalogues
from locator.geo import EARTH_KM, box_around
from locator.models import Clinic, CoverageArea, Phone, Service
from locator.search.query import Visit

from .questions import Answer

ENOUGH = 20
PAGE = 20

# Facets of a service and of its clinic: the way to them from a service.
FACETS = {
    "specialty": "specialties",
    "age": "age_groups",
    "eligibility": "eligibility",
    "language": "clinic__languages",
    "payment": "clinic__payments",
    "accessibility": "clinic__accessibility",
}
# How the questions are asked of a service.
ASKED = {
    "specialty": "specialties",
    "language": "clinic__languages",
    "payment": "clinic__payments",
}
CARE = Q(service_type__is_care=True, service_type__audience="patients")
OTHER_TELEHEALTH = Q(service_type__audience="patients") & ~Q(
    service_type__category="telemedicine"
)
TELEMEDICINE = Q(service_type__category="telemedicine")


def prepare() -> None:
    """Give the table the index that such a project has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS bench_point"
            " ON locator_clinic (latitude, longitude)"
        )
        cursor.execute("ANALYZE locator_clinic")


def search(query: Any) -> Answer:
    """What `query` finds: about two dozen statements."""
    return Search(query).answer()


@dataclass
class Search:
    """One search; `km` is the radius of its in-person half, None for the world."""

    query: Any

    def answer(self) -> Answer:
        found = self._services(CARE)
        return Answer(
            total=_clinics(found),
            page=self._page(found),
            counts=self._counts(),
            used_km=self.km,
            more_remote_beyond=self._more_beyond(),
            more_other_telehealth=self._more_other(found),
            left_out_unstated=self._left_out(found),
        )

    # --- Where ---------------------------------------------------------------------

    def near(self, km: float | None) -> Q:
        """Services of clinics at most `km` away."""
        if km is None:
            return Q(clinic__latitude__isnull=False)
        box = box_around(self.query.origin, km)
        around = Q()
        for longitudes in box.longitudes:
            around |= Q(clinic__longitude__range=longitudes)
        degrees = math.degrees(km / EARTH_KM) + 0.001
        south = self.query.origin.latitude - degrees
        band = Q(clinic__latitude__range=(south, south + 2 * degrees))
        there = distance(self.query.origin, "clinic__")
        return band & around & Q(LessThanOrEqual(there, km))

    def with_km(self, clinics: QuerySet[Clinic]) -> QuerySet[Clinic]:
        return clinics.annotate(km=distance(self.query.origin, ""))

    @cached_property
    def km(self) -> float | None:
        return self._radius(unstated=False)

    @cached_property
    def km_with_unstated(self) -> float | None:
        return self._radius(unstated=True)

    def _radius(self, *, unstated: bool) -> float | None:
        """The asked one, else the first step with enough clinics."""
        if not self.query.is_widening:
            return self.query.asked_km
        services = self._asked(CARE, unstated=unstated).filter(_in_person(unstated))
        for step in self.query.steps_km:
            if _clinics(services.filter(self.near(step))) >= ENOUGH:
                return step
        return None

    # --- What matches --------------------------------------------------------------

    def _services(
        self,
        kind: Q,
        *,
        without: str = "",
        visit: Visit | None = None,
        unstated: bool = False,
    ) -> QuerySet[Service]:
        """Services through which a clinic answers, the choices `without` set aside."""
        visit = visit or self.query.visit
        km = self.km_with_unstated if unstated else self.km
        within = self._within if visit is Visit.ANY else None
        remote = self._remote(unstated=unstated, is_near=bool(within))
        in_person = _in_person(unstated)
        if within:
            # One circle around both, so that its index leads to all of them.
            ways = self.near(within) & (remote | in_person)
        else:
            ways = {
                Visit.REMOTE: remote,
                Visit.IN_PERSON: in_person & self._site(km),
                Visit.ANY: remote | in_person & self._site(km),
            }[visit]
        return self._asked(kind, without=without, unstated=unstated).filter(ways)

    def _asked(
        self, kind: Q, *, without: str = "", unstated: bool = False
    ) -> QuerySet[Service]:
        services = Service.objects.filter(kind, clinic__status="published")
        for parameter, path in ASKED.items():
            if parameter not in self._codes or parameter == without:
                continue
            # A subquery each: a join would count a service twice.
            own = Service.objects.filter(pk=OuterRef("pk"))
            says = Exists(own.filter(**{f"{path}__in": self._codes[parameter]}))
            if unstated:
                says |= ~Exists(own.filter(**{f"{path}__isnull": False}))
            services = services.filter(says)
        return services

    @cached_property
    def _codes(self) -> Mapping[str, list[str]]:
        """The codes that were asked, by parameter."""
        known, query = catalogues.current(), self.query
        asked = {
            "specialty": known.specialties.of(query.specialties),
            "language": known.languages.of(query.languages),
            "payment": known.payments.of(query.payments),
        }
        return {name: [e.code for e in each] for name, each in asked.items() if each}

    def _remote(self, *, unstated: bool = False, is_near: bool = True) -> Q:
        regions = {self.query.region, self.query.country}
        areas = CoverageArea.objects.filter(region__in=regions)
        if not unstated:
            areas = areas.exclude(basis="unknown")
        said = ["yes", "unknown"] if unstated else ["yes"]
        # Looked up for each of a few, or read once for all.
        covered = (
            Q(Exists(areas.filter(service=OuterRef("pk"))))
            if is_near
            else Q(pk__in=areas.values("service"))
        )
        return Q(remote__in=said) & (covered | Q(service_type__is_care=False))

    @property
    def _within(self) -> float | None:
        """The radius that remote clinics have to be in as well."""
        query = self.query
        is_asked = query.origin is not None and query.visit is Visit.ANY
        return query.within_km if is_asked else None

    def _remote_here(self) -> Q:
        remote = self._remote(is_near=bool(self._within))
        return remote & self.near(self._within) if self._within else remote

    def _site(self, km: float | None) -> Q:
        if self.query.is_by_area:
            return Q(clinic__region=self.query.region)
        return self.near(km)

    # --- What is told --------------------------------------------------------------

    def _page(self, found: QuerySet[Service]) -> list[int]:
        clinics = Clinic.objects.filter(pk__in=found.values("clinic"))
        name = Collate(Lower("name"), _BINARY[connection.vendor])
        if self.query.origin is None:
            day = TruncDate("verified_at")
            order = [F("day").desc(nulls_last=True), name, "pk"]
            clinics = clinics.annotate(day=day).order_by(*order)
        else:
            order = [F("km").asc(nulls_last=True), name, "pk"]
            clinics = self.with_km(clinics).order_by(*order)
        return [clinic.pk for clinic in clinics.only("pk")[:PAGE]]

    def _counts(self) -> Mapping[str, Mapping[str, int]]:
        return {
            **{
                parameter: _grouped(self._services(CARE, without=parameter), path)
                for parameter, path in FACETS.items()
            },
            "type": _grouped(self._services(Q()), "service_type"),
            "modality": self._modalities(),
            "accepting": {
                "yes": _clinics(self._services(CARE).filter(accepting="yes"))
            },
            "contact": self._contacts(),
            "category": self._categories(),
            "visit": self._visits,
        }

    def _modalities(self) -> Mapping[str, int]:
        if self.query.visit is Visit.IN_PERSON:
            return {}
        found = self._asked(CARE).filter(self._remote_here())
        return _grouped(found, "modalities")

    def _contacts(self) -> Mapping[str, int]:
        phones = Phone.objects.filter(clinic=OuterRef("clinic"))
        spoken, text = Q(purpose__in=["main", "intake"]), Q(purpose="text")
        found = self._services(CARE)
        return {
            "phone": _clinics(found.filter(Exists(phones.filter(spoken)))),
            "text": _clinics(found.filter(Exists(phones.filter(text)))),
            "email": _clinics(found.exclude(clinic__email="")),
        }

    def _categories(self) -> Mapping[str, int]:
        kinds = {
            "": CARE,
            "telemedicine": TELEMEDICINE & Q(remote="yes"),
            "telehealth": Q(service_type__audience="patients", remote="yes"),
            "telehealth-only": OTHER_TELEHEALTH & Q(remote="yes"),
        }
        return {code: _clinics(self._services(kind)) for code, kind in kinds.items()}

    @cached_property
    def _visits(self) -> Mapping[str, int]:
        return {v: _clinics(self._services(CARE, visit=v)) for v in Visit}

    # --- What is left out ------------------------------------------------------------

    def _more_beyond(self) -> int:
        if not self._within:
            return 0
        near = _clinics(self._asked(CARE).filter(self._remote_here()))
        return self._visits[Visit.REMOTE] - near

    def _more_other(self, found: QuerySet[Service]) -> int:
        care = Service.objects.filter(CARE, clinic=OuterRef("clinic"))
        others = self._services(OTHER_TELEHEALTH & Q(remote="yes"))
        return _clinics(
            others.filter(
                ~Exists(care), ~Exists(found.filter(clinic=OuterRef("clinic")))
            )
        )

    def _left_out(self, found: QuerySet[Service]) -> int:
        either = self._services(CARE, unstated=True)
        return max(0, _clinics(either) - _clinics(found))


def _in_person(unstated: bool) -> Q:
    return Q(in_person__in=["yes", "unknown"] if unstated else ["yes"])


def distance(origin: Any, prefix: str) -> Any:
    """The formula that is found everywhere, in km."""
    latitude, longitude = (
        Radians(F(f"{prefix}{axis}")) for axis in ("latitude", "longitude")
    )
    own, across = math.radians(origin.latitude), math.radians(origin.longitude)
    cosine = math.cos(own) * Cos(latitude) * Cos(longitude - across)
    cosine += math.sin(own) * Sin(latitude)
    return EARTH_KM * ACos(Least(1.0, Greatest(-1.0, cosine)))


_BINARY = {"sqlite": "BINARY", "postgresql": "C"}


def _clinics(services: QuerySet[Service]) -> int:
    return services.aggregate(n=Count("clinic", distinct=True))["n"]


def _grouped(services: QuerySet[Service], path: str) -> Mapping[str, int]:
    """Clinics by what stands at `path`."""
    rows: Iterable = (
        services.order_by().values_list(path).annotate(n=Count("clinic", distinct=True))
    )
    return {code: count for code, count in rows if code is not None}
