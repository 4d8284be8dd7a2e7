"""Times `q` over 100,000 invented clinics, and places while typed, on both engines.

.venv/bin/python bench/words.py

The clinics stand in real towns, the more the larger, and are called by words that are
as unequally common as those of real ones. With DATABASE_URL set it takes that database
as it is.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.search import on_each_engine  # noqa: E402

CLINICS = 100_000
INVENTED_WORDS = 20_000
ORGANIZATIONS = 5_000
AT_ONCE = 5_000

# What most clinics are called, the commonest first.
COMMON = """
    health center services care behavioral community clinic mental counseling recovery
    medical family treatment associates hospital institute wellness therapy group north
    house south valley department county outpatient psychiatric support network hope
"""
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


# --- Inventing ---------------------------------------------------------------------


def load() -> None:
    from django.core.management import call_command

    for command in ("migrate", "load_catalogues", "load_places"):
        call_command(command, verbosity=0)
    invent(CLINICS)


def invent(count: int) -> None:
    """Publish `count` clinics, the same ones at every run."""
    from django.db import transaction

    from locator.models import Clinic, CoverageArea, SearchEntry, SearchWord, Service
    from locator.search import entries
    from locator.tables import analyze

    chance = random.Random(20)
    organizations = _organizations(chance)
    towns = _towns(chance, count)
    with transaction.atomic():
        for first in range(0, count, AT_ONCE):
            clinics = Clinic.objects.bulk_create(
                _clinic(number, chance, towns[number], organizations)
                for number in range(first, min(first + AT_ONCE, count))
            )
            services = Service.objects.bulk_create(
                Service(
                    clinic=c,
                    service_type_id="consultation",
                    remote="yes",
                    in_person=chance.choice(["yes", "yes", "unknown"]),
                )
                for c in clinics
            )
            CoverageArea.objects.bulk_create(
                CoverageArea(
                    service=service,
                    region_id=service.clinic.region_id,
                    basis=CoverageArea.Basis.ASSUMED,
                    as_of="2022",
                )
                for service in services
            )
    entries.rebuild_all()
    analyze(Clinic, Service, SearchEntry, SearchWord)


def _organizations(chance: random.Random) -> list:
    from locator.models import Organization

    return Organization.objects.bulk_create(
        Organization(name=f"{_name(chance)} {number}")
        for number in range(ORGANIZATIONS)
    )


def _towns(chance: random.Random, count: int) -> list[tuple]:
    from locator.models import Place

    towns = Place.objects.filter(
        kind=Place.Kind.CITY, country="US", population__gt=0, region__isnull=False
    ).order_by("pk")
    rows = list(
        towns.values_list("name", "region_id", "latitude", "longitude", "population")
    )
    return chance.choices(rows, [row[-1] for row in rows], k=count)


def _clinic(number: int, chance: random.Random, town: tuple, organizations: list):
    from locator.models import Clinic

    city, region, latitude, longitude, _people = town
    return Clinic(
        slug=f"invented-{number}",
        name=_name(chance),
        organization=chance.choice(organizations),
        city=city,
        region_id=region,
        latitude=latitude + chance.uniform(-0.1, 0.1),
        longitude=longitude + chance.uniform(-0.1, 0.1),
        point_source=Clinic.PointSource.SOURCE,
        point_precision=Clinic.Precision.ADDRESS,
        status=Clinic.Status.PUBLISHED,
    )


def _name(chance: random.Random) -> str:
    """Two to five words, common ones by Zipf's law and invented ones."""
    usual = COMMON.split()
    weights = [1 / rank for rank in range(1, len(usual) + 1)]
    common = chance.choices(usual, weights, k=chance.randint(1, 3))
    rare = [
        _word(chance.randrange(INVENTED_WORDS)) for _ in range(chance.randint(1, 2))
    ]
    return " ".join([*rare, *common]).title()


def _word(number: int) -> str:
    """The invented word of that number: a few syllables."""
    chance = random.Random(number)
    sizes = chance.randint(2, 4)
    return "".join(
        chance.choice("bcdfghjklmnprstvwz") + chance.choice("aeiou")
        for _ in range(sizes)
    )


# --- Measuring ---------------------------------------------------------------------


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
