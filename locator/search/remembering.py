"""Answers that this process gave lately, for the same question asked again.

An answer belongs to the tokens of the data that it was made of, so that none is told
after a change. It is kept in memory alone: where somebody searches for what is written
nowhere.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from ..models import Versioned
from . import finding
from .query import SearchQuery, SearchResults

MOST_BYTES = 16 << 20

Made = TypeVar("Made")


class Memory:
    """What was made lately by what it was made of, of `most_bytes` in all, roughly."""

    def __init__(self, most_bytes: int) -> None:
        self.hits = self.misses = self.bytes = 0
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self, key: Hashable, make: Callable[[], Made], weigh: Callable[[Made], int]
    ) -> Made:
        """What `make` made of `key`, now or before; `weigh` tells how many bytes."""
        with self._lock:
            if key in self._kept:
                self.hits += 1
                self._kept.move_to_end(key)
                return self._kept[key][0]
            self.misses += 1
        # Threads may make the same at once: that is no worse than not to remember.
        made = make()
        self._keep(key, made, weigh(made))
        return made

    def _keep(self, key: Hashable, made: Any, weight: int) -> None:
        with self._lock:
            _gone, before = self._kept.pop(key, (None, 0))
            self._kept[key] = made, weight
            self.bytes += weight - before
            while self.bytes > self._most_bytes:
                _oldest, (_made, freed) = self._kept.popitem(last=False)
                self.bytes -= freed


_memory = Memory(MOST_BYTES)


def find(
    query: SearchQuery, versions: Mapping[str, str], *, counted: bool = False
) -> SearchResults:
    """As `finding.find`, of data of `versions`: tokens by part, which were read first.

    Nobody writes to what is told. No query where the same was asked before.
    """
    tokens = [versions.get(part) for part in (Versioned.CLINICS, Versioned.CATALOGUES)]
    if not all(tokens):
        return finding.find(query, counted=counted)
    return _memory.of(
        (*tokens, query, counted),
        lambda: finding.find(query, counted=counted),
        _weight,
    )


def tally() -> tuple[int, int]:
    """How many answers were told again and how many were made, in this process."""
    return _memory.hits, _memory.misses


# Bytes that these take, measured: a hit without its services, a service, a count.
_HIT, _SERVICE, _COUNT = 300, 300, 80
_REST = 2000


def _weight(results: SearchResults) -> int:
    services = sum(len(hit.services) for hit in results.hits)
    options = sum(map(len, results.counts.values()))
    hits = len(results.hits)
    return _REST + hits * _HIT + services * _SERVICE + options * _COUNT
