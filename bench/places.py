"""Times the loading of places and looking them up, on both engines.

.venv/bin/python bench/places.py
"""

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.search import on_each_engine  # noqa: E402

SAMPLE = 200


def measure_load() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_catalogues", verbosity=0)
    call_command("load_places")
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak of the load: {megabytes:.0f} MB")
    start = time.perf_counter()
    call_command("load_places", verbosity=0)
    print(f"load when current: {time.perf_counter() - start:.2f} s")


def measure_look_ups() -> None:
    from locator import catalogues
    from locator.geo import Point
    from locator.models import PlaceName
    from locator.places import find_place, region_at

    known = catalogues.current()

    def find(text: str) -> None:
        find_place(text, catalogues=known)

    rng = random.Random(1)
    for kind in PlaceName.Kind:
        names = PlaceName.objects.filter(kind=kind).order_by("pk")
        texts = rng.sample(list(names.values_list("folded", flat=True)), SAMPLE)
        show(f"{kind.label}", find, texts)
    show("town, state", find, ["Austin, TX", "springfield il", "Paris, Texas"] * 50)
    show("several", find, ["Springfield", "Portland", "San Jose", "Washington"] * 40)
    show("misspelled", find, ["Albequerque", "Philidelphia, PA", "Banglore"] * 20)
    nonsense = ["".join(rng.choices("bcdfghklmnpqrstvwz", k=9)) for _ in range(60)]
    show("nonsense", find, nonsense)
    show("position", region_at, [Point(40.75, -73.99), Point(30.3, -97.7)] * 40)


def show(label: str, look_up: Callable, asked: Sequence) -> None:
    for one in asked[:5]:
        look_up(one)
    taken = []
    for one in asked:
        start = time.perf_counter()
        look_up(one)
        taken.append((time.perf_counter() - start) * 1000)
    median, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(f"{label:14} median {median:6.2f} ms, p95 {p95:6.2f} ms", flush=True)


if __name__ == "__main__":
    on_each_engine(measure_load, measure_look_ups)
