"""Weighs and times the pages over the real directory: `make bench-pages`.

Loads the national directory of ../shared/data anew, into an SQLite file and into a
PostgreSQL of its own. Server times are those of whole pages asked in this process, from
200 real places for results; weights are what a browser gets from the production server,
once with an empty cache.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.search import real_places  # noqa: E402
from tests import built_site, chromium, postgres  # noqa: E402

DATA = ROOT.parent / "shared/data/samhsa_mental_health_2022"
LANGUAGES = ("", "/es", "/hi")
PLACE = "/clinics/?place=Houston,+TX"
ROUNDS = 40
WARMING = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", built_site.environment(Path(folder)), is_weighed=True)
    with tempfile.TemporaryDirectory() as folder, postgres.running() as url:
        told = built_site.environment(Path(folder), url)
        measure("PostgreSQL", told, is_weighed=False)


def measure(engine: str, told: dict[str, str], *, is_weighed: bool) -> None:
    print(f"== {engine}", flush=True)
    files = [str(DATA / "directory.csv"), "--codes", str(DATA / "service_codes.csv")]
    edition = ["--as-of", "2022", "--rejects", "/dev/null"]
    built_site.manage(
        told,
        ["prepare"],
        ["import_clinics", "samhsa-directory", *files, *edition],
    )
    import subprocess

    subprocess.run([sys.executable, __file__, "time"], env=told, check=True)
    if is_weighed:
        with built_site.serving(told) as url:
            weigh(url)


def weigh(url: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.weighing import visit

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox"]
        )
        for language in LANGUAGES:
            for name, path in pages(url).items():
                with browser.new_context() as context:
                    seen = visit(context, f"{url}{language}{path}")
                print(
                    f"weight {language or '/en'} {name:10} "
                    f"{seen.weight / 1000:6.1f} kB in {len(seen.requests)} requests, "
                    f"shift {seen.shift:.3f}, largest paint: {seen.largest}",
                    flush=True,
                )
        browser.close()


def pages(url: str) -> dict[str, str]:
    """The address of a page of each kind, the clinic's from the list at `url`."""
    import json
    import urllib.request

    with urllib.request.urlopen(f"{url}/clinics.geojson?place=Houston,+TX") as answer:
        first = json.load(answer)["features"][0]["id"]
    return {
        "home": "/",
        "results": PLACE,
        "clinic": f"/clinics/{first}/",
        "explainer": "/telehealth-and-telemedicine/",
    }


def time_pages() -> None:
    import django

    django.setup()
    from django.test import Client

    from locator.models import Clinic

    client = Client(SERVER_NAME="localhost")
    slugs = Clinic.objects.published().order_by("pk").values_list("slug", flat=True)
    kinds = {
        "home": [("/", {})] * ROUNDS,
        "results": [("/clinics/", {"place": place}) for place in real_places()],
        "clinic": [(f"/clinics/{slug}/", {}) for slug in slugs[:ROUNDS]],
        "explainer": [("/telehealth-and-telemedicine/", {})] * ROUNDS,
    }
    for language in LANGUAGES:
        for name, asked in kinds.items():
            taken = list(milliseconds(client, language, asked))[WARMING:]
            median, p95 = (
                statistics.median(taken),
                statistics.quantiles(taken, n=20)[-1],
            )
            label = f"{language or '/en'} {name}"
            print(
                f"time {label:15} median {median:6.1f} ms, p95 {p95:6.1f} ms",
                flush=True,
            )


def milliseconds(client, language: str, asked: list) -> Iterator[float]:
    for path, parameters in asked:
        start = time.perf_counter()
        response = client.get(f"{language}{path}", parameters)
        yield (time.perf_counter() - start) * 1000
        assert response.status_code == 200, (path, parameters)


if __name__ == "__main__":
    time_pages() if sys.argv[1:] == ["time"] else main()
