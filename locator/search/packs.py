"""Packs: the search entries that lie together, as one value each, read at once.

An entry lies with all others of its clinic at the clinic's home, and one that is a
coverage door with other doors to its region as well.

A pack is derived of entries as entries are of clinics. It is either what its entries
are or stale, never wrong: who changes an entry makes its pack stale in the same
transaction, and where a pack is stale a search reads the entries themselves. Whenever
a pack is filled, or if never, only the time of a search depends on it.
"""

import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import (
    BigIntegerField,
    BinaryField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast

from ..geo import Box, Point, band
from ..models import Door, SearchEntry, SearchPack
from ..prepared import Prepared
from ..tables import is_one_of, reading_cursor, rows_of
from . import stale
from .packing import PackedColumns, packed

# A pack's id is its door, its region and its place, from the highest bits down.
DOOR_SHIFT = 55
REGION_SHIFT = 23
COLUMNS = 1 << 12
# Neighbouring ids of clinics lie in one pack, so that a change makes only one of many
# stale where a region is covered by half of the directory.
CLINICS_SHIFT = 13

# Filled in one transaction: on SQLite nobody else writes meanwhile.
FILLED_AT_ONCE = 16

Row = Mapping[str, Any]


def home_id(region: int, point: Point | None, clinic: int) -> int:
    """The id of the pack that holds all entries of `clinic`."""
    if point is None:
        return id_of(Door.PLAIN, region, clinic >> CLINICS_SHIFT)
    place = band(point.latitude) * COLUMNS + column_of(point.longitude)
    return id_of(Door.SITE, region, place)


def pack_id(row: Row) -> int | None:
    """The id of the pack of what covers the region of this row; None of other doors."""
    if row["door"] != Door.COVERAGE:
        return None
    return id_of(Door.COVERAGE, row["region"], row["clinic_id"] >> CLINICS_SHIFT)


def packs_of(row: Row) -> set[int]:
    """The ids of all packs that this row is in, the columns of SearchEntry by name."""
    return {row["home_id"], row["pack_id"]} - {None}


def id_of(door: Door, region: int, place: int) -> int:
    """The id of a pack: `place` is a cell of the grid, or a run of ids of clinics."""
    return door << DOOR_SHIFT | region << REGION_SHIFT | place


def column_of(longitude: float) -> int:
    """The column of the grid: 0 at the antimeridian, a tenth of a degree each."""
    return math.floor((longitude + 180) * 10)


def doors_of(pks: np.ndarray) -> np.ndarray:
    """The doors of packs of these ids."""
    return pks >> DOOR_SHIFT


def places_of(pks: np.ndarray) -> np.ndarray:
    """Where packs of these ids are in their regions: neighbours have near numbers."""
    return pks & (1 << REGION_SHIFT) - 1


# --- Reading -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Doors:
    """Conditions of packs: homes, and those that cover a region; None for none."""

    homes: Q | None
    covering: Q | None

    @property
    def packs(self) -> QuerySet[SearchPack]:
        either = [each for each in (self.homes, self.covering) if each is not None]
        return SearchPack.objects.filter(reduce(or_, either, Q(pk=None))).order_by()


def fetch(doors: Doors) -> PackedColumns:
    """What lies behind `doors`.

    Of clinics at home there without their coverage doors, which are read by region. One
    query, so that all of it is of one moment, whatever is stale or being filled.
    """
    rows = [
        (pk, value) for pk, _digest, _count, value in rows_of(_statement(read=doors))
    ]
    return PackedColumns(
        [value for pk, value in rows if _is_covering(pk)],
        homes=[value for pk, value in rows if not _is_covering(pk)],
    )


@dataclass(frozen=True, slots=True)
class Looked:
    """Packs as they were at one moment: some are read, of others it is known what.

    `homes` are the entries of clinics at home where it was to be read. `known` has the
    id, the digest and the count of the other packs, a row each (n, 3), in the order of
    ids; `stale` the entries of those of them that have no digest, by id.
    """

    homes: PackedColumns
    known: np.ndarray
    stale: Mapping[int, Sequence[bytes]]


def look(known: Doors) -> Looked:
    """What those packs are that are to be `known`; one query."""
    return _looked(rows_of(_statement(known=known)), is_home_read=False)


def look_around(box: Box, regions: Sequence[int]) -> Looked:
    """Read the homes in `box`, and what the packs are that cover `regions`; one query.

    Regions are packed.
    """
    if len(box.longitudes) > 1:
        covering = Q(door=Door.COVERAGE, region__in=regions)
        read, known = Doors(homes_in(box), None), Doors(None, covering)
        rows = rows_of(_statement(read=read, known=known))
    else:
        ((west, east),) = box.longitudes
        rows = _AROUND.rows(
            bands=(box.first, box.last),
            columns=(column_of(west), column_of(east)),
            regions=regions,
        )
    return _looked(rows, is_home_read=True)


def homes_in(box: Box) -> Q:
    """The packs of clinics with a point in `box`, and perhaps some beside it."""
    around = Q()
    for west, east in box.longitudes:
        around |= Q(column__range=(column_of(west), column_of(east)))
    return Q(band__range=(box.first, box.last)) & around


def _looked(rows: Iterable[tuple], *, is_home_read: bool) -> Looked:
    read, told, stale = [], [], {}
    for pk, digest, count, value in rows:
        if value is None:
            told.append((pk, digest, count))
        elif is_home_read and not _is_covering(pk):
            read.append(value)
        else:
            stale.setdefault(pk, []).append(value)
    return Looked(PackedColumns(read), _known(told), stale)


def _known(told: list[tuple[int, int, int]]) -> np.ndarray:
    return np.array(sorted(told), dtype="i8").reshape(-1, 3)


def values_by_id(pks: Collection[int]) -> dict[int, tuple[int | None, bytes | None]]:
    """The digest and the value of each of these packs that is there; one query."""
    packs = SearchPack.objects.filter(pk__in=pks).order_by()
    rows = rows_of(packs.values_list("pk", "digest", "entries"))
    return {pk: (digest, value) for pk, digest, value in rows}


_NONE = Doors(None, None)


def _statement(*, read: Doors = _NONE, known: Doors = _NONE) -> QuerySet:
    """The id, digest, count and value of packs; without a value those only `known`.

    A stale pack has a row without digest and count for each of its entries.
    """
    first, *others = [
        *_filled_and_stale("home_id", read.homes, is_read=True),
        *_filled_and_stale("pack_id", read.covering, is_read=True),
        *_filled_and_stale("home_id", known.homes, is_read=False),
        *_filled_and_stale("pack_id", known.covering, is_read=False),
    ]
    return first.union(*others, all=True)


def _around(*, bands: Sequence, columns: Sequence, regions: Sequence) -> QuerySet:
    homes = Q(band__range=bands, column__range=columns)
    covering = Q(door=Door.COVERAGE, region__in=regions)
    return _statement(read=Doors(homes, None), known=Doors(None, covering))


_AROUND = Prepared(SearchPack, _around, cursor=reading_cursor)


def _filled_and_stale(
    name: str, doors: Q | None, *, is_read: bool
) -> tuple[QuerySet, ...]:
    """Rows of packs that meet `doors`, and of entries that are in stale ones by `name`.

    Each by a condition of its own, so that an index leads to its few rows.
    """
    if doors is None:
        return ()
    packs = SearchPack.objects.filter(doors).order_by()
    filled = packs.filter(digest__isnull=False)
    nothing = Cast(Value(None), BinaryField())
    value = F("entries") if is_read else nothing
    stale = packs.filter(digest__isnull=True).values("pk")
    alone = SearchEntry.objects.filter(is_one_of(name, stale)).order_by()
    return (
        filled.annotate(value=value).values_list("pk", "digest", "count", "value"),
        alone.annotate(
            no_digest=Cast(Value(None), BigIntegerField()),
            no_count=Cast(Value(None), IntegerField()),
        ).values_list(name, "no_digest", "no_count", "packed"),
    )


def _is_covering(pk: int) -> bool:
    return pk >> DOOR_SHIFT == Door.COVERAGE


# --- Writing -----------------------------------------------------------------------


def make_stale(pks: Iterable[int]) -> None:
    """Make these packs stale, and be there, in the transaction that changes entries."""
    stale.make([*map(_stale, set(pks))])


def _stale(pk: int) -> SearchPack:
    above, place = divmod(pk, 1 << REGION_SHIFT)
    door, region = divmod(above, 1 << DOOR_SHIFT - REGION_SHIFT)
    band, column = divmod(place, COLUMNS) if door == Door.SITE else (None, None)
    return SearchPack(pk=pk, door=door, region=region, band=band, column=column)


def fill(pks: Collection[int] | None = None) -> int:
    """Fill a few packs that are stale, of `pks` or of all; how many were looked at.

    A short transaction of its own. Packs that hold nothing any more go.
    """
    # A transaction holds all writers of SQLite off, so none begins in vain.
    if not stale.are_there(SearchPack):
        return 0
    with transaction.atomic():
        found = stale.hold(SearchPack, pks, at_once=FILLED_AT_ONCE)
        whole = _whole(found)
        for pk, columns in whole.items():
            SearchPack.objects.filter(pk=pk).update(**columns)
        SearchPack.objects.filter(pk__in=set(found) - whole.keys()).delete()
    return len(found)


def _whole(pks: Collection[int]) -> dict[int, dict[str, Any]]:
    """What these packs should be by their ids; one that holds nothing is not there."""
    entries = SearchEntry.objects.order_by("clinic_id", "service_id", "door", "region")
    found: dict[int, list[bytes]] = {}
    for name, own in (
        ("home_id", [pk for pk in pks if not _is_covering(pk)]),
        ("pack_id", [pk for pk in pks if _is_covering(pk)]),
    ):
        rows = entries.filter(**{f"{name}__in": own})
        for pk, value in rows.values_list(name, "packed") if own else ():
            found.setdefault(pk, []).append(value)
    return {pk: _filled(values) for pk, values in found.items()}


def _filled(values: list[bytes]) -> dict[str, Any]:
    rows = b"".join(values)
    digest = hashlib.blake2b(rows, digest_size=8).digest()
    return {
        "digest": int.from_bytes(digest, signed=True),
        "count": len(values),
        "entries": packed(rows),
    }


def count_stale() -> int:
    return SearchPack.objects.filter(entries=None).count()


# --- Proving -----------------------------------------------------------------------


def differences() -> Iterator[str]:
    """What packs say otherwise than their entries, a sentence each."""
    packs = SearchPack.objects.order_by("pk")
    for name in ("home_id", "pack_id"):
        own = packs.filter(pk=OuterRef(name))
        within = SearchEntry.objects.exclude(**{name: None})
        lost = within.filter(~Exists(own)).order_by(name)
        for pk in lost.values_list(name, flat=True).distinct():
            yield f"Pack {pk} is not there, though entries are in it."
    last = -1
    while some := list(
        SearchPack.objects.filter(pk__gt=last).order_by("pk")[:FILLED_AT_ONCE]
    ):
        last = some[-1].pk
        whole = _whole([pack.pk for pack in some])
        for pack in some:
            yield from _differences(pack, whole.get(pack.pk, _filled([])))


def _differences(pack: SearchPack, whole: Mapping[str, Any]) -> Iterator[str]:
    true = _stale(pack.pk)
    for name in ("door", "region", "band", "column"):
        if getattr(pack, name) != getattr(true, name):
            yield f"Pack {pack.pk}: its {name} is not what its id says."
    kept = pack.entries and bytes(pack.entries)
    told = {"digest": pack.digest, "count": pack.count, "entries": kept}
    if kept is not None and told != whole:
        yield f"Pack {pack.pk} is not what its entries are."
