"""Clinics as plain objects, and searches by the rules, one sentence after the other.

The oracle that the matcher is held against. It knows nothing of arrays, doors or
entries; it is slow, and meant to be read beside the rules.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from geopy.distance import great_circle

from locator.geo import Point
from locator.search.query import Category, SearchQuery, Sort, Visit

ENOUGH = 20


@dataclass
class PlainService:
    id: int
    type: int = 1
    is_care: bool = True
    is_telemedicine: bool = True
    is_for_patients: bool = True
    remote: str = "yes"
    in_person: str = "unknown"
    accepting: str = "unknown"
    specialties: int = 0
    modalities: int = 0
    languages: int = 0
    payments: int = 0
    ages: int = 0
    eligibility: int = 0
    is_restricted: bool = False
    coverage: dict[str, str] = field(default_factory=dict)
    # Whose coverage counts in further regions, where that is not its own.
    elsewhere: "PlainService | None" = None


@dataclass
class PlainClinic:
    id: int
    name: str
    point: Point | None = None
    region: str = ""
    accessibility: int = 0
    contacts: int = 0
    is_open: str = "unknown"
    verified_on: int = 0
    is_named: bool = True
    services: list[PlainService] = field(default_factory=list)


@dataclass
class Way:
    """How a service leads to the patient, and where that puts its clinic."""

    service: PlainService
    is_remote: bool
    is_stated: bool
    treats: bool
    basis: str = ""
    region: str = ""


@dataclass
class Found:
    clinic: PlainClinic
    km: float | None
    ways: list[Way]
    place: tuple = ()

    @property
    def is_remote(self) -> bool:
        return any(way.is_remote for way in self.ways)

    @property
    def is_in_person(self) -> bool:
        return any(not way.is_remote for way in self.ways)


@dataclass
class Told:
    found: list[Found]
    used_km: float | None
    beyond: int = 0
    other_telehealth: int = 0
    left_out: int = 0
    in_subdivisions: dict[str, int] = field(default_factory=dict)

    @property
    def ids(self) -> list[int]:
        return [each.clinic.id for each in self.found]


def search(clinics: list[PlainClinic], query: SearchQuery) -> Told:
    """What the rules answer to `query`, with everything that is said beside it."""
    told = matching(clinics, query)
    ids = set(told.ids)
    if not query.with_unstated:
        included = matching(clinics, replace(query, with_unstated=True))
        told.left_out = max(0, len(included.found) - len(told.found))
    if query.category is Category.ANY and not query.types:
        asked = replace(query, category=Category.TELEHEALTH_ONLY)
        others = matching(clinics, asked, radius=lambda _: told.used_km)
        caring = {each.id for each in clinics if any(s.is_care for s in each.services)}
        told.other_telehealth = len(set(others.ids) - ids - caring)
    if query.visit is not Visit.IN_PERSON and len(query.region) == 2:
        told.in_subdivisions = in_subdivisions(clinics, query, ids)
    return told


def matching(
    clinics: list[PlainClinic],
    query: SearchQuery,
    radius: Callable | None = None,
) -> Told:
    reached = []
    for clinic in clinics:
        km = distance(clinic, query)
        ways = [
            way
            for service in clinic.services
            for way in ways_to(clinic, service, query)
        ]
        if ways:
            reached.append(Found(clinic, km, ways))
    used_km = (radius or (lambda found: choose_radius(found, query)))(reached)
    found, beyond = [], 0
    for each in reached:
        was_remote = each.is_remote
        each.ways = [
            way
            for way in each.ways
            if (way.is_remote or is_inside(each, used_km))
            and not is_beyond(each, query)
        ]
        if each.ways:
            found.append(each)
        elif was_remote and is_beyond(each, query):
            beyond += 1
    in_order(found, query)
    return Told(found, used_km, beyond)


def is_inside(found: Found, used_km: float | None) -> bool:
    return used_km is None or found.km is None or found.km <= used_km


def is_beyond(found: Found, query: SearchQuery) -> bool:
    """Rule 12: an explicit `within` drops what is farther, or has no point."""
    if query.visit is not Visit.ANY or query.within_km is None:
        return False
    if query.is_area or query.point is None:
        return False
    return found.km is None or found.km > query.within_km


def choose_radius(reached: list[Found], query: SearchQuery) -> float | None:
    """Rule 11."""
    if query.is_area or query.point is None or query.visit is Visit.REMOTE:
        return None
    if query.within_km is not None:
        return query.within_km
    near = [each.km for each in reached if each.is_in_person]
    for step in query.steps_km:
        if sum(km <= step for km in near) >= ENOUGH:
            return step
    return None


def distance(clinic: PlainClinic, query: SearchQuery) -> float | None:
    if clinic.point is None or query.point is None or query.is_area:
        return None
    here, there = query.point, clinic.point
    return great_circle(
        (here.latitude, here.longitude), (there.latitude, there.longitude)
    ).km


# --- One service -------------------------------------------------------------------


def ways_to(
    clinic: PlainClinic, service: PlainService, query: SearchQuery
) -> list[Way]:
    """The ways by which this one service answers all that was asked."""
    facts = [*asked_of(clinic, service, query), category(service, query)]
    ways = []
    if query.visit is not Visit.IN_PERSON:
        covered, basis, region = covers(service, query)
        states = [*facts, service.remote, covered]
        if counts(states, query):
            is_stated = set(states) <= {"yes"}
            treats = service.is_telemedicine
            ways.append(Way(service, True, is_stated, treats, basis, region))
    if query.modalities and not ways:
        # Rule 8: how the remote visit is held; in person alone does not match.
        return []
    if query.visit is not Visit.REMOTE:
        states = [*facts, service.in_person, stands_there(clinic, query)]
        if counts(states, query):
            is_stated = set(states) <= {"yes"}
            treats = service.is_telemedicine or service.is_care
            ways.append(Way(service, False, is_stated, treats))
    return ways


def counts(states: list[str], query: SearchQuery) -> bool:
    return "no" not in states and (query.with_unstated or "unknown" not in states)


def asked_of(
    clinic: PlainClinic, service: PlainService, query: SearchQuery
) -> list[str]:
    """Rules 9 and 10: an empty set is unstated, a non-empty one is complete."""
    sets = [
        (query.types, service.type),
        (query.specialties, service.specialties),
        (query.modalities, service.modalities),
        (query.languages, service.languages),
        (query.payments, service.payments),
        (query.ages, service.ages),
        (query.eligibility, service.eligibility),
        (query.accessibility, clinic.accessibility),
        (query.contacts, clinic.contacts),
    ]
    states = []
    for asked, stated in sets:
        if asked and not stated:
            states.append("unknown")
        elif asked:
            states.append("yes" if asked & stated else "no")
    if query.accepting:
        states.append(service.accepting)
    if query.open_now:
        states.append(clinic.is_open)
    if query.words:
        states.append("yes" if clinic.is_named else "no")
    return states


def category(service: PlainService, query: SearchQuery) -> str:
    """Rule 8."""
    is_for_asker = service.is_for_patients or query.types
    if query.category is Category.ANY:
        is_asked = query.types or service.is_care
        return "yes" if is_for_asker and is_asked else "no"
    of_kind = {
        Category.TELEMEDICINE: service.is_telemedicine,
        Category.TELEHEALTH: is_for_asker,
        Category.TELEHEALTH_ONLY: is_for_asker and not service.is_telemedicine,
    }
    return service.remote if of_kind[query.category] else "no"


def covers(service: PlainService, query: SearchQuery) -> tuple[str, str, str]:
    """Whether it may treat the patient there, on which basis, by which region."""
    if query.point is None and not query.region:
        return "yes", "", ""
    reasons = [reason_for(service, query.region)]
    for region in query.also:
        reasons.append(reason_for(service.elsewhere or service, region))
    if None in reasons:
        return "no", "", ""
    # The first of the weakest: the patient's own region before further ones.
    basis, region = max(reasons, key=lambda reason: WEAKNESS[reason[0]])
    return "unknown" if basis == "unknown" else "yes", basis, region


WEAKNESS = {"stated": 0, "": 0, "assumed": 1, "unknown": 2}


def reason_for(service: PlainService, region: str) -> tuple[str, str] | None:
    """The best basis for treating a patient in `region`, and the region covered."""
    reasons = [] if service.is_care else [("", "")]
    for covered in (region, region[:2]):
        if covered in service.coverage:
            reasons.append((service.coverage[covered], covered))
    # Of two equally good reasons the narrower region is the better one.
    return min(
        reasons,
        key=lambda each: (WEAKNESS[each[0]], each[0] == "", -len(each[1])),
        default=None,
    )


def stands_there(clinic: PlainClinic, query: SearchQuery) -> str:
    if query.point is None or query.is_area:
        if not query.region:
            return "yes"
        is_inside = clinic.region == query.region or (
            len(query.region) == 2 and clinic.region[:2] == query.region
        )
        return "yes" if is_inside else "no"
    return "yes" if clinic.point else "no"


# --- Order -------------------------------------------------------------------------


def in_order(found: list[Found], query: SearchQuery) -> None:
    """Rule 13, and rules 1 and 2 where no distance is known."""
    has_point = query.point is not None and not query.is_area
    for each in found:
        km = each.km if each.km is not None else float("inf")
        last = (each.clinic.name, each.clinic.id)
        newest = -each.clinic.verified_on
        best = min(place(way, each.clinic, query) for way in each.ways)
        if query.sort is Sort.NAME:
            each.place = last
        elif query.sort is Sort.VERIFIED:
            each.place = (newest, *last)
        elif not has_point:
            each.place = (best, newest, *last)
        elif query.sort is Sort.DISTANCE:
            each.place = (km, *last)
        else:
            each.place = (best, km, *last)
    found.sort(key=lambda each: each.place)


def place(way: Way, clinic: PlainClinic, query: SearchQuery) -> tuple:
    today = (query.now.date() - date(1970, 1, 1)).days
    is_listed = not clinic.verified_on
    is_stale = not is_listed and today - clinic.verified_on >= 180
    if query.point is None or query.is_area:
        return (not way.is_stated,)
    return (
        not way.treats,
        not way.is_stated,
        way.service.is_restricted and not query.eligibility,
        is_listed,
        is_stale,
        way.is_remote or is_beyond_every_step(clinic, query),
        not way.is_remote,
        {"": 0, "stated": 0, "assumed": 1, "unknown": 2}[way.basis],
    )


def is_beyond_every_step(clinic: PlainClinic, query: SearchQuery) -> bool:
    km = distance(clinic, query)
    is_widening = query.within_km is None and query.visit is not Visit.REMOTE
    return is_widening and km is not None and km > query.steps_km[-1]


# --- Beside the list ---------------------------------------------------------------


def in_subdivisions(
    clinics: list[PlainClinic], query: SearchQuery, known: set[int]
) -> dict[str, int]:
    """Rule 3: how many more treat one of the country's parts, and which part."""
    country = query.region
    parts = {
        region
        for clinic in clinics
        for service in clinic.services
        for region in service.coverage
        if region[:2] == country and region != country
    }
    treating = {}
    for part in parts:
        only_here = [covering_only(part, clinic, query) for clinic in clinics]
        asked = replace(query, region=part)
        told = matching(only_here, asked, radius=lambda _: -1.0)
        remote = {each.clinic.id for each in told.found if each.is_remote} - known
        if remote:
            treating[part] = remote
    if not treating:
        return {}
    counts = {part: len(ids) for part, ids in treating.items()}
    return {country: len(set().union(*treating.values())), **counts}


