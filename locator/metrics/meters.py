"""Counters that the workers of one machine keep side by side, in files they map.

Each worker writes files of its own, and any of them reads those of all. A worker that
begins takes over the files of one that ended, and counts on: numbers never fall, and
there are as many files as workers ever ran at once.
"""

import fcntl
import os
from functools import cache
from itertools import count
from pathlib import Path
from typing import TextIO

from django.conf import settings

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

# The locks of this process, held until it ends.
_held: list[TextIO] = []


class Meters:
    """What this worker counts, in `folder`, which is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        # Read by the package whenever it opens a file.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
        # Imported here: where nothing is measured it takes no memory.
        from prometheus_client import Counter, Histogram, values

        place = _take_a_place(folder)
        values.ValueClass = values.MultiProcessValue(lambda: place)
        self.requests = Histogram(
            "locator_request_seconds",
            "Time to answer a request, by view and by what came of it",
            ["view", "outcome"],
            buckets=SECONDS,
            registry=None,
        )
        self.searches = Counter(
            "locator_searches",
            "Searches that were made, by what came of them",
            ["outcome"],
            registry=None,
        )
        self.remembered = Counter(
            "locator_remembered",
            "Searches that were told again from memory, and those that were made",
            ["how"],
            registry=None,
        )
        self.indistinct = Counter(
            "locator_indistinct_requests",
            "Requests whose senders cannot be told apart, so that no limit is fair",
            ["why"],
            registry=None,
        )


def is_on() -> bool:
    """Whether anything is measured at all."""
    return bool(settings.LOCATOR_METRICS_TOKEN)


def meters() -> Meters:
    """Those of this process; only where `is_on`."""
    return _meters(settings.LOCATOR_METRICS_FOLDER)


@cache
def _meters(folder: Path) -> Meters:
    return Meters(folder)


def _take_a_place(folder: Path) -> int:
    """The lowest number that no other process holds, held until this one ends."""
    for number in count():
        lock = open(folder / f"{number}.lock", "w")  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _held.append(lock)
        return number
    raise AssertionError("numbers do not end")
