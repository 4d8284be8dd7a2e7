"""Why nothing answers a query, and what would: `explain`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from . import parts
from .columns import Columns
from .engine import Kept, keep, match
from .finding import around, find
from .names import named_by
from .opening import open_at
from .query import ClinicHit, Explanation, Fact, SearchQuery, Sort, Visit
from .ranking import Names
from .reading import Answer, Reading, read, unpack

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

    For a page that is empty, not for every page: it reads what lies near, and goes
    through the whole directory once for what that does not tell.
    """
    named = named_by(query.words) if query.words else None
    found = around(query)
    near = _columns(found.entries if found else unpack([]))
    open_hours = open_at(query.now, near) if query.open_now else {}
    totals, left = {}, {}
    for name, question in _questions(query).items():
        reading = question.read(near, named, open_hours)
        if found and question.is_told_by(reading):
            totals[name] = _total(reading)
        else:
            left[name] = question
    return _told(
        query,
        totals | _everywhere(left, named),
        near=_in_person_near(query, near, named, open_hours),
        nearest=lambda asked: find(replace(asked, page=1, page_size=NEAREST)).hits,
    )


def explained(
    entries: np.ndarray,
    query: SearchQuery,
    *,
    names: Names,
    named: Collection[int] | None = None,
    open_hours: Mapping[int, Fact] | None = None,
) -> Explanation:
    """What `explain` says, of `entries`, where these are all there are.

    The rest is as for `match`. Where dropping one answer is not enough, nothing is
    `nearest`. Pure.
    """
    columns, open_hours = Columns(entries), open_hours or {}

    def nearest(asked: SearchQuery) -> tuple[ClinicHit, ...]:
        matches = match(columns, asked, names=names, named=named, open_hours=open_hours)
        return matches.hits(0, NEAREST)

    return _told(
        query,
        {
            name: _total(question.read(columns, named, open_hours))
            for name, question in _questions(query).items()
        },
        near=_in_person_near(query, columns, named, open_hours),
        nearest=nearest,
    )


def _told(
    query: SearchQuery,
    totals: Mapping[str, int],
    *,
    near: tuple[int, float] | None,
    nearest: Callable[[SearchQuery], tuple[ClinicHit, ...]],
) -> Explanation:
    """What the answers to all `_questions` say together."""
    removed = {name: totals[f"without {name}"] for name in answered(query)}
    silent = {
        name.removeprefix("silent "): total - totals["now"]
        for name, total in totals.items()
        if name.startswith("silent ") and total > totals["now"]
    }
    blamed = max(removed, key=removed.__getitem__, default="")
    is_to_blame = bool(removed.get(blamed))
    # Without a point those that rank first.
    sort = Sort.DISTANCE if query.origin else Sort.BEST
    asked = replace(_without(query, blamed), sort=sort) if is_to_blame else None
    return Explanation(
        removed=removed,
        silent=silent,
        remote_anywhere=totals["anywhere"],
        remote_here=totals["here"],
        remote_in_region=totals.get("in region", 0),
        in_person_near=near,
        nearest=nearest(asked) if asked else (),
        nearest_without=blamed if is_to_blame else "",
    )


def _columns(entries: np.ndarray | Columns) -> Columns:
    return entries if isinstance(entries, Columns) else Columns(entries)


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


# --- The questions -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """How many clinics answer `query`, where silence on `silent` is a yes."""

    query: SearchQuery
    silent: str = ""

    def read(
        self,
        entries: Columns,
        named: Collection[int] | None,
        open_hours: Mapping[int, Fact],
    ) -> Reading:
        reading = read(entries, self.query, named=named, open_hours=open_hours)
        return _speaking(reading, self.silent) if self.silent else reading

    def is_told_by(self, reading: Reading) -> bool:
        """Whether all that it asks of is in `reading`, of what lies `around`."""
        if not self.query.has_place:
            return False
        return not self.query.is_widening or _keep(reading).used_km is not None


def _questions(query: SearchQuery) -> dict[str, _Question]:
    """All that is asked about an empty page, by names of what each tells."""
    anywhere = _without(query, "within", "also")
    services = [name for name in _FIELD_OF if name not in ("within", "also")]
    in_region = replace(_without(query, *services), with_unstated=False)
    asked = {
        **{f"without {name}": _without(query, name) for name in answered(query)},
        "now": query,
        "here": replace(query, visit=Visit.REMOTE),
        "anywhere": replace(
            anywhere, visit=Visit.REMOTE, point=None, region="", is_area=False
        ),
    }
    if query.region:
        asked["in region"] = replace(in_region, visit=Visit.REMOTE)
    questions = {name: _Question(each) for name, each in asked.items()}
    if query.with_unstated:
        return questions
    silent = {name: _Question(query, name) for name in _can_be_silent(query)}
    return questions | {f"silent {name}": each for name, each in silent.items()}


def _can_be_silent(query: SearchQuery) -> list[str]:
    """The parameters on which silence is counted.

    That on how and where a visit can be stands under `visit`: a category asks whether
    it is remote, so that its silence is of the same kind.
    """
    facts = read(Columns(unpack([])), query, named=(), open_hours={}).facts
    return [*(name for name in facts if name != "category"), "visit"]


def _speaking(reading: Reading, name: str) -> Reading:
    """`reading` with silence on `name` a yes."""
    facts = reading.facts
    if name != "visit":
        return replace(reading, facts={**facts, name: _or_silent(facts[name])})
    return replace(
        reading,
        facts={**facts, "category": _or_silent(facts["category"])},
        remote=_or_silent(reading.remote),
        in_person=_or_silent(reading.in_person),
    )


def _or_silent(answer: Answer) -> Answer:
    return Answer(answer.kept(True), np.zeros_like(answer.silent))


# --- The answers -------------------------------------------------------------------


def _keep(reading: Reading, km: float | None = None) -> Kept:
    unstated = reading.query.with_unstated
    return keep(reading, reading.facts, with_unstated=unstated, km=km)


def _total(reading: Reading, km: float | None = None) -> int:
    kept = _keep(reading, km)
    return int(reading.clinics(kept.remote | kept.in_person).sum())


def _everywhere(
    questions: Mapping[str, _Question], named: Collection[int] | None
) -> dict[str, int]:
    """The answers to `questions` about the whole directory, without a radius."""
    totals = dict.fromkeys(questions, 0)
    for entries in parts.read() if questions else ():
        columns, hours = Columns(entries), None
        for name, question in questions.items():
            if hours is None and question.query.open_now:
                hours = open_at(question.query.now, columns)
            reading = question.read(columns, named, hours or {})
            km = np.inf if question.query.is_widening else None
            totals[name] += _total(reading, km)
    return totals


def _in_person_near(
    query: SearchQuery,
    entries: Columns,
    named: Collection[int] | None,
    open_hours: Mapping[int, Fact],
) -> tuple[int, float] | None:
    """The clinics within the first step that holds any, and that step in km."""
    asked = replace(_without(query, "within", "modality"), visit=Visit.IN_PERSON)
    reading = read(entries, asked, named=named, open_hours=open_hours)
    kept = _keep(reading, np.inf)
    for step in query.steps_km:
        near = kept.in_person & (reading.km <= step)
        if near.any():
            return int(reading.clinics(near).sum()), step
    return None