def covering_only(part: str, clinic: PlainClinic, query: SearchQuery) -> PlainClinic:
    """`clinic` with what covers `part` itself: the country's own is listed already."""
    return replace(
        clinic,
        services=[
            replace(
                service,
                coverage={part: service.coverage[part]},
                is_care=True,
                elsewhere=service,
            )
            for service in clinic.services
            if part in service.coverage and category(service, query) != "no"
        ],
    )


# --- What each option would give ---------------------------------------------------

SETS = {
    "type": "types",
    "specialty": "specialties",
    "modality": "modalities",
    "language": "languages",
    "payment": "payments",
    "age": "ages",
    "eligibility": "eligibility",
    "accessibility": "accessibility",
    "contact": "contacts",
}


def option_counts(
    clinics: list[PlainClinic], query: SearchQuery, bits: dict[str, list[int]]
) -> dict[str, dict]:
    """Rule 14: each option really asked, alone among those of its parameter."""
    told = matching(clinics, query)

    def asking(**parts) -> int:
        asked = replace(query, **parts)
        return len(matching(clinics, asked, radius=lambda _: told.used_km).found)

    return {
        **{
            parameter: {bit: asking(**{SETS[parameter]: 1 << bit}) for bit in some}
            for parameter, some in bits.items()
        },
        "category": {each.value: asking(category=each) for each in Category},
        "accepting": {"yes": asking(accepting=True)},
        "open": {"now": asking(open_now=True)},
        # A kind of visit brings its own radius.
        "visit": {
            each.value: len(matching(clinics, replace(query, visit=each)).found)
            for each in Visit
        },
    }


