"""Proposals that an import makes: what a source says and a person said otherwise.

Reads proposals, never writes them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..facts import Facts, chunks
from ..models import Proposal
from ..models.decision import Decision
from .change import ClinicChange, Left
from .plan import Plan

# Clinic, service and fact that a proposal is about.
About = tuple[int, int | None, str]


@dataclass(slots=True)
class Proposals:
    """Rows of new proposals, and the ids of open ones that are overtaken.

    What a person rejected is not proposed again by a record of the same site, and a
    record has one open proposal a fact.
    """

    rows: list[Facts] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan, records: Mapping[str, int], now: datetime) -> "Proposals":
        """What `plan` proposes; `records` are ids by the keys of listings."""
        made = cls()
        known = _Known.of(plan)
        for change in plan.changes:
            made._add(change, records, known, now)
        return made

    def _add(
        self,
        change: ClinicChange,
        records: Mapping[str, int],
        known: "_Known",
        now: datetime,
    ) -> None:
        mine = [records[each.key] for each in change.wanted.site.listings]
        waiting = {
            (record, about): (pk, proposed)
            for record in mine
            for about, (pk, proposed) in known.waiting.get(record, {}).items()
            if about[0] == change.pk
        }
        rejected = [each for record in mine for each in known.rejected.get(record, ())]
        for left in change.left:
            about = (change.id, left.service, left.fact)
            record = records[left.listing.key]
            pk, proposed = waiting.get((record, about), (None, None))
            if pk and proposed == left.proposed:
                del waiting[record, about]
            elif (about, left.proposed) not in rejected:
                self.rows.append(_row(change, left, record, now))
        self.overtaken += [pk for pk, _ in waiting.values()]


def _row(change: ClinicChange, left: Left, record: int, now: datetime) -> Facts:
    return {
        "clinic_id": change.id,
        "service_id": left.service,
        "record_id": record,
        "fact": left.fact,
        "present": left.present,
        "proposed": left.proposed,
        "as_of": change.wanted.as_of,
        "found_at": now,
    }


@dataclass(slots=True)
class _Known:
    """Proposals of held records that matter: those that wait and those rejected."""

    waiting: dict[int, dict[About, tuple[int, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    rejected: dict[int, list[tuple[About, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @classmethod
    def of(cls, plan: Plan) -> "_Known":
        known = cls()
        for record, about, pk, proposed, decision in _rows(plan):
            if decision == Decision.OPEN:
                known.waiting[record][about] = (pk, proposed)
            else:
                known.rejected[record].append((about, proposed))
        return known


def _rows(plan: Plan) -> Iterator[tuple]:
    held = [
        plan.records[each.key]
        for change in plan.changes
        if not change.is_new
        for each in change.wanted.site.listings
        if each.key in plan.records
    ]
    for pks in chunks(held):
        rows = Proposal.objects.filter(
            record__in=pks, decision__in=[Decision.OPEN, Decision.REJECTED]
        )
        for pk, record, clinic, service, fact, proposed, decision in rows.values_list(
            "pk", "record", "clinic", "service", "fact", "proposed", "decision"
        ):
            yield record, (clinic, service, fact), pk, proposed, decision
