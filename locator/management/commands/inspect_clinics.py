from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ... import inspecting
from ...inspecting import websites
from ...text import counted
from ..progress import ProgressBar


class Command(BaseCommand):
    help = (
        "Look at every clinic for what people should look at: points that cannot be "
        "right, clinics that may be one, how many others are near. With --websites, "
        "ask websites whether they are there instead (LOCATOR_CHECK_WEBSITES=1)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--websites",
            action="store_true",
            help="ask those not asked for a week, a host at most once a second",
        )

    def handle(self, *, websites, **options):
        if websites:
            self._ask()
            return
        count = inspecting.refresh_all(ProgressBar())
        self.stdout.write(f"Looked at {counted(count, 'clinic', 'clinics')}.")

    def _ask(self):
        if not settings.LOCATOR_CHECK_WEBSITES:
            raise CommandError(
                "Websites are not asked: set LOCATOR_CHECK_WEBSITES=1 to allow it."
            )
        try:
            tally = websites.check(asker=websites.asker(), progress=ProgressBar())
        except websites.CutOffError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Websites asked: {tally['asked']}; not there: {tally['broken']}."
        )
