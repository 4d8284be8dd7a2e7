"""Show a new site with the invented clinics of `fixtures/sample_clinics.csv`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ...importers.listing import Listing
from ...importers.load import SAMPLES, Import, ImportFailedError, Job, Outcome
from ...models import Clinic, User, Verification
from ...search import entries
from ...text import counted

CHECKER = "samples"

# How many days before the loading a clinic was checked, and how; None for never. The
# samples take these in turn: some fresh, some stale, many only listed.
CHECKS = (
    (9, Clinic.Method.PHONED),
    None,
    (41, Clinic.Method.WEBSITE),
    None,
    (230, Clinic.Method.PHONED),
    (88, Clinic.Method.ATTESTED),
    None,
    (420, Clinic.Method.WEBSITE),
    (150, Clinic.Method.PHONED),
    None,
)


class Command(BaseCommand):
    help = (
        "Loads the invented clinics of fixtures/sample_clinics.csv. Does nothing where "
        "they are there already or real clinics are published, and refuses on a "
        "production site (without LOCATOR_HTTP)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--force",
            action="store_true",
            help="show the samples although real clinics are published",
        )
        parser.add_argument(
            "--file",
            type=Path,
            default=settings.BASE_DIR / "fixtures" / "sample_clinics.csv",
            help="read other samples than those of fixtures/",
        )

    def handle(self, *, force, file, verbosity, **options):
        if not settings.LOCATOR_HTTP:
            raise CommandError(
                "Sample clinics do not exist, so a production site never loads them. "
                "To try the site on your own machine, set LOCATOR_HTTP=1."
            )
        if not force and Clinic.objects.published().real().exists():
            said = "Samples: real clinics are published, so none was loaded."
        else:
            said = load(file, show_again=force)
        if verbosity:
            self.stdout.write(said)


@transaction.atomic
def load(file: Path, *, show_again: bool) -> str:
    """Make the samples what `file` says, all or nothing; says what was done.

    With `show_again` those that gave way to real clinics are published again.
    """
    importing = Import(Job(layout="csv", path=file, is_sample=True))
    outcome = _imported(importing)
    listings = importing.reading.listings
    samples = Clinic.objects.samples()
    if outcome.run:
        new = samples.filter(records__first_run=outcome.run).distinct()
        _check(new.order_by("pk"), now=timezone.now())
    done = {
        "new": outcome.tally["clinics_new"],
        "changed": outcome.tally["clinics_changed"],
        "withdrawn": _withdraw_unlisted(samples, listings),
        "shown again": _show_again(samples, listings) if show_again else 0,
    }
    told = ", ".join(f"{number} {what}" for what, number in done.items() if number)
    clinics = counted(len(listings), "clinic", "clinics")
    return f"Samples: {clinics}, {told or 'nothing new'}."


def _imported(importing: Import) -> Outcome:
    """What the import of the samples did; CommandError where they do not fit."""
    try:
        read = importing.read()
        if read.rejections:
            first = read.rejections[0]
            name = importing.job.path.name
            raise CommandError(f"{name}, line {first.line}: {first.reason}")
        return importing.apply()
    except ImportFailedError as error:
        raise CommandError(str(error)) from None


def _check(samples: QuerySet[Clinic], *, now: datetime) -> None:
    """Date the checks of some of `samples`, by somebody who cannot log in."""
    checker = _checker()
    checked = []
    for number, clinic in enumerate(samples):
        if check := CHECKS[number % len(CHECKS)]:
            days, clinic.verified_method = check
            clinic.verified_at = now - timedelta(days=days)
            clinic.verified_by = checker
            checked.append(clinic)
    Clinic.objects.bulk_update(
        checked, ["verified_at", "verified_by", "verified_method"], batch_size=100
    )
    Verification.objects.bulk_create(
        Verification(
            clinic=clinic,
            at=clinic.verified_at,
            by=checker,
            method=clinic.verified_method,
            note="An invented check of an invented clinic.",
        )
        for clinic in checked
    )
    entries.rebuild(clinic.pk for clinic in checked)


def _checker() -> User:
    checker, is_new = User.objects.get_or_create(
        username=CHECKER, defaults={"is_active": False}
    )
    if is_new:
        checker.set_unusable_password()
        checker.save()
    return checker


def _withdraw_unlisted(samples: QuerySet[Clinic], listings: Sequence[Listing]) -> int:
    """Withdraw those of `samples` that the file had once; how many."""
    listed = [listing.key for listing in listings]
    gone = samples.published().filter(records__layout=SAMPLES)
    return _set_status(
        gone.exclude(records__key__in=listed),
        Clinic.Status.WITHDRAWN,
        Clinic.WithdrawnReason.SAMPLE,
    )


def _show_again(samples: QuerySet[Clinic], listings: Sequence[Listing]) -> int:
    """Publish those of `samples` that gave way to real clinics; how many."""
    public = [each.key for each in listings if each.status == Clinic.Status.PUBLISHED]
    gave_way = samples.filter(
        status=Clinic.Status.WITHDRAWN, withdrawn_reason=Clinic.WithdrawnReason.SAMPLE
    )
    return _set_status(
        gave_way.filter(records__layout=SAMPLES, records__key__in=public),
        Clinic.Status.PUBLISHED,
    )


def _set_status(samples: QuerySet[Clinic], status: str, reason: str = "") -> int:
    pks = sorted(set(samples.values_list("pk", flat=True)))
    Clinic.objects.filter(pk__in=pks).update(
        status=status, withdrawn_reason=reason, updated_at=timezone.now()
    )
    entries.rebuild(pks)
    return len(pks)
