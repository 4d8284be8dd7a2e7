"""Packs: the search entries that lie together, as one value each, read at once.

A pack is derived of entries as entries are of clinics. It is either what its entries
are or stale, never wrong: who changes an entry makes its pack stale in the same
transaction, and where a pack is stale a search reads the entries themselves. Whenever
a pack is filled, or if never, only the time of a search depends on it.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from ..models import Door, SearchEntry, SearchPack
from ..tables import values_of
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


def pack_id(row: Row) -> int:
    """The id of the pack that holds this row, the columns of SearchEntry by name."""
    if row["door"] == Door.SITE:
        place = row["band"] * COLUMNS + column_of(row["longitude"])
    else:
        place = row["clinic_id"] >> CLINICS_SHIFT
    return row["door"] << DOOR_SHIFT | row["region"] << REGION_SHIFT | place


def column_of(longitude: float) -> int:
    """The column of the grid: 0 at the antimeridian, a tenth of a degree each."""
    return math.floor((longitude + 180) * 10)


# --- Reading -----------------------------------------------------------------------


def fetch(doors: Q) -> PackedColumns:
    """What lies behind `doors`, a condition of packs.

    One query, so that all of it is of one moment, whatever is stale or being filled.
    """
    packs = SearchPack.objects.filter(doors).order_by()
    filled = packs.filter(entries__isnull=False).values_list("entries")
    empty = packs.filter(entries__isnull=True).values("pk")
    alone = SearchEntry.objects.filter(pack_id__in=empty).order_by()
    both = filled.union(alone.values_list("packed"), all=True)
    return PackedColumns(values_of(both))


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
        for pk, entries in whole.items():
            SearchPack.objects.filter(pk=pk).update(entries=entries)
        SearchPack.objects.filter(pk__in=set(found) - whole.keys()).delete()
    return len(found)


def _whole(pks: Collection[int]) -> dict[int, bytes]:
    """What these packs hold by their ids; one that holds nothing is not there."""
    entries = SearchEntry.objects.filter(pack_id__in=pks)
    rows = entries.order_by("pack_id", "clinic_id", "service_id")
    return {
        pk: packed(b"".join(row for _, row in some))
        for pk, some in groupby(rows.values_list("pack_id", "packed"), itemgetter(0))
    }


def count_stale() -> int:
    return SearchPack.objects.filter(entries=None).count()


# --- Proving -----------------------------------------------------------------------


def differences() -> Iterator[str]:
    """What packs say otherwise than their entries, a sentence each."""
    packs = SearchPack.objects.order_by("pk")
    own = packs.filter(pk=OuterRef("pack_id"))
    lost = SearchEntry.objects.filter(~Exists(own)).order_by("pack_id")
    for pk in lost.values_list("pack_id", flat=True).distinct():
        yield f"Pack {pk} is not there, though entries are in it."
    last = -1
    while some := list(
        SearchPack.objects.filter(pk__gt=last).order_by("pk")[:FILLED_AT_ONCE]
    ):
        last = some[-1].pk
        whole = _whole([pack.pk for pack in some])
        for pack in some:
            yield from _differences(pack, whole.get(pack.pk, b""))


def _differences(pack: SearchPack, whole: bytes) -> Iterator[str]:
    true = _stale(pack.pk)
    for name in ("door", "region", "band", "column"):
        if getattr(pack, name) != getattr(true, name):
            yield f"Pack {pack.pk}: its {name} is not what its id says."
    if pack.entries is not None and bytes(pack.entries) != whole:
        yield f"Pack {pack.pk} is not what its entries are."
