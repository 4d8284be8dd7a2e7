"""Who works on what: items of queues that people have taken for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Claim, User

MINUTES = 30
FOR = timedelta(minutes=MINUTES)
# Claims that ended so long ago tell nobody anything.
FORGOTTEN_AFTER = timedelta(days=1)


class ClaimedError(ValidationError):
    """Another person has the item; the message is a sentence that names them."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who has an item of a queue, as one person sees it. `by` is None for nobody."""

    queue: str
    item: str
    by: User | None = None
    until: datetime | None = None
    is_mine: bool = False

    @property
    def is_others(self) -> bool:
        return self.by is not None and not self.is_mine

    @property
    def is_free(self) -> bool:
        return self.by is None


@transaction.atomic
def claim(queue: str, item: str, *, by: User, now: datetime | None = None) -> str:
    """Take an item, or keep one's own, for half an hour from `now`.

    Returns a sentence where it was another's whose time is over, else "". Raises
    ClaimedError where another has it still.
    """
    now = now or timezone.now()
    Claim.objects.filter(until__lt=now - FORGOTTEN_AFTER).delete()
    held = _kept(Claim(queue=queue, item=item, by=by, until=now + FOR))
    if held.by_id == by.pk:
        Claim.objects.filter(pk=held.pk).update(until=now + FOR)
        return ""
    if held.until > now:
        raise ClaimedError(_said(held), code="claimed")
    Claim.objects.filter(pk=held.pk).update(by=by, until=now + FOR)
    return _("%(name)s had taken this and their time is over: it is yours now.") % {
        "name": held.by
    }


def _kept(fresh: Claim) -> Claim:
    """The claim of the item of `fresh`, locked: that one, or whose was there before."""
    there = Claim.objects.select_for_update(of=["self"]).select_related("by")
    while True:
        Claim.objects.bulk_create([fresh], ignore_conflicts=True)
        if held := there.filter(queue=fresh.queue, item=fresh.item).first():
            return held
        # Whoever had it let it go between the two: it is free now.


def _said(held: Claim) -> str:
    return _("%(name)s is at work on this until %(time)s.") % {
        "name": held.by,
        "time": timezone.localtime(held.until).strftime("%H:%M"),
    }


def release(queue: str, item: str, *, by: User) -> bool:
    """Let an item go; False where `by` did not have it."""
    gone, _rows = Claim.objects.filter(queue=queue, item=item, by=by).delete()
    return bool(gone)


def claimed(
    request: HttpRequest, queue: str, item: str, *, now: datetime | None = None
) -> Held:
    """Who has the item now, as the one who asks sees it; one query."""
    claims = Claim.objects.filter(
        queue=queue, item=item, until__gt=now or timezone.now()
    )
    found = claims.select_related("by").first()
    return held(found, request.user) if found else Held(queue, item)


def held(claim: Claim, person: User) -> Held:
    return Held(
        claim.queue, claim.item, claim.by, claim.until, claim.by_id == person.pk
    )


def running(queue: str, *, now: datetime | None = None) -> dict[str, Claim]:
    """The claims of a queue that have not ended, by item; one query."""
    claims = Claim.objects.filter(queue=queue, until__gt=now or timezone.now())
    return {claim.item: claim for claim in claims.select_related("by")}
