"""Times of one kind of call, and how they are told."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

ROUND = 2


@dataclass
class Times:
    """Milliseconds by the clock, and those that this process worked."""

    taken: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def of(self, call: Callable[[], Any]) -> Any:
        """What `call` answers; how long it took is kept."""
        work, start = time.process_time(), time.perf_counter()
        answer = call()
        self.taken.append((time.perf_counter() - start) * 1000)
        self.worked.append((time.process_time() - work) * 1000)
        return answer

    @property
    def seconds(self) -> float:
        return sum(self.taken) / 1000

    def told(self) -> dict[str, float]:
        return {
            "n": len(self.taken),
            "median": round(statistics.median(self.taken), ROUND),
            "p95": round(share(self.taken, 0.95), ROUND),
            "work": round(statistics.median(self.worked), ROUND),
        }


def share(values: list[float], part: float) -> float:
    """The value that `part` of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
