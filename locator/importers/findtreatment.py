"""The layout `findtreatment`: the wide export of FindTreatment.gov.

One column a service code, "1" or blank, besides name, address, phones, website, point
and `type_facility`. Pure.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import samhsa
from .listing import Rejection, Row, Skipped
from .reading import Cells, open_table

NAME = "findtreatment"
SOURCE = "findtreatment"
IS_OWN = False
NEEDED = (
    "name1",
    "name2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "type_facility",
)
PHONES: Mapping[str, str] = {"phone": "main", "intake1": "intake", "intake2": "intake"}
NO_CODES = frozenset(
    {*NEEDED, *PHONES, "zip4", "county", "intake_prompt", "website"}
    | {"latitude", "longitude"}
)
LISTED = frozenset({*samhsa.PROGRAMMES, samhsa.SILENT})
PRESCRIBER = "BUPREN"


def rows(path: Path) -> Iterator[Row]:
    """What each row of the file claims, in its order.

    Raises UnreadableFileError where the file does not have this layout.
    """
    for cells in open_table(path, needed=NEEDED, layout=NAME).rows():
        yield _listing(cells) if isinstance(cells, Cells) else cells


def again(raw: Mapping[str, Any], line: int, record_type: str) -> Row:
    """The claim that a source record holds in `raw`."""
    return _listing(Cells(line, raw))


def _listing(cells: Cells) -> Row:
    kind = cells["type_facility"].upper()
    if kind == PRESCRIBER:
        # They name single people.
        return Skipped(cells.line, "rows of single prescribers (BUPREN)")
    if kind not in LISTED:
        reason = f"“{cells['type_facility']}” is not a type of facility that we know."
        return Rejection(cells.line, reason, tuple(cells.by_column.values()))
    codes = {
        column.upper()
        for column, cell in cells.by_column.items()
        if column not in NO_CODES and cell.strip() == "1"
    }
    return samhsa.listing(
        cells,
        kind,
        codes,
        is_telehealth_asked="tele" in cells.by_column,
        phones=PHONES,
        has_place=True,
        kept=_without_blank_flags(cells.by_column),
    )


def _without_blank_flags(by_column: Mapping[str, str]) -> dict[str, str]:
    """A row as it is kept: of hundreds of columns of flags, those that are set.

    The one for telehealth stays, since without it nothing would be said of that.
    """
    always = NO_CODES | {"tele"}
    return {
        column: cell
        for column, cell in by_column.items()
        if column in always or cell.strip()
    }
