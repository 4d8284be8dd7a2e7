from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from ...aid import HOLDS_FOR, unchecked


class Command(BaseCommand):
    help = (
        f"The helplines that nobody checked for {HOLDS_FOR.days} days, a line each: "
        "country, day, number, and where it can be read again. Those of "
        "LOCATOR_HOME_COUNTRY first, which stand on most pages."
    )

    def handle(self, **options):
        helplines = list(unchecked(timezone.localdate()))
        home = settings.LOCATOR_HOME_COUNTRY
        helplines.sort(key=lambda each: each.country_id != home)
        for each in helplines:
            self.stdout.write(
                f"{each.country_id}  {each.checked_on}  {each}  {each.url}"
            )
        if not helplines:
            self.stdout.write("Every helpline was checked within a year.")
