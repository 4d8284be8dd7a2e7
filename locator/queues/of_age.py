"""The queue of clinics that nobody checked for long, in the order of their use."""

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..ages import AGING_DAYS, EXPIRED_DAYS, STALE_DAYS, checked_before
from ..models import Clinic, Report
from ..models.dates import worded
from ..models.proposal import Decision
from .of_clinics import where
from .queue import Queue, Told

LISTED = "listed"
STEPS = (
    ("expired", gettext_lazy("checked a year ago or longer")),
    ("stale", gettext_lazy("checked half a year ago or longer")),
    ("aging", gettext_lazy("checked three months ago or longer")),
    (LISTED, gettext_lazy("only listed, never checked")),
)


def _of_step(step: str) -> Q:
    now = timezone.now()
    listed = Q(verified_at=None)
    aged = {
        "aging": _between(AGING_DAYS, STALE_DAYS, now),
        "stale": _between(STALE_DAYS, EXPIRED_DAYS, now),
        "expired": Q(verified_at__lt=checked_before(EXPIRED_DAYS, now)),
        LISTED: listed,
    }
    return aged.get(step, listed | Q(verified_at__lt=checked_before(AGING_DAYS, now)))


def _between(days: int, more: int, now) -> Q:
    older, newer = checked_before(more, now), checked_before(days, now)
    return Q(verified_at__gte=older, verified_at__lt=newer)


def _aged(step: str) -> QuerySet[Clinic]:
    """First what visitors reported, then where few others are near, then the oldest."""
    reported = Report.objects.filter(clinic=OuterRef("pk"), decision=Decision.OPEN)
    return (
        Clinic.objects.published()
        .real()
        .filter(_of_step(step))
        .select_related("region", "inspection")
        .order_by(
            Case(
                When(Exists(reported), then=0), default=1, output_field=IntegerField()
            ),
            F("inspection__alternatives").asc(nulls_last=True),
            F("verified_at").asc(nulls_first=True),
            "source_date",
            "pk",
        )
    )


def _tell(clinic: Clinic) -> Told:
    if clinic.verified_at:
        day = date_format(timezone.localtime(clinic.verified_at), "DATE_FORMAT")
        said = _("Not checked since %(day)s.") % {"day": day}
        return clinic.name, where(clinic), said, clinic.verified_at
    if clinic.source_date:
        said = _("Listed %(date)s, never checked.")
        said %= {"date": worded(clinic.source_date)}
        return clinic.name, where(clinic), said, clinic.source_date
    return clinic.name, where(clinic), _("Never checked."), clinic.created_at


STALE = Queue(
    code="stale",
    title=gettext_lazy("Clinics to check again"),
    why=gettext_lazy("What nobody checked for long is often no longer true."),
    permission="locator.verify_clinic",
    looking="locator.view_clinic",
    rows=_aged,
    tell=_tell,
    steps=STEPS,
    page="verify",
)
