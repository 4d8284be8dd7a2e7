"""What goes on in a site while visitors come, each in a process of its own.

.venv/bin/python bench/beside.py plan FILE | import | saves PORT
"""

import io
import json
import os
import select
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DATA = ROOT.parent / "shared/data/samhsa_mental_health_2022"
# At least so many, and on until standard input ends.
SAVES = 40
# Clinics that are saved one after the other, and then again.
CLINICS = 200
LOOKED_AT = 1000
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


def save_at_the_desk(port: str) -> None:
    """A curator who opens a clinic and saves what was found out, twice a second.

    At the desk that is served at `port`, signed in as people are. Prints as JSON how
    long pages took to open and saves to be taken, and which of them failed and why.
    """
    from bench.curator import DeskError
    from bench.timing import Times

    curator = _signed_in(f"http://127.0.0.1:{port}")
    opened, saved, errors = Times(), Times(), Counter()
    for number, address in enumerate(_addresses()):
        try:
            form = opened.of(lambda at=address: curator.open(at, "clinic_form"))
            sent = form.fields | _found_out(form.fields, number)
            saved.of(lambda at=address, sent=sent: curator.send(at, sent))
        except DeskError as error:
            errors[str(error)] += 1
        if number + 1 >= SAVES and _has_ended(BETWEEN):
            break
        time.sleep(BETWEEN)
    print(json.dumps(_told(opened, saved, errors)))


def _signed_in(url: str):
    from django_otp.oath import TOTP

    from bench.curator import Curator
    from bench.invented_world import PERSON
    from locator import second_factor
    from locator.models import User

    person = User.objects.get(username=PERSON)
    person.set_password(PERSON)
    person.save()
    key = second_factor.new_key()
    second_factor.set_up(person, key=key)
    curator = Curator(url)
    code = TOTP(bytes.fromhex(key)).token()
    curator.sign_in(PERSON, PERSON, f"{code:06d}")
    return curator


def _addresses() -> Iterator[str]:
    """Pages of the desk for clinics that visitors find, without an end."""
    from locator.curation import why_not_public, with_public_facts
    from locator.models import Clinic

    # Of those that were imported, some could not be published by hand.
    clinics = with_public_facts(Clinic.objects.published().order_by("pk")[:LOOKED_AT])
    pks = [clinic.pk for clinic in clinics if not why_not_public(clinic)][:CLINICS]
    return (f"/admin/locator/clinic/{pk}/change/" for pk in cycle(pks))


def _found_out(fields: dict, number: int) -> dict[str, object]:
    """The fields of a call to the clinic: it was checked, and its first service is new.

    Whether it accepts patients: what search entries hold, so that they change.
    """
    row = int(fields["verifications-TOTAL_FORMS"][0])
    return {
        "verifications-TOTAL_FORMS": row + 1,
        f"verifications-{row}-checked": "all",
        f"verifications-{row}-method": "phoned",
        "services-0-accepting": "yes" if number // CLINICS % 2 else "no",
    }


def _has_ended(seconds: float) -> bool:
    """Whether standard input has ended; waits so long at most to see."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def _told(opened, saved, errors: Counter[str]) -> dict[str, object]:
    return {
        "saves": len(saved.taken),
        "failed": errors.total(),
        "errors": dict(errors),
        "opening": _times(opened.taken),
        "saving": _times(saved.taken),
    }


def _times(taken: list[float]) -> dict[str, float]:
    """Milliseconds; nothing where nothing was taken."""
    from bench.timing import share

    if not taken:
        return {}
    shares = {"median": share(taken, 0.5), "p95": share(taken, 0.95)}
    return {name: round(ms) for name, ms in (shares | {"longest": max(taken)}).items()}


if __name__ == "__main__":
    import django

    django.setup()
    match sys.argv[1:]:
        case ["plan", path]:
            write_plan(path)
        case ["import"]:
            import_directory()
        case ["saves", port]:
            save_at_the_desk(port)
