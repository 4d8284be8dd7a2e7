"""Work that outlives a page: the database is the queue, `manage.py work` does it.

A part of the site registers what does its kind of task; its pages enqueue tasks and
show what came of them.
"""

from . import importing, sheets  # noqa: F401  (they register)
from .kinds import Finished, TaskFailedError, register
from .presence import is_worked
from .queue import AlreadyWaitingError, ask_again, cancel, enqueue
from .working import run_now, work

__all__ = [
    "AlreadyWaitingError",
    "Finished",
    "TaskFailedError",
    "ask_again",
    "cancel",
    "enqueue",
    "is_worked",
    "register",
    "run_now",
    "work",
]
