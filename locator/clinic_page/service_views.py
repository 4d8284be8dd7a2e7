"""The services of a clinic as its page tells them, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from ..asking.links import SearchLinks
from ..catalogues import Catalogues
from ..models import Clinic, CoverageArea, Service, Stated
from ..telling import unstated, wording
from ..telling.visit_needs import RemoteVisit, in_full


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service on its clinic's page; empty parts are not stated."""

    code: str
    type: str
    explanation: str
    category: str
    category_label: str
    category_url: str
    search_url: str
    specialties: tuple[str, ...]
    how: tuple[str, ...]
    where: tuple[str, ...]
    whom: tuple[str, ...]
    restriction: str
    needs: tuple[str, ...]
    visit: tuple[str, ...]
    groups: tuple[str, ...]
    languages: tuple[str, ...]
    payments: tuple[str, ...]
    notes: str
    not_stated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a clinic states, by the name of its catalogue entry."""

    code: str
    label: str
    explanation: str


# --- Telling ---


def facts(entries: Iterable) -> tuple[Fact, ...]:
    return tuple(
        Fact(each.code, each.label(), each.explained())
        for each in sorted(entries, key=lambda each: (each.position, each.name))
    )


def service_view(
    service: Service, clinic: Clinic, catalogues: Catalogues
) -> ServiceView:
    kind = service.service_type
    category = wording.category_of(kind, is_remote=service.remote == Stated.YES)
    return ServiceView(
        code=kind.code,
        type=kind.label(),
        explanation=kind.explained(),
        category=category,
        category_label=str(wording.CATEGORIES[category]) if category else "",
        category_url=wording.category_url(category),
        search_url=SearchLinks({}).url(type=kind.code),
        specialties=_labels(service.specialties.all()),
        how=tuple(how_of(service)),
        where=tuple(where_of(service, catalogues)),
        whom=tuple(whom_of(service)),
        restriction=wording.restriction(service.eligibility.all()),
        needs=tuple(needs_of(service)),
        visit=visit_of(service, clinic),
        groups=_labels(service.groups.all()),
        languages=_labels(service.languages.all()),
        payments=_labels(service.payments.all()),
        notes=service.notes,
        not_stated=_not_stated(service, clinic),
    )


def _labels(entries: Iterable) -> tuple[str, ...]:
    return tuple(fact.label for fact in facts(entries))


def how_of(service: Service) -> Iterable[str]:
    """Remote and in person, as far as stated; *only* for remote yes, in person no."""
    yield from remote_of(service)
    if service.in_person == Stated.YES:
        yield from in_person_of(service)


def remote_of(service: Service) -> Iterable[str]:
    """How it is remote, or that it is not; nothing where nobody says."""
    if service.remote == Stated.YES and service.service_type.is_care:
        labels = _labels(service.modalities.all())
        yield wording.remote_ways(labels, is_only=service.is_remote_only)
    elif service.remote == Stated.YES:
        yield _("Online only") if service.is_remote_only else _("Online")
    if service.remote == Stated.YES and service.remote_is_clinic_wide:
        yield str(wording.CLINIC_WIDE)
    if service.remote == Stated.NO:
        yield _no_remote(service)


def in_person_of(service: Service) -> Iterable[str]:
    """How it is in person, or that it is not; nothing where nobody says."""
    if service.in_person == Stated.NO:
        yield _("No visits in person")
    if service.in_person == Stated.YES:
        settings = wording.listed(_labels(service.settings.all()))
        told = _("In person: %(settings)s") % {"settings": settings}
        yield told if settings else _("In person")


def _no_remote(service: Service) -> str:
    """A source that lists what is offered does not say no by leaving it out."""
    if "record" in service.field_sources.get("remote", {}):
        return _("Remote visits: not listed")
    return _("No remote visits")


def where_of(service: Service, catalogues: Catalogues) -> Iterable[str]:
    """Where it may treat remotely: regions of one basis, source and date together."""
    if service.remote == Stated.NO:
        return
    treats = wording.treats_people(service.service_type)

    def said(area: CoverageArea) -> tuple[str, str, str]:
        source = area.source.short_name if area.source else ""
        return area.basis, source, area.as_of

    for (basis, source, as_of), areas in groupby(
        sorted(service.coverage.all(), key=said), said
    ):
        regions = sorted(catalogues.region_phrase(each.region_id) for each in areas)
        if basis == CoverageArea.Basis.ASSUMED:
            for region in regions:
                yield wording.assumed_coverage(region, treats=treats)
            continue
        told = wording.coverage(
            basis, wording.listed(regions), source=source, as_of=as_of, treats=treats
        )
        yield told[:1].upper() + told[1:]


def whom_of(service: Service) -> Iterable[str]:
    if restriction := wording.restriction(service.eligibility.all()):
        yield restriction
    elif service.eligibility.all():
        yield wording.open_to_all(service.eligibility.all())
    if ages := ages_of(service):
        yield ages
    if service.accepting != Stated.UNKNOWN:
        yield str(wording.ACCEPTING[Stated(service.accepting)])


def ages_of(service: Service) -> str:
    """Ages in years where they are stated so, else the groups."""
    first, last = service.minimum_age, service.maximum_age
    if first is None and last is None:
        return wording.ages(service.age_groups.all())
    return wording.years(first, last)


def needs_of(service: Service) -> Iterable[str]:
    settings = list(service.settings.all())
    if settings and all(each.is_overnight for each in settings):
        yield _("Overnight stay")
    yield from wording.needs(service)
    if service.referral == Stated.NO:
        yield _("No referral needed")


def visit_of(service: Service, clinic: Clinic) -> tuple[str, ...]:
    """What a remote visit needs."""
    modalities = sorted(service.modalities.all(), key=lambda each: each.position)
    features = sorted(clinic.accessibility.all(), key=lambda each: each.position)
    return in_full(RemoteVisit(service, tuple(modalities), tuple(features)))


def _not_stated(service: Service, clinic: Clinic) -> tuple[str, ...]:
    """What to ask the clinic, since its listing does not say."""
    return tuple(
        unstated.of_service(
            service,
            states_language=bool(clinic.languages.all()),
            states_payment=bool(clinic.payments.all()),
        )
    )


def care_of(services: list[Service]) -> list[Service]:
    """Those that treat, or all of them where none does."""
    return [each for each in services if each.service_type.is_care] or services


def name_among(services: Sequence[Service], service: Service) -> str:
    """What tells `service` from the others: its type, or what it is for."""
    kind = service.service_type
    alike = [each for each in services if each.service_type == kind]
    specialties = _labels(service.specialties.all())
    is_enough = len(alike) < 2 or not specialties
    return kind.label() if is_enough else specialties[0]
