"""Parts: all search entries of clinics whose ids lie together, and their sums.

A part is derived of entries as entries are of clinics, and like a pack it is what its
entries are or stale, never wrong: who changes an entry makes its part stale in the same
transaction, and where a part is stale its entries are read themselves. What concerns
the whole directory, clinic by clinic, goes through all parts and holds one at a time.
"""

import json
from collections.abc import Collection, Iterable, Iterator

import numpy as np
from django.db import transaction
from django.db.models import Count, TextField
from django.db.models.functions import Cast, Substr

from ..models import Clinic, SearchEntry, SearchPart
from ..tables import rows_of, values_of
from . import stale
from .reading import unpack
from .sums import Listed, Sums

CLINICS_SHIFT = 11

# Read in one statement, and held in memory meanwhile.
READ_AT_ONCE = 3
# Filled in one transaction: on SQLite nobody else writes meanwhile.
FILLED_AT_ONCE = 4


def part_of(clinic: int) -> int:
    """The id of the part that `clinic` is in."""
    return clinic >> CLINICS_SHIFT


# --- Reading -----------------------------------------------------------------------


def read() -> Iterator[np.ndarray]:
    """The entries of all clinics, as arrays of dtype ENTRY, a few parts in each.

    All entries of a clinic are in one array, as they were at one moment.
    """
    ordered = SearchPart.objects.order_by("pk").values_list("pk", "entries")
    last = -1
    while True:
        some = rows_of(ordered.filter(pk__gt=last)[:READ_AT_ONCE])
        if some:
            last = some[-1][0]
            yield unpack(
                value
                for pk, packed in some
                for value in (_packed_of(pk) if packed is None else [packed])
            )
        if len(some) < READ_AT_ONCE:
            return


# The sums of each part as they were last read: most stay when some clinics change.
_known: dict[int, tuple[str, Sums]] = {}


def sums() -> list[Sums]:
    """What the clinics of each part hold. Nobody writes to them."""
    found = SearchPart.objects.order_by("pk").annotate(told=Cast("sums", TextField()))
    return [
        _sums_of(pk, unpack(_packed_of(pk))) if told is None else _told(pk, told)
        for pk, told in found.values_list("pk", "told")
    ]


def _told(pk: int, told: str) -> Sums:
    """The sums of the part that the JSON `told` tells."""
    known = _known.get(pk)
    if known is None or known[0] != told:
        known = _known[pk] = told, Sums.from_json(json.loads(told))
    return known[1]


def _packed_of(pk: int) -> list[bytes]:
    first, last = _ids_of(pk)
    entries = SearchEntry.objects.filter(clinic__gte=first, clinic__lte=last)
    rows = entries.order_by("clinic_id", "service_id", "door", "region")
    return values_of(rows.values_list("packed"))


def _ids_of(pk: int) -> tuple[int, int]:
    """The least and the greatest id that a clinic of the part can have."""
    return pk << CLINICS_SHIFT, ((pk + 1) << CLINICS_SHIFT) - 1


def _sums_of(pk: int, entries: np.ndarray) -> Sums:
    rows = (
        Clinic.objects.published()
        .filter(pk__range=_ids_of(pk))
        .order_by()
        .annotate(year=Substr("source_date", 1, 4))
        .values_list("region_id", "source_id", "year", "is_sample")
        .annotate(clinics=Count("pk"))
    )
    listed: dict[Listed, int] = {
        (region or "", source or "", year, is_sample): clinics
        for region, source, year, is_sample, clinics in rows
    }
    return Sums.of(listed, entries)


# --- Writing -----------------------------------------------------------------------


def make_stale(pks: Iterable[int]) -> None:
    """Make these parts stale, and be there, in the transaction that changes clinics."""
    stale.make([SearchPart(pk=pk) for pk in set(pks)])


def fill(pks: Collection[int] | None = None) -> int:
    """Fill a few parts that are stale, of `pks` or of all; how many were looked at.

    A short transaction of its own.
    """
    # A transaction holds all writers of SQLite off, so none begins in vain.
    if not stale.are_there(SearchPart):
        return 0
    with transaction.atomic():
        found = stale.hold(SearchPart, pks, at_once=FILLED_AT_ONCE)
        for pk in found:
            packed = _packed_of(pk)
            told = _sums_of(pk, unpack(packed)).as_json()
            part = SearchPart.objects.filter(pk=pk)
            part.update(entries=b"".join(packed), sums=told)
    return len(found)


def count_stale() -> int:
    return SearchPart.objects.filter(entries=None).count()


# --- Proving -----------------------------------------------------------------------


def differences() -> Iterator[str]:
    """What parts say otherwise than entries and clinics do, a sentence each."""
    clinics = Clinic.objects.published().order_by().values_list("pk", flat=True)
    entries = SearchEntry.objects.order_by().values_list("clinic", flat=True)
    there = {*map(part_of, clinics.iterator()), *map(part_of, entries.iterator())}
    kept = set(SearchPart.objects.values_list("pk", flat=True))
    for pk in sorted(there - kept):
        yield f"Part {pk}: missing."
    filled = SearchPart.objects.filter(entries__isnull=False).order_by("pk")
    for part in filled.iterator(READ_AT_ONCE):
        packed = b"".join(_packed_of(part.pk))
        if bytes(part.entries) != packed:
            yield f"Part {part.pk}: its entries are not what they should be."
        if Sums.from_json(part.sums) != _sums_of(part.pk, unpack([packed])):
            yield f"Part {part.pk}: its sums are not what they should be."
