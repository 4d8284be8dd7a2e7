"""Whether the primary answers, found out within a moment whatever became of it."""

import threading

from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

# As long as a scrape waits for it. A driver waits for its connect timeout, or for ever.
PATIENCE = 1.0  # seconds


class Probe:
    """Asks the primary, one question at a time. For several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._question: _Question | None = None

    def is_answered(self) -> bool:
        """Whether the primary answers; False too where it only does after PATIENCE."""
        with self._lock:
            # One that hangs is not asked again while it does.
            if self._question is None or not self._question.is_alive():
                self._question = _Question(daemon=True)
                self._question.start()
            question = self._question
        question.join(PATIENCE)
        return question.is_answered


class _Question(threading.Thread):
    is_answered = False

    def run(self) -> None:
        connection = _impatient(connections.create_connection(DEFAULT_DB_ALIAS))
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            self.is_answered = True
        except (DatabaseError, InterfaceError):
            pass
        finally:
            connection.close()


def _impatient(connection: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Make it give up soon, so that the next question is asked anew.

    And go past the pool, whose connections may all be in use while all is well.
    """
    told = connection.settings_dict
    options = {name: value for name, value in told["OPTIONS"].items() if name != "pool"}
    if "connect_timeout" in options:
        options["connect_timeout"] = 2  # seconds, the least that PostgreSQL knows
    connection.settings_dict = told | {"OPTIONS": options}
    return connection
