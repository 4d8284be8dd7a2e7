"""Carries a database of invented clinics from SQLite into an empty PostgreSQL.

DATABASE_URL=postgresql://… .venv/bin/python bench/carrying.py FILE

Quicker than inventing them again, since what is derived of them is carried too.
"""

import os
import sqlite3
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

AT_ONCE = 10_000
# They belong to the database itself.
LEFT = {"django_migrations"}


def carry(path: Path) -> None:
    """Replace everything in the database of DATABASE_URL by what `path` holds."""
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    tables = [
        each for each in connection.introspection.table_names() if each not in LEFT
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        names = ", ".join(map(connection.ops.quote_name, tables))
        cursor.execute(f"TRUNCATE {names}")
        # No look at every key of rows that have all been looked at before.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        indexes = _drop_indexes(cursor, tables)
        for table in tables:
            _carry_table(source, cursor, table)
        for index in indexes:
            cursor.execute(index)
    _restart_sequences()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _drop_indexes(cursor, tables: list[str]) -> list[str]:
    """What makes the indexes again that no constraint needs: quicker afterwards."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [tables],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


def _carry_table(source: sqlite3.Connection, cursor, table: str) -> None:
    from django.db import connection

    quote = connection.ops.quote_name
    found = source.execute(f"SELECT * FROM {quote(table)}")
    columns = ", ".join(quote(each[0]) for each in found.description)
    with cursor.copy(f"COPY {quote(table)} ({columns}) FROM STDIN") as copy:
        while rows := found.fetchmany(AT_ONCE):
            for row in rows:
                copy.write_row(row)


def _restart_sequences() -> None:
    """New rows get ids after those that were carried."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    models = apps.get_models(include_auto_created=True)
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teleclinic.settings")
    django.setup()
    start = time.perf_counter()
    carry(Path(sys.argv[1]))
    print(f"Carried in {time.perf_counter() - start:.0f} s", flush=True)
