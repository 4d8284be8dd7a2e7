"""Somebody else who writes meanwhile: a thread with a connection of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import QuerySet

from .workers import PATIENCE, wait_until


@contextmanager
def somebody_holds(
    rows: QuerySet,
    *,
    after: Callable[[], object] = lambda: None,
    then: Callable[[], object] = lambda: None,
) -> Iterator[threading.Event]:
    """Somebody holds `rows`, on SQLite everything, till the block or the event ends it.

    They do `after` before they hold them, and `then` before they commit; what fails of
    it is the block's failure.
    """
    holds, may_end, failures = threading.Event(), threading.Event(), []

    def work() -> None:
        try:
            with transaction.atomic():
                after()
                list(rows.select_for_update().order_by("pk"))
                holds.set()
                may_end.wait(PATIENCE)
                then()
        except Exception as error:
            failures.append(error)
        finally:
            holds.set()
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    holds.wait(PATIENCE)
    try:
        yield may_end
    finally:
        may_end.set()
        thread.join(PATIENCE)
    if failures:
        raise failures[0]


@contextmanager
def going_on_once_waited_for(may_end: threading.Event) -> Iterator[None]:
    """Sets the event as soon as what is done in the block waits for a lock."""

    def watch() -> None:
        try:
            wait_until(_is_somebody_waiting, "somebody to wait for a lock")
        finally:
            may_end.set()
            connection.close()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE)


def _is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


@contextmanager
def connected(**options) -> Iterator[None]:
    """This test is connected to its database by these options beside the usual."""
    usual = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.settings_dict["OPTIONS"] = usual | options
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = usual
