"""Search entries: derived tables, kept true by every write and read by searches."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from ..geo import box_around
from ..models import (
    Clinic,
    DataVersion,
    Door,
    HoursText,
    SearchEntry,
    SearchWord,
    Versioned,
)
from ..tables import insert
from .query import SearchQuery, Visit, packed_span
from .reading import unpack
from .treating import covering
from .truth import Bits, Flat, Row, flatten

CLINICS_AT_ONCE = 1000
COLUMNS = [f.attname for f in SearchEntry._meta.concrete_fields if f.name != "id"]

Key = tuple[int, int, int]

# --- Writing -----------------------------------------------------------------------


@transaction.atomic
def rebuild(clinic_ids: Iterable[int]) -> None:
    """Make the derived rows of these clinics say what the clinics say now.

    Call it in the transaction of the change. Clinics that are not published, or are
    gone, lose their rows. The number of queries grows by thousands of clinics only.
    """
    pks = sorted(set(clinic_ids))
    if not pks:
        return
    bits = Bits.read()
    for chunk in _chunks(pks):
        _lock(chunk)
        SearchEntry.objects.filter(clinic__in=chunk).delete()
        SearchWord.objects.filter(clinic__in=chunk).delete()
        _write(flatten(chunk, bits))
    DataVersion.bump(Versioned.CLINICS)


@transaction.atomic
def rebuild_all() -> None:
    """Make the derived tables anew, for all clinics."""
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()
    HoursText.objects.all().delete()
    rebuild(Clinic.objects.published().values_list("pk", flat=True))
    DataVersion.bump(Versioned.CLINICS)


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(pks), CLINICS_AT_ONCE):
        yield pks[first : first + CLINICS_AT_ONCE]


def _lock(pks: Collection[int]) -> None:
    """Wait for others who change these clinics, so that what is read next is whole."""
    clinics = Clinic.objects.select_for_update(no_key=True).filter(pk__in=pks)
    list(clinics.order_by("pk").values_list("pk"))


def _write(flat: Flat) -> None:
    HoursText.objects.bulk_create(
        (
            HoursText(pk=pk, opening_hours=text, time_zone=zone, country=country)
            for pk, (text, zone, country) in flat.hours.items()
        ),
        ignore_conflicts=True,
    )
    each = ((pk, word) for pk, words in flat.words.items() for word in words)
    insert(SearchWord._meta.db_table, ["clinic_id", "word"], each)
    entries = (tuple(row[name] for name in COLUMNS) for row in flat.entries)
    insert(SearchEntry._meta.db_table, COLUMNS, entries)


# --- Proving -----------------------------------------------------------------------


def differences() -> list[str]:
    """What the derived tables say otherwise than the truth, a sentence each."""
    bits = Bits.read()
    pks = set(Clinic.objects.values_list("pk", flat=True))
    return [
        sentence
        for chunk in _chunks(sorted(pks))
        for sentence in _differences(chunk, flatten(chunk, bits))
    ]


def _differences(clinics: Collection[int], flat: Flat) -> Iterator[str]:
    true = {_key(row): row for row in flat.entries}
    stored = SearchEntry.objects.filter(clinic__in=clinics).order_by("pk")
    kept = {_key(row): row for row in stored.values(*COLUMNS)}
    for key in sorted(true.keys() - kept.keys()):
        yield f"Missing: {_worded(true[key])}."
    for key in sorted(kept.keys() - true.keys()):
        yield f"Not true any more: {_worded(kept[key])}."
    for key in sorted(true.keys() & kept.keys()):
        for column in COLUMNS:
            if not _same(true[key][column], kept[key][column]):
                yield _otherwise(column, true[key], kept[key])
    yield from _words_and_hours(clinics, flat)


def _words_and_hours(clinics: Collection[int], flat: Flat) -> Iterator[str]:
    words: defaultdict[int, set[str]] = defaultdict(set)
    stored = SearchWord.objects.filter(clinic__in=clinics)
    for pk, word in stored.values_list("clinic_id", "word"):
        words[pk].add(word)
    for pk in sorted(words.keys() | flat.words.keys()):
        if words[pk] != set(flat.words.get(pk, ())):
            yield (
                f"Clinic {pk}: its words are {sorted(words[pk])}, "
                f"should be {sorted(flat.words.get(pk, ()))}."
            )
    found = HoursText.objects.filter(pk__in=flat.hours)
    hours = {row[0]: row[1:] for row in found.values_list()}
    for pk in sorted(flat.hours.keys()):
        if hours.get(pk) != flat.hours[pk]:
            yield f"Hours {pk}: {hours.get(pk)!r}, should be {flat.hours[pk]!r}."


def _key(row: Mapping[str, Any]) -> Key:
    return row["service_id"], row["door"], row["region"]


def _worded(row: Row) -> str:
    return (
        f"clinic {row['clinic_id']}, service {row['service_id']}, "
        f"{Door(row['door']).name.lower()} door, region {row['region']}"
    )


def _otherwise(column: str, true: Row, kept: Row) -> str:
    if column == "packed":
        return f"{_worded(kept)}: packed is not what its columns should be."
    return f"{_worded(kept)}: {column} is {kept[column]!r}, should be {true[column]!r}."


def _same(true: Any, stored: Any) -> bool:
    """Whether they are equal; another machine's sine may differ in the last digit."""
    if isinstance(true, float) and stored is not None:
        return math.isclose(true, stored, rel_tol=0, abs_tol=1e-12)
    if isinstance(true, bytes):
        return true == bytes(stored) or _same_packed(true, bytes(stored))
    return true == stored


