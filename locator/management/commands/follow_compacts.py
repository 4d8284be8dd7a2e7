"""Let services follow the compacts whose members came or went by their dates."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import ngettext

from ...curation import covering


class Command(BaseCommand):
    help = (
        "Brings the services that treat by a compact up to the compact's members of "
        "today: a member since today joins, one until yesterday goes. For cron, once "
        "a day; a second run does nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="say what it would do, write nothing"
        )

    @transaction.atomic
    def handle(self, *, dry_run, verbosity, **options):
        done = covering.follow()
        if dry_run:
            transaction.set_rollback(True)
        if not verbosity:
            return
        for compact, effects in done.items():
            said = ngettext(
                "%(compact)s: %(count)d service",
                "%(compact)s: %(count)d services",
                len(effects),
            )
            self.stdout.write(said % {"compact": compact, "count": len(effects)})
        if not done:
            self.stdout.write("Every service follows its compacts already.")
