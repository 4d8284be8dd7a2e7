"""Queries that are worded once and asked again and again with other values.

Making SQL of a query costs Django more than the database takes to answer it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models.sql.compiler import SQLCompiler

Value = int | float | str
OpenCursor = Callable[[BaseDatabaseWrapper], CursorWrapper]


@dataclass(frozen=True, slots=True)
class Slot:
    """Which parameter a value is, by the name of its list, with `tail` behind it."""

    number: int
    name: str
    index: int
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL for so many values of each name. `slots` say which goes where."""

    sql: str
    params: tuple[Any, ...]
    slots: tuple[Slot, ...]
    compiler: SQLCompiler
    converters: dict
    cursor: OpenCursor

    def rows(self, values: dict[str, Sequence[Value]]) -> list[Sequence[Any]]:
        params = list(self.params)
        for slot in self.slots:
            value = values[slot.name][slot.index]
            params[slot.number] = value + slot.tail if slot.tail else value
        with self.cursor(self.compiler.connection) as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        if not self.converters:
            return found
        return list(self.compiler.apply_converters(found, self.converters))


class Prepared:
    """The rows of a query by lists of keys.

    `make` is given as many stand-ins as there are keys, by the names of the lists, and
    returns the query, which ends in `values_list`. It must keep each stand-in as it is:
    no set, no sorting, nothing computed of it but a text with another behind it.
    ValueError where one got lost. `cursor` opens what reads the rows.
    """

    def __init__(
        self,
        model: type[models.Model],
        make: Callable[..., models.QuerySet],
        cursor: OpenCursor = BaseDatabaseWrapper.cursor,
    ) -> None:
        self._model, self._make, self._cursor = model, make, cursor

    def rows(self, **keys: Sequence[Value]) -> list[Sequence[Any]]:
        """What the database has for `keys`. A list may be empty if `make` bears it."""
        connection = connections[router.db_for_read(self._model)]
        values = {name: _filled_up(each) for name, each in keys.items()}
        kinds = tuple((name, len(each)) for name, each in values.items())
        # With the connection, a thread's own, its statements go too.
        statements = vars(connection).setdefault("_prepared", {})
        if (self, kinds) not in statements:
            statements[self, kinds] = self._worded(connection, values)
        return statements[self, kinds].rows(values)

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
        slots = tuple(_slots(params, standing_in))
        if len({(slot.name, slot.index) for slot in slots}) != next(numbers) - 1:
            raise ValueError("A stand-in is nowhere in the query.")
        return Statement(
            sql,
            tuple(params),
            slots,
            compiler,
            compiler.get_converters([column for column, *_ in compiler.select]),
            self._cursor,
        )


def _filled_up(keys: Sequence[Value]) -> Sequence[Value]:
    """`keys` to a power of two with the last one again, so that few lengths occur."""
    keys = list(keys)
    if not keys:
        return keys
    wanted = 1 << (len(keys) - 1).bit_length()
    return keys + keys[-1:] * (wanted - len(keys))


# What no query holds by itself, and the end of a text that stands in.
_FAR, _END = -(10**12), "\x01"


def _stand_in(value: Value, number: int) -> Value:
    if isinstance(value, str):
        return f"{_END}{number}{_END}"
    return float(_FAR - number) if isinstance(value, float) else _FAR - number


def _slots(
    params: Iterable[Any], standing_in: dict[str, list[Value]]
) -> Iterator[Slot]:
    """Where the stand-ins got to."""
    whose = {
        each: (name, index)
        for name, given in standing_in.items()
        for index, each in enumerate(given)
    }
    for number, param in enumerate(params):
        if isinstance(param, str) and param.startswith(_END):
            cut = param.rindex(_END) + 1
            yield Slot(number, *whose[param[:cut]], tail=param[cut:])
        elif isinstance(param, int | float) and param in whose:
            yield Slot(number, *whose[param])
