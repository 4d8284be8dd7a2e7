"""Who says a fact: kept with the fact, field by field."""

from collections.abc import Iterable

from django.utils import timezone

from ..models import Clinic, Service, User


def record_person(thing: Clinic | Service, *, fields: Iterable[str], by: User) -> None:
    """Note on `thing`, without saving it, that `by` wrote `fields` today.

    A field is a model field or a relation that a person edits with it: "phones".
    """
    said = {"user": by.pk, "at": timezone.localdate().isoformat()}
    thing.field_sources = thing.field_sources | dict.fromkeys(fields, said)
