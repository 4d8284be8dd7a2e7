"""What hangs on a clinic: made for a test, and counted, relation by relation."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Model

from locator.models import (
    Change,
    Clinic,
    ImportRun,
    Inspection,
    Merge,
    Proposal,
    RecordMatch,
    SearchEntry,
    SearchWord,
    Service,
    Source,
    SourceRecord,
)

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
HISTORY = {Change, Merge, RecordMatch}
DERIVED = {SearchEntry, SearchWord, Inspection}


def is_searchable(clinic: Clinic) -> bool:
    return SearchEntry.objects.filter(clinic=clinic).exists()


def make_record(clinic: Clinic, key: str = "one", **said) -> SourceRecord:
    source, _made = Source.objects.get_or_create(
        code="a-list", defaults={"name": "A list", "short_name": "A list"}
    )
    run, _made = ImportRun.objects.get_or_create(
        source=source, layout="csv", as_of="2025", defaults={"started_at": MARCH}
    )
    return SourceRecord.objects.create(
        source=source,
        layout="csv",
        key=key,
        site_key=key,
        line=2,
        raw={"name": "x"},
        content_hash="0",
        as_of="2025",
        clinic=clinic,
        first_run=run,
        last_run=run,
        **said,
    )


def propose(record: SourceRecord, fact: str, value: Any, **about) -> Proposal:
    about = {"present": "", "found_at": MARCH} | about
    return Proposal.objects.create(
        clinic=record.clinic,
        record=record,
        fact=fact,
        proposed=value,
        as_of="2025",
        **about,
    )


def relations_to(model: type[Model]) -> dict[str, Any]:
    """Every relation of other rows to those of `model`, hidden ones included."""
    fields = model._meta.get_fields(include_hidden=True)
    return {
        f"{field.related_model.__name__}.{field.field.name}": field
        for field in fields
        if field.one_to_many or field.one_to_one
    }


def rows_of(thing: Model, relation) -> int:
    rows = relation.related_model._base_manager
    return rows.filter(**{relation.field.name: thing.pk}).count()


def rows_of_all(*, but: set) -> dict[type[Model], list]:
    """Every row of every table that hangs on clinics or services, but for some."""
    models = {Clinic, Service}
    for relation in [*relations_to(Clinic).values(), *relations_to(Service).values()]:
        models.add(relation.related_model)
    dull = {"updated_at"}
    return {
        model: sorted(
            (
                {k: v for k, v in row.items() if k not in dull}
                for row in model._base_manager.values()
            ),
            key=repr,
        )
        for model in models - but
    }
