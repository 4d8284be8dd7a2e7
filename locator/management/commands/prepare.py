import time

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Make database and static files ready to serve; quick where they are."

    def add_arguments(self, parser):
        parser.add_argument(
            "--samples",
            action="store_true",
            help="load the invented clinics too: never where patients search",
        )

    def handle(self, *, samples, **options):
        steps = [
            (_("Tables"), "migrate", {"interactive": False}),
            (_("Regions and catalogues"), "load_catalogues", {}),
            (_("Places"), "load_places", {}),
            (_("Roles"), "sync_roles", {}),
            (_("Static files"), "collectstatic", {"interactive": False}),
        ]
        if samples:
            steps.insert(3, (_("Sample clinics"), "load_samples", {}))
        for name, command, extra in steps:
            start = time.perf_counter()
            self.stdout.write(f"{name} … ", ending="")
            self.stdout.flush()
            call_command(command, verbosity=0, **extra)
            self.stdout.write(f"{time.perf_counter() - start:.1f} s")
