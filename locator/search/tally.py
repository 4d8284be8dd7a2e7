"""What some clinics answer a query, in numbers that add up with those of others. Pure.

Everything that a page tells of matches but their order counts clinics. Where no clinic
is in two groups, the numbers of the groups together are the sums of their numbers.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Self

from .counting import ByHours
from .engine import Matches


class Tally:
    """Numbers of clinics; nobody writes to one that is told to others.

    `counts` are those of options by parameter, with `hours` for `open`: see
    `counting.by_hours`.
    """

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.more_in_subdivisions: Counter[str] = Counter()
        self.counts: dict[str, Counter] = {}

    @classmethod
    def of(cls, matches: Matches, counts: ByHours | None = None) -> Self:
        """Those of `matches`, with `counts` where options were counted."""
        tally = cls()
        tally.numbers.update({name: getattr(matches, name) for name in NUMBERS})
        tally.more_in_subdivisions.update(matches.more_in_subdivisions)
        tally.counts = {name: Counter(each) for name, each in (counts or {}).items()}
        return tally

    def add(self, other: "Tally", times: int = 1) -> None:
        """Take `other` clinics in, or with `times` -1 out again."""
        _add(self.numbers, other.numbers, times)
        _add(self.more_in_subdivisions, other.more_in_subdivisions, times)
        for parameter, options in other.counts.items():
            _add(self.counts.setdefault(parameter, Counter()), options, times)

    # --- Telling ---------------------------------------------------------------------

    @property
    def total(self) -> int:
        return self.numbers["total"]

    @property
    def more_remote_beyond(self) -> int:
        return self.numbers["more_remote_beyond"]

    @property
    def more_other_telehealth(self) -> int:
        return self.numbers["more_other_telehealth"]

    @property
    def left_out_unstated(self) -> int:
        # A nearer radius can be full where silence counts, so that fewer match.
        return max(0, self.numbers["more_unstated"])


NUMBERS = (
    "total",
    "more_remote_beyond",
    "more_other_telehealth",
    "more_unstated",
)


def _add(mine: Counter, theirs: Mapping, times: int) -> None:
    for key, number in theirs.items():
        mine[key] += times * number
