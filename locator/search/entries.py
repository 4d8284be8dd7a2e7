"""Search entries: derived tables, kept true by every write and read by searches."""

import math
import operator
from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from ..geo import Box, box_around
from ..models import (
    Clinic,
    DataVersion,
    Door,
    HoursText,
    SearchEntry,
    SearchWord,
    Versioned,
)
from ..prepared import Prepared
from ..tables import hold_off_writers, insert, reading_cursor, values_of
from . import names, packs, parts
from .columns import Columns
from .filling import fill_all
from .query import SearchQuery, Visit, packed_span
from .reading import unpack
from .treating import covering
from .truth import Bits, Flat, Row, flatten

CLINICS_AT_ONCE = 1000
# What a curator who saves waits for these at most; a worker fills what is left.
FILLING_SECONDS = 0.5
# How long reindexing waits for those who write hours, and others for it.
HOURS_SECONDS = 2
COLUMNS = [f.attname for f in SearchEntry._meta.concrete_fields if f.name != "id"]

Key = tuple[int, int, int]

# --- Writing -----------------------------------------------------------------------


def rebuild(clinic_ids: Iterable[int]) -> None:
    """Make the derived rows of these clinics say what the clinics say now.

    Call it in the transaction of the change. Clinics that are not published, or are
    gone, lose their rows. The number of queries grows by thousands of clinics only.
    After the commit the packs and parts that it changed are filled, as far as is quick.
    """
    if pks := sorted(set(clinic_ids)):
        changed = _rebuild(pks)
        stale = changed, set(map(parts.part_of, pks))
        transaction.on_commit(
            lambda: fill_all(*stale, seconds=FILLING_SECONDS), robust=True
        )


def rebuild_all() -> None:
    """Make the derived tables anew, for all clinics.

    Thousand by thousand, each in a transaction of its own: meanwhile searches are
    answered truly, and curators save.
    """
    pks = set(Clinic.objects.published().values_list("pk", flat=True))
    for derived in (SearchEntry, SearchWord):
        pks.update(derived.objects.values_list("clinic_id", flat=True).distinct())
    for chunk in _chunks(sorted(pks)):
        _rebuild(chunk, is_anew=True)
    _forget_hours()
    names.forget()
    fill_all()


@transaction.atomic
def _forget_hours() -> None:
    """Remove the hours of no entry, unless somebody is writing hours all the time.

    Who writes some that are there already depends on them, unseen until the commit.
    """
    if hold_off_writers(HoursText, seconds=HOURS_SECONDS):
        used = SearchEntry.objects.filter(hours=OuterRef("pk"))
        HoursText.objects.filter(~Exists(used)).delete()


@transaction.atomic
def _rebuild(pks: list[int], *, is_anew: bool = False) -> set[int]:
    """Do what `rebuild` says; the packs that are stale now."""
    bits, changed, words = Bits.read(), set(), set()
    for chunk in _chunks(pks):
        _lock(chunk)
        changed |= _clear(chunk)
        flat = flatten(chunk, bits)
        changed.update(pk for row in flat.entries for pk in packs.packs_of(row))
        words.update(*flat.words.values())
        _write(flat, is_anew=is_anew)
    # Before the packs: who comes here next waits for the version and holds no pack yet.
    DataVersion.bump(Versioned.CLINICS)
    packs.make_stale(changed)
    parts.make_stale(map(parts.part_of, pks))
    names.learn(words)
    return changed


def _clear(clinics: Collection[int]) -> set[int]:
    """Remove the rows of `clinics`; the packs that their entries were in."""
    entries = SearchEntry.objects.filter(clinic__in=clinics)
    rows = entries.order_by().values("home_id", "pack_id").distinct()
    changed = {pk for row in rows for pk in packs.packs_of(row)}
    entries.delete()
    SearchWord.objects.filter(clinic__in=clinics).delete()
    return changed


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(pks), CLINICS_AT_ONCE):
        yield pks[first : first + CLINICS_AT_ONCE]


def _lock(pks: Collection[int]) -> None:
    """Wait for others who change these clinics, so that what is read next is whole."""
    clinics = Clinic.objects.select_for_update(no_key=True).filter(pk__in=pks)
    list(clinics.order_by("pk").values_list("pk"))


