"""Our search beside others on one machine in one run: `make bench`.

.venv/bin/python bench/side_by_side.py [--sizes 10k 100k] [--engines sqlite postgresql]

Prints a table and keeps it as JSON in BENCH_FOLDER (var/bench). How to read it stands
in bench/README.md.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import databases  # noqa: E402
from bench.timing import Times  # noqa: E402

KEPT = databases.FOLDER / "side_by_side.json"
WARMING = 5
# How long a rival may be asked in one case; each is asked once at least.
SECONDS = 8
# Beyond it a loop in Python takes minutes a search.
MOST_FOR_A_LOOP = "100k"
RIVALS = {
    "ours": "ours",
    "django": "(a) usual Django",
    "postgis": "(b) PostGIS",
    "geopy": "(c) geopy loop",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=["10k", "100k"])
    parser.add_argument("--engines", nargs="+", default=list(databases.ENGINES))
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--url", default="", help="a database that is there, as it is")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        step(asked)
    else:
        run(asked)


def run(asked: argparse.Namespace) -> None:
    why = databases.install_postgis()
    result = {"machine": databases.describe_machine(), "postgis": why, "rows": []}
    told = {k: v for k, v in result["machine"].items() if k != "date"}
    print(", ".join(f"{name} {value}" for name, value in told.items()), flush=True)
    if why:
        print(f"PostGIS {why}.", flush=True)
    for size in asked.sizes:
        for engine in asked.engines:
            with databases.invented(size, engine, asked.url) as url:
                for name in ("search", "pages"):
                    rows = _in_a_child(name, size, engine, url, asked.seconds)
                    result["rows"] += rows
    KEPT.write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nKept in {KEPT}; `make performance` puts it into docs/.", flush=True)


def _in_a_child(name: str, size: str, engine: str, url: str, seconds: float) -> list:
    """The rows of a step in a process of its own, whose memory is its own too."""
    with tempfile.NamedTemporaryFile("r+") as kept:
        command = [sys.executable, __file__, "--step", f"{name}:{kept.name}"]
        command += ["--sizes", size, "--engines", engine, "--seconds", str(seconds)]
        subprocess.run(command, env=databases.environment(url), check=True)
        return json.load(kept)


def step(asked: argparse.Namespace) -> None:
    import django

    django.setup()
    name, _, path = asked.step.partition(":")
    [size], [engine] = asked.sizes, asked.engines
    print(f"\n== {name}, {size} clinics on {databases.NAMES[engine]}", flush=True)
    if name == "search":
        rows = list(searches(size, engine, asked.seconds))
    else:
        from bench.whole_pages import pages

        rows = list(pages(size))
    shared = {"kind": name, "size": size, "engine": engine}
    Path(path).write_text(json.dumps([shared | row for row in rows]))


# --- Searches ----------------------------------------------------------------------


def searches(size: str, engine: str, seconds: float):
    """A row for each case: what each contender took, and that all answered the same."""
    from bench import questions

    rivals = contenders(size, engine)
    if not seconds:
        rivals = {"ours": rivals["ours"]}
    header = "".join(f"{RIVALS[name]:>26}" for name in RIVALS if name in rivals)
    print(f"{'':24}{header}", flush=True)
    for case in questions.cases():
        times = {name: Times() for name in rivals}
        for at, query in enumerate(_queries(case)):
            _ask_all(rivals, times, query, seconds, is_warming=at < WARMING)
        told = {name: _told(each, times["ours"]) for name, each in times.items()}
        _show(case.label, told)
        yield {"case": case.label, "times": told}


def _told(times: Times, ours: Times) -> Mapping[str, float]:
    """The times, and how many times ours they are, by the same questions."""
    pairs = zip(times.taken, ours.taken, strict=False)
    ratio = statistics.median(theirs / own for theirs, own in pairs)
    return times.told() | {"ratio": round(ratio, 1)}


def contenders(size: str, engine: str) -> Mapping[str, Callable]:
    """Everybody that can be asked here, ours first; they are made ready."""
    from bench import django_way, geopy_way, ours, postgis_way

    django_way.prepare()
    found = {"ours": ours.search, "django": django_way.search}
    if engine == "postgresql" and postgis_way.is_here():
        postgis_way.prepare()
        found["postgis"] = postgis_way.search
    if _clinics(size) <= _clinics(MOST_FOR_A_LOOP):
        found["geopy"] = geopy_way.search
    return found


def _clinics(size: str) -> int:
    from bench.inventing import SIZES

    return SIZES[size]


def _queries(case: Any):
    """The questions of `case`, and before them some to warm up with.

    One that is asked again is another in another quarter of an hour: nothing that was
    found before may answer it.
    """
    from bench import ours

    found = [query for each in case.asked if (query := ours.query_of(each))]
    quarter = timedelta(minutes=15)
    again = [
        replace(query, now=query.now + at * quarter)
        for query in found
        for at in range(case.times)
    ]
    warming = [replace(query, now=query.now - quarter) for query in again]
    yield from (warming * WARMING)[:WARMING]
    yield from again


def _ask_all(
    rivals: Mapping[str, Callable],
    times: Mapping[str, Times],
    query: Any,
    seconds: float,
    *,
    is_warming: bool,
) -> None:
    from bench import ours

    if is_warming:
        ours.search(query)
        return
    answer = ours.answer(times["ours"].of(lambda: ours.search(query)))
    for name, search in rivals.items():
        if name == "ours" or times[name].seconds > seconds:
            continue
        other = times[name].of(lambda search=search: search(query))
        differences = answer.differences(other)
        assert not differences, (name, query, differences)


def _show(label: str, told: Mapping[str, Mapping]) -> None:
    cells = []
    for name in RIVALS:
        if name not in told:
            continue
        each = told[name]
        cell = f"{each['median']:.1f} / {each['p95']:.1f} ms"
        if name != "ours":
            cell = f"{each['median']:.0f} ms of {each['n']}: {each['ratio']:.0f} ×"
        cells.append(f"{cell:>26}")
    print(f"{label:24}{''.join(cells)}", flush=True)


if __name__ == "__main__":
    main()
