"""Clinics as a spreadsheet to be edited and sent back: a row a clinic, or a service.

A row carries the version of what it says: one whose clinic changed meanwhile is
refused, it alone. A row left out means nothing, nor does a column left out.
"""

from .applying import Rows, follow, known_sheet
from .files import FORMATS, SheetError, bytes_of, dataset_of
from .kinds import SHEETS, Sheet
from .resources import SheetResource

__all__ = [
    "FORMATS",
    "SHEETS",
    "Rows",
    "Sheet",
    "SheetError",
    "SheetResource",
    "bytes_of",
    "dataset_of",
    "follow",
    "known_sheet",
]
