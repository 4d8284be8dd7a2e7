"""The worker: takes what waits, does it, and stops when it is told to."""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Task
from ..search import filling
from . import queue
from .kinds import Finished, Progress, TaskFailedError, run_of
from .presence import new_name, shown
from .pulse import Pulse

logger = logging.getLogger(__name__)

IDLE = 1.0  # seconds between two looks at an empty queue
AWAY = 5.0  # seconds after a look that found no database


def _silence(share: float) -> None:
    pass


def run_now(task: Task) -> None:
    """Do `task` in this process, unless a worker took it; for what is small."""
    if taken := queue.claim(new_name(), now=timezone.now(), task=task):
        do(taken, _silence)


def do(task: Task, progress: Progress) -> None:
    """Do a task that was claimed, and keep what came of it, be it a problem."""
    try:
        answer = run_of(task.kind)(task, progress)
        finished = answer if isinstance(answer, Finished) else Finished(answer)
        is_kept = queue.finish(task, finished)
    except TaskFailedError as error:
        is_kept = queue.fail(task, str(error))
    except Exception:
        logger.exception("Task %s failed", task.pk)
        said = _("Something went wrong that nobody foresaw. The log says what.")
        is_kept = queue.fail(task, said)
    if not is_kept:
        logger.warning("Task %s is another worker's by now", task.pk)


def work(
    *,
    once: bool,
    stop: threading.Event,
    is_wanted: Callable[[], bool] = lambda: True,
    tell: Callable[[str], None] = _silence,
) -> None:
    """Do tasks until `stop` is set, or nobody wants it; `once`: until none waits.

    A task that has begun is always brought to its end first.
    """
    name = new_name()
    with shown(name), Pulse(name) as pulse:
        queue.let_go_of_old_files(now=timezone.now())
        while not stop.is_set() and is_wanted():
            task = _next(name, once=once, stop=stop)
            if task is not None:
                _do_aloud(task, pulse, tell)
            elif once:
                return
            else:
                _fill_packs()
                stop.wait(IDLE)


def _next(name: str, *, once: bool, stop: threading.Event) -> Task | None:
    if not once:
        close_old_connections()
    now = timezone.now()
    try:
        if queue.is_anything_waiting(now=now):
            return queue.claim(name, now=now)
    except (DatabaseError, InterfaceError) as error:
        if once:
            raise
        logger.warning("No task can be taken: %s", type(error).__name__)
        stop.wait(AWAY)
    return None


def _fill_packs() -> None:
    """Fill packs and parts that whoever made them stale left so, a moment long."""
    try:
        filling.fill_all(seconds=IDLE)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("No pack can be filled: %s", type(error).__name__)


def _do_aloud(task: Task, pulse: Pulse, tell: Callable[[str], None]) -> None:
    pulse.of(task)
    try:
        do(task, pulse.progress)
        queue.let_go_of_old_files(now=timezone.now())
    finally:
        pulse.of(None)
    state = Task.objects.filter(pk=task.pk).values_list("state", flat=True).first()
    tell(f"Task {task.pk}, {task}: {Task.State(state).label if state else '–'}.")
