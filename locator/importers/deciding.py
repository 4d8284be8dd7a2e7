"""Which clinic each site of a file is about: one, none yet, or a person has to say.

What a person answered stands. A machine links by the record's own key, by the address
on this site, by an identifier, or by address and name; never two sites of one file to
one clinic, unless their site keys are the same. Reads, never writes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any, NamedTuple

from ..alike import (
    Evidence,
    Face,
    Grade,
    compare,
    is_at_one_address,
    is_like_by_name,
)
from ..facts import chunks
from ..models import Clinic, OldSlug, SourceRecord
from . import acquaintances
from .acquaintances import Acquaintances, face_of
from .sites import Site

SITES_AT_ONCE = 500
# A record with this reason beside a candidate was taken from it by a person.
UNDONE = "undone"


class Held(NamedTuple):
    """A source record that we hold, as far as it must be known to match a file's."""

    pk: int
    key: str
    site_key: str
    record_type: str
    content_hash: str
    as_of: str
    line: int
    clinic_id: int | None
    source_id: str
    region: str | None
    match: str
    candidates: list[dict[str, Any]]
    vanished_in_id: int | None

    @property
    def is_waiting(self) -> bool:
        return self.match == SourceRecord.Match.WAITING

    @property
    def is_undone(self) -> bool:
        return self.is_waiting and any(
            UNDONE in each["reasons"] for each in self.candidates
        )


class Verdict(StrEnum):
    """What is known of the clinic of a site."""

    LINK = auto()
    NEW = auto()
    WAIT = auto()
    DELETED = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """Which clinic a site is about, and why.

    `candidates` are those that it may be about, likeliest first, as
    `SourceRecord.candidates` keeps them.
    """

    verdict: Verdict
    clinic: int | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[dict[str, Any], ...] = ()


NEW = Answer(Verdict.NEW, reasons=("new",))
DELETED = Answer(Verdict.DELETED)


def _link(clinic: int, *reasons: str) -> Answer:
    return Answer(Verdict.LINK, clinic, reasons)


def _wait(found: Mapping[int, Evidence]) -> Answer:
    order = sorted(found, key=lambda pk: (-found[pk].likeness, pk))
    candidates = tuple(
        {"clinic": pk, "reasons": list(found[pk].reasons)} for pk in order
    )
    return Answer(Verdict.WAIT, candidates=candidates)


