"""The layouts that files are imported in, by the names that the command takes."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from . import csv_template, findtreatment, samhsa_directory
from .listing import Row


class Layout(Protocol):
    """A module that turns files into claims.

    `NAME` is the layout's and `SOURCE` the code of the source that publishes in it.
    `NEEDED` are the columns that a file must have. `IS_OWN` says that its codes are
    ours, so that an unknown one is a mistake.
    """

    NAME: str
    SOURCE: str
    NEEDED: tuple[str, ...]
    IS_OWN: bool

    def rows(self, path: Path) -> Iterator[Row]:
        """What each row of the file claims; UnreadableFileError for another file."""

    def again(self, raw: Mapping[str, Any], line: int, record_type: str) -> Row:
        """The claim that a source record holds in `raw`."""


LAYOUTS: Mapping[str, Layout] = {
    module.NAME: module for module in (samhsa_directory, findtreatment, csv_template)
}


def recognised(columns: Collection[str], *, but: Layout) -> str:
    """The name of another layout that a file with `columns` has, or ""."""
    for name, layout in LAYOUTS.items():
        if layout is not but and not layout.IS_OWN and set(layout.NEEDED) <= {*columns}:
            return name
    return ""
