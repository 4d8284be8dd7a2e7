"""Who does which kind of task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..models import ImportRun, Task

# Told the share of the work that is done, from 0 to 1.
Progress = Callable[[float], None]


class TaskFailedError(Exception):
    """The task came to nothing; the message is a sentence for who asked for it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a task, where it is more than a result.

    `state` READY leaves it to a person; `lines` are what its pages show, part by part,
    in place of those of before; None leaves those.
    """

    result: Mapping[str, Any]
    state: Task.State = Task.State.DONE
    lines: Mapping[str, Sequence[Any]] | None = None
    run: ImportRun | None = None


Run = Callable[[Task, Progress], Finished | Mapping[str, Any]]

_RUNS: dict[str, Run] = {}


def register(kind: Task.Kind) -> Callable[[Run], Run]:
    """Let the decorated function do the tasks of `kind`; it answers with the result.

    It may be begun a second time after a worker that died in the middle.
    """

    def remember(run: Run) -> Run:
        _RUNS[kind] = run
        return run

    return remember


def run_of(kind: str) -> Run:
    if kind not in _RUNS:
        raise TaskFailedError(_("No part of this site does tasks of this kind."))
    return _RUNS[kind]
