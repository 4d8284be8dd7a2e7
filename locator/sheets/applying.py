"""A sheet that came back: what each of its rows would change, or does."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import tablib
from django.utils.translation import gettext as _

from ..models import User
from .files import SheetError
from .kinds import VERSION, Sheet, sheet_of
from .resources import SheetResource, StaleRowError

ROWS_AT_ONCE = 200
# The first row of a sheet is that of the columns.
FIRST_ROW = 2


@dataclass(slots=True)
class Rows:
    """What became of the rows of a sheet, by their numbers in the spreadsheet.

    `changed` are {"row", "clinic", "service", "name", "slug", "diff"}, the diff as in
    `Change.diff`; `refused` {"row", "key", "reasons", "is_stale"}.
    """

    changed: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0


def known_sheet(dataset: tablib.Dataset, file_name: str) -> Sheet:
    """Which sheet `dataset` is. Raises SheetError where it is none that can be read."""
    columns = dataset.headers
    sheet = sheet_of(columns)
    if sheet is None:
        raise SheetError(
            _(
                "%s is no sheet that was exported here: it has neither the column "
                "“clinic” nor “service”."
            )
            % file_name
        )
    if VERSION not in columns:
        raise SheetError(
            _(
                "%s lacks the column “version”, which tells whether a clinic changed "
                "after the export: export it anew."
            )
            % file_name
        )
    if strange := [name for name in columns if name not in sheet.columns]:
        raise SheetError(
            _("%(file)s has columns that this sheet does not know: %(columns)s.")
            % {"file": file_name, "columns": ", ".join(strange[:6])}
        )
    return sheet


def follow(
    sheet: Sheet,
    dataset: tablib.Dataset,
    *,
    by: User,
    writes: bool,
    event: uuid.UUID | None = None,
    note: str = "",
    progress: Callable[[float], None] = lambda share: None,
) -> Rows:
    """Write what the rows of `dataset` say otherwise, each in a transaction of its own.

    A row that cannot be, or whose clinic changed after the export, is refused alone.
    With `writes` False nothing is written. Once written, a second go changes nothing.
    """
    about = {"event": event or uuid.uuid4(), "note": note}
    resource = SheetResource(sheet, by=by, writes=writes, about=about)
    found, seen = Rows(), Counter()
    numbered = enumerate(dataset.dict, start=FIRST_ROW)
    while some := list(islice(numbered, ROWS_AT_ONCE)):
        resource.know({row[sheet.key] for _number, row in some})
        for number, row in some:
            if any(row.values()):
                _follow_one(resource, number, row, seen, found)
        progress((some[-1][0] - FIRST_ROW + 1) / len(dataset))
    return found


def _follow_one(
    resource: SheetResource,
    number: int,
    row: dict[str, str],
    seen: Counter[str],
    found: Rows,
) -> None:
    key = row[resource.sheet.key]
    seen[key] += 1
    if key and seen[key] > 1:
        said = _("“%s” stands in an earlier row already.") % key
        found.refused.append(_refused(number, key, [said]))
        return
    result = resource.import_row(row, None, row_number=number)
    if problem := result.validation_error:
        is_stale = isinstance(problem, StaleRowError)
        said = _refused(number, key, problem.messages, is_stale=is_stale)
        found.refused.append(said)
    elif result.errors:
        raise result.errors[0].error
    elif resource.change is None:
        found.unchanged += 1
    else:
        found.changed.append(_changed(resource, number, key))


def _changed(resource: SheetResource, number: int, key: str) -> dict[str, Any]:
    about = resource.rows[key]
    return {
        "row": number,
        "clinic": about.clinic,
        "service": about.service,
        "name": about.name,
        "slug": about.slug,
        "diff": resource.change.diff,
    }


def _refused(
    number: int, key: str, reasons: Sequence[str], *, is_stale: bool = False
) -> dict[str, Any]:
    return {
        "row": number,
        "key": key,
        "reasons": [str(reason) for reason in reasons],
        "is_stale": is_stale,
    }
