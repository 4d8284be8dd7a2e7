from django.core.management.base import BaseCommand, CommandError

from ...models import Clinic, SearchEntry
from ...search import entries
from ...text import counted

SENTENCES_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Makes the search entries anew from the clinics. With --check it changes "
        "nothing and says where they differ from the truth."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--check",
            action="store_true",
            help="only compare; the exit code is 1 where something differs",
        )

    def handle(self, *, check, **options):
        if check:
            self._compare()
            return
        entries.rebuild_all()
        clinics = Clinic.objects.published().count()
        rows = SearchEntry.objects.count()
        have = counted(clinics, "published clinic has", "published clinics have")
        entries_made = counted(rows, "search entry", "search entries")
        self.stdout.write(f"{have} {entries_made}.")

    def _compare(self):
        differences = entries.differences()
        for sentence in differences[:SENTENCES_SHOWN]:
            self.stdout.write(sentence)
        if not differences:
            self.stdout.write("The search entries say what the clinics say.")
            return
        more = len(differences) - SENTENCES_SHOWN
        if more > 0:
            self.stdout.write(f"… and {more} more.")
        raise CommandError(
            "The search entries differ from the clinics in "
            f"{counted(len(differences), 'place', 'places')}. Run `manage.py reindex`."
        )
