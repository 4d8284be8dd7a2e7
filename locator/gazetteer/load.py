"""Writes the gazetteers' rows as `Place` and `PlaceName`, all at once or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from ..models import DataVersion, Place, PlaceName, Region, Tier, Versioned
from ..tables import analyze, take_time
from . import cities, pins, zips
from .rows import Row
from .towns import unify

# Changes whenever the same packages and regions shall yield other rows.
FORMAT = "2"

PLACE_COLUMNS = (
    "id",
    "kind",
    "name",
    "region_id",
    "country",
    "latitude",
    "longitude",
    "population",
    "time_zone",
    "town",
)
NAME_COLUMNS = ("place_id", "folded", "kind", "tier", "weight", "country")

# Told what share of the work is done, from 0 to 1.
Progress = Callable[[float], None]


def fingerprint() -> str:
    """What the rows depend on, as the token that the database keeps of them."""
    packages = [
        f"{each.PACKAGE} {version(each.PACKAGE)}" for each in (zips, pins, cities)
    ]
    regions = Region.objects.order_by("pk").values_list("pk", flat=True)
    whole = "\n".join([FORMAT, *packages, *regions])
    return hashlib.sha256(whole.encode()).hexdigest()


def is_current() -> bool:
    """Whether the database holds what `load` would write."""
    kept = DataVersion.objects.filter(part=Versioned.PLACES, token=fingerprint())
    return kept.exists()


def load(progress: Progress) -> tuple[int, int]:
    """Replace all places and their names; how many of each there are now.

    Visitors see the old ones until all of the new are there.
    """
    token = fingerprint()
    rows = read(progress)
    with transaction.atomic():
        take_time()
        # This row is also the lock that lets a second load wait for the first.
        DataVersion.objects.update_or_create(
            part=Versioned.PLACES, defaults={"token": token}
        )
        names = _replace(rows, progress)
        analyze(Place, PlaceName)
    progress(1.0)
    return len(rows), names


def read(progress: Progress) -> list[Row]:
    """Every place of every gazetteer, once, in regions that the database knows."""
    zip_codes, us_towns = zips.read()
    progress(0.1)
    pin_codes, indian_towns = pins.read()
    progress(0.2)
    towns = unify(cities.read(), [*us_towns, *indian_towns])
    progress(0.4)
    rows = [*zip_codes, *pin_codes, *towns]
    known = frozenset(Region.objects.values_list("pk", flat=True))
    for row in rows:
        row.region = _known_region(row, known)
    return rows


def _known_region(row: Row, known: frozenset[str]) -> str:
    if not row.region or row.region in known:
        return row.region
    return row.country if row.country in known else ""


def _replace(rows: Sequence[Row], progress: Progress) -> int:
    """Write `rows` in place of what is there; the number of their names."""
    for model in (PlaceName, Place):
        model._base_manager.all()._raw_delete(connection.alias)
    numbered = list(enumerate(rows, start=1))
    _insert(Place, PLACE_COLUMNS, (_values(number, row) for number, row in numbered))
    progress(0.6)
    names = (
        (number, folded, int(kind), *_standing(row, kind))
        for number, row in numbered
        for folded, kind in row.names().items()
    )
    count = _insert(PlaceName, NAME_COLUMNS, names)
    progress(0.9)
    # The numbers are ours, so the database must go on counting behind them.
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Place]):
            cursor.execute(sql)
    return count


def _values(number: int, row: Row) -> tuple:
    return (
        number,
        str(row.kind),
        row.name,
        row.region or None,
        row.country,
        row.point.latitude if row.point else None,
        row.point.longitude if row.point else None,
        row.population,
        row.zone,
        row.town,
    )


def _standing(row: Row, kind: PlaceName.Kind) -> tuple[int, int, str]:
    """The tier, weight and country of a name of `row`."""
    tier = Tier.of(row.kind, row.population)
    return int(tier), kind.weight(row.population), row.country


def _insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple]
) -> int:
    """Write `rows` by the engine's quickest way; their number.

    `bulk_create` takes four times as long: 600,000 objects are made and thrown away.
    """
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    insert = _copy if connection.vendor == "postgresql" else _insert_many
    return insert(into, len(columns), rows)


def _copy(into: str, width: int, rows: Iterable[tuple]) -> int:
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert_many(into: str, width: int, rows: Iterable[tuple]) -> int:
    count = 0
    one = f"({', '.join(['%s'] * width)})"
    with connection.cursor() as cursor:
        for part in _parts(rows, connection.features.max_query_params // width):
            values: list[Any] = [value for row in part for value in row]
            many = ", ".join([one] * len(part))
            cursor.execute(f"INSERT INTO {into} VALUES {many}", values)
            count += len(part)
    return count


def _parts(rows: Iterable[tuple], size: int) -> Iterator[list[tuple]]:
    rows = iter(rows)
    while part := list(islice(rows, size)):
        yield part
