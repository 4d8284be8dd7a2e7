"""The site as it is built and served for real, on a port of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds
# One process for all of them: starting each anew takes longer than what they do.
COMMANDS = """
import json, sys, django
from django.core.management import call_command
django.setup()
for command in json.loads(sys.argv[1]):
    call_command(*command)
"""
QUIETLY = ["--blocking-threads", "4", "--log-level", "warning"]


def environment(folder: Path, database_url: str = "") -> dict[str, str]:
    """What the site of `folder` runs with; its database is there too, without a URL."""
    ours = ("LOCATOR_", "DATABASE_REPLICA_URL", "CACHE_URL")
    kept = {n: v for n, v in os.environ.items() if not n.startswith(ours)}
    return kept | {
        "DATABASE_URL": database_url or f"sqlite:///{folder}/site.sqlite3",
        "DJANGO_SETTINGS_MODULE": "teleclinic.settings",
        "LOCATOR_HTTP": "1",
        "LOCATOR_LOG_LEVEL": "WARNING",
        "LOCATOR_VAR": str(folder),
        "SECRET_KEY": "only-for-tests",
    }


def manage(told: dict[str, str], *commands: Sequence[str]) -> None:
    """Run commands of manage.py, one after the other; each is a list of words."""
    subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        cwd=ROOT,
        env=told,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def serving(told: dict[str, str], *options: str) -> Iterator[str]:
    """The address of a production server, which stops with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    granian = Path(sys.executable).with_name("granian")
    server = subprocess.Popen(
        [granian, *arguments, *QUIETLY, *options, "teleclinic.wsgi:application"],
        cwd=ROOT,
        env=told,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def _wait_for(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"The site does not answer at {url}.")
