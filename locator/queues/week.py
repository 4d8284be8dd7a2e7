"""Who did what at the desk in the last seven days."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from ..models import (
    Change,
    Merge,
    PossibleDuplicate,
    Proposal,
    RecordMatch,
    Report,
    User,
    Verification,
)

DAYS = 7

# Writes of a clinic by hand that no other column counts.
BY_HAND = [Change.Kind.EDIT, Change.Kind.STATUS, Change.Kind.SHEET, Change.Kind.COMPACT]


@dataclass(frozen=True, slots=True)
class Done:
    """What one person did: how often, in the order of `Week.kinds`."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Week:
    """Kinds of work that were done at all, and who did them, busiest first."""

    kinds: tuple[str, ...]
    people: tuple[Done, ...]


def last_week(now: datetime | None = None) -> Week:
    """What people did in the seven days before `now`; a query for each kind."""
    since = (now or timezone.now()) - timedelta(days=DAYS)
    counts = {kind: _by_person(rows, at, by, since) for kind, rows, at, by in _kinds()}
    kinds = [kind for kind, of in counts.items() if of]
    people = {pk for of in counts.values() for pk in of}
    done = [
        Done(str(person), tuple(counts[kind].get(person.pk, 0) for kind in kinds))
        for person in User.objects.filter(pk__in=people)
    ]
    done.sort(key=lambda each: (-each.total, each.name))
    return Week(tuple(kinds), tuple(done))


def _by_person(rows: QuerySet, at: str, by: str, since: datetime) -> Mapping[int, int]:
    done = rows.filter(**{f"{at}__gte": since, f"{by}__isnull": False}).order_by()
    counted: dict[int, int] = defaultdict(int)
    for pk, number in done.values_list(by).annotate(number=Count("pk")):
        counted[pk] += number
    return counted


def _kinds() -> list[tuple[str, QuerySet, str, str]]:
    """Kinds of work: what it is called, its rows, when and by whom."""
    written, decided = ("at", "by"), ("decided_at", "decided_by")
    lasting = Q(undone_at=None)
    by_hand, undo = Q(kind__in=BY_HAND), Q(kind=Change.Kind.UNDO)
    apart = Q(state=PossibleDuplicate.State.DIFFERENT)
    return [
        (
            gettext_lazy("clinics checked"),
            Verification.objects.filter(lasting),
            *written,
        ),
        (gettext_lazy("clinics changed"), Change.objects.filter(by_hand), *written),
        (gettext_lazy("reports decided"), Report.objects, *decided),
        (gettext_lazy("proposals decided"), Proposal.objects, *decided),
        (gettext_lazy("listings matched"), RecordMatch.objects, *written),
        (gettext_lazy("clinics merged"), Merge.objects.filter(lasting), *written),
        (
            gettext_lazy("pairs told apart"),
            PossibleDuplicate.objects.filter(apart),
            *decided,
        ),
        (gettext_lazy("changes taken back"), Change.objects.filter(undo), *written),
    ]
