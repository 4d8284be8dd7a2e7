"""Many rows at once, past the ORM's care for each: ids, rows and sets.

A row of the ORM's bulk_create costs ten times what the database needs for it, and all
that is written here waits behind one lock.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from ..facts import CLINIC_ROWS, SERVICE_ROWS, chunks, column
from ..models import RecordVersion, SourceRecord
from ..tables import analyze, insert

# Fewer rows than these change no plan.
MANY = 1000

ROWS = {**CLINIC_ROWS, **SERVICE_ROWS}

# What a clinic or service, by its id, says in the set or the rows of a name.
Said = tuple[int, str, Sequence]


@dataclass(slots=True)
class Ids:
    """Ids for rows that are yet to be made, so that they can name one another.

    SQLite gives none away: `still_free`, asked under the lock, says whether another
    writer took them meanwhile.
    """

    _sequences: dict[str, int] = field(default_factory=dict)

    def of(self, model: type[Model], count: int) -> Sequence[int]:
        """`count` ids that no row of `model` has."""
        table = model._meta.db_table
        if connection.vendor == "postgresql":
            return _next_values(table, model._meta.pk.column, count)
        last = self._sequences.setdefault(table, _last_id(table))
        return range(last + 1, last + 1 + count)

    def still_free(self) -> bool:
        return all(_last_id(table) == last for table, last in self._sequences.items())


def _next_values(table: str, pk: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s))"
            " FROM generate_series(1, %s)",
            [table, pk, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _last_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    return found[0] if found else 0


@dataclass(slots=True)
class Inserts:
    """Rows by table, made ready for the database before it is locked."""

    _tables: dict[tuple[type[Model], tuple[str, ...]], list[tuple]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, model: type[Model], facts: Mapping[str, Any]) -> None:
        """A row of `model`: the columns of `facts`, the others by their defaults."""
        fields = _fields(model, with_pk="id" in facts)
        values = tuple(_ready(each, facts) for each in fields)
        self._tables[model, tuple(each.column for each in fields)].append(values)

    def add_sets(self, model: type[Model], said: Iterable[Said]) -> None:
        """The codes of sets of rows of `model` that have none."""
        for pk, name, codes in said:
            relation = model._meta.get_field(name)
            through = relation.remote_field.through
            columns = (relation.m2m_column_name(), relation.m2m_reverse_name())
            self._tables[through, columns].extend((pk, code) for code in codes)

    def add_rows(self, owner: str, said: Iterable[Said]) -> None:
        """The phones, names, … of clinics or services that have none.

        `owner` is the column that names whose they are: "clinic_id" or "service_id".
        """
        for pk, name, lists in said:
            model, parts = ROWS[name]
            for position, values in enumerate(lists):
                facts = {column(p): v for p, v in zip(parts, values, strict=True)}
                self.add(model, facts | {owner: pk, "position": position})

    def execute(self) -> None:
        """Insert the rows, table by table, and forget them.

        What is asked of tables that grew much is then planned by what they hold now.
        """
        grown: Counter[type[Model]] = Counter()
        while self._tables:
            (model, columns), rows = self._tables.popitem()
            if rows:
                insert(model._meta.db_table, columns, rows)
                grown[model] += len(rows)
        analyze(*(model for model, count in grown.items() if count >= MANY))


@dataclass(slots=True)
class Updates:
    """Changes of single rows, made ready for the database before it is locked."""

    _tables: dict[tuple[type[Model], tuple[str, ...]], list[tuple]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, model: type[Model], pk: int, facts: Mapping[str, Any]) -> None:
        """The row of `model` with the id `pk` gets the columns of `facts`."""
        fields = [each for each in model._meta.concrete_fields if each.attname in facts]
        values = (*(_ready(each, facts) for each in fields), pk)
        self._tables[model, tuple(each.column for each in fields)].append(values)

    def execute(self) -> None:
        """Make the changes, table by table, and forget them."""
        while self._tables:
            (model, columns), rows = self._tables.popitem()
            _update(model._meta.db_table, columns, rows)


def _update(table: str, columns: Sequence[str], rows: list[tuple]) -> None:
    quote = connection.ops.quote_name
    marks = ", ".join(f"{quote(name)} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(table)} SET {marks} WHERE {quote('id')} = %s", rows
        )


def _fields(model: type[Model], *, with_pk: bool) -> list[Field]:
    return [
        each for each in model._meta.concrete_fields if with_pk or not each.primary_key
    ]


def _ready(each: Field, facts: Mapping[str, Any]) -> Any:
    """What the database takes for the column of `each`: no text names nothing."""
    value = facts.get(each.attname)
    if value is None and each.attname not in facts:
        value = each.get_default()
    if value == "" and each.is_relation:
        value = None
    return each.get_db_prep_save(value, connection)


_VERSIONED = ("content_hash", "raw", "line", "as_of")


def keep_versions(records: Sequence[int], run: int) -> None:
    """Copy what `records` hold into their versions, replaced in the import `run`."""
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, _VERSIONED))
    into, of = (quote(each._meta.db_table) for each in (RecordVersion, SourceRecord))
    marks = ", ".join(["%s"] * len(records))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {into} (record_id, run_id, {columns})"
            f" SELECT id, %s, {columns} FROM {of} WHERE id IN ({marks})",
            [run, *records],
        )


def clear_sets(model: type[Model], said: Iterable[Said]) -> None:
    """Empty the sets of rows of `model` that are said anew."""
    for name, owners in _owners(said):
        relation = model._meta.get_field(name)
        through = relation.remote_field.through.objects
        for pks in chunks(owners):
            through.filter(**{f"{relation.m2m_column_name()}__in": pks}).delete()


def clear_rows(owner: str, said: Iterable[Said]) -> None:
    """Remove the phones, names, … that are said anew of clinics or services."""
    for name, owners in _owners(said):
        model, _ = ROWS[name]
        for pks in chunks(owners):
            model.objects.filter(**{f"{owner}__in": pks}).delete()


def _owners(said: Iterable[Said]) -> Iterator[tuple[str, list[int]]]:
    by_name: dict[str, list[int]] = defaultdict(list)
    for pk, name, _ in said:
        by_name[name].append(pk)
    yield from by_name.items()
