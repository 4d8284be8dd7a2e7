from django.core.management.base import BaseCommand
from django.utils import timezone

from locator.reporting.purging import due, purge


class Command(BaseCommand):
    help = (
        "Remove what people wrote in reports once it was kept for long enough: "
        "LOCATOR_REPORT_KEEP_DAYS after the decision, or a year without one. "
        "For cron, once a day."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="say how many, and change nothing"
        )

    def handle(self, *, dry_run, **options):
        now = timezone.now()
        if dry_run:
            number = due(now=now).count()
            self.stdout.write(f"Reports that would lose their words: {number}.")
            return
        done = purge(now=now)
        self.stdout.write(
            f"Reports that lost their words: {done.reports}; "
            f"counts of past days that are gone: {done.tallies}."
        )