def _write(flat: Flat, *, is_anew: bool) -> None:
    hours = [
        HoursText(pk=pk, opening_hours=text, time_zone=zone, country=country)
        for pk, (text, zone, country) in sorted(flat.hours.items())
    ]
    HoursText.objects.bulk_create(hours, ignore_conflicts=True)
    if is_anew:
        _mend(hours)
    each = ((pk, word) for pk, words in flat.words.items() for word in words)
    insert(SearchWord._meta.db_table, ["clinic_id", "word"], each)
    entries = (tuple(row[name] for name in COLUMNS) for row in flat.entries)
    insert(SearchEntry._meta.db_table, COLUMNS, entries)


def _mend(hours: Sequence[HoursText]) -> None:
    """Let the rows of these hours be as they are given.

    The right ones are left alone: whoever writes the same hours would wait for this.
    """
    columns = ["opening_hours", "time_zone", "country"]
    told = operator.attrgetter(*columns)
    kept = HoursText.objects.in_bulk([each.pk for each in hours])
    wrong = [each for each in hours if told(kept.get(each.pk, each)) != told(each)]
    HoursText.objects.bulk_update(wrong, columns)


# --- Proving -----------------------------------------------------------------------


def differences() -> list[str]:
    """What the derived tables say otherwise than the truth, a sentence each."""
    bits = Bits.read()
    pks = set(Clinic.objects.values_list("pk", flat=True))
    pks.update(SearchEntry.objects.values_list("clinic_id", flat=True).distinct())
    found = [
        sentence
        for chunk in _chunks(sorted(pks))
        for sentence in _differences(chunk, flatten(chunk, bits))
    ]
    return [*found, *packs.differences(), *parts.differences()]


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
    """Entries, an array of dtype ENTRY in any order or the columns of one."""

    entries: np.ndarray | Columns


def fetch(doors: Q) -> Read:
    """What lies behind `doors`, a condition of entries; one query."""
    rows = SearchEntry.objects.filter(doors).order_by()
    return Read(unpack(values_of(rows.values_list("packed"))))


_OF_CLINICS = Prepared(
    SearchEntry,
    lambda clinics: (
        SearchEntry.objects.filter(clinic__in=clinics).order_by().values_list("packed")
    ),
    cursor=reading_cursor,
)


def of_clinics(pks: Sequence[int]) -> np.ndarray:
    """All entries of these clinics, of dtype ENTRY; one query."""
    return unpack(value for (value,) in _OF_CLINICS.rows(clinics=pks))


def doors_within(query: SearchQuery, km: float | None) -> Q:
    """The entries that `query` can use, in-person ones within `km` (None: anywhere)."""
    if not query.has_place:
        return Q(is_lead=True)
    doors = _doors(query, km, _entries_in)
    return reduce(operator.or_, [each for each in doors if each is not None])


def packs_within(query: SearchQuery, km: float | None) -> packs.Doors:
    """The packs of `doors_within`, and so a little more; not without a place."""
    return packs.Doors(*_doors(query, km, packs.homes_in))


def homes_of_area(query: SearchQuery) -> Q:
    """The packs of clinics at home in the region of `query`, which is about an area."""
    return _site_doors(query, None, packs.homes_in)


def _entries_in(box: Box) -> Q:
    # Band by band, as the index of entries has them.
    around = Q()
    for west, east in box.longitudes:
        around |= Q(longitude__range=(west, east))
    return Q(band__in=range(box.first, box.last + 1)) & around


def _doors(
    query: SearchQuery, km: float | None, lies_in: Callable[[Box], Q]
) -> tuple[Q | None, Q | None]:
    """Conditions of entries or of packs: doors that lie near, and those that cover.

    `lies_in` says which are in a box.
    """
    near = covering = None
    if query.visit is not Visit.REMOTE:
        near = _site_doors(query, km, lies_in)
    if query.visit is not Visit.IN_PERSON:
        covering = coverage_doors(query)
    return near, covering


def _site_doors(query: SearchQuery, km: float | None, lies_in: Callable[[Box], Q]) -> Q:
    if query.is_by_area:
        own = Q(door__in=[Door.SITE, Door.PLAIN])
        return own & Q(region__range=packed_span(query.region))
    if km is None:
        return Q(door=Door.SITE)
    return lies_in(box_around(query.origin, km))


def covering_regions(query: SearchQuery) -> list[int]:
    """The regions, packed, whose coverage lets the patient of `query` be treated."""
    return sorted(set().union(*map(covering, (query.region, *query.also))))


def coverage_doors(query: SearchQuery) -> Q:
    """The entries, or packs, by which the patient may be treated at a distance."""
    regions = Q(region__in=covering_regions(query))
    if query.region and query.region == query.country:
        # Those of its parts are counted, to ask which part it is.
        regions |= Q(region__range=packed_span(query.region))
    return Q(door=Door.COVERAGE) & regions
