"""Makes what was found of clinics say what holds now."""

from collections.abc import Callable, Iterable, Iterator

from django.db import transaction
from django.utils import timezone

from ..models import Clinic, Inspection
from . import duplicates, points
from .alternatives import FEW, Regions, Sites

CLINICS_AT_ONCE = 1000
FACTS = ["at", "alternatives", "lies_in", "km_from_postcode"]

# Told the share of the work that is done, from 0 to 1.
Progress = Callable[[float], None]


def _silence(share: float) -> None:
    pass


def refresh(clinic_ids: Iterable[int]) -> None:
    """Look at these clinics anew, in a number of queries that grows by thousands.

    Withdrawn ones are no longer looked at. What a change of these clinics means for
    the alternatives of their neighbours is left to `refresh_all`.
    """
    pks = sorted(set(clinic_ids))
    sites = Sites.all() if len(pks) > FEW else None
    for first in range(0, len(pks), CLINICS_AT_ONCE):
        _refresh(pks[first : first + CLINICS_AT_ONCE], sites)
    duplicates.refresh_pairs(pks)


def refresh_all(progress: Progress = _silence) -> int:
    """Look at every clinic; returns how many there are to look at."""
    sites, seen = Sites.all(), 0
    total = Clinic.objects.count()
    for chunk in _all_chunks():
        _refresh(chunk, sites)
        seen += len(chunk)
        progress(min(seen / max(total, 1), 1))
    duplicates.refresh_all_pairs()
    return Inspection.objects.count()


def _all_chunks() -> Iterator[list[int]]:
    """The ids of all clinics in order, so many at once as are looked at together."""
    last = 0
    pks = Clinic.objects.order_by("pk").values_list("pk", flat=True)
    while chunk := list(pks.filter(pk__gt=last)[:CLINICS_AT_ONCE]):
        yield chunk
        last = chunk[-1]


def _refresh(pks: list[int], sites: Sites | None) -> None:
    clinics = Clinic.objects.filter(pk__in=pks).exclude(status=Clinic.Status.WITHDRAWN)
    found = _look(list(clinics.order_by("pk")), sites)
    with transaction.atomic():
        # Locked, so that none goes between here and the rows that hang on it.
        kept = Clinic.objects.select_for_update(no_key=True).filter(pk__in=found)
        there = set(kept.order_by("pk").values_list("pk", flat=True))
        Inspection.objects.filter(clinic__in=set(pks) - there).delete()
        Inspection.objects.bulk_create(
            [found[pk] for pk in sorted(there)],
            update_conflicts=True,
            unique_fields=["clinic"],
            update_fields=FACTS,
        )


def _look(clinics: list[Clinic], sites: Sites | None) -> dict[int, Inspection]:
    now = timezone.now()
    doubts = points.look(clinics)
    placed = [(clinic.pk, clinic.point) for clinic in clinics if clinic.point]
    sites = sites or Sites.around([point for _pk, point in placed])
    near = sites.count_near(placed)
    unplaced = {clinic.region_id for clinic in clinics if not clinic.point} - {None}
    regions = Regions(unplaced)
    return {
        clinic.pk: Inspection(
            clinic=clinic,
            at=now,
            alternatives=(
                near[clinic.pk] if clinic.point else regions.count_beside(clinic)
            ),
            lies_in=doubts[clinic.pk].lies_in,
            km_from_postcode=doubts[clinic.pk].km_from_postcode,
        )
        for clinic in clinics
    }
