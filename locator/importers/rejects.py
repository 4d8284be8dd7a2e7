"""Rejected rows as a file that can be mended and imported again."""

import csv
from collections.abc import Sequence
from pathlib import Path

from ..text import counted
from .csv_cells import harmless
from .listing import Rejection
from .reading import TOLD_OF_REJECTS, columns_of


class RejectsError(Exception):
    """The file cannot be written; the message is a sentence for the operator."""


def default_path(path: Path) -> Path:
    """Beside the input: `clinics.csv` has `clinics.rejects.csv`."""
    return path.with_name(f"{path.stem}.rejects.csv")


def write_rejects(rejections: Sequence[Rejection], path: Path, source: Path) -> None:
    """Write `rejections` of the file `source`: line, reason, and the cells as given.

    Raises RejectsError where `path` cannot be written.
    """
    if path.exists() and path.samefile(source):
        raise RejectsError("--rejects names the file that is imported: name another.")
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*TOLD_OF_REJECTS, *columns_of(source)])
            for each in rejections:
                cells = [each.reason, *each.cells]
                writer.writerow([each.line, *map(harmless, cells)])
    except OSError as error:
        raise RejectsError(
            f"{counted(len(rejections), 'row is', 'rows are')} rejected, and {path} "
            "cannot be written: "
            f"{error.strerror or error}. Say with --rejects FILE where they may go; "
            "nothing was imported."
        ) from error
