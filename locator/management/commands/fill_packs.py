from django.core.management.base import BaseCommand

from ...search import packs


class Command(BaseCommand):
    help = (
        "Fills the packs that searches read, where changes have left any stale. "
        "Workers do it too; without them run it after changes of many clinics. "
        "Nothing is wrong before, only slower."
    )

    def handle(self, *, verbosity, **options):
        stale = packs.count_stale()
        packs.fill_all()
        if verbosity:
            self.stdout.write(f"{stale} packs were stale and are filled.")
