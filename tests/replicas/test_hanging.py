"""Who waits for a server that never answers is freed."""

import threading
import time

import pytest
from django.db import OperationalError, connection

from locator.replicas import hanging, only
from locator.replicas.fleet import PRIMARY

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite is no server that could hang"
    ),
]
LONG = 20  # seconds


@pytest.fixture(autouse=True)
def no_session_is_left(transactional_db):
    """The server does not see that nobody waits for its answer any more."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE query LIKE 'SELECT pg_sleep(%'"
        )


class Waiting(threading.Thread):
    """Asks the database for what takes long, and keeps what comes of it."""

    outcome = None

    def run(self):
        try:
            with only(PRIMARY), connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [LONG])
            self.outcome = "answered"
        except OperationalError:
            self.outcome = "cut"
        finally:
            connection.close()


def test_who_waits_for_it_is_cut_off_at_once():
    thread = Waiting()
    start = time.monotonic()
    thread.start()

    while thread.is_alive() and time.monotonic() < start + LONG:
        hanging.cut("replica-1")
        hanging.cut(PRIMARY)
        thread.join(0.1)

    assert thread.outcome == "cut"
    assert time.monotonic() - start < LONG / 2


def test_who_waits_for_another_is_not():
    thread = Waiting()
    thread.start()
    for _ in range(5):
        hanging.cut("replica-1")
        thread.join(0.1)
    was_waiting = thread.is_alive()

    hanging.cut(PRIMARY)
    thread.join(LONG)

    assert was_waiting
    assert thread.outcome == "cut"
