"""Times the curators' desk over 100,000 invented clinics, on both engines.

.venv/bin/python bench/admin.py

Asked in this process as a superuser: the list of clinics with each of its filters, its
search, each queue, the desk's first page; and writes, each in a transaction that is
rolled back. With DATABASE_URL set it takes that database as it is.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import inventing  # noqa: E402
from bench.invented_world import PERSON  # noqa: E402
from bench.search import on_each_engine  # noqa: E402

TIMES = 7
WRITES = 15
SEARCHED = ["health", "zebulon", "austin", "hope valley", "787", "512 555", "zzzzzz"]
CLINICS = inventing.SIZES["100k"]
AT_ONCE = 5_000


# --- Inventing ---------------------------------------------------------------------


def load() -> None:
    inventing.prepare()
    inventing.invent(CLINICS)
    _give_work()


def _give_work() -> None:
    """What a desk of that size has: history, and things to do."""
    from django.db import transaction

    from locator import inspecting
    from locator.models import (
        Change,
        Clinic,
        Proposal,
        Report,
        SourceRecord,
        User,
    )
    from locator.tables import analyze

    chance = random.Random(21)
    person = User.objects.get(username=PERSON)
    with transaction.atomic():
        clinics = list(Clinic.objects.order_by("pk"))
        run = _run()
        for first in range(0, len(clinics), AT_ONCE):
            some = clinics[first : first + AT_ONCE]
            Change.objects.bulk_create(_changes(some, chance, person))
        drawn = chance.sample(clinics, 4_000)
        Report.objects.bulk_create(_reports(drawn[:1_000], chance))
        records = SourceRecord.objects.bulk_create(_records(drawn, run))
        Proposal.objects.bulk_create(_proposals(records[1_000:], chance))
    inspecting.refresh_all()
    analyze(Change, Proposal, Report, SourceRecord)


def _run():
    from django.utils import timezone

    from locator.models import ImportRun, Source

    source = Source.objects.filter(holds_clinics=True).order_by("pk").first()
    now = timezone.now()
    return ImportRun.objects.create(
        source=source, layout="csv", file_name="a.csv", as_of="2022", started_at=now
    )


def _changes(clinics: Sequence, chance: random.Random, person) -> list:
    from django.utils import timezone

    from locator.models import Change

    return [
        Change(
            clinic=clinic,
            at=timezone.now() - timedelta(days=chance.randrange(400)),
            by=chance.choice([person, None]),
            kind=chance.choice(["edit", "import", "status"]),
            diff={"clinic": {"city": ["", clinic.city]}},
        )
        for clinic in clinics
    ]


def _reports(clinics: Sequence, chance: random.Random) -> list:
    from django.utils import timezone

    from locator.models import Report

    now = timezone.now()
    return [
        Report(
            clinic=clinic,
            topics=[chance.choice(Report.Topic.values)],
            text="It moved.",
            proposed={"phones": [["+15125550177", "", "main"]]},
            sent_at=now - timedelta(days=chance.randrange(30)),
        )
        for clinic in clinics
    ]


def _records(clinics: Sequence, run) -> list:
    """A record each: the first thousand wait for a person."""
    from locator.models import SourceRecord

    return [
        SourceRecord(
            source=run.source,
            layout="csv",
            key=f"record {number}",
            site_key=f"site {number}",
            line=number + 2,
            raw={"name": clinic.name},
            as_of="2022",
            clinic=None if number < 1_000 else clinic,
            match="waiting" if number < 1_000 else "machine",
            candidates=[{"clinic": clinic.pk, "reasons": ["phone"]}],
            first_run=run,
            last_run=run,
        )
        for number, clinic in enumerate(clinics)
    ]


def _proposals(records: Sequence, chance: random.Random) -> list:
    from django.utils import timezone

    from locator.models import Proposal

    now = timezone.now()
    return [
        Proposal(
            clinic=record.clinic,
            record=record,
            fact=chance.choice(["city", "name"]),
            present=record.clinic.city,
            proposed="Elsewhere",
            as_of="2023",
            found_at=now,
        )
        for record in records
    ]


# --- Measuring ---------------------------------------------------------------------


def measure() -> None:
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from locator.admin.site import site
    from locator.models import Clinic, User
    from locator.queues import QUEUES

    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(SERVER_NAME="localhost")
    client.force_login(
        User.objects.get(username=PERSON),
        "django.contrib.auth.backends.ModelBackend",
    )
    clinics = reverse("admin:locator_clinic_changelist")
    show("the desk's first page", client, reverse("admin:index"))
    show("list of clinics", client, clinics)
    show("list, page 1000", client, clinics, {"p": 1000})
    for label, asked in FILTERS.items():
        show(f"list, {label}", client, clinics, asked)
    for text in SEARCHED:
        show(f"list, “{text}”", client, clinics, {"q": text})
    for code in QUEUES:
        show(f"queue {code}", client, reverse("admin:queue", args=[code]))
    a_clinic = Clinic.objects.order_by("pk").first()
    show("a clinic's form", client, site_url("locator_clinic_change", a_clinic.pk))
    show("its history", client, site_url("locator_clinic_history", a_clinic.pk))
    assert site.name == "admin"
    for label, write in WRITTEN.items():
        show_write(label, write)


FILTERS = {
    "published": {"status__exact": "published"},
    "in Texas": {"region__code__exact": "US-TX"},
    "telemedicine": {"category": "telemedicine"},
    "verified fresh": {"verified": "fresh"},
    "verified long ago": {"verified": "stale"},
    "never verified": {"verified": "never"},
    "of a source": {"source__code__exact": "samhsa-mental-health"},
    "Texas and words": {"region__code__exact": "US-TX", "q": "hope"},
}


def site_url(name: str, pk: int) -> str:
    from django.urls import reverse

    return reverse(f"admin:{name}", args=[pk])


def show(label: str, client, url: str, asked: dict | None = None) -> None:
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        response = client.get(url, asked)
        taken.append((time.perf_counter() - start) * 1000)
        assert response.status_code == 200, (url, asked, response.status_code)
    tell(label, taken[1:])


def show_write(label: str, write: Callable[[int], Callable[[], None]]) -> None:
    from django.db import transaction

    taken = []
    for number in range(WRITES):
        with transaction.atomic():
            ready = write(number)
            start = time.perf_counter()
            ready()
            taken.append((time.perf_counter() - start) * 1000)
            transaction.set_rollback(True)
    tell(label, taken[1:])


def tell(label: str, taken: Sequence[float]) -> None:
    median, most = statistics.median(taken), max(taken)
    print(f"{label:26} median {median:6.1f} ms, most {most:6.1f} ms", flush=True)


def _merge(number: int) -> Callable[[], None]:
    from locator import curation
    from locator.models import Clinic, User

    person = User.objects.get(username=PERSON)
    published = Clinic.objects.published().order_by("pk")
    winner, loser = published[2 * number : 2 * number + 2]
    return lambda: curation.merge(winner, loser, by=person)


def _accept_report(number: int) -> Callable[[], None]:
    from locator import curation
    from locator.curation import deciding
    from locator.models import Report, User

    person = User.objects.get(username=PERSON)
    report = Report.objects.filter(decision="open").order_by("pk")[number]
    edit = curation.Edit(report.proposed)
    return lambda: deciding.accept(report, edit, by=person)


def _accept_proposal(number: int) -> Callable[[], None]:
    from locator.curation import proposing
    from locator.models import Proposal, User

    person = User.objects.get(username=PERSON)
    proposal = Proposal.objects.filter(decision="open").order_by("pk")[number]
    return lambda: proposing.accept([proposal], by=person)


def _verify(number: int) -> Callable[[], None]:
    from django.utils import timezone

    from locator import curation
    from locator.models import Clinic, User

    person = User.objects.get(username=PERSON)
    clinic = Clinic.objects.published().order_by("pk")[number]
    now = timezone.now()
    return lambda: curation.verify(clinic, by=person, method="phoned", at=now)


WRITTEN = {
    "merge": _merge,
    "accept a report": _accept_report,
    "accept a proposal": _accept_proposal,
    "verify": _verify,
}


if __name__ == "__main__":
    on_each_engine(load, measure)
