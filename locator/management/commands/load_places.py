import time

from django.core.management.base import BaseCommand, CommandError

from ...gazetteer import load
from ...models import Region
from ..progress import ProgressBar


class Command(BaseCommand):
    help = (
        "Loads the places that visitors can name, by the gazetteers that were "
        "installed with the site. Does nothing where they are loaded already."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--force", action="store_true", help="load them even so, all anew"
        )

    def handle(self, *, force, verbosity, **options):
        if not Region.objects.exists():
            raise CommandError("Places lie in regions: run load_catalogues first.")
        if not force and load.is_current():
            self._say(verbosity, "Places: up to date.")
            return
        start = time.monotonic()
        bar = ProgressBar(self.stderr) if verbosity else _silent
        places, names = load.load(bar)
        seconds = time.monotonic() - start
        self._say(verbosity, f"Places: {places:,}, {names:,} names, {seconds:.0f} s.")

    def _say(self, verbosity, sentence):
        if verbosity:
            self.stdout.write(sentence)


def _silent(share):
    pass
