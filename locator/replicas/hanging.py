"""Requests that wait for a server, and how they are freed when it never answers.

The driver waits for an answer without end as long as the machine is there, and what
limits a statement is the server itself, which may hang with all its processes.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

_waiting: dict[int, tuple[str, BaseDatabaseWrapper]] = {}


@contextlib.contextmanager
def waiting_for(name: str, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """While this thread uses `connection` to the server called `name`, and no other."""
    thread = threading.get_ident()
    _waiting[thread] = name, connection
    try:
        yield
    finally:
        del _waiting[thread]


def cut(name: str) -> None:
    """End the connections to `name` that requests wait for: they fail at once.

    One whose request just ended is lost too; whoever uses it next makes another.
    """
    for waited_for, connection in list(_waiting.values()):
        if waited_for == name and connection.connection is not None:
            with contextlib.suppress(OSError, connection.Database.Error):
                copy = os.dup(connection.connection.fileno())
                with socket.socket(fileno=copy) as line:
                    line.shutdown(socket.SHUT_RDWR)
