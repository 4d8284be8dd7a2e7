"""Whole requests asked in this process: the figures that the project promises."""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from . import questions
from .timing import Times

WARMING = 10
TYPED = 200
CLINICS = 200
ROUNDS, FEW_ROUNDS = 30, 12
ANEW, LATER = "remote, California, anew", "another quarter of an hour"
# Median and p95 in ms, by size.
PROMISED: Mapping[str, Mapping[str, tuple[float, float | None]]] = {
    "any, 25 mi": {"100k": (12, 25), "1m": (20, 60)},
    "any, 100 mi": {"100k": (15, 35), "1m": (30, 90)},
    ANEW: {"100k": (30, None), "1m": (120, None)},
    LATER: {"100k": (30, None), "1m": (120, None)},
    "the same again": {"100k": (15, None), "1m": (30, None)},
    "nearest, empty region": {"100k": (15, 40), "1m": (30, 120)},
    "clinic page": {"100k": (8, None), "1m": (8, None)},
    "suggestions": {"100k": (3, None), "1m": (3, None)},
}
PROMISED_MEGABYTES = {"100k": 200, "1m": 300}

Asked = tuple[str, Mapping]


def pages(size: str) -> Iterator[dict]:
    """A row for each kind of page, and one for the memory of this process."""
    from django.test import Client
    from django.test.utils import override_settings

    with override_settings(ROOT_URLCONF="bench.floor"):
        client = Client(SERVER_NAME="localhost")
        for label, asked in _kinds().items():
            yield _row(label, size, _timed(label, asked, client))
        yield from _floor(client, size)
    yield _memory(size)


def _kinds() -> Mapping[str, Sequence[Asked]]:
    towns, empty = questions.real_towns(questions.PLACES), questions.empty_towns(100)
    near = [("/clinics/", {"place": town, "within": "25mi"}) for town in towns]
    far = [("/clinics/", {"place": town, "within": "100mi"}) for town in towns]
    lone = [("/clinics/", {"place": town, "visit": "in-person"}) for town in empty]
    state = [("/clinics/", questions.CALIFORNIA)]
    return {
        "any, 25 mi": near,
        "any, 100 mi": far,
        ANEW: state * FEW_ROUNDS,
        LATER: state * ROUNDS,
        "the same again": state * ROUNDS,
        "nearest, empty region": lone,
        "clinic page": _some_clinics(),
        "suggestions": _typed(towns),
    }


def _some_clinics() -> list[Asked]:
    from locator.models import Clinic

    newest = Clinic.objects.order_by("-pk").values_list("pk", flat=True)[0]
    pks = random.Random(4).sample(range(1, newest + 1), CLINICS)
    slugs = Clinic.objects.published().filter(pk__in=pks).values_list("slug", flat=True)
    return [(f"/clinics/{slug}/", {}) for slug in slugs]


def _typed(towns: Sequence[str]) -> list[Asked]:
    """Towns while they are typed: their first letters, one to six of them."""
    chance = random.Random(3)
    begun = [town[: chance.randint(1, 6)].strip(" ,") for town in towns[:TYPED]]
    return [("/places/", {"q": text}) for text in begun]


def _timed(label: str, asked: Sequence[Asked], client) -> Times:
    import time_machine

    from locator.search import groups

    times = Times()
    for path, parameters in asked[-WARMING:]:
        client.get(path, parameters)
    for at, (path, parameters) in enumerate(asked):
        ask = partial(client.get, path, parameters)
        if label in (ANEW, LATER):
            # The first in its quarter of an hour: the answer is not remembered,
            if label == ANEW:
                # nor what groups of packs answered to anybody in this process.
                groups.forget()
            with time_machine.travel(_quarters_on(at), tick=True):
                response = times.of(ask)
        else:
            response = times.of(ask)
        assert response.status_code == 200, (path, parameters, response.status_code)
    return times


def _quarters_on(count: int):
    from datetime import UTC, datetime, timedelta

    return datetime.now(UTC) + timedelta(minutes=15 * (count + 1))


def _floor(client, size: str) -> Iterator[dict]:
    """What there is to gain at most: nothing at all, and cards that lie ready."""
    from bench import floor

    first = client.get("/clinics/", {"place": "Austin, TX", "within": "25mi"})
    floor.ready["template"] = first.template_name
    floor.ready["context"] = first.context_data
    for label, path in (
        ("floor: ready cards", "/floor/cards/"),
        ("floor: an empty view", "/floor/empty/"),
    ):
        yield _row(label, size, _timed(label, [(path, {})] * 100, client))


def _row(label: str, size: str, times: Times) -> dict:
    told = times.told()
    promised = PROMISED.get(label, {}).get(size)
    note = ""
    if promised:
        names = ("median", "p95")
        over = [
            f"{name} {told[name]:.1f} > {most}"
            for name, most in zip(names, promised, strict=True)
            if most is not None and told[name] > most
        ]
        note = f"OVER: {', '.join(over)}" if over else "as promised"
    print(
        f"{label:24} median {told['median']:6.1f} ms, p95 {told['p95']:6.1f} ms, "
        f"{told['work']:6.1f} ms of work  {note}",
        flush=True,
    )
    return {"case": label, "times": told, "promised": promised}


def _memory(size: str) -> dict:
    """What this process holds after all that, as a worker does; this machine's MB."""
    status = Path("/proc/self/status").read_text()
    read: Callable[[str], int] = lambda name: round(  # noqa: E731
        int(re.search(rf"^{name}:\s+(\d+)", status, re.M)[1]) / 1024
    )
    told = {"megabytes": read("VmRSS"), "most": read("VmHWM")}
    promised = PROMISED_MEGABYTES.get(size)
    print(
        f"{'memory':24} {told['megabytes']} MB, at most {told['most']} MB"
        + (f" (promised: {promised} MB)" if promised else ""),
        flush=True,
    )
    return {"case": "memory", "times": told, "promised": promised}