# --- Why there is nothing ----------------------------------------------------------

ANSWERS = {
    **SETS,
    "category": "category",
    "accepting": "accepting",
    "open": "open_now",
    "visit": "visit",
    "within": "within_km",
    "q": "words",
    "also": "also",
}
# Nobody says anything of a service.
NOTHING_ASKED = SearchQuery(now=None)


def without(query: SearchQuery, *parameters: str) -> SearchQuery:
    fields = [ANSWERS[parameter] for parameter in parameters]
    return replace(query, **{each: getattr(NOTHING_ASKED, each) for each in fields})


def answered(query: SearchQuery) -> set[str]:
    has_point = query.point is not None and not query.is_area
    without_effect = set()
    if not has_point or query.visit is Visit.REMOTE:
        without_effect.add("within")
    if query.visit is Visit.IN_PERSON or not (has_point or query.region):
        without_effect.add("also")
    return {each for each in ANSWERS if without(query, each) != query} - without_effect


def removed(clinics: list[PlainClinic], query: SearchQuery) -> dict[str, int]:
    """How many match with each answer alone dropped."""
    return {
        each: len(matching(clinics, without(query, each)).found)
        for each in answered(query)
    }


def silent(clinics: list[PlainClinic], query: SearchQuery) -> dict[str, int]:
    """How many more if all that are silent on one answer alone said what is asked."""
    if query.with_unstated:
        return {}
    speaking = {
        "visit": saying_how_and_where(clinics),
        "accepting": [
            saying(clinic, lambda s: {"accepting": yes_for_unknown(s.accepting)})
            for clinic in clinics
        ],
        "open": [
            replace(clinic, is_open=yes_for_unknown(clinic.is_open))
            for clinic in clinics
        ],
    }
    # A service always has a type.
    for parameter, name in list(SETS.items())[1:]:
        asked = getattr(query, name)
        speaking[parameter] = [saying_set(each, name, asked) for each in clinics]
    now = len(matching(clinics, query).found)
    more = {
        parameter: len(matching(said, query).found) - now
        for parameter, said in speaking.items()
        if parameter in answered(query) | {"visit"}
    }
    return {parameter: clinics for parameter, clinics in more.items() if clinics > 0}


