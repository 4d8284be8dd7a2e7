"""What needs a person now: the first page of the desk."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from ..curation.aging import Pace, pace
from ..models import Claim, User
from .queue import Count, Item, Moment, Queue
from .week import Week, last_week


@dataclass(frozen=True, slots=True)
class Line:
    """A queue as the first page shows it."""

    queue: Queue
    count: Count
    oldest: Moment
    may_work: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """An item that a person has, and of which queue."""

    queue: Queue
    item: Item


@dataclass(frozen=True, slots=True)
class Home:
    """The queues that a person works on, what they have, and how the work goes."""

    lines: tuple[Line, ...]
    mine: tuple[Mine, ...]
    week: Week
    pace: Pace

    @property
    def is_all_done(self) -> bool:
        return not any(line.count.number for line in self.lines)


def home(queues: Mapping[str, Queue], person: User) -> Home | None:
    """What `person` works on, or else may look at; None where that is nothing."""
    chosen = [queue for queue in queues.values() if queue.may_work(person)]
    chosen = chosen or [queue for queue in queues.values() if queue.may_look(person)]
    if not chosen:
        return None
    return Home(
        tuple(_line(queue, person) for queue in chosen),
        tuple(_mine({queue.code: queue for queue in chosen}, person)),
        last_week(),
        pace(timezone.now()),
    )


def _line(queue: Queue, person: User) -> Line:
    count = queue.count()
    oldest = queue.oldest() if count.number else None
    return Line(queue, count, oldest, queue.may_work(person))


def _mine(queues: Mapping[str, Queue], person: User) -> list[Mine]:
    """What `person` has and what still waits, the first to end first."""
    claims = Claim.objects.filter(by=person, until__gt=timezone.now())
    keys: dict[str, list[str]] = defaultdict(list)
    for code, item in claims.values_list("queue", "item"):
        keys[code].append(item)
    mine = [
        Mine(queues[code], item)
        for code in keys.keys() & queues.keys()
        for item in queues[code].items(queues[code].among(keys[code]), person)
    ]
    return sorted(mine, key=lambda each: each.item.held.until)
