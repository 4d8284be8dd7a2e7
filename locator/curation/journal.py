"""Rows moved, let go, made and rewritten, noted so that all can be taken back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

Step = dict[str, Any]
Owners = Mapping[int, int]


class Journal:
    """Steps that were taken, the first one first, as JSON.

    A step has `did`, `model`, `pk` and, by what it did: `moved` a `column` from `was`
    to `is`, with the whole `row` where rows like it are kept by content; `dropped` and
    `made` the whole `row`; `wrote` the columns `was` and `is`.
    """

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self.steps = list(steps)

    def move(
        self, rows: QuerySet, column: str, owners: Owners, *, by_content: bool = False
    ) -> int:
        """Give the rows of each old owner, by id, to its new one; returns how many."""
        found = list(rows.filter(**{f"{column}__in": owners}))
        if found:
            self._move(rows.model, found, column, owners, by_content)
        return len(found)

    def unite(
        self, rows: QuerySet, column: str, owners: Owners, key: tuple[str, ...]
    ) -> int:
        """Move rows as `move` does, but let go what the new owner has by `key`.

        Returns how many the new owners got.
        """
        have = set(
            rows.filter(**{f"{column}__in": set(owners.values())}).values_list(
                column, *key
            )
        )
        moving, doubles = [], []
        for row in rows.filter(**{f"{column}__in": owners}).order_by("pk"):
            held = (owners[getattr(row, column)], *(getattr(row, k) for k in key))
            (doubles if held in have else moving).append(row)
            have.add(held)
        self._drop(rows.model, doubles)
        self._move(rows.model, moving, column, owners, by_content=True)
        return len(moving)

    def _move(self, model, rows, column, owners, by_content) -> None:
        pks: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            was = getattr(row, column)
            step = {"column": column, "was": was, "is": owners[was]}
            if by_content:
                step["row"] = _values(row)
            self._note("moved", row, **step)
            pks[owners[was]].append(row.pk)
        for owner, moving in pks.items():
            model._base_manager.filter(pk__in=moving).update(**{column: owner})

    def drop(self, rows: QuerySet) -> None:
        """Let go of `rows`, which nothing hangs on any more."""
        self._drop(rows.model, list(rows.order_by("pk")))

    def _drop(self, model: type[Model], rows: list[Model]) -> None:
        for row in rows:
            self._note("dropped", row, row=_values(row))
        if rows:
            pks = [row.pk for row in rows]
            model._base_manager.filter(pk__in=pks).delete()

    def make(self, row: Model) -> None:
        """Save the new `row`."""
        row.save(force_insert=True)
        self._note("made", row, row=_values(row))

    def write(self, row: Model, **values: Any) -> None:
        """Set columns of `row`, without saving it."""
        was = {name: getattr(row, name) for name in values}
        changed = [name for name in values if values[name] != was[name]]
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            self._note(
                "wrote",
                row,
                was={name: _plain(was[name]) for name in changed},
                **{"is": {name: _plain(values[name]) for name in changed}},
            )

    def _note(self, did: str, row: Model, /, **said: Any) -> None:
        self.steps.append(
            {"did": did, "model": row._meta.model_name, "pk": row.pk} | said
        )

    def take_back(self) -> None:
        """Undo every step, the last one first.

        What was changed since by others stays: a value that is not the one written, a
        row that has another owner. A row that is gone by now comes back.
        """
        for step in reversed(self.steps):
            model = apps.get_model("locator", step["model"])
            _UNDO[step["did"]](model, step)


def _values(row: Model) -> dict[str, Any]:
    return {
        field.attname: _plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


# --- Back --------------------------------------------------------------------------


def _move_back(model: type[Model], step: Step) -> None:
    column, now = step["column"], {step["column"]: step["is"]}
    rows = model._base_manager
    found = rows.filter(pk=step["pk"], **now)
    if not found and (row := step.get("row")):
        # Whoever writes a clinic's numbers or names writes their rows anew.
        found = _alike(model, row | now)
        if not found:
            _insert(model, step["pk"], row | {column: step["was"]})
            return
    for row in found:
        setattr(row, column, step["was"])
        if "row" in step and not _fits(row):
            row.delete()
        else:
            row.save(update_fields=[_field(model, column)])


def _bring_back(model: type[Model], step: Step) -> None:
    _insert(model, step["pk"], step["row"])


def _unmake(model: type[Model], step: Step) -> None:
    made = model._base_manager.filter(pk=step["pk"])
    (made or _alike(model, step["row"])).delete()


def _unwrite(model: type[Model], step: Step) -> None:
    row = model._base_manager.filter(pk=step["pk"]).first()
    if row is None:
        return
    for name, was in step["was"].items():
        present, written = getattr(row, name), step["is"][name]
        if isinstance(was, dict):
            setattr(row, name, _with_entries_back(present, was, written))
        elif _plain(present) == written:
            setattr(row, name, model._meta.get_field(name).to_python(was))
    row.save(update_fields=[_field(model, name) for name in step["was"]])


def _with_entries_back(present: dict, was: dict, written: dict) -> dict:
    """`present`, each entry that still is as written as it was before."""
    back = dict(present)
    for key in was.keys() | written.keys():
        if present.get(key) == written.get(key):
            back.pop(key, None)
            if key in was:
                back[key] = was[key]
    return back


def _field(model: type[Model], column: str) -> str:
    return model._meta.get_field(column).name


def _alike(model: type[Model], row: Mapping[str, Any]) -> QuerySet:
    """The one row that says all that `row` says but for its order; or none."""
    said = {name: value for name, value in row.items() if name != "position"}
    pks = model._base_manager.filter(**said).values_list("pk", flat=True)[:1]
    return model._base_manager.filter(pk__in=list(pks))


def _insert(model: type[Model], pk: int, row: Mapping[str, Any]) -> None:
    if model._base_manager.filter(pk=pk).exists():
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in row.items()}
    row = model(pk=pk, **values)
    if _fits(row):
        row.save(force_insert=True)


def _fits(row: Model) -> bool:
    """Whether its owner has no such row by now."""
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError:
        return False
    return True


_UNDO = {
    "moved": _move_back,
    "dropped": _bring_back,
    "made": _unmake,
    "wrote": _unwrite,
}
