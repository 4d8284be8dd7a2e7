"""Times searches from 200 real places over the real directory, on both engines.

.venv/bin/python bench/search.py

Loads the national directory of ../shared/data anew, into an SQLite file and into a
PostgreSQL of its own. With DATABASE_URL set it takes that database as it is. Each time
is that of the whole page, asked in this process, and of `search.find` alone, without
counts of options and with them; "work" is the median of this process's share, which a
busy machine changes less.
"""

import io
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DATA = ROOT.parent / "shared/data/samhsa_mental_health_2022"
PLACES = 200
WARMING = 10
VISITS = ("any", "remote", "in-person")
# What the narrow reads help least, and what asks for most.
OTHERS = {
    "no place": {},
    "a state": {"place": "Texas"},
    "a country": {"place": "United States"},
    "few near": {"place": "Fairbanks, AK"},
    "none near": {"place": "Bengaluru"},
    "many answers": {
        "place": "Houston, TX",
        "specialty": ["mental-health", "substance-use"],
        "payment": ["medicaid", "self-pay"],
        "language": "es",
        "unstated": "include",
    },
    "words": {"place": "Houston, TX", "q": "health"},
    "rare words": {"place": "Houston, TX", "q": "veterans affairs"},
    "a long page": {"place": "Houston, TX", "page": "9"},
}
# What no clinic of the directory answers, and the page explains.
EMPTY = {
    "nothing for skin": {"place": "Houston, TX", "specialty": "skin"},
    "nothing at all": {
        "place": "Houston, TX",
        "specialty": "skin",
        "language": "es",
        "payment": "medicaid",
        "accepting": "yes",
        "within": "25mi",
        "q": "health",
    },
}


def on_each_engine(load: Callable[[], None], measure: Callable[[], None]) -> None:
    """Run both steps on both engines; on a database that is given, `measure` alone.

    The program calls itself for each: peaks of memory are a process's.
    """
    if sys.argv[1:]:
        import django

        django.setup()
        {"load": load, "measure": measure}[sys.argv[1]]()
        return
    if url := os.environ.get("DATABASE_URL"):
        _in_children("the database given", url, "measure")
        return
    from tests import postgres

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        _in_children("SQLite", url, "load", "measure")
    with postgres.running() as url:
        _in_children("PostgreSQL", url, "load", "measure")


def _in_children(engine: str, url: str, *steps: str) -> None:
    print(f"== {engine}", flush=True)
    with tempfile.TemporaryDirectory() as var:
        told = {"DATABASE_URL": url, "SECRET_KEY": "bench", "LOCATOR_HTTP": "1"}
        told |= {"LOCATOR_VAR": var, "DJANGO_SETTINGS_MODULE": "teleclinic.settings"}
        for step in steps:
            command = [sys.executable, sys.argv[0], step]
            subprocess.run(command, env=os.environ | told, check=True)


def load() -> None:
    from django.core.management import call_command

    for command in ("migrate", "load_catalogues", "load_places"):
        call_command(command, verbosity=0)
    files = [str(DATA / "directory.csv"), "--codes", str(DATA / "service_codes.csv")]
    edition = ["--as-of", "2022", "--rejects", os.devnull]
    layout = ["import_clinics", "samhsa-directory"]
    call_command(*layout, *files, *edition, stdout=io.StringIO())


def measure() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    towns = real_places()
    for visit in VISITS:
        asked = [{"place": town, "visit": visit} for town in towns]
        show(f"page, visit={visit}", ask_pages, asked)
        show(f"find, visit={visit}", ask_find, asked)
        show(f"counted, visit={visit}", ask_counted, asked)
    for label, parameters in OTHERS.items():
        show(f"page, {label}", ask_pages, [parameters] * 10)
        show(f"counted, {label}", ask_counted, [parameters] * 10)
    for label, parameters in EMPTY.items():
        show(f"page, {label}", ask_pages, [parameters] * 10)


def real_places() -> list[str]:
    """Towns of the US that a visitor may type, more often where more people live."""
    from locator.models import Place

    towns = Place.objects.filter(
        kind=Place.Kind.CITY, country="US", population__gt=0, region__isnull=False
    ).order_by("pk")
    rows = list(towns.values_list("name", "region_id", "population"))
    chance = random.Random(1)
    drawn = chance.choices(rows, [people for *_, people in rows], k=PLACES)
    return [f"{name}, {region.removeprefix('US-')}" for name, region, _ in drawn]


def ask_pages() -> Callable[[dict], Callable[[], int]]:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")

    def prepared(parameters: dict) -> Callable[[], int]:
        def ask() -> int:
            response = client.get("/clinics/", parameters)
            assert response.status_code == 200, parameters
            return len(response.content)

        return ask

    return prepared


def ask_find(*, counted: bool = False) -> Callable[[dict], Callable[[], object]]:
    from django.http import QueryDict
    from django.utils import timezone

    from locator import catalogues
    from locator.asking.filters import ClinicFilter
    from locator.search import find, holdings

    known = {"catalogues": catalogues.current(), "holdings": holdings.current()}

    def prepared(parameters: dict) -> Callable[[], object]:
        data = QueryDict(urlencode(parameters, doseq=True))
        asked = ClinicFilter(data, now=timezone.now(), **known)
        query = asked.query if asked.is_valid() else None
        return lambda: find(query, counted=counted) if query else None

    return prepared


def ask_counted() -> Callable[[dict], Callable[[], object]]:
    return ask_find(counted=True)


def show(label: str, kind: Callable, asked: list[dict]) -> None:
    prepare = kind()
    for parameters in asked[:WARMING]:
        prepare(parameters)()
    taken, busy, queries = [], [], 0
    for parameters in asked:
        ask = prepare(parameters)
        with counting() as count:
            start, start_busy = time.perf_counter(), time.process_time()
            ask()
            taken.append((time.perf_counter() - start) * 1000)
            busy.append((time.process_time() - start_busy) * 1000)
        queries = max(queries, count())
    median, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(
        f"{label:24} median {median:6.1f} ms, p95 {p95:6.1f} ms, "
        f"{statistics.median(busy):6.1f} ms of work, at most {queries} queries",
        flush=True,
    )


@contextmanager
def counting() -> Iterator[Callable[[], int]]:
    """How many queries the block makes; dearer by microseconds only."""
    from django.db import connection

    seen = 0

    def note(execute, sql, params, many, context):
        nonlocal seen
        seen += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield lambda: seen


if __name__ == "__main__":
    on_each_engine(load, measure)
