"""The sign of life of a worker: who it is, what it does, and how far it is."""

import threading
from datetime import timedelta
from typing import Self

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from ..models import Task, Worker

BEAT = 1.0  # seconds between two looks
QUIET = timedelta(seconds=5)  # the longest without a sign, where nothing moves


class Pulse:
    """Beats from a thread with a connection of its own, as long as its block runs.

    Where the database has no room for a beat (SQLite, while an import writes) that
    beat is left out: it never waits, and never disturbs the work.
    """

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.task: Task | None = None
        self.share = 0.0
        self._told: tuple[int | None, float] = (None, 0.0)
        self._last = timezone.now()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception) -> None:
        self._over.set()
        self._thread.join()

    def of(self, task: Task | None) -> None:
        """Beat for `task` from now on; None: the worker is idle."""
        self.share = 0.0
        self.task = task

    def progress(self, share: float) -> None:
        """Note how far the task is; the next beat tells it."""
        self.share = min(max(share, 0.0), 1.0)

    def _run(self) -> None:
        try:
            while not self._over.wait(BEAT):
                self._beat()
        finally:
            connection.close()

    def _beat(self) -> None:
        now = timezone.now()
        task, share = self.task, self.share
        said = (task and task.pk, share)
        if said == self._told and now - self._last < QUIET:
            return
        try:
            _wait_for_nobody()
            Worker.objects.filter(name=self.worker).update(seen_at=now)
            if task is not None:
                Task.objects.filter(
                    pk=task.pk,
                    state=Task.State.RUNNING,
                    worker=task.worker,
                    attempts=task.attempts,
                ).update(beat_at=now, progress=share)
        except (DatabaseError, InterfaceError):
            connection.close()
            return
        self._told, self._last = said, now


def _wait_for_nobody() -> None:
    """Make this thread's connection give up at once where it would have to wait."""
    if connection.connection is not None:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 0")
        else:
            cursor.execute("SET lock_timeout = '500ms'")
            cursor.execute("SET statement_timeout = '5s'")
