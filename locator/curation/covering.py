"""Where services may treat patients by compacts: areas that follow their members.

A compact is a dated set of regions. A service that treats by it has a coverage area,
with the basis `compact`, in each region that surely is a member today, unless somebody
stated more of that region: a licence there is never overwritten. An area goes when no
compact of the service gives it any more; what other bases give stays.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .. import facts
from ..models import (
    Change,
    Clinic,
    Compact,
    CompactMember,
    CoverageArea,
    Service,
    ServiceCompact,
    Source,
    User,
)
from ..models.dates import first_day, last_day
from ..search import entries
from .ledger import recorded
from .publishing import why_not_public, with_public_facts
from .saying import record_person

SERVICES_A_WRITE = 200

BY_COMPACT = CoverageArea.Basis.COMPACT


@dataclass(frozen=True, slots=True)
class Effect:
    """What a service gains and loses: codes of regions, in their order."""

    service: Service
    added: tuple[str, ...]
    removed: tuple[str, ...]


def is_member(member: CompactMember, day: date) -> bool:
    """Whether the region surely was in the compact on `day`.

    A date that names a month or a year counts by the day that is sure: a membership
    since 2024 from its last day on, one until 2024 up to its first.
    """
    has_begun = not member.since or last_day(member.since) <= day
    has_ended = bool(member.until) and first_day(member.until) < day
    return has_begun and not has_ended


def members_on(compacts: Iterable[str], day: date) -> dict[str, set[str]]:
    """Codes of the regions that surely are members on `day`, by code of compact."""
    regions: dict[str, set[str]] = {code: set() for code in compacts}
    for member in CompactMember.objects.filter(compact__in=regions):
        if is_member(member, day):
            regions[member.compact_id].add(member.region_id)
    return regions


# --- A service ---------------------------------------------------------------------


@transaction.atomic
def join(
    service: Service, compact: Compact, *, as_of: str, source: Source | None, by: User
) -> None:
    """Note that `service` treats patients by `compact`, and cover its members.

    `as_of` and `source` say when that was told, and by whom: None is the clinic.
    """
    with recorded([service.clinic_id], kind=Change.Kind.EDIT, by=by):
        ServiceCompact.objects.update_or_create(
            service=service,
            compact=compact,
            defaults={"as_of": as_of, "source": source},
        )
        _write(_effects([service]))
        _note(service, by=by)
        _touch([service.clinic_id])
        entries.rebuild([service.clinic_id])


@transaction.atomic
def leave(service: Service, compact: Compact, *, by: User) -> None:
    """Note that `service` does not treat by `compact`, and take what only that gave.

    Whether patients may still see its clinic is for the caller to ask.
    """
    with recorded([service.clinic_id], kind=Change.Kind.EDIT, by=by):
        service.compacts.filter(compact=compact).delete()
        _write(_effects([service], let_go=ever(compact)))
        _note(service, by=by)
        _touch([service.clinic_id])
        entries.rebuild([service.clinic_id])


def ever(compact: Compact) -> set[str]:
    """Codes of the regions that `compact` names, whenever they are in it."""
    return set(compact.members.values_list("region", flat=True))


def _note(*services: Service, by: User) -> None:
    for service in services:
        record_person(service, fields=["coverage", "compacts"], by=by)
    Service.objects.bulk_update(
        services, ["field_sources"], batch_size=SERVICES_A_WRITE
    )


# --- A compact ---------------------------------------------------------------------


def effects(
    compact: Compact, *, before: Collection[str] = (), day: date | None = None
) -> list[Effect]:
    """What `compact`, as it stands now, would change at the services that treat by it.

    `before` are regions that were members and may not be any more. Services that
    nothing changes for are left out; the order is that of their clinics' names.
    """
    services = (
        Service.objects.filter(compacts__compact=compact)
        .select_related("clinic", "service_type")
        .order_by("clinic__name", "pk")
    )
    return _effects(list(services), let_go=before, day=day)


def mark(found: Iterable[Effect]) -> str:
    """A text that is the same for the same effects: what a person agreed to."""
    plain = [[each.service.pk, each.added, each.removed] for each in found]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:32]


def would_hide(found: Iterable[Effect]) -> list[Clinic]:
    """The clinics that patients would not see any more after `found`."""
    found = list(found)
    clinics = {each.service.clinic_id for each in found}
    with transaction.atomic():
        _write(found)
        hidden = left_without(clinics)
        transaction.set_rollback(True)
    return hidden


@transaction.atomic
def apply(
    compact: Compact,
    *,
    by: User | None,
    before: Collection[str] = (),
    day: date | None = None,
    note: str = "",
) -> list[Effect]:
    """Let the services that treat by `compact` cover its members as they stand now.

    One event of the ledger, a `Change` for each clinic. A clinic that patients may not
    see any more, for its last area went, becomes a draft. Returns what was done.
    """
    found = effects(compact, before=before, day=day)
    clinics = sorted({each.service.clinic_id for each in found})
    # In one order, so that two people never wait for each other.
    list(Clinic.objects.select_for_update().filter(pk__in=clinics).order_by("pk"))
    with recorded(clinics, kind=Change.Kind.COMPACT, by=by, note=note):
        _write(found)
        if by is not None:
            _note(*(each.service for each in found), by=by)
        _hide(left_without(clinics), by=by)
        _touch(clinics)
        entries.rebuild(clinics)
    return found


def follow(*, day: date | None = None) -> dict[str, list[Effect]]:
    """Bring every service up to the members of `day`, for dates that came meanwhile.

    By no person. What was done, by the name of the compact; a second run does nothing.
    """
    return {
        compact.name: done
        for compact in Compact.objects.all()
        if (done := apply(compact, by=None, day=day))
    }


def _touch(clinics: Collection[int]) -> None:
    """Let who has such a clinic's form open know that it changed."""
    Clinic.objects.filter(pk__in=clinics).update(updated_at=timezone.now())


