"""The production server under load, on this machine alone: `make load`.

.venv/bin/python bench/load.py [--seconds 8] [--engines sqlite postgresql]

Over the real directory, where ../shared/data is, and over 100,000 invented clinics;
then, over the latter, with an import and with saves at the desk beside the visitors.
Prints what visitors saw and keeps it as JSON in BENCH_FOLDER (var/bench).
"""

import argparse
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import databases  # noqa: E402
from bench.journeys import SEARCHES  # noqa: E402
from bench.timing import share  # noqa: E402

KEPT = databases.FOLDER / "load.json"
DATA = ROOT.parent / "shared/data/samhsa_mental_health_2022"
SIZE = "100k"
SECONDS = 8
CLIENTS = (1, 8, 32, 64)
WARMING = 3  # seconds
# How long visitors stay at most while others work.
MOST_BESIDE = 300  # seconds
LOOKING = 0.2  # seconds between two looks whether these have ended
PATIENCE = 60  # seconds
# What is promised: search pages a second at best; p95 in ms with pauses, and beside
# an import; and no error at all.
PAGES_A_SECOND, PAUSING_MS, BESIDE_MS = 150, 150, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--engines", nargs="+", default=list(databases.ENGINES))
    parser.add_argument("--size", default=SIZE)
    parser.add_argument("--clients", nargs="+", type=int, default=list(CLIENTS))
    asked = parser.parse_args()
    result = {"machine": databases.describe_machine(), "runs": []}
    for engine in asked.engines:
        for name, url in _databases(engine, asked.size):
            print(f"\n== {name} on {databases.NAMES[engine]}", flush=True)
            for run in _runs(url, asked.clients, asked.seconds):
                result["runs"].append({"engine": engine, "data": name} | run)
        with databases.copied(asked.size, engine) as url:
            print(f"\n== beside an import, {databases.NAMES[engine]}", flush=True)
            for run in _beside(url):
                told = {"engine": engine, "data": f"{asked.size} invented"}
                result["runs"].append(told | run)
    KEPT.write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nKept in {KEPT}; `make performance` puts it into docs/.", flush=True)
    if any(run["failed"] for run in result["runs"]):
        sys.exit("Some requests failed.")
    if any(run["saves"]["failed"] for run in result["runs"] if "saves" in run):
        sys.exit("Some saves at the desk failed.")


def _databases(engine: str, size: str) -> Iterator[tuple[str, str]]:
    """The databases that are served, by their names; each as long as it is used."""
    if DATA.exists():
        with databases.imported(DATA, engine) as url:
            yield "the real directory", url
    else:
        print(f"The real directory is not here ({DATA}).", flush=True)
    with databases.invented(size, engine) as url:
        yield f"{size} invented", url


# --- Runs --------------------------------------------------------------------------


def _runs(url: str, clients: Sequence[int], seconds: float) -> Iterator[dict]:
    with _plan(url) as plan, serving(url) as server:
        _visit(server.port, plan, 8, 0, WARMING)
        for count in clients:
            yield _told(
                "no pauses", server, _visit(server.port, plan, count, 0, seconds)
            )
        pausing = _visit(server.port, plan, max(clients), 1, seconds * 1.5)
        yield _told("1 s pauses", server, pausing, most=PAUSING_MS)


def _beside(url: str) -> Iterator[dict]:
    """Visitors with pauses, while an import is applied and a curator saves."""
    with _plan(url) as plan, serving(url) as server:
        _visit(server.port, plan, 8, 0, WARMING)
        works = _start(url, server.port)
        seen = _visit(
            server.port, plan, 64, 1, MOST_BESIDE, until=lambda: _are_over(works)
        )
        while not _are_over(works):
            time.sleep(LOOKING)
        told = {step: work.stdout.read().strip() for step, work in works.items()}
        run = _told(f"1 s pauses, {_listed(works)}", server, seen, most=BESIDE_MS)
        if any(work.returncode for work in works.values()):
            sys.exit("What ran beside the visitors failed.")
        saves = json.loads(told["saves"])
        told["saves"] = _worded(saves)
        print("".join(f"  {each}\n" for each in told.values()), end="", flush=True)
        yield run | {"beside": "; ".join(told.values()), "saves": saves}


