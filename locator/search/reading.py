"""A question read against an array of search entries, part by part. Pure.

Every part becomes an `Answer`: a pair of boolean arrays as long as the entries. All
that is told of a search is made of them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from ..geo import EARTH_KM, Point, unit_vector
from ..models import Door
from ..models.catalogue import BITS_PER_COLUMN
from .columns import Columns
from .query import Basis, Category, Fact, SearchQuery, Trait, Visit, packed_span
from .treating import Treated, treated

# A search entry as it is packed: the columns of SearchEntry of these names. Points are
# NaN where there is none, hours 0. Of the name there is `name_key`.
ENTRY = np.dtype(
    [
        ("clinic", "<i8"),
        ("service", "<i8"),
        ("x", "<f8"),
        ("y", "<f8"),
        ("z", "<f8"),
        ("region", "<i8"),
        ("home_region", "<i8"),
        ("types", "<i8"),
        ("specialties", "<i8"),
        ("modalities", "<i8"),
        ("languages_0", "<i8"),
        ("languages_1", "<i8"),
        ("payments", "<i8"),
        ("ages", "<i8"),
        ("eligibility", "<i8"),
        ("accessibility", "<i8"),
        ("hours", "<i8"),
        ("verified_on", "<i4"),
        ("contacts", "<i2"),
        ("traits", "<i2"),
        ("door", "i1"),
        ("basis", "i1"),
        ("remote", "i1"),
        ("in_person", "i1"),
        ("accepting", "i1"),
        ("name", "<u8"),
    ],
    # Numbers that lie across the words of memory take twice as long.
    align=True,
)


def pack(rows: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """Each of `rows`, the columns of SearchEntry by name, as bytes of dtype ENTRY."""
    told = list(map(_entry, rows))
    # Zeros, so that what is between the columns is always the same.
    entries = np.zeros(len(told), dtype=ENTRY)
    entries[:] = told
    whole, size = entries.tobytes(), ENTRY.itemsize
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def _entry(row: Mapping[str, Any]) -> tuple:
    keys = {"clinic": "clinic_id", "service": "service_id", "hours": "hours_id"}
    told = {**row, "name": name_key(row["name"])}
    values = (told[keys.get(name, name)] for name in ENTRY.names)
    return tuple(
        (np.nan if name in "xyz" else 0) if value is None else value
        for name, value in zip(ENTRY.names, values, strict=True)
    )


def name_key(name: str) -> int:
    """The beginning of `name` as a number: in the order of names as far as it goes."""
    return int.from_bytes(name.encode()[:8].ljust(8, b"\0"))


def unpack(rows: Iterable[bytes]) -> np.ndarray:
    """The array of dtype ENTRY that `rows` were packed of; not for writing."""
    whole = b"".join(rows)
    return np.frombuffer(whole, dtype=ENTRY) if whole else np.empty(0, dtype=ENTRY)


_COLUMN = (1 << BITS_PER_COLUMN) - 1

# What of a query is answered by one mask of an entry, by the name of the parameter.
MASKS = {
    "specialty": "specialties",
    "modality": "modalities",
    "payment": "payments",
    "age": "ages",
    "eligibility": "eligibility",
    "accessibility": "accessibility",
    "contact": "contacts",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Per entry: whether it states what was asked, or says nothing of it."""

    yes: np.ndarray
    silent: np.ndarray

    def kept(self, with_unstated: bool) -> np.ndarray:
        return self.yes | self.silent if with_unstated else self.yes


@dataclass(frozen=True, slots=True)
class Reading:
    """Entries read against a query: they lie clinic by clinic, whatever was given.

    `clinic_at` numbers the clinics of the entries from 0, by their ids.
    `facts` holds an answer for each part of the query that asks something of a service,
    by the name of its parameter. `remote` and `in_person` say whether the entry's door
    leads to the patient that way, `treated` by which basis and region the remote one
    does, `km` how far the clinic is (inf without a point).
    """

    entries: Columns
    query: SearchQuery
    facts: Mapping[str, Answer]
    treated: Treated
    remote: Answer
    in_person: Answer
    km: np.ndarray
    clinic_at: np.ndarray

    def clinics(self, kept: np.ndarray) -> np.ndarray:
        """Whether `kept` marks an entry of it, for each clinic by its number."""
        count = int(self.clinic_at[-1]) + 1 if len(self.clinic_at) else 0
        found = np.zeros(count, dtype=bool)
        found[self.clinic_at[kept]] = True
        return found

    def for_visit(self, visit: Visit) -> Self:
        """The same entries, read as if `visit` were asked."""
        query = replace(self.query, visit=visit)
        return replace(
            self,
            query=query,
            remote=remote_answer(self.entries, self.treated, query),
            in_person=_in_person(self.entries, query),
        )


