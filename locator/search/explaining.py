"""Why nothing answers a query, and what would: `explain`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from django.db.models import Q

from ..models import SearchEntry
from . import entries as search_entries
from .columns import Columns
from .engine import keep, match
from .finding import fetch
from .names import folded, of_clinics_named
from .opening import open_at
from .query import ClinicHit, Explanation, Fact, SearchQuery, Sort, Visit
from .ranking import Names
from .reading import Answer, Reading, read

NEAREST = 3

# The fields of a query by the parameter that sets them. Of two answers that remove as
# many, the one that a visitor misses least comes first.
_FIELD_OF = {
    "within": "within_km",
    "visit": "visit",
    "open": "open_now",
    "accepting": "accepting",
    "also": "also",
    "category": "category",
    "modality": "modalities",
    "type": "types",
    "contact": "contacts",
    "accessibility": "accessibility",
    "eligibility": "eligibility",
    "q": "words",
    "age": "ages",
    "language": "languages",
    "payment": "payments",
    "specialty": "specialties",
}
_UNASKED = {each.name: each.default for each in fields(SearchQuery)}


def explain(query: SearchQuery) -> Explanation:
    """Which answer of `query` leaves nothing, and what lies around it.

    Two queries at most, over more of the directory than a search reads: for a page that
    is empty, not for every page.
    """
    everywhere = search_entries.doors_within(replace(query, visit=Visit.ANY), None)
    found = fetch(query, everywhere | Q(is_lead=True))
    open_hours = open_at(query.now, found.entries) if query.open_now else {}
    return explained(
        found.entries,
        query,
        names=folded,
        named=_named(query),
        open_hours=open_hours,
    )


def _named(query: SearchQuery) -> frozenset[int] | None:
    if not query.words:
        return None
    leads = SearchEntry.objects.filter(of_clinics_named(query.words), is_lead=True)
    return frozenset(leads.values_list("clinic_id", flat=True))


def explained(
    entries: np.ndarray,
    query: SearchQuery,
    *,
    names: Names,
    named: Collection[int] | None = None,
    open_hours: Mapping[int, Fact] | None = None,
) -> Explanation:
    """What `explain` says, of `entries`: leads, site doors, and coverage doors of use.

    The rest is as for `match`. Where dropping one answer is not enough, nothing is
    `nearest`. Pure.
    """
    told = _Told(Columns(entries), query, names, named, open_hours or {})
    removed = {each: told.total(_without(query, each)) for each in answered(query)}
    blamed = max(removed, key=removed.__getitem__, default="")
    is_to_blame = bool(removed.get(blamed))
    return Explanation(
        removed=removed,
        silent=told.silent(),
        remote_anywhere=told.remote_anywhere(),
        remote_here=told.total(replace(query, visit=Visit.REMOTE)),
        remote_in_region=told.remote_in_region(),
        in_person_near=told.in_person_near(),
        nearest=told.nearest(_without(query, blamed)) if is_to_blame else (),
        nearest_without=blamed if is_to_blame else "",
    )


def answered(query: SearchQuery) -> list[str]:
    """The parameters that `query` answers with an effect, but for place and region."""
    has_effect = {
        "within": query.asked_km is not None,
        "also": query.has_place and query.visit is not Visit.IN_PERSON,
    }
    return [
        name
        for name, field in _FIELD_OF.items()
        if getattr(query, field) != _UNASKED[field] and has_effect.get(name, True)
    ]


def _without(query: SearchQuery, *parameters: str) -> SearchQuery:
    dropped = {_FIELD_OF[name]: _UNASKED[_FIELD_OF[name]] for name in parameters}
    return replace(query, **dropped)


@dataclass(frozen=True, slots=True)
class _Told:
    """Asks the same entries one question after the other."""

    entries: Columns
    query: SearchQuery
    names: Names
    named: Collection[int] | None
    open_hours: Mapping[int, Fact]

    def total(self, query: SearchQuery) -> int:
        """How many clinics answer `query`."""
        return self._total(self._reading(query))

    def _reading(self, query: SearchQuery) -> Reading:
        return read(self.entries, query, named=self.named, open_hours=self.open_hours)

    def _total(self, reading: Reading) -> int:
        unstated = reading.query.with_unstated
        kept = keep(reading, reading.facts, with_unstated=unstated)
        return len(np.unique(self.entries["clinic"][kept.remote | kept.in_person]))

    def silent(self) -> dict[str, int]:
        """How many more match if silence on one parameter counts, where any do."""
        if self.query.with_unstated:
            return {}
        reading = self._reading(self.query)
        now = self._total(reading)
        more = {
            name: self._total(speaking) - now
            for name, speaking in _speaking(reading).items()
        }
        return {name: clinics for name, clinics in more.items() if clinics > 0}

    def remote_anywhere(self) -> int:
        asked = _without(self.query, "within", "also")
        return self.total(
            replace(asked, visit=Visit.REMOTE, point=None, region="", is_area=False)
        )

    def remote_in_region(self) -> int:
        if not self.query.region:
            return 0
        services = [name for name in _FIELD_OF if name not in ("within", "also")]
        asked = _without(self.query, *services)
        return self.total(replace(asked, visit=Visit.REMOTE, with_unstated=False))

    def in_person_near(self) -> tuple[int, float] | None:
        """The clinics within the first step that holds any, and that step in km."""
        asked = _without(self.query, "within", "modality")
        reading = self._reading(replace(asked, visit=Visit.IN_PERSON))
        unstated = self.query.with_unstated
        kept = keep(reading, reading.facts, with_unstated=unstated, km=np.inf)
        for step in self.query.steps_km:
            near = kept.in_person & (reading.km <= step)
            if near.any():
                return len(np.unique(self.entries["clinic"][near])), step
        return None

    def nearest(self, query: SearchQuery) -> tuple[ClinicHit, ...]:
        """The nearest that answer `query`; without a point those that rank first."""
        sort = Sort.DISTANCE if query.origin else Sort.BEST
        matches = match(
            self.entries,
            replace(query, sort=sort),
            names=self.names,
            named=self.named,
            open_hours=self.open_hours,
        )
        return matches.hits(0, NEAREST)


def _speaking(reading: Reading) -> dict[str, Reading]:
    """`reading` with silence a yes, by the parameter that this changes.

    What is silent of how and where a visit can be stands under `visit`: a category asks
    whether it is remote, so that its silence is of the same kind.
    """
    facts = reading.facts
    told = {
        name: replace(reading, facts={**facts, name: _or_silent(answer)})
        for name, answer in facts.items()
        if name != "category" and answer.silent.any()
    }
    told["visit"] = replace(
        reading,
        facts={**facts, "category": _or_silent(facts["category"])},
        remote=_or_silent(reading.remote),
        in_person=_or_silent(reading.in_person),
    )
    return told


def _or_silent(answer: Answer) -> Answer:
    return Answer(answer.kept(True), np.zeros_like(answer.silent))
