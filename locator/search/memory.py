"""What was made lately, kept in memory alone and only so much of it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

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

    def forget(self) -> None:
        """Drop all of it."""
        with self._lock:
            self._kept.clear()
            self.bytes = 0

    def _keep(self, key: Hashable, made: Any, weight: int) -> None:
        with self._lock:
            _gone, before = self._kept.pop(key, (None, 0))
            self._kept[key] = made, weight
            self.bytes += weight - before
            while self.bytes > self._most_bytes:
                _oldest, (_made, freed) = self._kept.popitem(last=False)
                self.bytes -= freed
