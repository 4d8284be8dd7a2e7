"""Writes docs/performance.md and its plot from what `make bench` and `make load` kept.

.venv/bin/python bench/performance_page.py
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import databases, inventing, load, side_by_side, speed_plot  # noqa: E402

PAGE = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "images" / "performance.svg"
CASES_IN_PLOT = "any, 25 mi"
SIZES = ("10k", "100k", "1m")
SIZE_NAMES = {"10k": "10,000", "100k": "100,000", "1m": "1,000,000"}

Row = Mapping


def main() -> None:
    kept = _read(side_by_side.KEPT)
    loaded = _read(load.KEPT)
    if not kept and not loaded:
        sys.exit("Nothing is kept yet: run `make bench` and `make load` first.")
    parts = ["# Performance\n", INTRODUCTION]
    if kept:
        rows = kept["rows"]
        PLOT.parent.mkdir(exist_ok=True)
        PLOT.write_text(speed_plot.drawn(_lines(rows)))
        parts += [_machine("make bench", kept["machine"]), *_searches(rows, kept)]
        parts += _pages(rows)
    if loaded:
        parts += ["## Under load\n", _machine("make load", loaded["machine"])]
        parts += _loads(loaded["runs"])
    PAGE.write_text("\n".join(parts))
    print(f"Wrote {PAGE.relative_to(ROOT)}")


INTRODUCTION = """\
Every figure here was printed by a program of `bench/`, which also wrote this page:
`make bench`, `make load`, then `make performance`. What the cases and the others are,
and how far the figures can be trusted, stands in [bench/README.md](../bench/README.md);
what bounds them in [decisions/speed.md](decisions/speed.md).
"""


def _read(path: Path) -> dict:
    return json.loads(path.read_text()) if path.exists() else {}


def _machine(command: str, told: Mapping[str, str]) -> str:
    return (
        f"`{command}` on {told['date']} at commit {told['commit']}: "
        f"{told['processor']}, {told['memory']}, Python {told['python']}, SQLite "
        f"{told['sqlite']}, PostgreSQL {told['postgresql']}.\n"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown; all columns but the first are figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _of(rows: Iterable[Row], **asked: str) -> list[Row]:
    return [r for r in rows if all(r[name] == value for name, value in asked.items())]


def _figure(times: Mapping) -> str:
    return f"{times['median']:.1f} / {times['p95']:.1f}"


# --- Searches ----------------------------------------------------------------------


def _searches(rows: Sequence[Row], kept: Mapping) -> Iterator[str]:
    yield "## The same search, side by side\n"
    yield (
        "Total, first page, the counts of every option and what was left out; no "
        "template. Milliseconds, median / p95; for the others the median and how many "
        "times ours that is, by the same questions. All gave the same clinics and "
        "counts, or the run would have stopped.\n"
    )
    if kept["postgis"]:
        yield f"PostGIS was {kept['postgis']}.\n"
    yield "![Times of a search by the number of clinics](images/performance.svg)\n"
    for size in SIZES:
        for engine, name in databases.NAMES.items():
            found = _of(rows, kind="search", size=size, engine=engine)
            if found:
                yield f"### {SIZE_NAMES[size]} clinics on {name}\n"
                yield _search_table(found)


def _search_table(rows: Sequence[Row]) -> str:
    names = [each for each in side_by_side.RIVALS if each in rows[0]["times"]]
    head = ["case", *(side_by_side.RIVALS[name] for name in names)]
    return table(
        head, ([r["case"], *(_cell(n, r["times"][n]) for n in names)] for r in rows)
    )


def _cell(name: str, times: Mapping) -> str:
    if name == "ours":
        return _figure(times)
    return f"{times['median']:,.0f} = {times['ratio']:,.0f} ×"


def _lines(rows: Sequence[Row]) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """The points of each contender, by engine."""
    found: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for row in _of(rows, kind="search", case=CASES_IN_PLOT):
        of_engine = found.setdefault(databases.NAMES[row["engine"]], {})
        for name, times in row["times"].items():
            point = (inventing.SIZES[row["size"]], times["median"])
            of_engine.setdefault(side_by_side.RIVALS[name], []).append(point)
    return found


# --- Pages -------------------------------------------------------------------------


def _pages(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Whole pages\n"
    yield (
        "One request from its parameters to its last byte, asked in one process "
        "without a network, median / p95 in ms. A figure over what is promised is "
        "**bold**. The floor is what no change of the search can go below: Django, and "
        "the same page from data that lies ready.\n"
    )
    found = _of(rows, kind="pages")
    columns = list(dict.fromkeys((row["size"], row["engine"]) for row in found))
    head = [f"{SIZE_NAMES[s]}, {databases.NAMES[e]}" for s, e in columns]
    cases = dict.fromkeys(row["case"] for row in found)
    body = [[case, *(_page_cell(found, case, *c) for c in columns)] for case in cases]
    yield table(["page", *head], body)
    yield _growth(found)


def _page_cell(rows: Sequence[Row], case: str, size: str, engine: str) -> str:
    found = _of(rows, case=case, size=size, engine=engine)
    if not found:
        return ""
    times, promised = found[0]["times"], found[0]["promised"]
    if case == "memory":
        told = f"{times['megabytes']} MB"
        return f"**{told}**" if promised and times["megabytes"] > promised else told
    most = zip((times["median"], times["p95"]), promised or (None, None), strict=True)
    is_over = any(limit is not None and value > limit for value, limit in most)
    return f"**{_figure(times)}**" if is_over else _figure(times)


def _growth(rows: Sequence[Row]) -> str:
    """How the medians grow from 100,000 to a million, where both were measured."""
    told = []
    for engine, name in databases.NAMES.items():
        times = {
            size: {
                row["case"]: row["times"]["median"]
                for row in _of(rows, size=size, engine=engine)
                if row["case"] != "memory"
            }
            for size in ("100k", "1m")
        }
        both = times["100k"].keys() & times["1m"].keys()
        if searches := [case for case in times["100k"] if case in both][:5]:
            grown = ", ".join(
                f"{case} {times['1m'][case] / times['100k'][case]:.1f} ×"
                for case in searches
            )
            told.append(f"From 100,000 to 1,000,000 clinics on {name}: {grown}.\n")
    return "\n".join(told)


# --- Load --------------------------------------------------------------------------


def _loads(runs: Sequence[Row]) -> Iterator[str]:
    yield (
        "The production server (`make serve`: two workers of four threads) and its "
        "visitors on the same cores, limits off, each answer checked for its status "
        "and its title. Milliseconds over all requests; the visitors' own share is of "
        "one core.\n"
    )
    head = [
        *("run", "clients", "requests/s", "searches/s", "p50", "p95", "p99"),
        *("failed", "visitors' share", "workers, MB"),
    ]
    for run in dict.fromkeys((r["data"], r["engine"]) for r in runs):
        data, engine = run
        yield f"### {data[0].upper()}{data[1:]} on {databases.NAMES[engine]}\n"
        found = _of(runs, data=data, engine=engine)
        yield table(head, map(_load_row, found))
        for each in found:
            if "beside" in each:
                yield f"Beside the visitors: {each['beside']}.\n"


def _load_row(run: Row) -> list[str]:
    return [
        run["label"],
        str(run["clients"]),
        f"{run['a_second']:.0f}",
        f"{run['pages_a_second']:.0f}",
        *(f"{run[name]:.0f}" for name in ("p50", "p95", "p99")),
        str(run["failed"]),
        f"{run['own_share']:.0%}",
        " + ".join(map(str, run["worker_megabytes"])),
    ]


if __name__ == "__main__":
    main()
