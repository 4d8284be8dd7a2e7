"""What came of searches, by kind: neither what was asked nor where."""

from ..asking.filters import Outcome
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


def _count(outcome: str) -> None:
    if is_on():
        meters().searches.labels(outcome).inc()
