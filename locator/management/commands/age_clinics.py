from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ...ages import AGING_DAYS, EXPIRED_DAYS, STALE_DAYS, Age
from ...curation import aging
from ...text import counted

IN_WORDS = {
    Age.FRESH: f"verified within {AGING_DAYS} days",
    Age.AGING: f"not for {AGING_DAYS} days: their pages say since when",
    Age.STALE: f"not for {STALE_DAYS} days: they rank after fresher ones",
    Age.EXPIRED: f"not for {EXPIRED_DAYS} days: they leave the public list",
    Age.LISTED: "only listed, never verified",
}


class Command(BaseCommand):
    help = (
        "Takes clinics off the public list that nobody verified for a year, and puts "
        "back those that it took off and that are not too old any more. Run it once a "
        "day; a second run does nothing. It stops, with nothing written, where more "
        f"than {aging.MOST_AT_ONCE:.0%} of the public list would leave."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be done"
        )
        parser.add_argument(
            "--allow-many",
            action="store_true",
            help="withdraw however many that are",
        )

    def handle(self, *, dry_run, allow_many, **options):
        try:
            done = aging.grow_older(
                now=timezone.now(),
                imported_after=settings.LOCATOR_WITHDRAW_IMPORTED_AFTER or None,
                may_be_many=allow_many,
                is_dry_run=dry_run,
            )
        except aging.TooManyError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{counted(done.public, 'public clinic', 'public clinics')}:")
        for step, number in done.steps.items():
            self.stdout.write(f"  {number} {IN_WORDS[step]}")
        would = "would be " if dry_run else ""
        self.stdout.write(f"{done.withdrawn} {would}withdrawn as unconfirmed.")
        if done.returned:
            self.stdout.write(f"{done.returned} {would}published again.")
        if done.kept:
            kept = counted(done.kept, "is", "are")
            self.stdout.write(f"{kept} young enough again, but may not be public.")
