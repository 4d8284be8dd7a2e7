"""What packs and parts have in common: rows that are true or stale, never wrong.

A stale row is one whose `entries` are null.
"""

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import Model

# Of one list in a statement.
IDS_AT_ONCE = 5000


def make(rows: Sequence[Model]) -> None:
    """Let `rows`, all of one model and stale, be there as they are given.

    In the transaction that changes what they are derived of. Whoever fills them now is
    waited for. Always in the order of their ids, so that two who do this never wait for
    each other.
    """
    if not rows:
        return
    model = type(rows[0])
    names = [each.name for each in model._meta.concrete_fields if not each.primary_key]
    model._base_manager.bulk_create(
        sorted(rows, key=lambda row: row.pk),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=names,
        batch_size=IDS_AT_ONCE,
    )


def are_there(model: type[Model]) -> bool:
    return model._base_manager.filter(entries=None).exists()


def hold(model: type[Model], pks: Collection[int] | None, *, at_once: int) -> list[int]:
    """The ids of a few stale rows, of `pks` or of all, held in this transaction.

    Those that somebody else changes or fills right now are left to them: a later writer
    makes stale again what is filled here.
    """
    stale = model._base_manager.filter(entries=None).order_by("pk")
    if pks is not None:
        stale = stale.filter(pk__in=pks)
    if connection.features.has_select_for_update_skip_locked:
        stale = stale.select_for_update(skip_locked=True)
    return list(stale.values_list("pk", flat=True)[:at_once])
