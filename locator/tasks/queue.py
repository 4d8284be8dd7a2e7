"""The queue: tasks are asked for, taken, and come to an end."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Task, TaskLine, User
from .kinds import Finished

State = Task.State
# Not ended yet: the same file is not asked for again meanwhile.
OPEN = (State.WAITING, State.RUNNING, State.READY)
DEAD_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 2
FILES_KEPT = timedelta(days=30)
LINES_A_WRITE = 1000


class AlreadyWaitingError(Exception):
    """The same file waits already, as `task`."""

    def __init__(self, task: Task) -> None:
        super().__init__(_("The same file waits already."))
        self.task = task


def enqueue(
    kind: Task.Kind,
    asked: Mapping[str, Any],
    *,
    by: User | None,
    file: bytes | None = None,
    file_name: str = "",
) -> Task:
    """Ask for a task; AlreadyWaitingError where one with its file is still open."""
    digest = hashlib.sha256(file).hexdigest() if file is not None else ""
    try:
        with transaction.atomic():
            return Task.objects.create(
                kind=kind,
                asked=dict(asked),
                file=file,
                file_name=file_name[-255:],
                file_hash=digest,
                by=by,
                made_at=timezone.now(),
            )
    except IntegrityError:
        first = Task.objects.filter(kind=kind, file_hash=digest, state__in=OPEN)
        if task := first.defer("file").first():
            raise AlreadyWaitingError(task) from None
        raise


@transaction.atomic
def ask_again(task: Task, asked: Mapping[str, Any]) -> bool:
    """Put a task that a person looked at back into the queue; whether it still was."""
    return bool(
        Task.objects.filter(pk=task.pk, state=State.READY).update(
            state=State.WAITING,
            asked=task.asked | dict(asked),
            progress=0,
            attempts=0,
            started_at=None,
            beat_at=None,
            finished_at=None,
        )
    )


def cancel(task: Task) -> bool:
    """Let a task go that has not begun, or waits for a person; whether it was one."""
    return bool(
        Task.objects.filter(pk=task.pk, state__in=[State.WAITING, State.READY]).update(
            state=State.CANCELLED, finished_at=timezone.now(), file=None
        )
    )


@transaction.atomic
def claim(worker: str, *, now: datetime, task: Task | None = None) -> Task | None:
    """Take the task that waits longest, or `task`; None where none waits.

    A task whose worker died waits again, once; the second time it has failed.
    """
    _give_up(now)
    dead = Q(state=State.RUNNING, beat_at__lt=now - DEAD_AFTER)
    waiting = Task.objects.filter(Q(state=State.WAITING) | dead)
    if task is not None:
        waiting = waiting.filter(pk=task.pk)
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    taken = waiting.order_by("made_at", "pk").first()
    if taken is None:
        return None
    Task.objects.filter(pk=taken.pk).update(
        state=State.RUNNING,
        worker=worker,
        attempts=F("attempts") + 1,
        started_at=now,
        beat_at=now,
        progress=0,
    )
    return Task.objects.get(pk=taken.pk)


def is_anything_waiting(*, now: datetime) -> bool:
    """Whether `claim` has something to do; asked without a lock."""
    dead = Q(state=State.RUNNING, beat_at__lt=now - DEAD_AFTER)
    return Task.objects.filter(Q(state=State.WAITING) | dead).exists()


def _give_up(now: datetime) -> None:
    Task.objects.filter(
        state=State.RUNNING,
        beat_at__lt=now - DEAD_AFTER,
        attempts__gte=MOST_ATTEMPTS,
    ).update(
        state=State.FAILED,
        finished_at=now,
        problem=_(
            "Its worker stopped in the middle, twice. What it had not finished was "
            "not written. The operator’s log may say why."
        ),
    )


@transaction.atomic
def finish(task: Task, finished: Finished) -> bool:
    """Keep what came of `task`; False where it is another worker's by now."""
    is_over = finished.state != State.READY
    if not _end(
        task,
        state=finished.state,
        result=dict(finished.result),
        run=finished.run,
        progress=1,
        problem="",
        finished_at=timezone.now() if is_over else None,
    ):
        return False
    if finished.lines is None:
        return True
    task.lines.all().delete()
    TaskLine.objects.bulk_create(
        (
            TaskLine(task=task, part=part, position=position, said=said)
            for part, lines in finished.lines.items()
            for position, said in enumerate(lines)
        ),
        batch_size=LINES_A_WRITE,
    )
    return True


def fail(task: Task, problem: str) -> bool:
    """End `task` with a sentence; False where it is another worker's by now."""
    return _end(task, state=State.FAILED, problem=problem, finished_at=timezone.now())


def _end(task: Task, **values: Any) -> bool:
    mine = Task.objects.filter(
        pk=task.pk,
        state=State.RUNNING,
        worker=task.worker,
        attempts=task.attempts,
    )
    return bool(mine.update(**values))


def let_go_of_old_files(*, now: datetime) -> None:
    """Free the room that the files of long-ended tasks take."""
    Task.objects.filter(finished_at__lt=now - FILES_KEPT, file__isnull=False).update(
        file=None
    )
