import io

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Make database and static files ready to serve; quick where they are."

    def add_arguments(self, parser):
        parser.add_argument(
            "--samples",
            action="store_true",
            help="load the invented clinics too: never where patients search",
        )

    def handle(self, *, samples, **options):
        self._step("Tables", "migrate", interactive=False)
        self._step("Regions and catalogues", "load_catalogues")
        # Its bar goes to the terminal: half a minute of silence looks like a fault.
        self._step("Places", "load_places", verbosity=1, stdout=io.StringIO())
        if samples:
            self._step("Sample clinics", "load_samples")
        self._step("Search", "fill_packs")
        self._step("Roles", "sync_roles")
        self._step("Translations", "compile_translations")
        self._step("Static files", "collectstatic", interactive=False)

    def _step(self, name, command, **options):
        self.stdout.write(f"{name} …")
        self.stdout.flush()
        call_command(command, **{"verbosity": 0} | options)
