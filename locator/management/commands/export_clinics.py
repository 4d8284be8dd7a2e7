"""Writes clinics to a file in our own layout, which import_clinics reads."""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ...importers.export import write_clinics
from ...text import counted


class Command(BaseCommand):
    help = (
        "Writes every real clinic with its services to FILE, in the layout csv "
        "(docs/csv-layout.md). Samples are left out."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file, verbosity, **options):
        part = file.with_name(f".{file.name}.part")
        try:
            with (
                part.open("w", encoding="utf-8", newline="") as target,
                transaction.atomic(),
            ):
                count = write_clinics(target)
            os.replace(part, file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise CommandError(
                f"{file} cannot be written: {error.strerror or error}."
            ) from error
        if verbosity:
            self.stdout.write(f"Wrote {counted(count, 'clinic', 'clinics')} to {file}.")
