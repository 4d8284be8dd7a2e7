"""Imports a file of clinics, and says in plain words what it did."""

import re
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from ...importers.layouts import LAYOUTS
from ...importers.load import Import, ImportFailedError, Job, Outcome
from ...importers.rejects import RejectsError, default_path, write_rejects
from ...importers.telling import closing_lines
from ...models.dates import PARTIAL_DATE, last_day
from ..progress import ProgressBar


class Command(BaseCommand):
    help = (
        "Imports clinics from FILE in one transaction: all of it or nothing. Importing "
        "the same file again changes nothing; what a person edited is never "
        "overwritten. Layouts: samhsa-directory (SAMHSA's national directory), "
        "findtreatment (FindTreatment.gov's wide export), csv (docs/csv-layout.md)."
    )

    def add_arguments(self, parser):
        parser.add_argument("layout", choices=LAYOUTS, metavar="LAYOUT")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--codes",
            type=Path,
            metavar="FILE",
            help="the source's code sheet, to name the codes that are not mapped",
        )
        parser.add_argument(
            "--as-of",
            default="",
            metavar="YYYY[-MM[-DD]]",
            help="the edition of the file, as exact as it is known",
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="FILE",
            help="where rejected rows go (default: beside FILE, as FILE.rejects.csv)",
        )
        parser.add_argument(
            "--source",
            default="",
            metavar="CODE",
            help="the source of the listings (default: the layout's own)",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would happen, and write nothing",
        )
        parser.add_argument(
            "--keep-samples",
            action="store_true",
            help="leave the sample clinics where they are",
        )
        parser.add_argument(
            "--new-as-drafts",
            action="store_true",
            help="make new clinics drafts, for a person to publish",
        )

    def handle(self, *, layout, file, codes, as_of, rejects, source, **options):
        job = Job(
            layout,
            file,
            codes=codes,
            as_of=_partial_date(as_of),
            source=source,
            is_dry_run=options["dry_run"],
            keep_samples=options["keep_samples"],
            new_as_drafts=options["new_as_drafts"],
        )
        try:
            outcome = self._run(Import(job, ProgressBar()), rejects)
        except (ImportFailedError, RejectsError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self._tell(outcome, job, is_long=options["verbosity"] > 1)

    def _run(self, work: Import, rejects: Path | None) -> Outcome:
        job, outcome = work.job, work.read()
        if outcome.rejections and (rejects or not job.is_dry_run):
            # Before the database is written: the folder may refuse.
            outcome.rejects = rejects or default_path(job.path)
            write_rejects(outcome.rejections, outcome.rejects, job.path)
        return work.apply()

    def _tell(self, outcome: Outcome, job: Job, *, is_long: bool) -> None:
        for line in closing_lines(outcome, is_dry_run=job.is_dry_run, is_long=is_long):
            self.stdout.write(line)


def _partial_date(text: str) -> str:
    try:
        if text and not re.fullmatch(PARTIAL_DATE, text, flags=re.ASCII):
            raise ValidationError("Write it like 2022, 2022-03 or 2022-03-14.")
        if text:
            last_day(text)
    except ValidationError as error:
        raise CommandError(f"--as-of {text}: {' '.join(error.messages)}") from None
    return text
