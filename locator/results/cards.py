"""Results as people read them: each clinic of a page, and why it is there.

A card tells of the services that match, not of everything that a clinic does. Names
come from the bits of the hits and the catalogues in memory: one SELECT a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.utils.translation import gettext as _

from ..asking.filters import ClinicFilter
from ..asking.whereabouts import Whereabouts
from ..catalogues import Catalogues
from ..geo import miles_from_km
from ..models import Catalogue, Clinic, Stated
from ..search.query import Fact, SearchResults, ServiceHit
from ..telling import contact, wording
from ..telling.address import address
from ..telling.lexicon import Lexicon
from ..telling.open_now import OpenNow, open_now, week_in_short
from ..telling.visit_needs import RemoteVisit, in_short
from .card_rows import card_rows
from .reasons import Match, reasons, remote_elsewhere

# Decimals of a distance that are exact to a metre, in kilometres and in miles.
METRES = 4

# The nouns whose entries a card names.
STATED = ("specialties", "modalities", "languages", "payments", "ages")


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A matching service on a card. `category` is "" where no category word is due.

    `category_url` is "" too where the same word leads there already on that card.
    """

    code: str
    type: str
    category: str
    category_label: str
    category_url: str
    specialties: tuple[str, ...]
    restriction: str


@dataclass(frozen=True, slots=True)
class Card:
    """One result. Labels are in the page's language; none means not stated.

    `stated` holds catalogue entries by noun: specialties, modalities, languages,
    payments, ages. `is_distance_told` where a reason has the distance already.
    `remote_elsewhere` says of a clinic that is there for its site alone that it treats
    remotely too, though by nobody's word where the patient will be; "" for the others.
    `visit` says what a remote visit needs, `needs` what stands before any visit.
    `address` is one line, `week` the hours of seven days: both are for paper. `relay`
    is for those who cannot use a voice call where the clinic offers nothing else.
    """

    clinic: Clinic
    number: int
    slug: str
    url: str
    name: str
    organization: str
    town: str
    address: str
    km: float | None
    miles: float | None
    distance: str
    distance_from: str
    is_distance_told: bool
    match: tuple[str, ...]
    is_remote_only: bool
    assumed: bool
    reasons: tuple[str, ...]
    remote_elsewhere: str
    restrictions: tuple[str, ...]
    services: tuple[ServiceLine, ...]
    needs: tuple[str, ...]
    visit: tuple[str, ...]
    stated: Mapping[str, tuple[Catalogue, ...]]
    specialties: tuple[str, ...]
    modalities: tuple[str, ...]
    languages: tuple[str, ...]
    payments: tuple[str, ...]
    ages: tuple[str, ...]
    ages_text: str
    accepting: Stated
    phone: wording.PhoneLine | None
    text_phone: wording.PhoneLine | None
    email: str
    email_url: str
    relay: str
    open_now: OpenNow | None
    week: str
    dated: str
    dated_note: str
    is_sample: bool


def cards(results: SearchResults, asked: ClinicFilter) -> tuple[Card, ...]:
    """The page of `results`, in its order; clinics gone since are left out."""
    return cards_of(results, asked.catalogues, start=start_words(asked.where))


def cards_of(
    results: SearchResults, catalogues: Catalogues, *, start: str
) -> tuple[Card, ...]:
    """As `cards`; `start` says in words where distances start."""
    query = results.query
    if query is None or not results.hits:
        return ()
    rows = card_rows(results.hits, query)
    lexicon = Lexicon.of(catalogues)
    first = (query.page - 1) * query.page_size + 1
    found = []
    for number, hit in enumerate(results.hits, first):
        services = {
            service.service_id: rows[service.service_id]
            for service in hit.services
            if service.service_id in rows
        }
        if services:
            match = Match(hit, services, lexicon, query, start)
            found.append(_card(match, number))
    return tuple(found)


def start_words(where: Whereabouts) -> str:
    """From where distances are measured, in words; "" where there are none."""
    place = where.place
    if where.point is None or (place is None and not where.uses_position):
        return ""
    if place is None:
        return _("from your location")
    if place.kind != "postcode":
        name = {"place": place.name.partition(", ")[0]}
        return _("from the centre of %(place)s") % name
    code = {"code": place.query}
    if place.country == "US":
        return _("from ZIP %(code)s") % code
    if place.country == "IN":
        return _("from PIN %(code)s") % code
    return _("from postcode %(code)s") % code


# --- Telling -------------------------------------------------------------------------