@dataclass(slots=True)
class Decider:
    """Answers for the sites of one file.

    `held` are the records of its layout by key, `vanished` the ids of those that the
    file has no longer: what they were about may have a new name.
    """

    layout: str
    is_sample: bool
    held: Mapping[str, Held]
    vanished: set[int]
    answers: dict[str, Answer] = field(default_factory=dict)
    _claimed: set[int] = field(default_factory=set)
    _taken: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Clinics that have a number of a site, which does not suffice for a link.
    _sharing: dict[str, set[int]] = field(default_factory=dict)

    def decide(self, sites: Sequence[Site]) -> dict[str, Answer]:
        """The answer for each site, by the group of its lead."""
        for held in self.held.values():
            if held.clinic_id and held.pk not in self.vanished:
                self._taken[held.clinic_id].add(held.key)
        self._by_what_is_certain(sites)
        self._by_identifiers(self._open(sites))
        self._by_site_key(self._open(sites))
        self._by_likeness(self._open(sites))
        for site in self._open(sites):
            self.answers[site.lead.group] = NEW
        return self.answers

    def _open(self, sites: Iterable[Site]) -> list[Site]:
        return [site for site in sites if site.lead.group not in self.answers]

    def _answer(self, site: Site, answer: Answer) -> None:
        self.answers[site.lead.group] = answer
        if answer.clinic:
            self._claimed.add(answer.clinic)

    def _is_free(self, clinic: int, site: Site) -> bool:
        """Whether no other site of the file, or of its layout, is about `clinic`."""
        mine = {each.key for each in site.listings}
        others = self._taken.get(clinic, set()) - mine
        return clinic not in self._claimed and not others

    # --- Certain ---------------------------------------------------------------

    def _by_what_is_certain(self, sites: Sequence[Site]) -> None:
        by_slug = self._by_slug(site.lead.slug for site in sites)
        for site in sites:
            if answer := self._by_own_key(site):
                self._answer(site, answer)
            elif clinic := by_slug.get(site.lead.slug):
                self._answer(site, _link(clinic, "address-on-this-site"))

    def _by_own_key(self, site: Site) -> Answer | None:
        """What the site's own records say; what a person said of one goes first."""
        held = [self.held[each.key] for each in site.listings if each.key in self.held]
        held.sort(key=lambda each: each.match != SourceRecord.Match.PERSON)
        if clinic := next((each.clinic_id for each in held if each.clinic_id), None):
            return _link(clinic, "key")
        waiting = [each for each in held if each.is_waiting]
        if held and not waiting:
            return DELETED
        undone = next((each for each in waiting if each.is_undone), None)
        if undone:
            return Answer(Verdict.WAIT, candidates=tuple(undone.candidates))
        return None

    def _by_slug(self, slugs: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for wanted in chunks(filter(None, slugs)):
            old = OldSlug.objects.filter(
                slug__in=wanted, clinic__is_sample=self.is_sample
            )
            found |= dict(old.values_list("slug", "clinic"))
            live = Clinic.objects.filter(slug__in=wanted, is_sample=self.is_sample)
            found |= dict(live.values_list("slug", "pk"))
        return found

    # --- Identifiers -----------------------------------------------------------

    def _by_identifiers(self, sites: Sequence[Site]) -> None:
        """Link by a number that one clinic has, unless nothing else bears it out.

        Sites of one organization may share a number.
        """
        named = {
            site.lead.group: [tuple(each) for each in site.facts["identifiers"] or ()]
            for site in sites
        }
        wanted = {each for identifiers in named.values() for each in identifiers}
        having = acquaintances.by_identifier(wanted, is_sample=self.is_sample)
        found = {
            group: {pk for each in identifiers for pk in having.get(each, ())}
            for group, identifiers in named.items()
        }
        asked = Counter(pk for pks in found.values() for pk in pks)
        faces = acquaintances.faces(asked)
        for site in sites:
            pks = found[site.lead.group]
            free = {pk for pk in pks if self._is_free(pk, site) and pk in faces}
            if not free:
                continue
            pk = min(free)
            is_one = len(free) == 1 and asked[pk] == 1
            if is_one and _is_borne_out(face_of(site), faces[pk]):
                self._answer(site, _link(pk, "identifier"))
            else:
                self._sharing[site.lead.group] = free

    # --- The same site in another layout ---------------------------------------

    def _by_site_key(self, sites: Sequence[Site]) -> None:
        found: dict[str, int] = {}
        for wanted in chunks(site.lead.site_key for site in sites):
            records = SourceRecord.objects.filter(
                site_key__in=wanted,
                clinic__isnull=False,
                clinic__is_sample=self.is_sample,
            ).exclude(layout=self.layout)
            found |= dict(records.order_by("-pk").values_list("site_key", "clinic"))
        for site in sites:
            clinic = found.get(site.lead.site_key)
            if clinic and clinic not in self._claimed:
                self._answer(site, _link(clinic, "name-and-address"))

    # --- Likeness --------------------------------------------------------------

    def _by_likeness(self, sites: Sequence[Site]) -> None:
        faces = {site.lead.group: face_of(site) for site in sites}
        evidence: dict[str, dict[int, Evidence]] = {}
        for some in chunks(sites, SITES_AT_ONCE):
            known = Acquaintances.of(
                [faces[site.lead.group] for site in some], is_sample=self.is_sample
            )
            for site in some:
                found = self._evidence(site, faces[site.lead.group], known)
                if found:
                    evidence[site.lead.group] = found
        for grade in (Grade.SAME, Grade.LIKE):
            self._link_those_of(grade, self._open(sites), evidence)
        for site in self._open(sites):
            if found := self._still_free(site, evidence):
                self._answer(site, _wait(found))

    def _evidence(
        self, site: Site, face: Face, known: Acquaintances
    ) -> dict[int, Evidence]:
        shared = self._sharing.get(site.lead.group, ())
        found = dict.fromkeys(sorted(shared), _IDENTIFIER)
        for pk, other in known.near(face):
            seen = compare(face, other)
            best = found.get(pk)
            if (
                seen.grade
                and self._is_free(pk, site)
                and (
                    best is None
                    or (seen.grade, seen.likeness) > (best.grade, best.likeness)
                )
            ):
                found[pk] = seen
        return found

    def _still_free(
        self, site: Site, evidence: Mapping[str, dict[int, Evidence]]
    ) -> dict[int, Evidence]:
        found = evidence.get(site.lead.group, {})
        return {pk: seen for pk, seen in found.items() if self._is_free(pk, site)}

    def _link_those_of(
        self,
        grade: Grade,
        sites: Sequence[Site],
        evidence: Mapping[str, dict[int, Evidence]],
    ) -> None:
        """Link sites with exactly one clinic of `grade`, which no other site wants."""
        best = {}
        for site in sites:
            found = self._still_free(site, evidence)
            best[site.lead.group] = [
                pk for pk, seen in found.items() if seen.grade >= grade
            ]
        wanted = Counter(pk for pks in best.values() for pk in pks)
        for site in sites:
            pks = best[site.lead.group]
            if len(pks) == 1 and wanted[pks[0]] == 1:
                seen = evidence[site.lead.group][pks[0]]
                phone = ["phone"] if "phone" in seen.reasons else []
                self._answer(site, _link(pks[0], "name-and-address", *phone))


_IDENTIFIER = Evidence(Grade.ASK, ("identifier",), 0.5)


def _is_borne_out(one: Face, other: Face) -> bool:
    """Whether a name or a whole address says too that two faces are of one clinic."""
    return is_like_by_name(one, other) or is_at_one_address(one, other)