def left_without(clinics: Collection[int]) -> list[Clinic]:
    """Those of `clinics` that patients see, and may not see as they stand now."""
    public = Clinic.objects.published().filter(pk__in=clinics)
    return [each for each in with_public_facts(public) if why_not_public(each)]


def _hide(clinics: Iterable[Clinic], *, by: User | None) -> None:
    for clinic in clinics:
        clinic.status = Clinic.Status.DRAFT
        if by is not None:
            record_person(clinic, fields=["status"], by=by)
        clinic.save(update_fields=["status", "field_sources"])


# --- Areas -------------------------------------------------------------------------


def _effects(
    services: list[Service],
    *,
    let_go: Collection[str] = (),
    day: date | None = None,
) -> list[Effect]:
    """What the areas of `services` lack, and have without a compact that gives them.

    Only regions that a compact of theirs names, or `let_go`, are ever taken: an area
    that somebody wrote by hand stays.
    """
    joined = _joined(services)
    codes = {code for own in joined.values() for code in own}
    today = members_on(codes, day or timezone.localdate())
    named: dict[str, set[str]] = defaultdict(set)
    for code, region in CompactMember.objects.filter(compact__in=codes).values_list(
        "compact", "region"
    ):
        named[code].add(region)
    areas = _areas(services)
    found = []
    for service in services:
        own, held = joined[service.pk], areas[service.pk]
        wanted = set().union(*(today[code] for code in own))
        ever = {*let_go}.union(*(named[code] for code in own))
        added = {code for code in wanted if _gives_way(held.get(code))}
        removed = {code for code in ever - wanted if held.get(code) == BY_COMPACT}
        if added or removed:
            found.append(Effect(service, tuple(sorted(added)), tuple(sorted(removed))))
    return found


def _gives_way(basis: str | None) -> bool:
    """Whether less is said of a region than a compact says: nothing, or a guess."""
    return basis is None or basis in CoverageArea.UNVOUCHED


def _joined(services: Collection[Service]) -> dict[int, list[str]]:
    joined: dict[int, list[str]] = {service.pk: [] for service in services}
    for pks in facts.chunks(joined):
        rows = ServiceCompact.objects.filter(service__in=pks).order_by("pk")
        for pk, code in rows.values_list("service", "compact"):
            joined[pk].append(code)
    return joined


def _areas(services: Collection[Service]) -> dict[int, dict[str, str]]:
    areas: dict[int, dict[str, str]] = {service.pk: {} for service in services}
    for pks in facts.chunks(areas):
        rows = CoverageArea.objects.filter(service__in=pks)
        for pk, region, basis in rows.values_list("service", "region", "basis"):
            areas[pk][region] = basis
    return areas


def _write(found: Collection[Effect]) -> None:
    """Write `found`; an area is dated and sourced as its service's compact is."""
    for chunk in facts.chunks(found, SERVICES_A_WRITE):
        told = _told([each.service.pk for each in chunk])
        gone = Q(pk__in=[])
        rows = []
        for each in chunk:
            replaced = (*each.added, *each.removed)
            gone |= Q(service=each.service, region__in=replaced)
            for region in each.added:
                as_of, source = told[each.service.pk, region]
                rows.append(
                    CoverageArea(
                        service=each.service,
                        region_id=region,
                        basis=BY_COMPACT,
                        as_of=as_of,
                        source_id=source,
                    )
                )
        CoverageArea.objects.filter(gone).delete()
        CoverageArea.objects.bulk_create(rows)


def _told(services: Collection[int]) -> dict[tuple[int, str], tuple[str, str | None]]:
    """When and by whom each region of a service's compacts was told; the newest."""
    rows = ServiceCompact.objects.filter(service__in=services).order_by("as_of", "pk")
    return {
        (pk, region): (as_of, source)
        for pk, as_of, source, region in rows.values_list(
            "service", "as_of", "source", "compact__members__region"
        )
    }