def saying(clinic: PlainClinic, facts: Callable) -> PlainClinic:
    services = [replace(each, **facts(each)) for each in clinic.services]
    return replace(clinic, services=services)


def saying_set(clinic: PlainClinic, name: str, asked: int) -> PlainClinic:
    if name in ("accessibility", "contacts"):
        return replace(clinic, **{name: getattr(clinic, name) or asked})
    return saying(clinic, lambda service: {name: getattr(service, name) or asked})


def saying_how_and_where(clinics: list[PlainClinic]) -> list[PlainClinic]:
    def facts(service: PlainService) -> dict:
        return {
            "remote": yes_for_unknown(service.remote),
            "in_person": yes_for_unknown(service.in_person),
            "coverage": {
                region: "stated" if basis == "unknown" else basis
                for region, basis in service.coverage.items()
            },
        }

    return [saying(clinic, facts) for clinic in clinics]


def yes_for_unknown(state: str) -> str:
    return "yes" if state == "unknown" else state


def remote_anywhere(clinics: list[PlainClinic], query: SearchQuery) -> int:
    asked = replace(query, visit=Visit.REMOTE, point=None, region="", is_area=False)
    return len(matching(clinics, asked).found)


def remote_in_region(clinics: list[PlainClinic], query: SearchQuery) -> int:
    if not query.region:
        return 0
    asked = replace(
        NOTHING_ASKED,
        now=query.now,
        visit=Visit.REMOTE,
        region=query.region,
        is_area=True,
        also=query.also,
    )
    return len(matching(clinics, asked).found)


def in_person_near(
    clinics: list[PlainClinic], query: SearchQuery
) -> tuple[int, float] | None:
    asked = replace(without(query, "within", "modality"), visit=Visit.IN_PERSON)
    if query.is_area or query.point is None:
        return None
    found = matching(clinics, asked, radius=lambda _: None).found
    for step in query.steps_km:
        near = [each for each in found if each.km <= step]
        if near:
            return len(near), step
    return None
