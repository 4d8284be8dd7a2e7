"""The queue of clinics that nobody checked for long, in the order of their use."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..ages import Age
from ..curation import aging
from ..models import Clinic
from ..models.dates import worded
from .of_clinics import where
from .queue import Queue, Told

LEFT = "left"
STEPS = (
    (LEFT, gettext_lazy("left the public list for its age")),
    (Age.EXPIRED.value, gettext_lazy("checked a year ago or longer")),
    (Age.STALE.value, gettext_lazy("checked half a year ago or longer")),
    (Age.AGING.value, gettext_lazy("checked three months ago or longer")),
    (Age.LISTED.value, gettext_lazy("only listed, never checked")),
)


def _aged(step: str) -> QuerySet[Clinic]:
    now = timezone.now()
    rows = aging.waiting(now).select_related("region", "inspection")
    if step == LEFT:
        return rows.filter(status=Clinic.Status.WITHDRAWN)
    if step in set(Age):
        return rows.filter(aging.of_age(Age(step), now))
    return rows


def _tell(clinic: Clinic) -> Told:
    since, said = _since(clinic)
    if clinic.status == Clinic.Status.WITHDRAWN:
        said = _("%(said)s It has left the public list.") % {"said": said}
    if clinic.is_reported:
        said = _("%(said)s Somebody reported it.") % {"said": said}
    return clinic.name, where(clinic), said, since


def _since(clinic: Clinic):
    if clinic.verified_at:
        day = date_format(timezone.localtime(clinic.verified_at), "j M Y")
        said = _("Not checked since %(day)s.")
        if not clinic.is_checked_itself:
            said = _("Never checked itself; accepted by a sample on %(day)s.")
        return clinic.verified_at, said % {"day": day}
    if clinic.source_date:
        said = _("Listed %(date)s, never checked.")
        return clinic.source_date, said % {"date": worded(clinic.source_date)}
    return clinic.created_at, _("Never checked.")


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
