"""What the database says of the site's state, asked whenever Prometheus asks."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily as Gauges
from prometheus_client.registry import Collector

from .. import replicas, shared_cache
from ..ages import Age
from ..curation.aging import count_steps
from ..models import Clinic, ImportRun, Task, Worker
from ..models.dates import last_day
from ..search import holdings, packs, parts
from ..tasks.presence import AWAY_AFTER
from .probing import Probe

# Counting a million clinics takes a second or so, and tells the same for a while.
COUNTED_EVERY = timedelta(minutes=5)
_PROBE = Probe()


class State(Collector):
    """Gauges of the moment. While the database is away there is one of it alone: 0."""

    def collect(self) -> Iterator[Gauges]:
        now, told = timezone.now(), []
        if _PROBE.is_answered():
            # One that hangs in the middle is cut off, where replicas are watched.
            with suppress(DatabaseError, InterfaceError), replicas.only("default"):
                told = [*_index(), *_data(now), *_work(now)]
        yield _gauge("locator_database_up", "Whether the primary answers", bool(told))
        yield from told
        yield from _replicas()
        yield from _shared_cache()


def _gauge(name: str, said: str, value: float) -> Gauges:
    return Gauges(name, said, value=float(value))


# --- The index ------------------------------------------------------------------------


def _index() -> Iterator[Gauges]:
    """Searches read what is stale entry by entry: right, but slowly."""
    stale = Gauges(
        "locator_search_stale",
        "Packs of search entries that are not packed anew yet, by kind",
        labels=["kind"],
    )
    stale.add_metric(["pack"], packs.count_stale())
    stale.add_metric(["part"], parts.count_stale())
    yield stale
    yield _gauge(
        "locator_search_clinics",
        "Clinics that searches find: all that are published",
        holdings.current().clinics,
    )


# --- The data -------------------------------------------------------------------------


def _data(now: datetime) -> Iterator[Gauges]:
    clinics = Gauges(
        "locator_clinics",
        "Published clinics, samples aside, by how long ago a person checked them",
        labels=["age"],
    )
    for step, number in _COUNTED.steps(now).items():
        clinics.add_metric([step.value], number)
    yield clinics
    yield _gauge(
        "locator_published_clinics", "Published clinics", _COUNTED.published(now)
    )
    yield from _imports()


class _Counted:
    """The counts that take long, kept for a while. For several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._counts: tuple[dict[Age, int], int] = ({}, 0)

    def steps(self, now: datetime) -> dict[Age, int]:
        return self._at(now)[0]

    def published(self, now: datetime) -> int:
        return self._at(now)[1]

    def _at(self, now: datetime) -> tuple[dict[Age, int], int]:
        with self._lock:
            if time.monotonic() >= self._until:
                published = Clinic.objects.published().count()
                self._counts = count_steps(now), published
                self._until = time.monotonic() + COUNTED_EVERY.total_seconds()
            return self._counts

    def forget(self) -> None:
        """Count anew the next time."""
        self._until = 0.0


_COUNTED = _Counted()


def _imports() -> Iterator[Gauges]:
    """When each source was last imported, and of what day its newest edition is."""
    imported = Gauges(
        "locator_source_imported_timestamp_seconds",
        "End of the last import from a source",
        labels=["source"],
    )
    edition = Gauges(
        "locator_source_edition_timestamp_seconds",
        "Last day that the newest imported edition of a source speaks for",
        labels=["source"],
    )
    runs = ImportRun.objects.filter(finished_at__isnull=False)
    newest = runs.values("source").annotate(at=Max("finished_at"), of=Max("as_of"))
    for run in newest.order_by("source"):
        imported.add_metric([run["source"]], run["at"].timestamp())
        day = datetime.combine(last_day(run["of"]), time_of_day.min, UTC)
        edition.add_metric([run["source"]], day.timestamp())
    yield imported
    yield edition


# --- The work -------------------------------------------------------------------------


def _work(now: datetime) -> Iterator[Gauges]:
    tasks = Gauges("locator_tasks", "Tasks by state", labels=["state"])
    states = {state: Count("pk", filter=Q(state=state)) for state in Task.State.values}
    waiting = Min("made_at", filter=Q(state=Task.State.WAITING))
    found = Task.objects.aggregate(waiting_since=waiting, **states)
    for state in Task.State.values:
        tasks.add_metric([state], found[state])
    yield tasks
    since = found["waiting_since"]
    yield _gauge(
        "locator_task_waiting_seconds",
        "How long the oldest task waits for a worker",
        (now - since).total_seconds() if since else 0,
    )
    yield from _workers(now)


def _workers(now: datetime) -> Iterator[Gauges]:
    lately = Count("pk", filter=Q(seen_at__gte=now - AWAY_AFTER))
    seen = Worker.objects.aggregate(lately=lately, last=Max("seen_at"))
    yield _gauge("locator_workers", "Workers that were seen lately", seen["lately"])
    if seen["last"]:
        yield _gauge(
            "locator_worker_seen_timestamp_seconds",
            "Last sign of life of any worker",
            seen["last"].timestamp(),
        )


# --- Replicas -------------------------------------------------------------------------


def _replicas() -> Iterator[Gauges]:
    """As the worker that answers sees them."""
    states = replicas.states()
    if not states:
        return
    fit = Gauges(
        "locator_replica_fit", "Whether visitors are served from it", labels=["replica"]
    )
    trouble = Gauges(
        "locator_replica_trouble",
        "Whether an operator has to see to it",
        labels=["replica"],
    )
    behind = Gauges(
        "locator_replica_lag_seconds", "How far it is behind", labels=["replica"]
    )
    for state in states:
        fit.add_metric([state.name], state.is_fit)
        trouble.add_metric([state.name], state.is_trouble)
        if state.lag is not None:
            behind.add_metric([state.name], state.lag)
    yield from (fit, trouble, behind)


def _shared_cache() -> Iterator[Gauges]:
    if settings.CACHE_URL:
        up = not shared_cache.is_away()
        yield _gauge("locator_shared_cache_up", "Whether the shared cache answers", up)