def _start(url: str, port: int) -> dict[str, subprocess.Popen]:
    """An import, where its file is here, and saves at the desk of `port` until then."""
    commands = {"import": [], "saves": [str(port)]}
    if not DATA.exists():
        print("No import: its file is not here.", flush=True)
        del commands["import"]
    return {
        step: subprocess.Popen(
            [sys.executable, "bench/beside.py", step, *words],
            cwd=ROOT,
            env=databases.environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for step, words in commands.items()
    }


def _are_over(works: Mapping[str, subprocess.Popen]) -> bool:
    """Whether all have ended; the curator goes home after the import."""
    if "import" not in works or works["import"].poll() is not None:
        works["saves"].stdin.close()
    return all(work.poll() is not None for work in works.values())


def _listed(works: Mapping[str, object]) -> str:
    return "beside " + " and ".join(works)


def _worded(saves: Mapping) -> str:
    """What a curator saw, in a sentence."""
    failed = "".join(f"; {n} × {error}" for error, n in saves["errors"].items())
    waits = ", ".join(
        f"{what} in {times['median']} ms (p95 {times['p95']}, longest "
        f"{times['longest']})"
        for what, times in (("opened", saves["opening"]), ("taken", saves["saving"]))
        if times
    )
    return (
        f"{saves['saves']} saves at the desk, {saves['failed']} failed{failed}: {waits}"
    )


@contextmanager
def _plan(url: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as kept:
        command = [sys.executable, "bench/beside.py", "plan", kept.name]
        subprocess.run(command, cwd=ROOT, env=databases.environment(url), check=True)
        yield Path(kept.name)


def _visit(
    port: int,
    plan: Path,
    clients: int,
    pause: float,
    seconds: float,
    until: Callable[[], bool] | None = None,
) -> dict:
    """What visitors saw, in a process of their own; they leave where `until` is so."""
    told = [str(each) for each in (port, plan, clients, pause, seconds)]
    command = [sys.executable, "bench/visitors.py", *told]
    visitors = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if until:
        while visitors.poll() is None and not until():
            time.sleep(LOOKING)
        visitors.send_signal(signal.SIGINT)
    return json.loads(visitors.communicate()[0])


def _told(label: str, server: "Served", seen: Mapping, most: float | None = None):
    """The figures of a run, printed and returned."""
    every = [ms for taken in seen["taken"].values() for ms in taken]
    pages = [ms for kind in SEARCHES for ms in seen["taken"].get(kind, [])]
    run = {
        "label": label,
        "clients": seen["clients"],
        "requests": len(every),
        "a_second": round(len(every) / seen["seconds"], 1),
        "pages_a_second": round(len(pages) / seen["seconds"], 1),
        **{f"p{n}": round(share(every, n / 100), 1) for n in (50, 95, 99)},
        "page_p95": round(share(pages, 0.95), 1),
        "failed": seen["failed"],
        "errors": seen["errors"],
        "own_share": seen["own_share"],
        "worker_megabytes": server.worker_megabytes(),
    }
    over = f"  OVER {most} ms" if most and run["p95"] > most else ""
    print(
        f"{label:38} {run['clients']:3} clients: {run['a_second']:6.1f} requests/s, "
        f"{run['pages_a_second']:6.1f} of them searches; p50 {run['p50']:.0f}, "
        f"p95 {run['p95']:.0f}, p99 {run['p99']:.0f} ms; {run['failed']} failed; "
        f"client {run['own_share'] * 100:.0f} % of a core; workers "
        f"{run['worker_megabytes']} MB{over}",
        flush=True,
    )
    for error, count in run["errors"].items():
        print(f"  {count} × {error}", flush=True)
    return run


# --- The server --------------------------------------------------------------------


class Served:
    """A production server at a port of its own."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process, self.port = process, port

    def worker_megabytes(self) -> list[int]:
        """What each worker holds, the largest first."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        held = []
        for pid in children.read_text().split():
            status = Path(f"/proc/{pid}/status").read_text()
            if found := re.search(r"^VmRSS:\s+(\d+)", status, re.M):
                held.append(int(found[1]) // 1024)
        return sorted((each for each in held if each > 30), reverse=True)


@contextmanager
def serving(url: str) -> Iterator[Served]:
    """The site over the database at `url`, as `make serve` serves it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = databases.environment(url, LOCATOR_LISTEN=f"127.0.0.1:{port}")
    command = [sys.executable, "manage.py", "serve"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, env=told, **quiet)
    try:
        _wait_for(f"http://127.0.0.1:{port}/readyz", server)
        yield Served(server, port)
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def _wait_for(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("The site does not answer: try `manage.py serve --check`.")


if __name__ == "__main__":
    main()
