"""The production server as a process of the test's own, and what is asked of it."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests import built_site

HANDED_OVER = 3
PAGE = "/clinics/?place=Texas"
TITLE = b"Clinics"


@contextmanager
def server(
    told: dict[str, str],
    listener: socket.socket,
    *,
    workers: int = 1,
    log: Path | None = None,
) -> Iterator[psutil.Process]:
    """The server on a socket that is handed to it, as systemd does it.

    What it writes of its running goes to `log`.
    """
    fixed = {"workers": workers, "threads": 4, "worker-mb": 0, "worker-hours": 0}
    options = [f"--{name}={value}" for name, value in fixed.items()]
    command = [sys.executable, "-m", "teleclinic.server", "--listen=-", "--overlap=1"]
    output = log.open("wb") if log else None
    started = subprocess.Popen(
        # The id that it gets is known to the process alone.
        ["/bin/sh", "-c", 'LISTEN_PID=$$ exec "$@"', "-", *command, *options],
        cwd=built_site.ROOT,
        env=told,
        pass_fds=[HANDED_OVER],
        preexec_fn=lambda: os.dup2(listener.fileno(), HANDED_OVER),
        stdout=output or subprocess.DEVNULL,
        stderr=output,
    )
    try:
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait(timeout=built_site.PATIENCE)
        if output:
            output.close()


@contextmanager
def bound(path: Path | None = None) -> Iterator[socket.socket]:
    """A socket that listens on a port of its own, or at `path`."""
    listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    with listener:
        listener.bind(str(path) if path else ("127.0.0.1", 0))
        listener.listen(128)
        yield listener


def ask(
    port: int, path: str = PAGE, *, method: str = "GET", body=None, **headers: str
) -> tuple[int, bytes]:
    """Status and body of the answer to one request on a connection of its own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=built_site.PATIENCE)
    try:
        asked.request(method, path, body=body, headers={"Connection": "close"} | named)
        answer = asked.getresponse()
        return answer.status, answer.read()
    finally:
        asked.close()


def send(port: int, raw: bytes) -> bytes:
    """The status line of the answer to `raw`, b"" where there is none."""
    with socket.create_connection(("127.0.0.1", port), built_site.PATIENCE) as asked:
        asked.sendall(raw)
        return asked.recv(4096).partition(b"\r\n")[0]


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + built_site.PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


class Visitors:
    """Several who go on asking for a page, each on a new connection."""

    def __init__(self, port: int, *, count: int = 4) -> None:
        self.port, self.answered = port, 0
        self.failures: list[str] = []
        self._enough = threading.Event()
        self._all = [threading.Thread(target=self._visit) for _ in range(count)]

    def __enter__(self):
        for one in self._all:
            one.start()
        return self

    def __exit__(self, *_error) -> None:
        self._enough.set()
        for one in self._all:
            one.join()

    def _visit(self) -> None:
        while not self._enough.is_set():
            try:
                status, body = ask(self.port)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                continue
            if status == 200 and TITLE in body:
                self.answered += 1
            else:
                self.failures.append(f"{status} {body[:80]!r}")
