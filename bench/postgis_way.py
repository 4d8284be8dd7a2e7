"""As the usual way, but PostGIS knows where clinics are: ST_DWithin, <-> and an index.

Distances are on the sphere, as ours are: those on the spheroid take longer still.
"""

from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import FloatField, Q, QuerySet
from django.db.models.expressions import RawSQL

from locator.geo import EARTH_KM
from locator.models import Clinic

from .django_way import CARE, ENOUGH, Search, _in_person
from .questions import Answer

# PostGIS takes another radius for the Earth; angles are the same.
METRES_OF_KM = 6371008.771415059 / EARTH_KM
_HERE = "ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography"


def is_here() -> bool:
    """Whether this server can have the extension."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'")
        return cursor.fetchone() is not None


def prepare() -> None:
    """A column of points with an index, as GeoDjango makes them."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        cursor.execute(
            "ALTER TABLE locator_clinic"
            " ADD COLUMN IF NOT EXISTS bench_spot geography(Point, 4326)"
        )
        cursor.execute(
            "UPDATE locator_clinic SET bench_spot ="
            " ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography"
            " WHERE latitude IS NOT NULL AND bench_spot IS NULL"
        )
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS bench_spot ON locator_clinic"
            " USING gist (bench_spot)"
        )
    connection.connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE locator_clinic")


def search(query: Any) -> Answer:
    found = PostgisSearch(query)
    try:
        return found.answer()
    finally:
        found.forget()


class PostgisSearch(Search):
    """Keeps who is near in a temporary table, with its statistics.

    In one statement with the rest PostgreSQL takes ST_DWithin for a single row, and
    reads whole tables for each of the many that it is: 11 s where this takes 10 ms.
    """

    def near(self, km: float | None) -> Q:
        if km is None:
            return Q(clinic__latitude__isnull=False)
        clinics = RawSQL(f"SELECT id FROM {self._kept(km)}", [])
        return Q(clinic__in=clinics)

    def _kept(self, km: float) -> str:
        """The name of the table of clinics at most `km` away."""
        name = f"bench_near_{round(km * 1000)}"
        if name in self._tables:
            return name
        origin = self.query.origin
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {name} AS SELECT c.id FROM locator_clinic c"
                f" WHERE ST_DWithin(c.bench_spot, {_HERE}, %s, false)",
                [origin.longitude, origin.latitude, km * METRES_OF_KM],
            )
            cursor.execute(f"ANALYZE {name}")
        self._tables.add(name)
        return name

    @cached_property
    def _tables(self) -> set[str]:
        return set()

    def forget(self) -> None:
        with connection.cursor() as cursor:
            for name in self._tables:
                cursor.execute(f"DROP TABLE {name}")

    def with_km(self, clinics: QuerySet[Clinic]) -> QuerySet[Clinic]:
        origin = self.query.origin
        metres = RawSQL(
            f'ST_Distance("locator_clinic".bench_spot, {_HERE}, false)',
            [origin.longitude, origin.latitude],
            output_field=FloatField(),
        )
        return clinics.annotate(km=metres)

    def _radius(self, *, unstated: bool) -> float | None:
        """By the distance of the clinic that makes it enough, found by <->."""
        if not self.query.is_widening:
            return self.query.asked_km
        services = self._asked(CARE, unstated=unstated).filter(_in_person(unstated))
        sql, params = services.values("clinic").query.sql_with_params()
        origin = [self.query.origin.longitude, self.query.origin.latitude]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT ST_Distance(c.bench_spot, {_HERE}, false)"
                f" FROM locator_clinic c WHERE c.bench_spot IS NOT NULL"
                f" AND c.id IN ({sql})"
                f" ORDER BY c.bench_spot <-> {_HERE} LIMIT 1 OFFSET {ENOUGH - 1}",
                [*origin, *params, *origin],
            )
            found = cursor.fetchone()
        km = found[0] / METRES_OF_KM if found else float("inf")
        return next((step for step in self.query.steps_km if km <= step), None)
