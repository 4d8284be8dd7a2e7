"""What is asked of the database engine itself, not of the rows it holds."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import Error, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet

LOCK_NOT_AVAILABLE = "55P03"  # an SQLSTATE


def analyze(*models: type[Model]) -> None:
    """Tell the engine how many rows these tables hold now.

    In the transaction that wrote many, so that its commit checks their keys by plans of
    now: PostgreSQL keeps those it made when a table was empty, and would read it whole
    for every key.
    """
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def take_time() -> None:
    """Let statements of this transaction run longer than a visitor's may."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Let a statement of this block take so long, if it might take less before.

    Put it around transactions. On SQLite, where only a lock is waited for, by a time of
    its own, it changes nothing.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false) "
            "WHERE current_setting('statement_timeout')::interval BETWEEN '1ms' AND %s",
            [f"{seconds}s", f"{seconds}s"],
        )
    try:
        yield
    finally:
        _back_to_usual()


def _back_to_usual() -> None:
    """Give this connection the patience that it came with, or part with it."""
    if connection.connection is None:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    except Error:
        # It is broken; or a transaction around is, whose end takes all of this back.
        if not connection.in_atomic_block:
            connection.close()


@contextmanager
def haste(seconds: float) -> Iterator[None]:
    """Wait no longer than this for whoever writes to SQLite; then it is locked, an
    OperationalError. PostgreSQL waits as ever: it locks rows, which may be left out.
    """
    if connection.vendor != "sqlite":
        yield
        return
    usual = _busy_timeout()
    _busy_timeout(round(seconds * 1000))
    try:
        yield
    finally:
        _busy_timeout(usual)


def _busy_timeout(milliseconds: int | None = None) -> int:
    """How long this connection to SQLite waits for a writer, from now on."""
    told = "" if milliseconds is None else f" = {milliseconds}"
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout{told}")
        return cursor.fetchone()[0]


def hold_off_writers(model: type[Model], *, seconds: int) -> bool:
    """Hold everybody else off this table, unless somebody writes to it for so long.

    Whether it is held: until the transaction ends nobody else writes to it, and nobody
    who wrote has yet to commit.
    """
    if connection.vendor != "postgresql":
        # Transactions of SQLite begin as the only writer.
        return True
    table = connection.ops.quote_name(model._meta.db_table)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{seconds}s'")
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


def is_one_of(name: str, values: QuerySet) -> Q | Func:
    """Whether the column `name` is among `values`, which are few and found first.

    PostgreSQL would guess how many there are, and read a large table whole for one.
    """
    if connection.vendor != "postgresql":
        return Q(**{f"{name}__in": values})
    from django.contrib.postgres.expressions import ArraySubquery

    return Func(
        F(name),
        ArraySubquery(values),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def insert(table: str, columns: Sequence[str], rows: Iterable[tuple]) -> None:
    """Write rows of `table`, each the values of `columns` as the database takes them.

    In the engine's own way: bulk_create takes up to ten times as long.
    """
    quote = connection.ops.quote_name
    into = f"{quote(table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            values = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({values})", list(rows))


def values_of(rows: QuerySet) -> list[bytes]:
    """The one column of `rows`, bytes, as the driver gives them; one query."""
    return [value for (value,) in rows_of(rows)]


def rows_of(rows: QuerySet) -> list[tuple]:
    """The columns of `rows`, numbers and bytes, as the driver gives them; one query.

    Making Python values of each row would take longer than all else.
    """
    sql, params = rows.query.sql_with_params()
    with reading_cursor(connection) as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def reading_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor of `connection` that gets bytes as bytes.

    PostgreSQL sends them as text to Django's own, which takes twice as long.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    from psycopg import Cursor, pq

    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = Cursor(connection.connection)
    cursor.format = pq.Format.BINARY
    if connection.queries_logged:
        return connection.make_debug_cursor(cursor)
    return connection.make_cursor(cursor)
