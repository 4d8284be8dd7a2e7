"""Queues of clinics that patients see and that something is wrong with."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import (
    Clinic,
    CoverageArea,
    Inspection,
    Service,
    SourceRecord,
    Stated,
    Task,
    WebsiteCheck,
)
from ..places.misplaced import FARTHEST_FROM_POSTCODE_KM
from .queue import Queue, Told

# --- Without a point ---------------------------------------------------------------


def _public() -> QuerySet[Clinic]:
    return Clinic.objects.published().real().select_related("region")


def _by_use(clinics: QuerySet[Clinic]) -> QuerySet[Clinic]:
    """First where patients have few other clinics to turn to."""
    alternatives = F("inspection__alternatives").asc(nulls_last=True)
    return clinics.select_related("inspection").order_by(alternatives, "pk")


def _without_point(step: str) -> QuerySet[Clinic]:
    visited = Service.objects.filter(clinic=OuterRef("pk")).exclude(in_person=Stated.NO)
    has_address = ~Q(street="") | ~Q(postal_code="")
    return _by_use(
        _public()
        .filter(has_address, latitude=None)
        .filter(Q(address_is_private=False) | Exists(visited))
    )


def where(clinic: Clinic) -> str:
    """Town and region, as a list says them."""
    region = clinic.region.name if clinic.region_id else ""
    return ", ".join(part for part in (clinic.city, region) if part)


def _tell_without_point(clinic: Clinic) -> Told:
    address = ", ".join(part for part in (clinic.street, clinic.postal_code) if part)
    why = _("No point for “%(address)s”.") % {"address": address}
    return clinic.name, where(clinic), why, clinic.created_at


NO_POINT = Queue(
    code="no-point",
    title=gettext_lazy("Clinics without a point"),
    why=gettext_lazy("Nobody finds them by distance, and no map shows them."),
    permission="locator.publish_clinic",
    looking="locator.view_clinic",
    rows=_without_point,
    tell=_tell_without_point,
)

# --- With a point that cannot be right ---------------------------------------------


def _misplaced(step: str) -> QuerySet[Clinic]:
    elsewhere = ~Q(lies_in="")
    far = Q(km_from_postcode__gt=FARTHEST_FROM_POSTCODE_KM)
    chosen = {"region": elsewhere, "postcode": far}.get(step, elsewhere | far)
    # By their own index: few of all that were looked at.
    found = Inspection.objects.filter(chosen).values("clinic")
    return _by_use(_public().filter(pk__in=found, latitude__isnull=False))


def _tell_misplaced(clinic: Clinic) -> Told:
    found = clinic.inspection
    if found.lies_in:
        why = _("Its point lies in %(region)s.") % {"region": found.lies_in}
    else:
        why = _("Its point is %(km)d km from its postcode %(code)s.") % {
            "km": found.km_from_postcode,
            "code": clinic.postal_code,
        }
    return clinic.name, where(clinic), why, None


MISPLACED = Queue(
    code="misplaced",
    title=gettext_lazy("Points that cannot be right"),
    why=gettext_lazy("People would travel to the wrong place."),
    permission="locator.publish_clinic",
    looking="locator.view_clinic",
    rows=_misplaced,
    tell=_tell_misplaced,
    steps=(
        ("region", gettext_lazy("in another region")),
        ("postcode", gettext_lazy("far from the postcode")),
    ),
    machine=Task.Kind.INSPECT,
)

# --- Gone from their source --------------------------------------------------------


def _gone(step: str) -> QuerySet[Clinic]:
    vanished = SourceRecord.objects.filter(
        vanished_in__isnull=False, vanished_seen=False, clinic__isnull=False
    )
    return _by_use(_public().filter(pk__in=vanished.values("clinic"))).select_related(
        "source"
    )


def _tell_gone(clinic: Clinic) -> Told:
    why = _("A newer edition of %(source)s no longer lists it.") % {
        "source": clinic.source.short_name if clinic.source_id else _("its source")
    }
    return clinic.name, where(clinic), why, clinic.source_date


GONE = Queue(
    code="gone",
    title=gettext_lazy("Gone from their source"),
    why=gettext_lazy("They may have closed: people may stand before a locked door."),
    permission="locator.publish_clinic",
    looking="locator.view_clinic",
    rows=_gone,
    tell=_tell_gone,
    page="gone",
)

# --- Websites ----------------------------------------------------------------------

BROKEN_AFTER = 2


def _broken(step: str) -> QuerySet[WebsiteCheck]:
    # What was asked and what stands there now may be two addresses.
    return (
        WebsiteCheck.objects.filter(
            failures__gte=BROKEN_AFTER,
            clinic__status=Clinic.Status.PUBLISHED,
            clinic__is_sample=False,
            clinic__website=F("url"),
        )
        .select_related("clinic__region")
        .order_by("at", "pk")
    )


def _tell_broken(check: WebsiteCheck) -> Told:
    why = _("%(url)s: %(problem)s") % {"url": check.url, "problem": check.problem}
    return check.clinic.name, where(check.clinic), why, check.at


WEBSITES = Queue(
    code="websites",
    title=gettext_lazy("Broken websites"),
    why=gettext_lazy("Asked twice, they did not answer: a sign that a clinic moved."),
    permission="locator.publish_clinic",
    looking="locator.view_clinic",
    rows=_broken,
    tell=_tell_broken,
    key="clinic_id",
    region="clinic__region",
    since="at",
    machine=Task.Kind.WEBSITES,
)

# --- Remote care whose coverage nobody stated --------------------------------------


def _uncovered(step: str) -> QuerySet[Clinic]:
    vouched = CoverageArea.objects.filter(service=OuterRef("pk")).exclude(
        basis__in=CoverageArea.UNVOUCHED
    )
    services = Service.objects.filter(
        ~Exists(vouched),
        clinic=OuterRef("pk"),
        remote=Stated.YES,
        service_type__is_care=True,
    )
    return _by_use(_public().filter(Exists(services)))


def _tell_uncovered(clinic: Clinic) -> Told:
    why = _("Where it may treat patients remotely is assumed, not stated.")
    return clinic.name, where(clinic), why, clinic.source_date


COVERAGE = Queue(
    code="coverage",
    title=gettext_lazy("Remote care without stated coverage"),
    why=gettext_lazy("We only assume where they may treat: ask them, or read it."),
    permission="locator.publish_clinic",
    looking="locator.view_clinic",
    rows=_uncovered,
    tell=_tell_uncovered,
)
