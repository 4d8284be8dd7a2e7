"""What came of searches, by kind: neither what was asked nor where."""

import threading

from ..asking.filters import Outcome
from ..search import remembering
from .meters import is_on, meters

FOUND, NONE, ERROR = "found", "none", "error"
# Every one that there is.
OUTCOMES = (
    FOUND,
    NONE,
    Outcome.AMBIGUOUS_PLACE,
    Outcome.UNKNOWN_PLACE,
    Outcome.INVALID,
    ERROR,
)


def count_search(outcome: Outcome, total: int) -> None:
    """Count a search that was answered: what became of its question, how many match."""
    if outcome is Outcome.READY:
        _count(FOUND if total else NONE)
    else:
        _count(outcome.value)


def count_failed_search() -> None:
    """Count a search that ended in an error of ours."""
    _count(ERROR)


class Remembered:
    """Counts on what this process told from memory, from now. For several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted = remembering.tally()

    def count(self) -> None:
        """Count what came since the last time."""
        with self._lock:
            tally = remembering.tally()
            for how, now, before in zip(
                ("told", "made"), tally, self._noted, strict=True
            ):
                if now > before:
                    meters().remembered.labels(how).inc(now - before)
            self._noted = tally


def _count(outcome: str) -> None:
    if is_on():
        meters().searches.labels(outcome).inc()
