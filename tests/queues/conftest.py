"""Work that waits, a thing of each kind."""

from datetime import UTC, datetime

import pytest

from locator.models import (
    Clinic,
    ImportRun,
    PossibleDuplicate,
    Proposal,
    Report,
    Source,
    SourceRecord,
    User,
    WebsiteCheck,
)

THEN = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def run(db):
    source = Source.objects.filter(holds_clinics=True).order_by("pk").first()
    return ImportRun.objects.create(
        source=source, layout="csv", file_name="a.csv", as_of="2026", started_at=THEN
    )


@pytest.fixture
def record(run):
    """A function: a source record of a site, with these facts."""
    made = []

    def make(site: str = "river clinic|1 main st", **facts) -> SourceRecord:
        made.append(site)
        return SourceRecord.objects.create(
            source=run.source,
            layout="csv",
            key=f"{site} #{len(made)}",
            site_key=site,
            line=len(made),
            raw={},
            content_hash="0",
            as_of="2022",
            first_run=run,
            last_run=run,
            **facts,
        )

    return make


def report(clinic: Clinic | None = None, **facts) -> Report:
    facts.setdefault("sent_at", THEN)
    facts.setdefault("kind", "wrong" if clinic else "missing")
    return Report.objects.create(clinic=clinic, **facts)


def pair(first: Clinic, second: Clinic, **facts) -> PossibleDuplicate:
    facts.setdefault("reasons", ["phone"])
    return PossibleDuplicate.objects.create(
        first=first, second=second, found_at=THEN, **facts
    )


def proposal(record: SourceRecord, **facts) -> Proposal:
    return Proposal.objects.create(
        clinic=record.clinic,
        record=record,
        fact="website",
        present="",
        proposed="https://river.example/",
        as_of="2026",
        found_at=THEN,
        **facts,
    )


def broken(clinic: Clinic, failures: int = 2) -> WebsiteCheck:
    return WebsiteCheck.objects.create(
        clinic=clinic,
        url=clinic.website,
        at=THEN,
        failures=failures,
        problem="answers that there is no such page (404)",
    )


@pytest.fixture
def person(db) -> User:
    return User.objects.create(username="ana", is_superuser=True, is_staff=True)
