"""Asking the primary and its replicas how they are, once a second, in every process."""

import functools
import logging
import os
import threading
import time

import psycopg
from django.conf import settings
from django.db import connections

from . import hanging
from .fleet import PATIENCE, PRIMARY, Answer, Fleet, State

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds
HOW = """
    SELECT pg_is_in_recovery(),
           coalesce(
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                    ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn, 0),
           extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()),
           pg_postmaster_start_time()::text
"""


class Watch:
    """A thread for each server, which keeps `fleet` up to date as long as it runs.

    A server that hangs holds up its own thread alone. What this does at all begins with
    the first visitor: a command that reads settings makes no threads.
    """

    def __init__(self, fleet: Fleet, names: list[str]) -> None:
        self.fleet = fleet
        self._names = names
        self._asked_at: dict[str, float] = {}
        self._told: dict[str, str] = {}
        self._process = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Start the threads, where this process has none yet."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
        for name in self._names:
            threading.Thread(
                target=self._watch, args=[name], name=f"watch-{name}", daemon=True
            ).start()

    def _watch(self, name: str) -> None:
        connection = None
        while True:
            self._asked_at[name] = asked_at = time.monotonic()
            try:
                connection = connection or _connect(name)
                answer = _ask(connection, asked_at)
            except psycopg.Error:
                self.fleet.failed(name, time.monotonic())
                if connection is not None:
                    connection.close()
                connection = None
            else:
                self.fleet.heard(name, answer, time.monotonic())
            del self._asked_at[name]
            self._tell()
            self._free_those_who_wait()
            time.sleep(PAUSE)

    def _tell(self) -> None:
        """Write to the log what changed."""
        with self._lock:
            for state in self.fleet.states(time.monotonic()):
                before = self._told.get(state.name)
                self._told[state.name] = state.why
                if state.why == before:
                    continue
                if before and state.is_fit:
                    logger.warning("The database %s is back", state.name)
                elif state.is_trouble:
                    logger.warning("The database %s is %s", state.name, state.why)

    def _free_those_who_wait(self) -> None:
        """Cut the requests that wait for a server which has not answered for long."""
        now = time.monotonic()
        for name, asked_at in list(self._asked_at.items()):
            if now - asked_at > PATIENCE:
                hanging.cut(name)


def _connect(name: str) -> psycopg.Connection:
    # Past the pool, whose connections may all be in use.
    params = connections.create_connection(name).get_connection_params()
    return psycopg.connect(**params, autocommit=True)


def _ask(connection: psycopg.Connection, asked_at: float) -> Answer:
    is_replica, position, ago, started = connection.execute(HOW).fetchone()
    ago = float(ago) if is_replica and ago is not None else None
    return Answer(asked_at, is_replica, int(position), ago, started)


@functools.cache
def watch() -> Watch:
    """What this process knows of its servers; nothing yet, until it begins."""
    replicas = settings.LOCATOR_REPLICAS
    fleet = Fleet(replicas, settings.LOCATOR_REPLICA_LAG_SECONDS)
    return Watch(fleet, [PRIMARY, *replicas])


def states() -> list[State]:
    """How the primary and each replica is; empty where there are no replicas."""
    if not settings.LOCATOR_REPLICAS:
        return []
    watch().begin()
    return watch().fleet.states(time.monotonic())


def servers() -> list[str]:
    """The databases by which the site can be up: first the one that can be written."""
    if not settings.LOCATOR_REPLICAS:
        return [PRIMARY]
    watch().begin()
    return watch().fleet.order(time.monotonic(), is_writing=True)
