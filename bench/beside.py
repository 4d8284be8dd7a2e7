"""What goes on in a site while visitors come, each in a process of its own.

.venv/bin/python bench/beside.py plan FILE | import | saves
"""

import io
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DATA = ROOT.parent / "shared/data/samhsa_mental_health_2022"
SAVES = 40
BETWEEN = 0.5  # seconds


def write_plan(path: str) -> None:
    from bench.journeys import plan

    Path(path).write_text(json.dumps(plan()))


def import_directory() -> None:
    """The national directory: 9,037 rows."""
    from django.core.management import call_command

    files = [str(DATA / "directory.csv"), "--codes", str(DATA / "service_codes.csv")]
    edition = ["--as-of", "2022", "--rejects", os.devnull]
    start, told = time.perf_counter(), io.StringIO()
    call_command("import_clinics", "samhsa-directory", *files, *edition, stdout=told)
    print(f"imported in {time.perf_counter() - start:.1f} s")


def save_at_the_desk() -> None:
    """A curator who opens a clinic and saves what was found out, twice a second."""
    from django.utils import timezone

    from bench.invented_world import PERSON
    from bench.timing import Times
    from locator import curation
    from locator.models import Clinic, User

    person, times = User.objects.get(username=PERSON), Times()
    for clinic in Clinic.objects.published().order_by("pk")[:SAVES]:
        times.of(
            lambda clinic=clinic: curation.verify(
                clinic, by=person, method="phoned", at=timezone.now()
            )
        )
        time.sleep(BETWEEN)
    told = times.told()
    print(f"{told['n']} saves: median {told['median']} ms, p95 {told['p95']} ms")


if __name__ == "__main__":
    import django

    django.setup()
    match sys.argv[1:]:
        case ["plan", path]:
            write_plan(path)
        case ["import"]:
            import_directory()
        case ["saves"]:
            save_at_the_desk()
