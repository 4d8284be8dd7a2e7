"""Times `q` over 100,000 invented clinics, and places while typed, on both engines.

.venv/bin/python bench/words.py

The clinics are those of bench/inventing.py. With DATABASE_URL set it takes that
database as it is.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import inventing  # noqa: E402
from bench.search import on_each_engine  # noqa: E402

ASKED = {
    "a rare word": ["zebulon", "quillby", "marvock"],
    "a town": ["austin", "boise", "springfield", "el paso"],
    "two words": ["hope valley", "family austin", "recovery house"],
    "begun": ["wel", "psyc", "aus", "outp"],
    "few letters": ["z", "q", "xy"],
    "half of all": ["health", "center", "c"],
    "none": ["zzzzzz", "dermatalgist", "helth centr"],
    "hostile": ["%", "' OR 1=1 --", "a" * 80, "दीप"],
}


def load() -> None:
    inventing.prepare()
    inventing.invent(inventing.SIZES["100k"])


def measure() -> None:
    from django.utils import timezone

    from locator.geo import Point
    from locator.models import SearchWord
    from locator.search import find
    from locator.search.names import is_hit
    from locator.search.query import SearchQuery
    from locator.text import words

    print(f"{SearchWord.objects.count()} words", flush=True)
    place = {"point": Point(30.267, -97.743), "region": "US-TX"}

    def look_up(text: str) -> int:
        return is_hit(words(text))

    def search(text: str) -> int:
        query = SearchQuery(now=timezone.now(), words=words(text), **place)
        return find(query).total

    for label, texts in ASKED.items():
        told = [text for text in texts if words(text)]
        show(f"names, {label}", look_up, told * 5)
        show(f"find, {label}", search, told * 5)
    _measure_typing()


def _measure_typing() -> None:
    from locator import catalogues
    from locator.models import PlaceName
    from locator.places.completing import complete

    known = catalogues.current()
    names = PlaceName.objects.filter(kind=PlaceName.Kind.OFFICIAL).order_by("pk")
    sample = random.Random(3).sample(list(names.values_list("folded", flat=True)), 200)

    def type_in(text: str) -> int:
        return len(complete(text, home="US", catalogues=known))

    for letters in (1, 2, 3, 5):
        show(f"typing {letters}", type_in, [name[:letters] for name in sample])
    show("typing, most", type_in, ["san", "sa", "cha", "mar", "s", "ma"] * 10)
    show("typing, a comma", type_in, ["austin, t", "paris te", "san, c"] * 10)
    show("typing digits", type_in, ["7", "787", "56000", "1000"] * 10)


def show(label: str, ask: Callable[[str], int], texts: Sequence[str]) -> None:
    found = 0
    for text in texts[:5]:
        ask(text)
    taken = []
    for text in texts:
        start = time.perf_counter()
        found += ask(text)
        taken.append((time.perf_counter() - start) * 1000)
    median, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(
        f"{label:20} median {median:6.1f} ms, p95 {p95:6.1f} ms, "
        f"least {min(taken):6.1f} ms, "
        f"{found // len(texts)} found",
        flush=True,
    )


if __name__ == "__main__":
    on_each_engine(load, measure)
