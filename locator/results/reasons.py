"""Why a clinic is among the results, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from django.utils.translation import gettext as _

from ..models import Clinic, CoverageArea, Stated
from ..models.region import country_of
from ..search.query import Basis, ClinicHit, Fact, SearchQuery, ServiceHit, Visit
from ..telling import wording
from ..telling.lexicon import Lexicon
from .card_rows import Area, CardRow


@dataclass(frozen=True)
class Match:
    """A clinic's hit, with the rows of its matching services as they were read.

    `start` says where distances start.
    """

    hit: ClinicHit
    rows: Mapping[int, CardRow]
    lexicon: Lexicon
    query: SearchQuery
    start: str

    @property
    def row(self) -> CardRow:
        """Any of the rows: they repeat their clinic."""
        return next(iter(self.rows.values()))

    @property
    def clinic(self) -> Clinic:
        return self.row.clinic

    @cached_property
    def services(self) -> list[ServiceHit]:
        return [each for each in self.hit.services if each.service_id in self.rows]

    @cached_property
    def treating(self) -> list[ServiceHit]:
        """The matching services that treat; only these may say so."""
        return [each for each in self.services if not each.is_other_telehealth]

    @property
    def ways(self) -> tuple[str, ...]:
        ways = (("remote", self.hit.is_remote), ("in-person", self.hit.is_in_person))
        return tuple(way for way, is_so in ways if is_so)

    @cached_property
    def is_remote_only(self) -> bool:
        """Whether all that treats is remote yes, in person no (RULES 7)."""
        return bool(self.treating) and all(
            each.remote is Fact.YES and each.in_person is Fact.NO
            for each in self.treating
        )

    @property
    def is_assumed(self) -> bool:
        """Whether nobody states that it reaches the patient remotely."""
        remote = [
            each
            for each in self.treating or self.services
            if each.is_remote and each.basis is not Basis.NONE
        ]
        return bool(self.query.region and remote) and all(
            each.basis is Basis.ASSUMED for each in remote
        )

    @property
    def is_distance_told(self) -> bool:
        """Whether `reasons` give the distance."""
        return bool(self.distance) and any(
            each.is_in_person and each.in_person is Fact.YES for each in self.treating
        )

    @cached_property
    def distance(self) -> str:
        """How far from the start, in words; "" where that is not known."""
        if self.hit.km is None:
            return ""
        is_rough = wording.is_rough(self.clinic)
        return wording.distance(self.hit.km, self.query.unit, is_rough=is_rough)


def reasons(match: Match) -> tuple[str, ...]:
    """Why the clinic is there, a sentence each, each once, the nearest way first."""
    if not match.treating:
        return tuple(dict.fromkeys(_other_telehealth(match)))
    found = [_in_person(match)] if match.hit.is_in_person else []
    remote = [each for each in match.treating if each.is_remote]
    found += [_remote(match, each) for each in remote]
    if remote and all(_is_clinic_wide(match, each) for each in remote):
        found.append(str(wording.CLINIC_WIDE))
    return tuple(dict.fromkeys(found))


def remote_elsewhere(match: Match) -> str:
    """Of a clinic that matches in person alone: how it treats remotely elsewhere.

    "" where it does not, and where nobody asked for remote visits to a known region.
    """
    query = match.query
    if match.hit.is_remote or query.visit is Visit.IN_PERSON or not query.region:
        return ""
    remote = [each for each in match.treating if each.remote is Fact.YES]
    if not remote:
        return ""
    modalities = reduce(or_, (each.modalities for each in remote))
    ways = wording.any_of(match.lexicon.labels("modalities", modalities))
    regions = map(match.lexicon.region_phrase, (query.region, *query.also))
    told = {"ways": ways, "region": wording.all_of(list(regions))}
    if query.region == query.country:
        # Most licences are those of its parts; which part was not asked yet.
        return _("offered, but not stated for all of %(region)s") % told
    if not ways:
        return _("offered, but not stated for patients in %(region)s") % told
    return _("by %(ways)s, but not stated for patients in %(region)s") % told


def _is_clinic_wide(match: Match, service: ServiceHit) -> bool:
    return (
        service.remote is Fact.YES
        and match.rows[service.service_id].remote_is_clinic_wide
    )


def _in_person(match: Match) -> str:
    facts = {each.in_person for each in match.treating if each.is_in_person}
    if Fact.YES not in facts:
        return _("In-person visits not stated: ask the clinic")
    if match.distance:
        return _("In person: %(distance)s %(start)s") % {
            "distance": match.distance,
            "start": match.start,
        }
    place = match.clinic.city or match.lexicon.region(match.clinic.region_id)
    return _("In person: in %(place)s") % {"place": place} if place else _("In person")


def _remote(match: Match, service: ServiceHit) -> str:
    """How it is remote, and whether that reaches the patient."""
    if service.remote is not Fact.YES:
        return _("Remote visits not stated: ask the clinic")
    return _reach(match, service, _ways(match, service))


def _ways(match: Match, service: ServiceHit) -> str:
    # Beside a service that can be visited, "only" would be read of the whole clinic.
    is_only = match.is_remote_only
    labels = match.lexicon.labels("modalities", service.modalities)
    return match.lexicon.once(
        ("ways", labels, is_only), lambda: wording.remote_ways(labels, is_only=is_only)
    )


def _areas(match: Match, service: ServiceHit) -> tuple[Area, ...]:
    """By what the service reaches the patient, wherever that will be; () for not."""
    if not service.is_remote or not match.query.region:
        return ()
    known = match.rows[service.service_id].areas
    if not match.query.also:
        # The search chose of several areas the one that it ranks by.
        return (known[service.region],) if service.region in known else ()
    codes = (match.query.region, *match.query.also)
    held = [_nearest(known, code) for code in codes]
    return tuple(dict.fromkeys(filter(None, held)))


def _nearest(known: Mapping[str, Area], code: str) -> Area | None:
    """The area that holds the region: the one that somebody vouches for comes first."""
    held = [known[each] for each in (code, country_of(code)) if each in known]
    unvouched = CoverageArea.UNVOUCHED
    return min(held, key=lambda area: area.basis in unvouched, default=None)


def _reach(match: Match, service: ServiceHit, what: str) -> str:
    """`what` is remote, and by whose word that reaches the patient."""
    areas = _areas(match, service)
    if not areas:
        return what
    (service_type,) = match.lexicon.entries("types", service.types)
    treats = wording.treats_people(service_type)
    key = ("reach", what, areas, treats)
    return match.lexicon.once(key, lambda: _worded(match, what, areas, treats))


def _by_standing(
    match: Match, areas: Sequence[Area]
) -> dict[tuple[str, str, str], list[str]]:
    """The names of the regions by basis, date and source of their coverage."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for area in areas:
        name = match.lexicon.region_phrase(area.region)
        found.setdefault((area.basis, area.as_of, area.source), []).append(name)
    return found


