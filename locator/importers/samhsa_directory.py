"""The layout `samhsa-directory`: SAMHSA's national directory of mental health.

Thirteen columns; `service_code_info` holds the codes with spaces between, and `*`
between their categories. Every row is of a mental-health facility. Pure.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import samhsa
from .listing import Row
from .reading import Cells, open_table

NAME = "samhsa-directory"
SOURCE = "samhsa-mental-health"
IS_OWN = False
RECORD_TYPE = "MH"
NEEDED = (
    "name1",
    "name2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "service_code_info",
)
# In the columns that end in "a" letters stand for digits.
PHONES: Mapping[str, str] = {
    "phone": "main",
    "intake1": "intake",
    "intake2": "intake",
    "intake1a": "intake",
    "intake2a": "intake",
}


def rows(path: Path) -> Iterator[Row]:
    """What each row of the file claims, in its order.

    Raises UnreadableFileError where the file does not have this layout.
    """
    for cells in open_table(path, needed=NEEDED, layout=NAME).rows():
        yield _listing(cells) if isinstance(cells, Cells) else cells


def again(raw: Mapping[str, Any], line: int, record_type: str) -> Row:
    """The claim that a source record holds in `raw`."""
    return _listing(Cells(line, raw), record_type)


def _listing(cells: Cells, record_type: str = RECORD_TYPE) -> Row:
    codes = set(cells["service_code_info"].replace("*", " ").upper().split())
    return samhsa.listing(
        cells,
        record_type,
        codes,
        is_telehealth_asked=True,
        phones=PHONES,
        has_place=False,
        kept=dict(cells.by_column),
    )
