"""Whose a field is: the importers' while it holds what they last wrote. Pure.

What importers last wrote stands in the source records, a field of a clinic in one of
them only. Otherwise a field is a person's, and left alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from ..facts import CLINIC_COMPOUNDS, Facts, Record
from ..models.dates import last_day

# What changes from week to week: a feed that is newer than a person's word has it.
# Where and how a clinic is reached is never taken without asking.
FAST = frozenset(
    {"accepting", "remote", "remote_is_clinic_wide", "in_person", "modalities"}
    | {"settings", "age_groups", "minimum_age", "maximum_age", "payments", "languages"}
)
# Missing here means that no limit is stated.
AGES = ("minimum_age", "maximum_age")

Parts = Callable[[Mapping[str, Any]], Iterable[Facts]]


def is_newer(one: str, other: str) -> bool:
    """Whether all that the partial date `one` may mean is after all of `other`."""
    return _first_day(one) > last_day(other)


def _first_day(partial: str) -> date:
    parts = [int(part) for part in partial.split("-")]
    return date(*(*parts, 1, 1)[:3])


def is_blank(value: Any) -> bool:
    """Whether a fact with this value is one that nobody stated."""
    return value in (None, "", "unknown", False, [])


def is_said(name: str, facts: Facts) -> bool:
    """Whether `facts` state the fact `name` rather than leaving it blank."""
    if name == "remote_is_clinic_wide":
        # It belongs to what is said of remote visits.
        return facts["remote"] != "unknown"
    return not is_blank(facts[name])


def without_blanks(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if not is_blank(value)}


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that last wrote a field, and what it wrote."""

    record: Record
    value: Any


@dataclass(slots=True)
class Merged:
    """What a claim may write of one clinic or service.

    `facts` are those to write. `claimed` is what records of the site then have written
    last, all told. `left` names the fields that differ and are a person's.
    """

    facts: Facts = field(default_factory=dict)
    claimed: Facts = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who wrote the fields of one clinic or service.

    `mine` are the ids of the records of the site that claims, at the date `as_of`.
    `fast` are the facts that a claim may take from a person whose word is older.
    """

    owners: Mapping[str, Owner]
    sources: Mapping[str, Any]
    mine: frozenset[int]
    as_of: str
    fast: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        records: Iterable[Record],
        parts: Parts,
        *,
        sources: Mapping[str, Any],
        mine: frozenset[int],
        as_of: str,
        fast: frozenset[str] = frozenset(),
    ) -> Self:
        """The ownership by the `parts` of what `records` have written.

        Of several records that hold a field, the one that `sources` names has it, else
        the newest.
        """
        owners: dict[str, Owner] = {}
        for record in sorted(records, key=lambda each: (last_day(each.as_of), each.pk)):
            for name, value in _items(parts(record.written)):
                named = sources.get(name, {}).get("record")
                if name not in owners or owners[name].record.pk != named:
                    owners[name] = Owner(record, value)
        return cls(owners, sources, mine, as_of, fast)

    def may_take(self, name: str, present: Any, *, is_said: bool) -> bool | None:
        """Whether the claim may have the field; None where it is a person's.

        What is not said takes nothing from another source.
        """
        owner = self.owners.get(name)
        if owner is None:
            return True if is_blank(present) and not self._is_marked(name) else None
        if owner.value != present:
            return None
        if owner.record.pk in self.mine:
            return True
        return is_said and is_newer(self.as_of, owner.record.as_of)

    def _is_marked(self, name: str) -> bool:
        """Whether it is noted that a person wrote the field."""
        parts = CLINIC_COMPOUNDS.get(name, (name,))
        return any("user" in self.sources.get(part, {}) for part in parts)

    def outdates_a_person(self, name: str, wanted: Facts, present: Facts) -> bool:
        """Whether the claim has a fast fact that a person said before its date.

        A visit that a person vouched for is never taken from patients.
        """
        day = self.sources.get(name, {})
        if name not in self.fast or "user" not in day:
            return False
        is_loss = name == "remote" and present[name] == "yes" != wanted[name]
        return not is_loss and is_newer(self.as_of, day["at"])

    def merge(self, wanted: Facts, present: Facts) -> Merged:
        """What of `wanted` may be written; None where it has no place for a fact."""
        merged = Merged()
        for name, value in wanted.items():
            if value is None and name not in AGES:
                continue
            said = is_said(name, wanted)
            verdict = self.may_take(name, present[name], is_said=said)
            if verdict is None and said:
                verdict = self.outdates_a_person(name, wanted, present) or None
            owner = self.owners.get(name)
            is_mine = owner is not None and owner.record.pk in self.mine
            if verdict:
                merged.claimed[name] = value
                if value != present[name]:
                    merged.facts[name] = value
                continue
            if is_mine:
                merged.claimed[name] = owner.value
            # A blank that was always one contradicts nobody.
            if verdict is None and value != present[name] and (said or is_mine):
                merged.left.append(name)
        return merged


def _items(parts: Iterable[Facts]) -> Iterable[tuple[str, Any]]:
    for part in parts:
        yield from part.items()