def _worded(match: Match, what: str, areas: Sequence[Area], treats: bool) -> str:
    """`what`, then where it reaches: by word of others, and then as far as assumed."""
    stated, assumed = [], []
    for (basis, as_of, source), regions in _by_standing(match, areas).items():
        if basis == CoverageArea.Basis.ASSUMED:
            assumed += [
                wording.assumed_coverage(each, treats=treats) for each in regions
            ]
            continue
        region = wording.all_of(regions)
        stated.append(
            wording.coverage(basis, region, source=source, as_of=as_of, treats=treats)
        )
    told = what
    if stated:
        told = _("%(ways)s: %(coverage)s") % {
            "ways": what,
            "coverage": "; ".join(stated),
        }
    for each in assumed:
        told = _("%(ways)s. %(assumed)s") % {"ways": told, "assumed": each}
    return told


def _other_telehealth(match: Match) -> Iterator[str]:
    """What the clinic does online, and for whom; never that it treats."""
    types: dict[str, None] = {}
    for each in match.services:
        labels = match.lexicon.labels("types", each.types)
        if _areas(match, each):
            yield _reach(match, each, wording.listed(labels))
        else:
            types |= dict.fromkeys(labels)
    if types:
        yield _beside_visits(match, wording.listed(types))


def _beside_visits(match: Match, services: str) -> str:
    """`services`, which no visit is part of, and what is known of remote visits."""
    if match.row.clinic_remote == Stated.YES:
        return services
    if match.row.clinic_remote == Stated.NO:
        return _("%(services)s; no remote visits listed") % {"services": services}
    return _("%(services)s; remote visits not stated") % {"services": services}
