"""What a file would change: its listings matched with the records that we hold."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet

from ..facts import ClinicState, chunks, read
from ..models import Clinic, SourceRecord
from . import diff
from .change import ClinicChange
from .deciding import Answer, Decider, Held, Verdict
from .fit import Known, fitted
from .layouts import Layout
from .listing import Listing
from .ownership import is_newer
from .settle import Gazetteer, settled
from .sites import Site, grouped, site_of

SITES_AT_ONCE = 500
# Ways to find a clinic that are worth counting.
LINKED_BY = frozenset({"identifier", "name-and-address"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file says, ready to be compared, and the edition that it is.

    `layout_name` is the layout's own, or the one that samples are kept under.
    """

    layout: Layout
    layout_name: str
    source: str
    as_of: str
    is_sample: bool
    listings: Sequence[Listing]
    known: Known
    new_as_drafts: bool = False

    def day(self, listing: Listing) -> str:
        return listing.source_date or self.as_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A site that may be one of several clinics, or one that is much like it.

    `candidates` are written as in `SourceRecord.candidates`.
    """

    site: Site
    candidates: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class Plan:
    """All that an import changes.

    `touched` are the keys of listings that are new or changed, or of such a site.
    `records` are the ids of held records by the keys of listings, `unchanged` those of
    listings that are not touched. `orphans` are listings whose clinic a person deleted,
    `waiting` sites that a person has to match. `renewed` are the ids of held records
    whose content changed. `vanished` are the keys of those that the file should have
    and has not, `gone` the ids of those that this edition is the first to lack, `back`
    of those that an edition lacked. `answers` says of each site's group which clinic it
    is about, and why; `held` are the records that we hold of the layout, by key.
    """

    changes: list[ClinicChange] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)
    unchanged: list[int] = field(default_factory=list)
    orphans: list[Listing] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    renewed: list[int] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_empty(self) -> bool:
        work = (self.changes, self.orphans, self.waiting, self.gone, self.back)
        return not any(work)

    @property
    def publishes(self) -> bool:
        return any(each.is_published_now for each in self.changes)


def make_plan(reading: Reading) -> Plan:
    """What importing `reading` would change now. Reads, never writes."""
    return _Planner(reading).run()


class _Planner:
    """Makes one plan: which records changed, of which clinics, and how."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        records = SourceRecord.objects.filter(layout=reading.layout_name)
        self.held: dict[str, Held] = held_records(records)
        self.plan = Plan(held=self.held)
        self.clinics: dict[str, int | None] = {}
        self.states: dict[int, ClinicState] = {}
        self.days: dict[int, str] = {}
        self.vanished: set[int] = set()
        self.in_file = {each.key for each in reading.listings}

    def run(self) -> Plan:
        listings = [each for each in self.reading.listings if not self._is_older(each)]
        self._find_vanished()
        groups = {
            name: members
            for name, members in grouped(listings).items()
            if any(map(self._is_to_match, members))
        }
        sites = self._sites(groups, {each.key for each in listings}) if groups else []
        sites = self._matched(sites)
        self._count(listings, {site.lead.group for site in sites})
        if sites:
            self._compare(sites)
        return self.plan

    def _is_older(self, listing: Listing) -> bool:
        held = self.held.get(listing.key)
        older = held and is_newer(held.as_of, self.reading.day(listing))
        self.plan.tally["older"] += bool(older)
        return bool(older)

    def _is_touched(self, listing: Listing) -> bool:
        held = self.held.get(listing.key)
        return (
            held is None
            or held.content_hash != listing.content_hash
            or held.as_of != self.reading.day(listing)
        )

    def _is_to_match(self, listing: Listing) -> bool:
        """Whether it is to be known which clinic `listing` is about."""
        return self._is_touched(listing) or self.held[listing.key].is_waiting

    def _count(self, listings: Iterable[Listing], groups: Collection[str]) -> None:
        tally = self.plan.tally
        for listing in listings:
            held = self.held.get(listing.key)
            if held is None:
                tally["records_new"] += 1
            elif self._is_touched(listing):
                tally["records_changed"] += 1
                if held.content_hash != listing.content_hash:
                    self.plan.renewed.append(held.pk)
            else:
                tally["records_unchanged"] += 1
            if held and held.vanished_in_id:
                self.plan.back.append(held.pk)
            if listing.group in groups:
                self.plan.touched.add(listing.key)
                if held:
                    self.plan.records[listing.key] = held.pk
            elif held:
                self.plan.unchanged.append(held.pk)

    def _find_vanished(self) -> None:
        """Note held records that the file is silent of, though it could have them.

        It could where it has records of their type in their state.
        """
        scope = {(each.record_type, each.region) for each in self.reading.listings}
        for held in self.held.values():
            could = (held.record_type, held.region or "") in scope
            same = held.source_id == self.reading.source
            if could and same and held.key not in self.in_file:
                self.plan.vanished.append(held.key)
                self.vanished.add(held.pk)
                is_later = is_newer(self.reading.as_of, held.as_of)
                if is_later and held.vanished_in_id is None:
                    self.plan.gone.append(held.pk)

    # --- Which clinic ----------------------------------------------------------

    def _sites(
        self, groups: Mapping[str, list[Listing]], present: Collection[str]
    ) -> list[Site]:
        """The sites of `groups`, with records that we hold and this file has not."""
        siblings = self._siblings(groups, present)
        return [site_of(groups[name] + siblings.get(name, [])) for name in groups]

    def _siblings(
        self, groups: Mapping[str, list[Listing]], present: Collection[str]
    ) -> dict[str, list[Listing]]:
        site_keys = {each[0].site_key for each in groups.values()}
        missing = [
            held.pk
            for held in self.held.values()
            if held.site_key in site_keys and held.key not in present
        ]
        found: dict[str, list[Listing]] = defaultdict(list)
        for pks in chunks(missing):
            records = SourceRecord.objects.filter(
                Q(clinic__isnull=False) | Q(match=SourceRecord.Match.WAITING),
                pk__in=pks,
            )
            for pk, key, kind, line, raw in records.values_list(
                "pk", "key", "record_type", "line", "raw"
            ):
                listing = self._again(raw, line, kind)
                if listing and listing.group in groups:
                    found[listing.group].append(under_key(listing, key))
                    self.plan.records[key] = pk
        return found

    def _again(self, raw: Mapping[str, Any], line: int, kind: str) -> Listing | None:
        """The claim that a record holds, as far as the catalogues still have it."""
        row = self.reading.layout.again(raw, line, kind)
        if isinstance(row, Listing):
            row = fitted(row, self.reading.known, is_strict=False)
        return row if isinstance(row, Listing) else None

    def _matched(self, sites: Sequence[Site]) -> list[Site]:
        """Match `sites`; those of them about which there is anything new."""
        reading = self.reading
        decider = Decider(
            reading.layout_name, reading.is_sample, self.held, self.vanished
        )
        self.plan.answers = decider.decide(sites)
        return [site for site in sites if self._has_news(site)]

    def _has_news(self, site: Site) -> bool:
        """Whether anything changed but that the site still waits as it did."""
        answer = self.plan.answers[site.lead.group]
        held = [self.held.get(each.key) for each in site.listings]
        return (
            answer.verdict is not Verdict.WAIT
            or any(
                each is None
                or each.candidates != list(answer.candidates)
                or not each.is_waiting
                for each in held
            )
            or any(
                self._is_touched(each)
                for each in site.listings
                if each.key in self.in_file
            )
        )

    # --- What changes ----------------------------------------------------------

    def _compare(self, sites: Sequence[Site]) -> None:
        for site in sites:
            self._set_aside(site)
        self._follow_merges({pk for pk in self.clinics.values() if pk})
        self.days = self._days()
        gazetteer = Gazetteer.for_sites(sites)
        matched = [site for site in sites if site.lead.group in self.clinics]
        for some in chunks(matched, SITES_AT_ONCE):
            self._read_states(some)
            for site in some:
                self._compare_one(site, gazetteer)

    def _set_aside(self, site: Site) -> None:
        """Note the clinic that `site` is about, or that no machine can say."""
        answer = self.plan.answers[site.lead.group]
        if answer.verdict is Verdict.DELETED:
            self.plan.orphans.extend(site.listings)
            said = f"{site.facts['name']}: a person deleted it."
            self.plan.notes["deleted_by_a_person"].append(said)
        elif answer.verdict is Verdict.WAIT:
            self.plan.waiting.append(Waiting(site, answer.candidates))
            said = f"Line {site.lead.line}, {site.facts['name']}, {site.facts['city']}."
            self.plan.notes["waiting"].append(said)
        else:
            self.clinics[site.lead.group] = answer.clinic
            for reason in LINKED_BY.intersection(answer.reasons):
                self.plan.tally[f"linked by {reason}"] += 1

    def _read_states(self, sites: Sequence[Site]) -> None:
        """Read the clinics of `sites`; let go of others, unless they change again."""
        shared = Counter(self.clinics.values())
        kept = {pk: each for pk, each in self.states.items() if shared[pk] > 1}
        wanted = {self.clinics[site.lead.group] for site in sites} - {None, *kept}
        self.states = kept | read(wanted, with_records=True)
        for pk in wanted & self.states.keys():
            for record in self.states[pk].records:
                record.as_of = self.days.get(record.pk, record.as_of)

    def _follow_merges(self, clinics: Collection[int]) -> None:
        """Put those that clinics were merged into in their place."""
        merged: dict[int, int] = {}
        for pks in chunks(clinics):
            rows = Clinic.objects.filter(pk__in=pks, merged_into__isnull=False)
            merged |= dict(rows.values_list("pk", "merged_into"))
        for group, pk in self.clinics.items():
            self.clinics[group] = merged.get(pk, pk)

    def _days(self) -> dict[int, str]:
        """The file's date of its records: none of them is newer than another."""
        return {
            self.held[each.key].pk: self.reading.day(each)
            for each in self.reading.listings
            if each.key in self.held and each.key in self.plan.touched
        }

    def _compare_one(self, site: Site, gazetteer: Gazetteer) -> None:
        reading = self.reading
        wanted = settled(
            site,
            gazetteer,
            source=reading.source if site.lead.source == "" else site.lead.source,
            as_of=self._site_day(site),
            care_types=reading.known.care_types,
        )
        pk = self.clinics[site.lead.group]
        if pk is None:
            change = diff.new_clinic(wanted, as_draft=reading.new_as_drafts)
        else:
            change = diff.changed_clinic(wanted, self.states[pk], self._mine(site, pk))
            self.states[pk] = diff.after(self.states[pk], change)
        self.plan.changes.append(change)
        for topic, said in (*wanted.notes, *change.notes):
            self.plan.notes[topic].append(said)
        for listing in site.listings:
            for remark in listing.remarks:
                said = f"Line {listing.line}, {listing.name}: {remark}"
                self.plan.notes["remarks"].append(said)

    def _site_day(self, site: Site) -> str:
        """The newest date that a record of the site in this file has."""
        days = [
            self.reading.day(each)
            for each in site.listings
            if each.key in self.plan.touched
        ]
        newest = days[0]
        for day in days[1:]:
            newest = day if is_newer(day, newest) else newest
        return newest

    def _mine(self, site: Site, clinic: int) -> frozenset[int]:
        """The ids of the site's records in this layout, a renamed one among them."""
        mine = {
            self.held[each.key].pk for each in site.listings if each.key in self.held
        }
        if site.lead.slug and not mine:
            keys = {each.key for each in self.reading.listings}
            for record in self.states[clinic].records:
                is_left = record.key not in keys
                if record.layout == self.reading.layout_name and is_left:
                    self.plan.records[site.lead.key] = record.pk
                    return frozenset({record.pk})
        return frozenset(mine)


def held_records(records: QuerySet[SourceRecord]) -> dict[str, Held]:
    """Records of one layout by their keys, as far as they are matched."""
    rows = records.values_list(
        "pk",
        "key",
        "site_key",
        "record_type",
        "content_hash",
        "as_of",
        "line",
        "clinic_id",
        "source_id",
        "clinic__region_id",
        "match",
        "candidates",
        "vanished_in_id",
    )
    return {held.key: held for held in map(Held._make, rows.iterator())}


def under_key(listing: Listing, key: str) -> Listing:
    """`listing` with the number that `key` has, among records with equal cells."""
    _, sign, number = key.rpartition(" #")
    return (
        replace(listing, number=int(number)) if sign and number.isdigit() else listing
    )
