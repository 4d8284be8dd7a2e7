"""Files as rows of cells, and one clear sentence for a file that is none."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ..text import counted
from .listing import Rejection

LONGEST_CELL = 131_072
# What a file of rejected rows says of each, before the columns that it was given.
TOLD_OF_REJECTS = ("line", "reason")


class UnreadableFileError(Exception):
    """The file is not what it should be; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: its line in the file, and its cells by the stripped column names."""

    line: int
    by_column: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell without outer spaces; "" where the file has no such column."""
        return self.by_column.get(column, "").strip()


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: its columns, and the rows under them."""

    name: str
    columns: tuple[str, ...]
    _rows: Iterator[tuple[int, list[str] | str]]

    def rows(self) -> Iterator[Cells | Rejection]:
        """Every row that is not blank; those with other than all cells rejected.

        Raises UnreadableFileError where the file breaks off inside a quote.
        """
        for line, cells in self._rows:
            if isinstance(cells, str):
                yield Rejection(line, cells)
            elif not any(cell.strip() for cell in cells):
                continue
            elif len(cells) != len(self.columns):
                reason = (
                    f"It has {counted(len(cells), 'cell', 'cells')} where the header "
                    f"has {len(self.columns)}."
                )
                yield Rejection(line, reason, tuple(cells))
            else:
                yield Cells(line, dict(zip(self.columns, cells, strict=True)))


def text_of(path: Path) -> str:
    """The whole text of the UTF-8 file; UnreadableFileError where it is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise UnreadableFileError(f"{path} is a folder, not a file.") from None
    except OSError as error:
        reason = error.strerror or error
        raise UnreadableFileError(f"{path} cannot be read: {reason}.") from None
    if not data.strip():
        raise UnreadableFileError(f"{path.name} is empty.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFileError(f"{path.name} is in UTF-16; save it as UTF-8.")
    if b"\0" in data:
        raise UnreadableFileError(f"{path.name} is a binary file, not a table in text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"{path.name} is not in UTF-8: byte {error.start} in line {line} cannot be "
            "read. Save it as UTF-8."
        ) from None


def columns_of(path: Path) -> tuple[str, ...]:
    """The columns that the CSV file names, whichever they are."""
    return open_table(path, needed=(), layout="").columns


def open_table(path: Path, *, needed: Collection[str], layout: str) -> Table:
    """The table that the CSV file holds, if it has the `needed` columns.

    A file of rejected rows is read as the table that they were rejected from.
    Raises UnreadableFileError where it has not.
    """
    rows = _numbered_rows(path, io.StringIO(text_of(path), newline=""))
    header = next((cells for _, cells in rows if cells), None)
    if not header or isinstance(header, str):
        raise UnreadableFileError(f"{path.name} does not start with a row of columns.")
    columns = tuple(column.strip() for column in header)
    if columns[:2] == TOLD_OF_REJECTS:
        columns, rows = columns[2:], _without_what_is_told(rows)
    _check_columns(path, columns, needed=needed, layout=layout)
    return Table(path.name, columns, rows)


def _without_what_is_told(
    rows: Iterator[tuple[int, list[str] | str]],
) -> Iterator[tuple[int, list[str] | str]]:
    for line, cells in rows:
        yield line, cells if isinstance(cells, str) else cells[2:]


def _check_columns(
    path: Path, columns: Sequence[str], *, needed: Collection[str], layout: str
) -> None:
    missing = [column for column in needed if column not in columns]
    if len(missing) > 1 and len(missing) > len(needed) // 2:
        raise UnreadableFileError(
            f"{path.name} does not have the layout {layout}: of its columns it lacks "
            f"{_some(missing)}."
        )
    if missing:
        raise UnreadableFileError(
            f"{path.name} lacks {_some(missing)}, which the layout {layout} needs."
        )
    doubled = sorted({column for column in columns if columns.count(column) > 1})
    if doubled:
        raise UnreadableFileError(f"{path.name} has twice {_some(doubled)}.")


def _some(columns: Sequence[str]) -> str:
    word = "the column" if len(columns) == 1 else "the columns"
    shown = ", ".join(column or "(without a name)" for column in columns[:6])
    return f"{word} {shown}" + (" and others" if len(columns) > 6 else "")


def _numbered_rows(path: Path, text: TextIO) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the line that it starts on; a sentence in place of a broken one."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error):
                raise UnreadableFileError(
                    f"{path.name} breaks off: a quote that opens in line {line} is "
                    "never closed."
                ) from None
            yield line, f"Its cells cannot be told apart: {error}."
