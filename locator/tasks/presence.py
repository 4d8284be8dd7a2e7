"""Which workers there are."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from ..models import Worker

AWAY_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)


def new_name() -> str:
    """A name for this process: which machine, which process, and no other ever."""
    return f"{socket.gethostname()[:80]} {os.getpid()} {secrets.token_hex(4)}"


def is_worked(*, now: datetime | None = None) -> bool:
    """Whether a worker has shown itself lately."""
    lately = (now or timezone.now()) - AWAY_AFTER
    return Worker.objects.filter(seen_at__gte=lately).exists()


@contextmanager
def shown(name: str) -> Iterator[None]:
    """While the block runs, people see that the worker `name` is there."""
    now = timezone.now()
    Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
    Worker.objects.create(name=name, started_at=now, seen_at=now)
    try:
        yield
    finally:
        Worker.objects.filter(name=name).delete()
