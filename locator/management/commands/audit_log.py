from datetime import UTC, datetime
from heapq import merge

from django.contrib.admin.models import LogEntry
from django.core.management.base import BaseCommand, CommandError

from ...models import Change

DEEDS = {1: "added", 2: "changed", 3: "removed"}

OF_SERVICES = ("services", "made", "removed")


class Command(BaseCommand):
    help = (
        "Who changed what, a line each, oldest first: clinics with the names of the "
        "facts that changed, and whatever else was done at the desk."
    )

    def add_arguments(self, parser):
        parser.add_argument("--since", required=True, metavar="YYYY-MM-DD")

    def handle(self, *, since, **options):
        try:
            start = datetime.strptime(since, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            raise CommandError(f"{since} is no day: write 2026-11-01.") from None
        for at, line in merge(_of_clinics(start), _of_the_desk(start)):
            self.stdout.write(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {line}")


def _of_clinics(start):
    changes = Change.objects.filter(at__gte=start).order_by("at", "pk")
    for change in changes.select_related("by", "clinic").iterator(chunk_size=1000):
        facts = sorted(change.diff.get("clinic", {}))
        facts += [
            part for part in ("services", "made", "removed") if change.diff.get(part)
        ]
        if change.is_first:
            facts = ["came"]
        who = change.by.get_username() if change.by else "nobody"
        yield change.at, f"{who} {change.kind} {change.clinic.slug}: {', '.join(facts)}"


def _of_the_desk(start):
    entries = LogEntry.objects.filter(action_time__gte=start).order_by(
        "action_time", "pk"
    )
    for entry in entries.select_related("user", "content_type").iterator(1000):
        deed = DEEDS.get(entry.action_flag, "did")
        kind = entry.content_type.model if entry.content_type else "something"
        yield (
            entry.action_time,
            f"{entry.user.get_username()} {deed} {kind} {entry.object_repr}",
        )
