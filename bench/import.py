"""Times the import of the real files, on both engines: `make bench-import`.

Reads ../shared/data; says so and stops where it is not there. `--engine sqlite` or
`--engine postgresql` measures one.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DATA = ROOT.parent / "shared" / "data"
DIRECTORY = DATA / "samhsa_mental_health_2022" / "directory.csv"
TEXAS = DATA / "findtreatment_texas_2023" / "facilities.csv"

# What the project promises (RULES 30 and the README).
MOST_SECONDS, MOST_MEGABYTES = 60, 500
MOST_LOCKED_SECONDS, MOST_RERUN_SECONDS = 15, 30

STEPS = ("import", "again", "edition", "texas")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    engine = parser.parse_args().engine
    if not DIRECTORY.exists():
        sys.exit(f"There is no {DIRECTORY}: nothing to measure.")
    from tests import postgres

    if engine != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            measure("SQLite", f"sqlite:///{folder}/bench.sqlite3")
    if engine != "sqlite":
        with postgres.running() as url:
            measure("PostgreSQL", url)


def measure(engine: str, url: str) -> None:
    """Each step in a process of its own: peaks of memory are a process's."""
    print(f"== {engine} (load average {os.getloadavg()[0]:.1f})", flush=True)
    told = {"DATABASE_URL": url, "SECRET_KEY": "bench", "LOCATOR_HTTP": "1"}
    environment = os.environ | told | {"DJANGO_SETTINGS_MODULE": "teleclinic.settings"}
    for step in ("prepare", *STEPS):
        subprocess.run([sys.executable, __file__, step], env=environment, check=True)


def prepare() -> None:
    from django.core.management import call_command

    for name in ("migrate", "load_catalogues", "load_places"):
        call_command(name, verbosity=0)


def run(title: str, layout: str, path: Path, as_of: str) -> None:
    from locator.importers.load import Import, Job
    from locator.models import Clinic

    start, cpu = time.perf_counter(), time.process_time()
    work = Import(Job(layout, path, as_of=as_of))
    work.read()
    outcome = work.apply()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    locked = f", locked {outcome.seconds:.1f} s" if outcome.run else ", nothing written"
    print(
        f"{title:22} {outcome.tally['records']:,} rows: {seconds:.1f} s "
        f"({cpu:.1f} s of processor){locked}, peak {megabytes:.0f} MB, "
        f"{Clinic.objects.published().count():,} published",
        flush=True,
    )
    most = MOST_SECONDS if outcome.run else MOST_RERUN_SECONDS
    for what, value, limit in (
        ("seconds", seconds, most),
        ("seconds locked", outcome.seconds, MOST_LOCKED_SECONDS),
        ("megabytes", megabytes, MOST_MEGABYTES),
    ):
        if value > limit:
            print(f"  OVER the promised {limit} {what}: {value:.1f}", flush=True)


def step(name: str) -> None:
    import django

    django.setup()
    if name == "prepare":
        prepare()
    elif name == "import":
        run("national directory", "samhsa-directory", DIRECTORY, "2022")
    elif name == "again":
        run("the same again", "samhsa-directory", DIRECTORY, "2022")
    elif name == "edition":
        run("as a new edition", "samhsa-directory", DIRECTORY, "2023")
    elif name == "texas":
        run("Texas, other source", "findtreatment", TEXAS, "2023-11")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in ("prepare", *STEPS):
        step(sys.argv[1])
    else:
        main()
