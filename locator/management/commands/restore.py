from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from ... import backups
from ...models import Clinic
from ...serving import migrations_that_wait
from ...text import counted


class Command(BaseCommand):
    help = (
        "Make the database what it was when FILE was written by `backup`. Stop the "
        "site and its worker first: what they save meanwhile is lost."
    )
    # The database may be empty, or of another release.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="even where there are clinics now"
        )

    def handle(self, *, file, replace, **options):
        if not replace and (here := _count()):
            raise CommandError(
                f"The database holds {counted(here, 'clinic', 'clinics')}. --replace "
                "takes everything away, and puts the backup in its place."
            )
        try:
            backups.restore(file)
        except backups.BackupError as error:
            raise CommandError(str(error)) from None
        back = counted(_count(), "clinic is", "clinics are")
        self.stdout.write(f"{back} back.")
        if migrations_that_wait():
            self.stdout.write("It is of an earlier release: now run `migrate`.")


def _count() -> int:
    try:
        return Clinic.objects.count()
    except DatabaseError:
        return 0  # no table yet
