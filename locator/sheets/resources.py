"""The sheets as resources of django-import-export."""

from collections.abc import Collection, Mapping
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from import_export import fields, resources
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from .. import curation
from ..importers import csv_cells as cells
from ..importers.csv_cells import CellError
from ..models import Change, Clinic, User
from .kinds import VERSION, Cells, Row, Sheet


class StaleRowError(ValidationError):
    """What the row is about changed after it was exported."""


class SheetResource(resources.Resource):
    """One sheet, out and in. A row's instance is a `Row`, as it is now.

    `writes` False only tries: what a row would change is rolled back.
    """

    class Meta:
        skip_diff = True
        report_skipped = True
        clean_model_instances = False
        use_transactions = False

    def __init__(
        self,
        sheet: Sheet,
        *,
        by: User | None = None,
        writes: bool = False,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.sheet, self.by, self.writes = sheet, by, writes
        self.about = dict(about or {})
        self.fields = {name: fields.Field(column_name=name) for name in sheet.columns}
        self.rows: dict[str, Row] = {}
        # Of the row at hand: the version that it has, the cells that differ, and what
        # it changed.
        self.given = ""
        self.changed: dict[str, str] = {}
        self.change: Change | None = None

    # --- Out -----------------------------------------------------------------------

    def dataset(self, clinics: Collection[int]) -> tablib.Dataset:
        """The sheet of the clinics with these ids, in their order."""
        return self.export(self.sheet.rows_of(clinics))

    def get_export_order(self) -> tuple[str, ...]:
        return self.sheet.columns

    def export_field(self, field: fields.Field, instance: Row, **_kwargs) -> str:
        return cells.harmless(instance.cells[field.column_name])

    # --- In ------------------------------------------------------------------------

    def know(self, keys: Collection[str]) -> None:
        """Read what the rows with these keys are about, at once for many."""
        self.rows = self.sheet.rows_by_key(keys)

    def get_or_init_instance(self, instance_loader, row: Cells) -> tuple[Row, bool]:
        key = row[self.sheet.key]
        self.change, self.changed, self.given = None, {}, row.get(VERSION, "")
        if not key:
            raise ValidationError(
                _("The cell “%s” is empty. Rows are not added here: import them.")
                % self.sheet.key
            )
        if key not in self.rows:
            said = (
                _("There is no clinic “%s” (any more).")
                if self.sheet.key == "clinic"
                else _("There is no service “%s” (any more).")
            )
            raise ValidationError(said % key)
        return self.rows[key], False

    def import_instance(self, instance: Row, row: Cells, **_kwargs) -> None:
        """Note which cells say something else than they would now."""
        self.changed = {
            name: cells.meant(row[name])
            for name in self.sheet.edited
            if name in row and not _is_as_now(row[name], instance.cells[name])
        }

    def skip_row(self, instance: Row, original, row: Cells, errors=None) -> bool:
        return not self.changed

    def validate_instance(self, instance: Row, errors=None, **_kwargs) -> None:
        if self.given != instance.version:
            raise StaleRowError(
                _("It changed here after this sheet was exported: export it anew.")
            )
        is_standing = {"status", "withdrawn_reason"} & self.changed.keys()
        if is_standing and not self.by.has_perm("locator.publish_clinic"):
            raise ValidationError(_("You may not publish or withdraw clinics."))

    def save_instance(self, instance: Row, is_create: bool, row: Cells, **_kw) -> None:
        try:
            edit = self.sheet.said(instance, self.changed)
        except CellError as error:
            raise ValidationError(str(error)) from None
        with transaction.atomic():
            self.change = curation.change(
                Clinic(pk=instance.clinic),
                edit,
                by=self.by,
                kind=Change.Kind.SHEET,
                **self.about,
            )
            if not self.writes:
                transaction.set_rollback(True)

    def save_m2m(self, *_args, **_kwargs) -> None:
        """Nothing is left to save."""


def _is_as_now(cell: str, now: str) -> bool:
    """Whether `cell` is what was exported, or says the same otherwise."""
    exported, given = _alike(cells.harmless(now)), _alike(cell)
    return given == exported or _alike(cells.meant(given)) == _alike(now)


def _alike(cell: str) -> str:
    """`cell` without what spreadsheets change by themselves."""
    text = cell.strip().replace("\r\n", "\n").replace("\r", "\n")
    return ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