def _same_packed(true: bytes, stored: bytes) -> bool:
    if len(true) != len(stored):
        return False
    one, other = unpack([true])[0].tolist(), unpack([stored])[0].tolist()
    return all(
        (a != a and b != b) or _same(a, b) for a, b in zip(one, other, strict=True)
    )


# --- Reading -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """Entries, an array of dtype ENTRY in any order."""

    entries: np.ndarray

    def without(self, door: Door) -> Self:
        return replace(self, entries=self.entries[self.entries["door"] != door])

    def __add__(self, other: Self) -> Self:
        return type(self)(np.concatenate([self.entries, other.entries]))


def fetch(doors: Q) -> Read:
    """What lies behind `doors`; one query."""
    rows = SearchEntry.objects.filter(doors).order_by()
    rows = rows.values_list("packed")
    # Rows as the driver gives them: making Python values of each would cost most.
    sql, params = rows.query.sql_with_params()
    with _reading_cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchall()
    return Read(unpack(packed for (packed,) in found))


def _reading_cursor() -> CursorWrapper:
    """A cursor of the connection that gets bytes as bytes.

    PostgreSQL sends them as text to Django's own, which takes twice as long.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    from psycopg import Cursor, pq

    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = Cursor(connection.connection)
    cursor.format = pq.Format.BINARY
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)


def doors_within(query: SearchQuery, km: float | None) -> Q:
    """The doors that `query` can use, in-person ones within `km` (None: anywhere)."""
    if not query.has_place:
        return Q(is_lead=True)
    doors = Q()
    if query.visit is not Visit.IN_PERSON:
        doors |= _coverage_doors(query)
    if query.visit is not Visit.REMOTE:
        doors |= site_doors(query, km)
    return doors


def site_doors(query: SearchQuery, km: float | None) -> Q:
    """The doors by which `query` can come in person within `km` (None: anywhere)."""
    if query.is_by_area:
        own = Q(door__in=[Door.SITE, Door.PLAIN])
        return own & Q(region__range=packed_span(query.region))
    if km is None:
        return Q(door=Door.SITE)
    box = box_around(query.origin, km)
    around = Q()
    for longitudes in box.longitudes:
        around |= Q(longitude__range=longitudes)
    return Q(band__in=range(box.first, box.last + 1)) & around


def _coverage_doors(query: SearchQuery) -> Q:
    wanted = set().union(*map(covering, (query.region, *query.also)))
    regions = Q(region__in=sorted(wanted))
    if query.region and query.region == query.country:
        # Those of its parts are counted, to ask which part it is.
        regions |= Q(region__range=packed_span(query.region))
    return Q(door=Door.COVERAGE) & regions
