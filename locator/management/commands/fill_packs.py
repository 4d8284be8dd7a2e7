from django.core.management.base import BaseCommand

from ...search import filling


class Command(BaseCommand):
    help = (
        "Fills the packs and parts that searches read, where changes left any stale. "
        "Workers do it too; without them run it after changes of many clinics. "
        "Nothing is wrong before, only slower."
    )

    def handle(self, *, verbosity, **options):
        stale = filling.count_stale()
        filling.fill_all()
        if verbosity:
            self.stdout.write(f"Stale packs and parts that were filled: {stale}.")