def read(
    entries: np.ndarray | Columns,
    query: SearchQuery,
    *,
    named: Collection[int] | None = None,
    open_hours: Mapping[int, Fact],
) -> Reading:
    """What each of `entries` says to every part of `query`; see `match`."""
    if not isinstance(entries, Columns):
        entries = Columns(entries)
    facts = {"category": category_answer(entries, query)}
    facts |= {
        parameter: _any_of(entries[column], asked)
        for parameter, column in MASKS.items()
        if (asked := getattr(query, column))
    }
    if query.types:
        facts["type"] = _any_of(entries["types"], query.types)
    if query.languages:
        facts["language"] = _languages(entries, query.languages)
    if query.accepting:
        facts["accepting"] = stated(entries["accepting"])
    if query.open_now:
        facts["open"] = stated(open_facts(entries["hours"], open_hours))
    if query.words and named is not None:
        facts["q"] = _plain(np.isin(entries["clinic"], np.array([*named], dtype="i8")))
    here = treated(entries, query)
    return Reading(
        entries=entries,
        query=query,
        facts=facts,
        treated=here,
        remote=remote_answer(entries, here, query),
        in_person=_in_person(entries, query),
        km=km_from(query.origin, *(entries[axis] for axis in "xyz")),
        clinic_at=np.cumsum(np.diff(entries["clinic"], prepend=-1) != 0) - 1,
    )


def _plain(yes: np.ndarray) -> Answer:
    """What can only be yes or no."""
    return Answer(yes, np.zeros_like(yes))


def stated(facts: np.ndarray) -> Answer:
    """Whether three-valued `facts` are yes."""
    return Answer(facts == Fact.YES, facts == Fact.UNKNOWN)


def _any_of(masks: np.ndarray, asked: int) -> Answer:
    """An empty set is silent; any other is complete."""
    return Answer((masks & asked) != 0, masks == 0)


def _languages(entries: Columns, asked: int) -> Answer:
    low, high = entries["languages_0"], entries["languages_1"]
    hit = (low & (asked & _COLUMN)) | (high & (asked >> BITS_PER_COLUMN))
    return Answer(hit != 0, (low | high) == 0)


def open_facts(hours: np.ndarray, open_hours: Mapping[int, Fact]) -> np.ndarray:
    """Whether each of `hours`, ids of texts, is open now, as Facts."""
    told = np.full(len(hours), Fact.UNKNOWN, dtype="i1")
    if not open_hours:
        return told
    ids = np.array(sorted(open_hours), dtype="i8")
    facts = np.array([open_hours[each] for each in ids.tolist()], dtype="i1")
    # Most clinics state none, and few texts are of many clinics.
    at = np.flatnonzero(hours)
    place = np.searchsorted(ids, hours[at]).clip(max=len(ids) - 1)
    told[at] = np.where(ids[place] == hours[at], facts[place], Fact.UNKNOWN)
    return told


def category_answer(entries: Columns, query: SearchQuery) -> Answer:
    """Whether the type is of the asked kind; without a question, whether it is care.

    A category asks that the service is remote too. What is for health workers is found
    only where its type is asked.
    """
    traits = entries["traits"]
    for_asker = ((traits & Trait.FOR_PATIENTS) != 0) | bool(query.types)
    is_telemedicine = (traits & Trait.TELEMEDICINE) != 0
    match query.category:
        case Category.TELEMEDICINE:
            of_kind = is_telemedicine
        case Category.TELEHEALTH:
            of_kind = for_asker
        case Category.TELEHEALTH_ONLY:
            of_kind = for_asker & ~is_telemedicine
        case _ if query.types:
            return _plain(for_asker)
        case _:
            return _plain(for_asker & ((traits & Trait.CARE) != 0))
    remote = stated(entries["remote"])
    return Answer(of_kind & remote.yes, of_kind & remote.silent)


def remote_answer(entries: Columns, found: Treated, query: SearchQuery) -> Answer:
    here = found.here & (query.visit is not Visit.IN_PERSON)
    remote = stated(entries["remote"])
    # Where no place is asked, what coverage rests on is not asked either.
    unstated = (found.basis == Basis.UNKNOWN) & query.has_place
    return Answer(
        here & remote.yes & ~unstated,
        here & (remote.silent | remote.yes & unstated),
    )


def _in_person(entries: Columns, query: SearchQuery) -> Answer:
    if query.visit is Visit.REMOTE:
        here = np.zeros(len(entries), dtype=bool)
    elif not query.has_place:
        here = np.ones(len(entries), dtype=bool)
    elif query.is_by_area:
        first, last = packed_span(query.region)
        home = entries["home_region"]
        here = (first <= home) & (home <= last)
    else:
        here = entries["door"] == Door.SITE
    in_person = stated(entries["in_person"])
    return Answer(here & in_person.yes, here & in_person.silent)


def km_from(
    origin: Point | None, x: np.ndarray, y: np.ndarray, z: np.ndarray
) -> np.ndarray:
    """How far points are from `origin`, unit vectors; inf of none, and from nowhere."""
    if origin is None:
        return np.full(len(x), np.inf)
    here = unit_vector(origin)
    chord = np.sqrt((x - here[0]) ** 2 + (y - here[1]) ** 2 + (z - here[2]) ** 2)
    km = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    return np.where(np.isnan(km), np.inf, km)