def _card(match: Match, number: int) -> Card:
    clinic, km = match.clinic, match.hit.km
    restrictions = _restrictions(match)
    return Card(
        clinic=clinic,
        number=number,
        slug=clinic.slug,
        url=clinic.get_absolute_url(),
        name=clinic.name,
        organization=wording.organization(clinic),
        town=wording.town(clinic, match.lexicon.region(clinic.region_id)),
        address=wording.listed(
            address(clinic, match.lexicon.region, with_country=False)
        ),
        km=None if km is None else round(km, METRES),
        miles=None if km is None else round(miles_from_km(km), METRES),
        distance=match.distance,
        distance_from="" if km is None else match.start,
        is_distance_told=match.is_distance_told,
        match=match.ways,
        is_remote_only=match.is_remote_only,
        assumed=match.is_assumed,
        reasons=reasons(match),
        remote_elsewhere=remote_elsewhere(match),
        restrictions=restrictions,
        services=_lines(match, is_restriction_told=bool(restrictions)),
        needs=_needs(match),
        visit=_visit(match),
        **_stated(match),
        ages_text=_ages(match),
        accepting=_accepting(match),
        **_contact(match),
        open_now=open_now(clinic, match.query.now),
        week=week_in_short(clinic, match.query.now),
        dated=wording.dated(clinic, match.query.now),
        dated_note=wording.dated_note(clinic),
        is_sample=clinic.is_sample,
    )


def _contact(match: Match) -> dict[str, Any]:
    clinic, row = match.clinic, match.row
    phone = contact.phone_in(row.phone, clinic)
    text_phone = contact.phone_in(row.text_phone, clinic)
    return {
        "phone": phone,
        "text_phone": None if text_phone == phone else text_phone,
        "email": clinic.email,
        "email_url": contact.email_url(clinic),
        "relay": contact.relay(clinic, match.services[0].contacts),
    }


def _restrictions(match: Match) -> tuple[str, ...]:
    """Whom alone the clinic is open to, where that holds for all that matches."""
    told = [_restriction(match, each) for each in match.services]
    return tuple(dict.fromkeys(told)) if all(told) else ()


def _restriction(match: Match, service: ServiceHit) -> str:
    entries = match.lexicon.entries("eligibility", service.eligibility)
    return wording.restriction(entries) if entries else ""


def _lines(match: Match, *, is_restriction_told: bool) -> tuple[ServiceLine, ...]:
    """The services; each category word leads to its paragraph once."""
    found, led = [], set()
    for each in match.services:
        line = _line(match, each, is_restriction_told=is_restriction_told)
        if line.category_url in led:
            line = replace(line, category_url="")
        led.add(line.category_url)
        found.append(line)
    return tuple(found)


def _line(
    match: Match, service: ServiceHit, *, is_restriction_told: bool
) -> ServiceLine:
    is_remote = service.remote is Fact.YES
    restriction = "" if is_restriction_told else _restriction(match, service)
    key = (service.types, service.specialties, is_remote, restriction)

    def line() -> ServiceLine:
        (entry,) = match.lexicon.entries("types", service.types)
        category = wording.category_of(entry, is_remote=is_remote)
        return ServiceLine(
            code=entry.code,
            type=entry.label(),
            category=category,
            category_label=str(wording.CATEGORIES[category]) if category else "",
            category_url=wording.category_url(category),
            specialties=match.lexicon.labels("specialties", service.specialties),
            restriction=restriction,
        )

    return match.lexicon.once(("line", *key), line)


def _needs(match: Match) -> tuple[str, ...]:
    rows = match.rows
    in_person = [rows[hit.service_id] for hit in match.services if hit.is_in_person]
    found = []
    if any(row.is_overnight and not row.is_by_day for row in in_person):
        is_remote = any(hit.is_remote for hit in match.treating)
        found.append(
            _("Overnight stay in person") if is_remote else _("Overnight stay")
        )
    for row in rows.values():
        found += wording.needs(row)
    return tuple(dict.fromkeys(found))


def _visit(match: Match) -> tuple[str, ...]:
    """What a remote visit needs, by the first of the services that treat remotely."""
    remote = [each for each in match.treating if each.remote is Fact.YES]
    if not remote:
        return ()
    visit = RemoteVisit(
        match.rows[remote[0].service_id],
        match.lexicon.entries("modalities", remote[0].modalities),
        match.lexicon.entries("accessibility", remote[0].accessibility),
    )
    return in_short(visit)


def _accepting(match: Match) -> Stated:
    """What holds of any matching service: a yes before silence before a no."""
    facts = {each.accepting for each in match.services}
    if Fact.YES in facts:
        return Stated.YES
    return Stated.NO if facts == {Fact.NO} else Stated.UNKNOWN


def _stated(match: Match) -> dict[str, Any]:
    """What the matching services state between them: entries, and labels by noun."""
    masks = {
        noun: reduce(or_, (getattr(service, noun) for service in match.services))
        for noun in STATED
    }
    lexicon = match.lexicon
    return {
        "stated": {noun: lexicon.entries(noun, mask) for noun, mask in masks.items()},
        **{noun: lexicon.labels(noun, mask) for noun, mask in masks.items()},
    }


def _ages(match: Match) -> str:
    """Ages in years where all matching services state the same ones, else by group."""
    spans = {(row.minimum_age, row.maximum_age) for row in match.rows.values()}
    if len(spans) == 1 and spans != {(None, None)}:
        return wording.years(*spans.pop())
    mask = reduce(or_, (service.ages for service in match.services))
    groups = match.lexicon.entries("ages", mask)
    return match.lexicon.once(("ages", mask), lambda: wording.ages(groups))
