"""What a file would change: its listings matched with the records that we hold."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..facts import ClinicState, chunks, read
from ..models import Clinic, OldSlug, SourceRecord
from . import diff
from .change import ClinicChange
from .fit import Known, fitted
from .layouts import Layout
from .listing import Listing
from .ownership import is_newer
from .settle import Gazetteer, settled
from .sites import Site, grouped, site_of

SITES_AT_ONCE = 500


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

    def day(self, listing: Listing) -> str:
        return listing.source_date or self.as_of


@dataclass(slots=True)
class Plan:
    """All that an import changes.

    `touched` are the keys of listings that are new or changed, or of such a site.
    `records` are the ids of held records by the keys of listings, `unchanged` those of
    listings that are not touched. `orphans` are listings whose clinic a person deleted.
    """

    changes: list[ClinicChange] = field(default_factory=list)
    records: dict[str, int] = field(default_factory=dict)
    unchanged: list[int] = field(default_factory=list)
    orphans: list[Listing] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    vanished: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.orphans

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
        self.plan = Plan()
        self.held: dict[str, Held] = _held(reading.layout_name)
        self.clinics: dict[str, int | None] = {}
        self.states: dict[int, ClinicState] = {}
        self.days: dict[int, str] = {}

    def run(self) -> Plan:
        listings = [each for each in self.reading.listings if not self._is_older(each)]
        groups = {
            name: members
            for name, members in grouped(listings).items()
            if any(map(self._is_touched, members))
        }
        self._count(listings, groups)
        self._find_vanished()
        if groups:
            sites = self._sites(groups, {each.key for each in listings})
            self._match(sites)
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

    def _count(
        self, listings: Iterable[Listing], groups: Mapping[str, list[Listing]]
    ) -> None:
        tally = self.plan.tally
        touched = {each.key for members in groups.values() for each in members}
        for listing in listings:
            held = self.held.get(listing.key)
            if held is None:
                tally["records_new"] += 1
            elif listing.key in touched and self._is_touched(listing):
                tally["records_changed"] += 1
            else:
                tally["records_unchanged"] += 1
            if listing.key in touched:
                self.plan.touched.add(listing.key)
                if held:
                    self.plan.records[listing.key] = held.pk
            elif held:
                self.plan.unchanged.append(held.pk)

    def _find_vanished(self) -> None:
        """Note held records that the file is silent of, though it could have them.

        It could where it has records of their type in their state.
        """
        keys = {each.key for each in self.reading.listings}
        scope = {(each.record_type, each.region) for each in self.reading.listings}
        for held in self.held.values():
            could = (held.record_type, held.region or "") in scope
            same = held.source_id == self.reading.source
            if could and same and held.key not in keys:
                self.plan.vanished.append(held.key)

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
            records = SourceRecord.objects.filter(pk__in=pks, clinic__isnull=False)
            for pk, key, kind, line, raw in records.values_list(
                "pk", "key", "record_type", "line", "raw"
            ):
                listing = self._again(raw, line, kind)
                if listing and listing.group in groups:
                    found[listing.group].append(_under_key(listing, key))
                    self.plan.records[key] = pk
        return found

    def _again(self, raw: Mapping[str, Any], line: int, kind: str) -> Listing | None:
        """The claim that a record holds, as far as the catalogues still have it."""
        row = self.reading.layout.again(raw, line, kind)
        if isinstance(row, Listing):
            row = fitted(row, self.reading.known, is_strict=False)
        return row if isinstance(row, Listing) else None

    def _match(self, sites: Sequence[Site]) -> None:
        """Find the clinic of each site: None where there is none yet."""
        by_slug = self._by_slug(site.lead.slug for site in sites)
        elsewhere = self._elsewhere(site.lead.site_key for site in sites)
        claimed: set[int] = set()
        for site in sites:
            group = site.lead.group
            pks = [
                self.held[each.key].clinic_id
                for each in site.listings
                if each.key in self.held
            ]
            clinic = next(filter(None, pks), None)
            if clinic is None and pks:
                self.plan.orphans.extend(site.listings)
                said = f"{site.facts['name']}: a person deleted it."
                self.plan.notes["deleted_by_a_person"].append(said)
                continue
            clinic = clinic or by_slug.get(site.lead.slug)
            if clinic is None and (other := elsewhere.get(site.lead.site_key)):
                clinic = other if other not in claimed else None
            if clinic:
                claimed.add(clinic)
            self.clinics[group] = clinic

    def _by_slug(self, slugs: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for wanted in chunks(filter(None, slugs)):
            old = OldSlug.objects.filter(
                slug__in=wanted, clinic__is_sample=self.reading.is_sample
            )
            found |= dict(old.values_list("slug", "clinic"))
            live = Clinic.objects.filter(
                slug__in=wanted, is_sample=self.reading.is_sample
            )
            found |= dict(live.values_list("slug", "pk"))
        return found

    def _elsewhere(self, site_keys: Iterable[str]) -> dict[str, int]:
        """Clinics that records of other layouts are about, by the site's key."""
        found: dict[str, int] = {}
        for wanted in chunks(site_keys):
            records = SourceRecord.objects.filter(
                site_key__in=wanted,
                clinic__isnull=False,
                clinic__is_sample=self.reading.is_sample,
            ).exclude(layout=self.reading.layout_name)
            found |= dict(records.order_by("-pk").values_list("site_key", "clinic"))
        return found

    # --- What changes ----------------------------------------------------------

    def _compare(self, sites: Sequence[Site]) -> None:
        self._follow_merges({pk for pk in self.clinics.values() if pk})
        self.days = self._days()
        gazetteer = Gazetteer.for_sites(sites)
        matched = [site for site in sites if site.lead.group in self.clinics]
        for some in chunks(matched, SITES_AT_ONCE):
            self._read_states(some)
            for site in some:
                self._compare_one(site, gazetteer)

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
            change = diff.new_clinic(wanted)
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


def _held(layout: str) -> dict[str, Held]:
    rows = SourceRecord.objects.filter(layout=layout).values_list(
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
    )
    return {held.key: held for held in map(Held._make, rows.iterator())}


def _under_key(listing: Listing, key: str) -> Listing:
    """`listing` with the number that `key` has, among records with equal cells."""
    _, sign, number = key.rpartition(" #")
    return (
        replace(listing, number=int(number)) if sign and number.isdigit() else listing
    )
