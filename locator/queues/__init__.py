"""What needs a curator now: ten queues of work, who does what, and what was done.

An item of a queue is named by a string, most often the id of its row. Whoever works on
one claims it first, so that two people do not do the same.
"""

from urllib.parse import urlencode

from django.urls import reverse

from . import machines  # noqa: F401  (it registers)
from .claims import ClaimedError, Held, claim, claimed, release
from .home import Home, home
from .of_age import STALE
from .of_clinics import COVERAGE, GONE, MISPLACED, NO_POINT, WEBSITES
from .of_others import DUPLICATES, MATCHES, PROPOSALS, REPORTS
from .queue import Count, Item, Queue

# In the order that the desk's first page shows them: what harms people most, first.
QUEUES: dict[str, Queue] = {
    queue.code: queue
    for queue in (
        REPORTS,
        GONE,
        MISPLACED,
        NO_POINT,
        MATCHES,
        DUPLICATES,
        PROPOSALS,
        WEBSITES,
        STALE,
        COVERAGE,
    )
}


def next_address(queue: str, *, after: str = "") -> str:
    """Where a person goes who is done with an item: to the next that is free.

    With `after`, an item that may wait still, to the one behind it.
    """
    address = reverse("admin:queue_next", args=[queue])
    return f"{address}?{urlencode({'after': after})}" if after else address


__all__ = [
    "QUEUES",
    "ClaimedError",
    "Count",
    "Held",
    "Home",
    "Item",
    "Queue",
    "claim",
    "claimed",
    "home",
    "next_address",
    "release",
]
