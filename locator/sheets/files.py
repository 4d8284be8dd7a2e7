"""Spreadsheets as files: CSV and XLSX, every cell a text."""

import csv
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

import openpyxl
import tablib
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX, TablibFormat

FORMATS: Mapping[str, type[TablibFormat]] = {"xlsx": XLSX, "csv": CSV}
# Excel holds no more in a cell, and openpyxl would cut the rest off without a word.
LONGEST_IN_XLSX = 32_767
MOST_ROWS = 200_000
# Far more than ours have. Short rows are filled up to the width of the first, so that
# a small file with a wide one would fill all memory.
MOST_COLUMNS = 500
# A packed file that unpacks to more is no spreadsheet of clinics.
MOST_UNPACKED = 256 * 1024**2


class SheetError(Exception):
    """The file is no sheet of ours; the message is a sentence."""


def bytes_of(dataset: tablib.Dataset, name: str) -> bytes:
    """`dataset` in the format `name`. Raises SheetError where it has no room for it."""
    if name == "xlsx" and any(
        len(cell) > LONGEST_IN_XLSX for row in dataset for cell in row
    ):
        raise SheetError(
            _("A cell is longer than a spreadsheet holds: export it as CSV instead.")
        )
    written = FORMATS[name]().export_data(dataset)
    # The mark by which Excel knows UTF-8.
    return written if isinstance(written, bytes) else written.encode("utf-8-sig")


def dataset_of(data: bytes, file_name: str) -> tablib.Dataset:
    """The sheet that a file holds, every cell a text without outer spaces.

    Raises SheetError for anything that is no CSV or XLSX file with a row of columns.
    """
    if not data.strip():
        raise SheetError(_("%s is empty.") % file_name)
    raw = _xlsx(data, file_name) if data[:2] == b"PK" else _csv(data, file_name)
    columns = [_text(cell) for cell in raw.headers or ()]
    if not columns:
        raise SheetError(_("%s does not start with a row of columns.") % file_name)
    if doubled := sorted({name for name in columns if columns.count(name) > 1}):
        raise SheetError(
            _("%(file)s has the column “%(column)s” twice.")
            % {"file": file_name, "column": doubled[0]}
        )
    if len(raw) > MOST_ROWS:
        raise SheetError(
            _("%(file)s has more than %(most)d rows.")
            % {"file": file_name, "most": MOST_ROWS}
        )
    sheet = tablib.Dataset(headers=columns)
    for row in raw:
        sheet.append([_text(cell) for cell in row])
    return sheet


def _xlsx(data: bytes, file_name: str) -> tablib.Dataset:
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            size = sum(each.file_size for each in packed.infolist())
        if size > MOST_UNPACKED:
            raise SheetError(_("%s unpacks to more than a sheet holds.") % file_name)
        return _first_sheet(data)
    except SheetError:
        raise
    except Exception as error:  # openpyxl lets any kind of error out
        raise SheetError(
            _("%s cannot be read as a spreadsheet: save it as XLSX or CSV.") % file_name
        ) from error


def _first_sheet(data: bytes) -> tablib.Dataset:
    """The sheet that opens first, every row as wide as the first."""
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    try:
        return _table(book.active.iter_rows(values_only=True))
    finally:
        book.close()


def _csv(data: bytes, file_name: str) -> tablib.Dataset:
    if b"\0" in data:
        raise SheetError(
            _("%s is neither CSV in UTF-8 nor XLSX: save it as one of them.")
            % file_name
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetError(
            _("%s is not in UTF-8: save it as “CSV UTF-8” or as XLSX.") % file_name
        ) from None
    first = text.partition("\n")[0]
    # What Excel writes where a comma divides whole from decimal.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _table(filter(None, rows), is_strict=True)
    except (csv.Error, ValueError) as error:
        raise SheetError(_("%s cannot be read as CSV.") % file_name) from error


def _table(rows: Iterator[Sequence[Any]], *, is_strict: bool = False) -> tablib.Dataset:
    """`rows`, the first of which names the columns, each as wide as that one.

    With `is_strict`, ValueError where a row says something beyond the first.
    """
    first = next(rows, ())
    header = _header(first)
    sheet = tablib.Dataset(headers=header)
    for row in islice(rows, MOST_ROWS + 1):
        if is_strict and any(row[len(first) :]):
            raise ValueError("A row has more cells than there are columns.")
        # Programs leave out the empty cells at the end of a row.
        blank = [None] * (len(header) - len(row))
        sheet.append([*row[: len(header)], *blank])
    return sheet


def _header(cells: Sequence[Any]) -> list[Any]:
    """The cells of the first row; SheetError where they are more than a sheet has."""
    header = list(cells)
    while header and not _text(header[-1]):
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise SheetError(
            _("Its first row has %(number)d columns; no sheet has more than %(most)d.")
            % {"number": len(header), "most": MOST_COLUMNS}
        )
    return header


def _text(cell: Any) -> str:
    """`cell` as a person typed it: spreadsheets make numbers and dates of texts."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).replace("\0", "").strip()
