"""What one process knows of the primary database and its replicas. Asks nothing."""

import random
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

PRIMARY = "default"
# What is no trouble among the reasons why a server is not read from.
UNASKED, THE_PRIMARY = "not asked yet", "the primary"
# An answer older than this is none: the server may hang.
PATIENCE = 4.0  # seconds
# How far back one knows where the primary was. What is further behind is far behind.
MEMORY = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said of itself; `asked_at` is this process's own clock, seconds.

    `position` is where it stands in the log of all changes, in bytes. `replayed_ago` is
    how old the last change is that a replica took over, in seconds of its own clock;
    None where it took none since it started. `started` tells it from other servers.
    """

    asked_at: float
    is_replica: bool
    position: int
    replayed_ago: float | None = None
    started: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """How a server is: `lag` is how many seconds it is behind at most, None: unknown.

    `why` it is not fit is a word or two; "" where it is.
    """

    name: str
    is_fit: bool
    lag: float | None
    why: str

    @property
    def is_trouble(self) -> bool:
        """Whether an operator has something to see to."""
        return self.why not in ("", UNASKED, THE_PRIMARY)


class Track:
    """Where the primary was, and when."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, position: int, at: float) -> None:
        if self._seen and position < self._seen[-1][1]:
            # Another primary than before, whose log is another.
            self._seen.clear()
        if self._seen and position == self._seen[-1][1]:
            self._seen.pop()
        self._seen.append((at, position))
        while self._seen[0][0] < at - MEMORY:
            self._seen.popleft()

    def behind(self, position: int, now: float) -> float | None:
        """How many seconds ago the primary was at `position` or before, at most.

        None where it was further as far back as one knows. An idle primary stays where
        it is, so that what reached it is not behind however long nothing changes.
        """
        passed = (at for at, there in reversed(self._seen) if there <= position)
        at = next(passed, None)
        return None if at is None else max(0.0, now - at)


class Fleet:
    """The primary and its replicas: which to ask first. Safe between threads."""

    def __init__(self, replicas: Sequence[str], most_lag: float) -> None:
        # Each process has an order of its own, and keeps to the first that is fit: what
        # it keeps in memory is made anew where two are not at the same moment.
        self._replicas = random.sample(replicas, len(replicas))
        self._most_lag = most_lag
        self._track = Track()
        self._answers: dict[str, Answer] = {}
        self._lags: dict[str, float | None] = {}
        self._failed_at: dict[str, float] = {}
        self._is_near: dict[str, bool] = {}
        self._lock = threading.Lock()

    def heard(self, name: str, answer: Answer, now: float) -> None:
        """`name` answered; nothing else counts of what was asked before it failed."""
        with self._lock:
            if answer.asked_at < self._failed_at.get(name, answer.asked_at):
                return
            self._answers[name] = answer
            if name != PRIMARY:
                self._measure(name, answer, now)
            elif not answer.is_replica:
                self._track.note(answer.position, answer.asked_at)

    def _measure(self, name: str, answer: Answer, now: float) -> None:
        # Two upper bounds: by the log, which needs no common clock, and by the last
        # change, which needs no primary. After a pause of the primary only the first
        # is near the truth, before this process knew the primary only the second.
        by_log = self._track.behind(answer.position, now)
        bounds = [by_log, answer.replayed_ago]
        lag = min((max(0.0, each) for each in bounds if each is not None), default=None)
        # Taken back at half of it, so that none goes in and out all the time.
        most = self._most_lag / (1 if self._is_near.get(name) else 2)
        self._lags[name] = lag
        self._is_near[name] = lag is not None and lag <= most

    def failed(self, name: str, now: float) -> None:
        """`name` is away until it answers what is asked after this."""
        with self._lock:
            self._failed_at[name] = now
            for known in (self._answers, self._lags, self._is_near):
                known.pop(name, None)

    def order(self, now: float, *, is_writing: bool = False) -> list[str]:
        """All of them, the one to ask first in front.

        For reading a replica that is fit, then the primary, then whatever can still be
        reached, however old; for writing the primary, and what can say that it is away.
        """
        with self._lock:
            fit = [name for name in self._replicas if not self._why(name, now)]
            here = [name for name in self._replicas if self._is_here(name, now)]
            is_primary_here = self._is_here(PRIMARY, now)
        front = [PRIMARY] if is_primary_here else []
        front = front + fit if is_writing else fit + front
        return list(dict.fromkeys([*front, *here, PRIMARY, *self._replicas]))

    def states(self, now: float) -> list[State]:
        """The primary's, then each replica's in the order of its name."""
        with self._lock:
            return [self._state(name, now) for name in (PRIMARY, *self._in_order())]

    def _in_order(self) -> list[str]:
        return sorted(self._replicas, key=lambda name: (len(name), name))

    def _state(self, name: str, now: float) -> State:
        why = self._why(name, now)
        shown = "primary" if name == PRIMARY else name
        return State(shown, not why, self._lags.get(name), why)

    def _is_here(self, name: str, now: float) -> bool:
        answer = self._answers.get(name)
        if answer is None:
            # Nobody asked the primary yet: it is taken to be there.
            return name == PRIMARY and name not in self._failed_at
        return now - answer.asked_at <= PATIENCE

    def _why(self, name: str, now: float) -> str:
        """Why `name` is not fit for what it is there for; "" where it is."""
        if not self._is_here(name, now):
            known = name in self._answers or name in self._failed_at
            return "away" if known else UNASKED
        answer = self._answers.get(name)
        if name == PRIMARY:
            return "read-only" if answer and answer.is_replica else ""
        if not answer.is_replica:
            primary = self._answers.get(PRIMARY)
            is_same = primary is not None and primary.started == answer.started
            return THE_PRIMARY if is_same else "no replica"
        return "" if self._is_near[name] else "behind"
