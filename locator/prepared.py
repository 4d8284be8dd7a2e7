"""Queries that are worded once and asked again and again with other values.

Making SQL of a query costs Django more than the database takes to answer it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

Value = int | str
Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL for so many values of each name. `places` says which of them goes where."""

    sql: str
    params: tuple[Any, ...]
    places: tuple[tuple[int, str, int], ...]
    compiler: SQLCompiler
    converters: dict

    def rows(self, values: dict[str, Sequence[Value]]) -> list[Sequence[Any]]:
        params = list(self.params)
        for place, name, index in self.places:
            params[place] = values[name][index]
        with self.compiler.connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        if not self.converters:
            return found
        return list(self.compiler.apply_converters(found, self.converters))


class Prepared:
    """The rows of a query by lists of keys.

    `make` is given as many stand-ins as there are keys, by the names of the lists, and
    returns the query, which ends in `values_list`. It must keep each stand-in as it is:
    no set, no sorting, nothing computed of it.
    """

    def __init__(
        self, model: type[models.Model], make: Callable[..., models.QuerySet]
    ) -> None:
        self._model, self._make = model, make
        # A connection is a thread's own, and so are its statements.
        self._made: WeakKeyDictionary[BaseDatabaseWrapper, dict] = WeakKeyDictionary()

    def rows(self, **keys: Sequence[Value]) -> list[Sequence[Any]]:
        """What the database has for `keys`. A list may be empty if `make` bears it."""
        connection = connections[router.db_for_read(self._model)]
        values = {name: _filled_up(each) for name, each in keys.items()}
        kinds = tuple(
            (name, len(each), bool(each) and isinstance(each[0], str))
            for name, each in values.items()
        )
        statements = self._made.setdefault(connection, {})
        if kinds not in statements:
            statements[kinds] = self._worded(connection, values)
        return statements[kinds].rows(values)

    def _worded(
        self, connection: BaseDatabaseWrapper, values: dict[str, Sequence[Value]]
    ) -> Statement:
        numbers = count(1)
        standing_in = {
            name: [_stand_in(each, next(numbers)) for each in values[name]]
            for name in values
        }
        rows = self._make(**standing_in)
        compiler = rows.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        where = {
            each: (name, index)
            for name, given in standing_in.items()
            for index, each in enumerate(given)
        }
        return Statement(
            sql,
            tuple(params),
            tuple(
                (place, *where[param])
                for place, param in enumerate(params)
                if isinstance(param, int | str) and param in where
            ),
            compiler,
            compiler.get_converters([column for column, *_ in compiler.select]),
        )


def _filled_up(keys: Sequence[Value]) -> Sequence[Value]:
    """`keys` to a power of two with the last one again, so that few lengths occur."""
    keys = list(keys)
    if not keys:
        return keys
    wanted = 1 << (len(keys) - 1).bit_length()
    return keys + keys[-1:] * (wanted - len(keys))


def _stand_in(value: Value, number: int) -> Value:
    """What no query holds by itself."""
    return f"\x01{number}" if isinstance(value, str) else -(10**12) - number
