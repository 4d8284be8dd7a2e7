"""`make test`: the suite on SQLite and on PostgreSQL, then what ran and what not.

Three runs of pytest go on at once. What waits for a browser, and then what waits for a
server, has one of its own, which the others make way for: it gives up if it waits long.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import psutil

from . import chromium, postgres

APT = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
NO_QUESTIONS = {"DEBIAN_FRONTEND": "noninteractive"}
# What a browser draws, who may do what, what asks no database: no engine changes it,
# and it takes more than half of all the time.
ON_POSTGRESQL = "not alike and not server"
ON_SQLITE = "not browser and not server"
# What waits, each in a process of its own: the browser's driver keeps an event loop.
WAITING = {"SQLite, in a browser": "browser", "Servers": "server"}
# Set when we are told to end: what has not begun does not begin any more.
ENDING = threading.Event()
# How far a run gives way to those that wait.
NICE = 5
NOTHING_CHOSEN = 5


@dataclass
class Outcome:
    """What one run of the suite came to."""

    name: str
    status: int
    seconds: float
    counts: Counter[str]
    skipped: Counter[str]

    def __str__(self) -> str:
        kinds = ("passed", "failed", "skipped")
        counts = ", ".join(f"{self.counts[kind]} {kind}" for kind in kinds)
        return f"{self.name}: {counts}"


def main(arguments: Sequence[str]) -> int:
    """Run all at once; the worst of their exit codes."""
    browser = chromium.find() or install_chromium()
    given = os.environ.get("DATABASE_URL", "")
    server = nullcontext(given) if given.startswith("postgres") else postgres.running()
    with server as url, ThreadPoolExecutor() as at_once:
        on_postgresql = at_once.submit(
            run, "PostgreSQL", url, ON_POSTGRESQL, arguments, is_quiet=True
        )
        waiting = at_once.submit(
            lambda: [
                run(name, "", chosen, arguments, is_quiet=True)
                for name, chosen in WAITING.items()
                if not ENDING.is_set()
            ]
        )
        outcomes = [run("SQLite", "", ON_SQLITE, arguments)]
        outcomes += [on_postgresql.result(), *waiting.result()]
    report(outcomes, browser)
    return status(outcomes)


def status(outcomes: Sequence["Outcome"]) -> int:
    """The worst of them; that one run had nothing to do is no fault."""
    # A signal that ended pytest is a negative status.
    found = {abs(outcome.status) for outcome in outcomes}
    return max(found - {NOTHING_CHOSEN}, default=NOTHING_CHOSEN)


def install_chromium() -> str | None:
    """Path of a Chromium from Debian's packages where we may install; else None."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    print("Installing Chromium for the browser tests", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, **NO_QUESTIONS}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(APT, check=False, **quiet)
    return chromium.find()


def run(
    name: str,
    url: str,
    chosen: str,
    arguments: Sequence[str],
    *,
    is_quiet: bool = False,
) -> Outcome:
    """One run of pytest on the database at `url`; "" for an SQLite of its own.

    `chosen` says by their marks which tests, `arguments` which of them. What a quiet
    one prints is shown when it ends: two runs would mix their lines.
    """
    if not is_quiet:
        print(f"\n== The tests on {name}", flush=True)
    way = [] if chosen in WAITING.values() else ["nice", "-n", str(NICE)]
    command = [*way, sys.executable, "-m", "pytest", "-m", chosen]
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        start = time.monotonic()
        ended = subprocess.run(
            [*command, f"--junit-xml={told}", *arguments],
            env={**os.environ, "DATABASE_URL": url},
            stdout=subprocess.PIPE if is_quiet else None,
            stderr=subprocess.STDOUT if is_quiet else None,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - start
        if is_quiet:
            print(f"\n== The tests on {name}\n{ended.stdout}", flush=True)
        cases = ET.parse(told).iter("testcase") if told.exists() else ()
        return Outcome(name, ended.returncode, seconds, *tally(cases))


def stop(*_) -> None:
    """End the runs that go on, then this one."""
    ENDING.set()
    for child in psutil.Process().children():
        child.terminate()
    sys.exit(143)


def tally(cases) -> tuple[Counter[str], Counter[str]]:
    """How many tests came to what, and why those skipped were."""
    counts: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for case in cases:
        kinds = {child.tag: child.get("message", "") for child in case}
        if "failure" in kinds or "error" in kinds:
            counts["failed"] += 1
        elif "skipped" in kinds:
            counts["skipped"] += 1
            skipped[kinds["skipped"]] += 1
        else:
            counts["passed"] += 1
    return counts, skipped


def report(outcomes: Sequence[Outcome], browser: str | None) -> None:
    print("\n== In short")
    for outcome in outcomes:
        print(outcome)
        print(f"  in {outcome.seconds:.0f} s")
        if outcome.status not in (0, 1, NOTHING_CHOSEN):
            print(f"  CUT SHORT: pytest ended with status {outcome.status}")
        for reason, count in outcome.skipped.items():
            print(f"  skipped {count}: {reason}")
    print("Those marked alike or server (see tests/conftest.py) ran on SQLite alone")
    if browser:
        print(f"Browser tests with {browser}")
    else:
        print(
            "BROWSER TESTS DID NOT RUN: there is no Chromium, and installing one takes "
            "root and apt-get. Install one, or set CHROMIUM to its path."
        )


if __name__ == "__main__":
    # Ended from outside, it leaves no server and no pytest behind.
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main(sys.argv[1:]))
