"""How a pack holds its entries: rows where they are few, else narrow columns. Pure.

Most columns of entries that lie together need few of their bytes. Kept column by column
in as few as hold them, many entries are half as long, and the matching gets columns
without going through rows. Few entries are kept as rows, because 26 small pieces take
longer than one.
"""

from collections.abc import Iterable

import numpy as np

from ..models import Door
from .columns import Columns
from .reading import ENTRY

# As many entries are kept column by column.
MANY = 1000

# A pack of columns: how many entries, the width of each column in bytes (0: all have
# its base), then of each column its base and its values above that. Columns begin at
# words of memory; the last four bytes tell it from rows, whose length is of words.
_NAMES = ENTRY.names
_WIDTHS_AT, _WORD, _END = 8, 8, b"cols"
_COLUMNS_AT = _WIDTHS_AT + -(-len(_NAMES) // _WORD) * _WORD
_WIDTHS = (1, 2, 4)


def packed(rows: bytes) -> bytes:
    """The value of a pack, of its `rows`, entries of dtype ENTRY."""
    entries = np.frombuffer(rows, dtype=ENTRY)
    if len(entries) < MANY:
        return rows
    columns = [_narrow(np.ascontiguousarray(entries[name])) for name in _NAMES]
    widths = bytes(width for width, _ in columns)
    head = len(entries).to_bytes(_WIDTHS_AT, "little") + widths
    return b"".join([_filled(head), *(_filled(data) for _, data in columns), _END])


def _narrow(column: np.ndarray) -> tuple[int, bytes]:
    """The width of `column`, and its base and values in that width."""
    if column.dtype.kind == "f":
        return _WORD, bytes(_WORD) + column.tobytes()
    base, most = int(column.min()), int(column.max())
    told = base.to_bytes(_WORD, "little", signed=column.dtype.kind == "i")
    if base == most:
        return 0, told
    for width in _WIDTHS:
        # A difference that is not a number of its own dtype needs the whole word.
        if most - base < 1 << 8 * width and most - base <= np.iinfo(column.dtype).max:
            return width, told + (column - base).astype(f"<u{width}").tobytes()
    return _WORD, bytes(_WORD) + column.astype(_whole(column.dtype)).tobytes()


def _filled(data: bytes) -> bytes:
    return data + bytes(-len(data) % _WORD)


def _whole(dtype: np.dtype) -> np.dtype:
    """The dtype of values of `dtype` where they take a word each."""
    return np.dtype(f"<{dtype.kind}{_WORD}")


class _Pack:
    """One pack of columns, and where each of them begins in it."""

    def __init__(self, value: bytes) -> None:
        self._value = value
        self.count = int.from_bytes(value[:_WIDTHS_AT], "little")
        self._columns: dict[str, tuple[int, int]] = {}
        at = _COLUMNS_AT
        for name, width in zip(_NAMES, value[_WIDTHS_AT:], strict=False):
            self._columns[name] = at, width
            at += _WORD + -(-width * self.count // _WORD) * _WORD

    def put(self, name: str, into: np.ndarray) -> None:
        """Write the column `name` into an array of its dtype."""
        at, width = self._columns[name]
        whole = _whole(into.dtype)
        base = np.frombuffer(self._value, whole, 1, at)[0]
        if width == 0:
            into[:] = base
        elif width == _WORD:
            into[:] = np.frombuffer(self._value, whole, self.count, at + _WORD)
        else:
            narrow = np.frombuffer(self._value, f"<u{width}", self.count, at + _WORD)
            np.add(narrow, base, out=into, dtype=into.dtype, casting="unsafe")


class _Rows:
    """Packs of rows, and single entries, together."""

    def __init__(self, values: Iterable[bytes]) -> None:
        self._rows = np.frombuffer(b"".join(values), dtype=ENTRY)
        self.count = len(self._rows)

    def put(self, name: str, into: np.ndarray) -> None:
        """Write the column `name` into an array of its dtype."""
        into[:] = self._rows[name]


def _pieces(values: Iterable[bytes]) -> list[_Pack | _Rows]:
    rows, packs = [], []
    for value in values:
        if len(value) % _WORD:
            packs.append(_Pack(value))
        else:
            rows.append(value)
    return [_Rows(rows), *packs]


class PackedColumns(Columns):
    """The columns of what packs hold, and of single entries beside them."""

    def __init__(self, values: Iterable[bytes], *, homes: Iterable[bytes] = ()) -> None:
        """Of the values of packs, and of `SearchEntry.packed`, in any order.

        `homes` are more of them, of which coverage doors are left out.
        """
        self._pieces = _pieces(values)
        own = sum(piece.count for piece in self._pieces)
        self._pieces += _pieces(homes)
        clinics, order = self._column("clinic"), None
        if own < len(clinics):
            stays = self._column("door") != Door.COVERAGE
            stays[:own] = True
            order = np.flatnonzero(stays)
        ids = clinics if order is None else clinics[order]
        # In the order of clinics, which the packs of one region often are in already.
        if (ids[1:] < ids[:-1]).any():
            by_id = np.argsort(ids, kind="stable")
            order = by_id if order is None else order[by_id]
        self._order = order
        self._columns = {"clinic": clinics if order is None else clinics[order]}

    def __len__(self) -> int:
        return len(self._columns["clinic"])

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._columns:
            column = self._column(name)
            ordered = column if self._order is None else column[self._order]
            self._columns[name] = ordered
        return self._columns[name]

    def _column(self, name: str) -> np.ndarray:
        count = sum(piece.count for piece in self._pieces)
        column, at = np.empty(count, ENTRY[name]), 0
        for piece in self._pieces:
            piece.put(name, column[at : at + piece.count])
            at += piece.count
        return column

    def entries(self) -> np.ndarray:
        """The same as an array of dtype ENTRY."""
        entries = np.zeros(len(self), dtype=ENTRY)
        for name in _NAMES:
            entries[name] = self[name]
        return entries
