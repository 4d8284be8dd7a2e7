"""Workers in processes of their own, on the database of the test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

PATIENCE = 60  # seconds


def environment() -> dict[str, str]:
    """What a process needs to work on the test's own database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        server = urlsplit(os.environ["DATABASE_URL"])
        url = server._replace(path=f"/{name}").geturl()
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }


def start_worker(*options: str) -> subprocess.Popen:
    """`manage.py work` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "django", "work", "--skip-checks", *options],
        env=environment(),
        cwd=settings.BASE_DIR,
    )


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait till it holds; fails with `what` where it never does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {what}")
