from datetime import UTC
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ... import backups


class Command(BaseCommand):
    help = (
        "Write the whole database into a file in FOLDER, while the site serves, and "
        "delete the oldest there. Then take FOLDER to another machine."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--keep", type=int, default=14, help="how many stay there (14)"
        )

    def handle(self, *, folder, keep, **options):
        if keep < 1:
            raise CommandError("--keep must be at least 1.")
        try:
            path = backups.save(folder, at=timezone.now().astimezone(UTC), keep=keep)
        except backups.BackupError as error:
            raise CommandError(str(error)) from None
        size = path.stat().st_size / 1_000_000
        self.stdout.write(f"{path} ({size:.1f} MB)")
