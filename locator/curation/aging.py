"""What time alone does to clinics, and what it asks of the people at the desk.

A verified clinic takes the steps of `locator.ages`. A listing that nobody checked is
said to be only listed from its first day and ages from its source's date; it leaves
the public list for its age only where the operator set a limit.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ..ages import AGING_DAYS, EXPIRED_DAYS, STALE_DAYS, Age, checked_before
from ..facts import chunks
from ..models import Change, Clinic, Report, Verification
from ..models.dates import last_day
from ..models.decision import Decision
from ..search import entries
from .expiring import AGE, put_back, take_off
from .ledger import recorded
from .publishing import with_public_facts

# A run that would withdraw a greater share of the public list asks a person first.
MOST_AT_ONCE = 0.05
# What a person put back on the list has so many days to be checked.
GRACE_DAYS = 30
WEEKS_OF_PACE = 8
CLINICS_A_WRITE = 500


class TooManyError(Exception):
    """A run would withdraw too great a share of the public list; says what to do."""


@dataclass(frozen=True, slots=True)
class Aging:
    """What a run did, or would do: numbers of real clinics.

    `steps` are the public ones by age before the run. `kept` may not be public any
    more for another reason, and stayed withdrawn.
    """

    public: int
    steps: dict[Age, int]
    withdrawn: int = 0
    returned: int = 0
    kept: int = 0


def grow_older(
    *,
    now: datetime,
    imported_after: int | None = None,
    may_be_many: bool = False,
    is_dry_run: bool = False,
) -> Aging:
    """Withdraw what has expired at `now`; put back what a run took and has not.

    `imported_after` is the age in days, from its source's date, at which a listing
    that nobody checked leaves too; None: never. Writes in chunks, each whole by
    itself, and nothing the second time. Raises TooManyError, with nothing written,
    where more than 5 % of the public list would go and not `may_be_many`.
    """
    steps = count_steps(now)
    public = sum(steps.values())
    due = list(_due(now, imported_after).values_list("pk", flat=True))
    back = _returning(now, imported_after)
    if len(due) > public * MOST_AT_ONCE and not may_be_many:
        raise TooManyError(_too_many(len(due), public))
    if is_dry_run:
        return Aging(public, steps, withdrawn=len(due), returned=len(back))
    event = uuid.uuid4()
    withdrawn = sum(_withdraw(pks, now, imported_after, event) for pks in _writes(due))
    returned = sum(_return(pks, now, imported_after, event) for pks in _writes(back))
    return Aging(public, steps, withdrawn, returned, kept=len(back) - returned)


def _too_many(due: int, public: int) -> str:
    return _(
        "This would withdraw %(due)d of %(public)d public clinics, more than "
        "%(share)d %%. Nothing was written. Look at them in the queue of clinics to "
        "check again, and check some; or see with --dry-run --allow-many what a run "
        "would do, and run it with --allow-many."
    ) % {"due": due, "public": public, "share": MOST_AT_ONCE * 100}


def _writes(pks: list[int]) -> Iterator[list[int]]:
    return chunks(pks, CLINICS_A_WRITE)


# --- Which -------------------------------------------------------------------------


def count_steps(now: datetime) -> dict[Age, int]:
    """How many public clinics have come to each step; every step is there."""
    found = (
        Clinic.objects.published()
        .real()
        .aggregate(
            **{step.value: Count("pk", filter=of_age(step, now)) for step in Age}
        )
    )
    return {step: found[step.value] for step in Age}


def of_age(step: Age, now: datetime) -> Q:
    """Clinics that have come to `step`, and not to the next one."""
    since = [
        (Age.FRESH, None),
        (Age.AGING, AGING_DAYS),
        (Age.STALE, STALE_DAYS),
        (Age.EXPIRED, EXPIRED_DAYS),
    ]
    if step is Age.LISTED:
        return Q(verified_at=None)
    at = [each for each, _days in since].index(step)
    chosen = Q(verified_at__isnull=False)
    if days := since[at][1]:
        chosen &= Q(verified_at__lt=checked_before(days, now))
    if step is not Age.EXPIRED:
        chosen &= Q(verified_at__gte=checked_before(since[at + 1][1], now))
    return chosen


def _due(now: datetime, imported_after: int | None) -> QuerySet[Clinic]:
    """Public clinics that are to leave; not those that a person put back lately."""
    public = Clinic.objects.published().real()
    put_back_lately = Change.objects.filter(
        clinic=OuterRef("pk"),
        by__isnull=False,
        at__gt=now - timedelta(days=GRACE_DAYS),
        diff__clinic__status=["withdrawn", "published"],
    ).exclude(kind=Change.Kind.VERIFY)
    return public.filter(_is_expired(now, imported_after)).exclude(
        Exists(put_back_lately)
    )


def _is_expired(now: datetime, imported_after: int | None) -> Q:
    expired = of_age(Age.EXPIRED, now)
    if imported_after is None:
        return expired
    listed = Clinic.objects.filter(verified_at=None).exclude(source_date="")
    dates = listed.order_by().values_list("source_date", flat=True).distinct()
    limit = now.date() - timedelta(days=imported_after)
    old = [each for each in dates if last_day(each) <= limit]
    return expired | Q(verified_at=None, source_date__in=old)


def withdrawn_for_age() -> QuerySet[Clinic]:
    """Clinics that a run took off the public list, and nobody moved since."""
    return Clinic.objects.real().filter(_has_left())


def _has_left() -> Q:
    return Q(
        status=Clinic.Status.WITHDRAWN,
        withdrawn_reason=Clinic.WithdrawnReason.UNCONFIRMED,
        field_sources__status__machine=AGE,
    )


def _returning(now: datetime, imported_after: int | None) -> list[int]:
    """What a run took and would not take now: a newer edition, another setting."""
    gone = withdrawn_for_age().exclude(_is_expired(now, imported_after))
    return list(gone.order_by("pk").values_list("pk", flat=True))


# --- For the desk ------------------------------------------------------------------


def waiting(now: datetime) -> QuerySet[Clinic]:
    """Clinics that want a check, in order of work; `is_reported` says of a report.

    What the public sees and nobody checked within 90 days, and what left the list for
    its age. Those come first that somebody reported, then those with few others near,
    then those that were never checked, or longest ago.
    """
    is_old = ~of_age(Age.FRESH, now) & Q(status=Clinic.Status.PUBLISHED)
    reports = Report.objects.filter(clinic=OuterRef("pk"), decision=Decision.OPEN)
    return (
        Clinic.objects.real()
        .filter(is_old | _has_left())
        .annotate(is_reported=Exists(reports))
        .order_by(
            "-is_reported",
            F("inspection__alternatives").asc(nulls_last=True),
            F("verified_at").asc(nulls_first=True),
            "source_date",
            "pk",
        )
    )


@dataclass(frozen=True, slots=True)
class Pace:
    """How many clinics were verified whole in the last eight weeks, and what that does.

    `keeps_fresh` are the clinics that this pace can check every 90 days, `keeps_listed`
    every 365; `needed` is how many a week all `public` ones would take every 90 days.
    """

    checked: int
    a_week: float
    keeps_fresh: int
    keeps_listed: int
    public: int
    needed: float


def pace(now: datetime) -> Pace:
    """The pace of the last eight weeks before `now`; real clinics alone."""
    public = Clinic.objects.published().real()
    checks = Verification.objects.filter(
        clinic__in=public,
        checked=Verification.Checked.ALL,
        undone_at=None,
        at__gt=now - timedelta(weeks=WEEKS_OF_PACE),
        at__lte=now,
    )
    checked = checks.values("clinic").distinct().count()
    total = public.count()
    a_day = checked / (WEEKS_OF_PACE * 7)
    return Pace(
        checked=checked,
        a_week=checked / WEEKS_OF_PACE,
        keeps_fresh=min(total, round(a_day * AGING_DAYS)),
        keeps_listed=min(total, round(a_day * EXPIRED_DAYS)),
        public=total,
        needed=total * 7 / AGING_DAYS,
    )


# --- Writing -----------------------------------------------------------------------


@transaction.atomic
def _withdraw(
    pks: list[int], now: datetime, imported_after: int | None, event: uuid.UUID
) -> int:
    """Withdraw those of `pks` that are still due: others may have been checked."""
    _lock(pks)
    clinics = list(_due(now, imported_after).filter(pk__in=pks).order_by("pk"))
    ids = [clinic.pk for clinic in clinics]
    note = _("Nobody verified it for too long.")
    with recorded(ids, kind=Change.Kind.AGE, note=note, event=event):
        take_off(clinics, now=now)
    entries.rebuild(ids)
    return len(ids)


@transaction.atomic
def _return(
    pks: list[int], now: datetime, imported_after: int | None, event: uuid.UUID
) -> int:
    _lock(pks)
    gone = withdrawn_for_age().filter(pk__in=pks)
    clinics = list(with_public_facts(gone.exclude(_is_expired(now, imported_after))))
    ids = [clinic.pk for clinic in clinics]
    note = _("It is not too old any more.")
    with recorded(ids, kind=Change.Kind.AGE, note=note, event=event):
        returned = sum(map(put_back, clinics))
    entries.rebuild(ids)
    return returned


def _lock(pks: list[int]) -> None:
    clinics = Clinic.objects.select_for_update(no_key=True).filter(pk__in=pks)
    list(clinics.order_by("pk").values_list("pk"))
