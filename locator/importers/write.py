"""Writes a plan: its rows are made ready without a lock, then written at once."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from ..curation import all_slugs, free_slug
from ..facts import (
    CLINIC_COMPOUNDS,
    CLINIC_ROWS,
    CLINIC_SETS,
    SERVICE_ROWS,
    SERVICE_SETS,
    Facts,
    chunks,
    column,
)
from ..models import (
    Change,
    Clinic,
    ImportRun,
    OldSlug,
    Organization,
    Proposal,
    RecordMatch,
    Service,
    SourceRecord,
    User,
)
from ..models.decision import Decision
from ..search import entries
from . import bulk
from .asking import Proposals
from .change import ClinicChange, ServiceChange
from .history import diff_of
from .listing import Listing
from .ownership import without_blanks
from .plan import Plan, Reading

# What says of a record which clinic it is about.
_MATCHED = frozenset({"clinic_id", "match", "candidates"})

# Told the share of the writing that is done, from 0 to 1.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Act:
    """Who writes and why: an import of a file, or a person who matched a listing."""

    kind: Change.Kind = Change.Kind.IMPORT
    match: SourceRecord.Match = SourceRecord.Match.MACHINE
    by: User | None = None
    event: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def is_import(self) -> bool:
        return self.kind == Change.Kind.IMPORT


class Writer:
    """One plan on its way into the database, and into the ledger.

    Make it before the transaction. Inside it, and only if `still_holds`, `write`.
    """

    def __init__(
        self, plan: Plan, reading: Reading, now: datetime, act: Act | None = None
    ) -> None:
        self.plan, self.reading, self.now = plan, reading, now
        self.act = act or Act()
        self.today = timezone.localdate(now).isoformat()
        self.new = [each for each in plan.changes if each.is_new]
        self.felt = [each for each in plan.changes if not each.is_new and each.is_felt]
        self.ids = bulk.Ids()
        self.inserts = bulk.Inserts()
        self.updates = bulk.Updates()
        self.organizations: dict[str, int] = {}
        self.records = dict(plan.records)
        self.run_id = self.ids.of(ImportRun, 1)[0] if self.act.is_import else None
        self._give_ids()
        self._ready_organizations()
        self._ready_clinics()
        self._ready_services()
        self._ready_records()
        self._ready_matches()
        self._ready_changes()
        self.proposals = Proposals.of(plan, self.records, now)
        for row in self.proposals.rows:
            self.inserts.add(Proposal, row)

    def still_holds(self) -> bool:
        """Whether the ids that were given out are still nobody's."""
        return self.ids.still_free()

    def write(self, progress: Progress) -> None:
        """Write everything, search entries included, in the caller's transaction."""
        steps = (
            self._put_behind,
            self._clear,
            self.inserts.execute,
            self._update,
            self._rebuild,
        )
        for done, step in enumerate(steps):
            progress(done / len(steps))
            step()
        progress(1)

    # --- Before the lock -------------------------------------------------------

    def _give_ids(self) -> None:
        for change, pk in zip(
            self.new, self.ids.of(Clinic, len(self.new)), strict=True
        ):
            change.new_pk = pk
        new = [one for one, _ in self._services() if one.pk is None]
        for one, pk in zip(new, self.ids.of(Service, len(new)), strict=True):
            one.new_pk = pk
        keys = [each.key for each in self._listings() if each.key not in self.records]
        self.records |= zip(keys, self.ids.of(SourceRecord, len(keys)), strict=True)

    def _services(self) -> Iterator[tuple[ServiceChange, ClinicChange]]:
        for change in self.plan.changes:
            for one in change.services:
                yield one, change

    def _listings(self) -> Iterator[Listing]:
        for change in self.plan.changes:
            yield from change.wanted.site.listings
        yield from self.plan.orphans
        for one in self.plan.waiting:
            yield from one.site.listings

    def _ready_organizations(self) -> None:
        websites: dict[str, str] = {}
        for change in self.plan.changes:
            if name := change.facts.get("organization"):
                website = change.wanted.site.facts["organization_website"] or ""
                websites[name] = websites.get(name) or website
        blank: set[str] = set()
        for names in chunks(websites):
            # Of several with one name, the first that was made.
            found = Organization.objects.filter(name__in=names).order_by("-pk")
            for name, pk, website in found.values_list("name", "pk", "website"):
                self.organizations[name] = pk
                (blank.discard if website else blank.add)(name)
        for name in blank:
            if websites[name]:
                columns = {"website": websites[name]}
                self.updates.add(Organization, self.organizations[name], columns)
        missing = [name for name in websites if name not in self.organizations]
        ids = self.ids.of(Organization, len(missing))
        for name, pk in zip(missing, ids, strict=True):
            self.organizations[name] = pk
            facts = {"id": pk, "name": name, "website": websites[name]}
            self.inserts.add(Organization, facts)

    def _ready_clinics(self) -> None:
        taken = all_slugs()
        for change in self.new:
            slug = self._slug(change, taken)
            taken.add(slug)
            self.inserts.add(Clinic, self._clinic(change, slug))
        present = _present_sources(Clinic, (each.id for each in self.felt))
        for change in self.felt:
            columns = self._columns(change.facts) | {"updated_at": self.now}
            columns["field_sources"] = present[change.id] | self._sources(
                change, change.facts
            )
            self.updates.add(Clinic, change.id, columns)
        both = [*self.new, *self.felt]
        self.inserts.add_sets(Clinic, _said(both, CLINIC_SETS))
        self.inserts.add_rows("clinic_id", _said(both, CLINIC_ROWS))
        for change in self.plan.changes:
            for slug in change.wanted.site.lead.old_slugs:
                if slug not in taken:
                    taken.add(slug)
                    self.inserts.add(OldSlug, {"slug": slug, "clinic_id": change.id})

    def _slug(self, change: ClinicChange, taken: set[str]) -> str:
        slug, facts = change.wanted.site.lead.slug, change.facts
        if slug and slug not in taken:
            return slug
        return free_slug(facts["name"], facts["city"], facts["region"], taken=taken)

    def _clinic(self, change: ClinicChange, slug: str) -> Facts:
        return self._columns(change.facts) | {
            "id": change.id,
            "slug": slug,
            "is_sample": self.reading.is_sample,
            "field_sources": self._sources(change, without_blanks(change.claimed)),
            "created_at": self.now,
            "updated_at": self.now,
        }

    def _ready_services(self) -> None:
        pairs = list(self._services())
        felt = [one for one, _ in pairs if one.pk and one.facts and not one.is_removed]
        present = _present_sources(Service, (one.id for one in felt))
        for one, change in pairs:
            if one.is_removed or not one.facts:
                continue
            by = one.listing
            fields = one.facts if one.pk else without_blanks(one.claimed)
            sources = self._sources(change, fields, by)
            columns = self._columns(one.facts)
            if one.pk is None:
                columns |= {"id": one.id, "clinic_id": change.id}
                self.inserts.add(Service, columns | {"field_sources": sources})
            else:
                columns["field_sources"] = present[one.id] | sources
                self.updates.add(Service, one.id, columns)
        said = [one for one, _ in pairs if one.facts and not one.is_removed]
        self.inserts.add_sets(Service, _said(said, SERVICE_SETS))
        self.inserts.add_rows("service_id", _said(said, SERVICE_ROWS))

    def _ready_records(self) -> None:
        held = set(self.plan.records.values())
        for record in (*self._records(), *map(self._record, self.plan.orphans)):
            if record["id"] not in held:
                self.inserts.add(SourceRecord, record)
            else:
                self.updates.add(SourceRecord, record["id"], self._changed(record))
        for change in self.plan.changes:
            for pk, written in change.written.items():
                self.updates.add(SourceRecord, pk, {"written": written})

    def _records(self) -> Iterator[Facts]:
        for change in self.plan.changes:
            for listing in change.wanted.site.listings:
                services = change.services_of(listing)
                yield self._record(listing) | {
                    "clinic_id": change.id,
                    "service_id": next(
                        (each.id for each in services if each.is_own), None
                    ),
                    "written": change.written_for(listing),
                    "match": self.act.match,
                    "candidates": [],
                }
        for one in self.plan.waiting:
            for listing in one.site.listings:
                yield self._record(listing) | {
                    "clinic_id": None,
                    "service_id": None,
                    "written": {},
                    "match": SourceRecord.Match.WAITING,
                    "candidates": list(one.candidates),
                }

    def _record(self, listing: Listing) -> Facts:
        return {
            "id": self.records[listing.key],
            "source_id": self.reading.source,
            "layout": self.reading.layout_name,
            "record_type": listing.record_type,
            "key": listing.key,
            "site_key": listing.site_key,
            "line": listing.line,
            "raw": listing.raw,
            "content_hash": listing.content_hash,
            "as_of": self.reading.day(listing),
            "first_run_id": self.run_id,
            "last_run_id": self.run_id,
        }

    def _changed(self, record: Facts) -> Facts:
        """What a held record gets: all, or only what it has written still.

        A person's match stays whatever the record says now.
        """
        kept = {"id", "first_run_id"}
        held = self.plan.held.get(record["key"])
        if held is None or record["key"] not in self.plan.touched:
            kept = record.keys() - {"written", "service_id", *_MATCHED}
        if held and held.clinic_id and self.act.is_import:
            is_persons = held.match == SourceRecord.Match.PERSON
            if is_persons or record["key"] not in self.plan.touched:
                kept = {*kept, *_MATCHED}
        return {name: value for name, value in record.items() if name not in kept}

    def _ready_matches(self) -> None:
        """A row of history for each record that has a clinic now and had not."""
        for change in self.plan.changes:
            site = change.wanted.site
            answer = self.plan.answers[site.lead.group]
            for listing in site.listings:
                held = self.plan.held.get(listing.key)
                if held is None or held.clinic_id is None:
                    self._add_match(listing, change.id, answer.reasons)
        for one in self.plan.waiting:
            for listing in one.site.listings:
                held = self.plan.held.get(listing.key)
                if held is None or not held.is_waiting:
                    self._add_match(listing, None, ("waiting",))

    def _add_match(
        self, listing: Listing, clinic: int | None, reasons: tuple[str, ...]
    ) -> None:
        by = self.act.by if self.act.match == SourceRecord.Match.PERSON else None
        row = {
            "record_id": self.records[listing.key],
            "clinic_id": clinic,
            "reasons": list(reasons),
            "at": self.now,
            "by_id": by.pk if by else None,
            "run_id": self.run_id,
            "event": self.act.event,
        }
        self.inserts.add(RecordMatch, row)

    def _ready_changes(self) -> None:
        """The ledger's rows; a new clinic has no before."""
        for change in self.plan.changes:
            diff = {} if change.is_new else diff_of(change)
            if not (diff or change.is_new):
                continue
            row = {
                "clinic_id": change.id,
                "at": self.now,
                "by_id": self.act.by.pk if self.act.by else None,
                "kind": self.act.kind,
                "is_first": change.is_new,
                "diff": diff,
                "event": self.act.event,
                "run_id": self.run_id,
            }
            self.inserts.add(Change, row)

    # --- Facts -----------------------------------------------------------------

    def _columns(self, facts: Facts) -> Facts:
        """The columns that `facts` fill; sets and rows have tables of their own."""
        columns: Facts = {}
        for name, value in facts.items():
            if name == "organization":
                columns["organization_id"] = self.organizations.get(value)
            elif parts := CLINIC_COMPOUNDS.get(name):
                blank = [None if "itude" in part else "" for part in parts]
                columns |= zip(map(column, parts), value or blank, strict=True)
            elif not isinstance(value, list):
                columns[column(name)] = value
        return columns

    def _sources(
        self, change: ClinicChange, fields: Iterable[str], by: Listing | None = None
    ) -> Facts:
        """Who says `fields`, and since when, by the names of the model's fields."""
        record = self.records[(by or change.wanted.site.lead).key]
        said = {"record": record, "at": self.today}
        return {
            part: said
            for name in fields
            for part in CLINIC_COMPOUNDS.get(name, (name,))
        }

    # --- Under the lock --------------------------------------------------------

    def _put_behind(self) -> None:
        """Keep what records held till now; close proposals that are overtaken."""
        for pks in chunks(self.plan.renewed):
            bulk.keep_versions(pks, self.run_id)
        for pks in chunks(self.proposals.overtaken):
            still_open = Proposal.objects.filter(pk__in=pks, decision=Decision.OPEN)
            still_open.update(decision=Decision.OVERTAKEN, decided_at=self.now)

    def _clear(self) -> None:
        """Remove what is said anew, and services that their source gave up."""
        services = [one for one, _ in self._services() if one.pk]
        bulk.clear_sets(Clinic, _said(self.felt, CLINIC_SETS))
        bulk.clear_rows("clinic_id", _said(self.felt, CLINIC_ROWS))
        bulk.clear_sets(Service, _said(services, SERVICE_SETS))
        bulk.clear_rows("service_id", _said(services, SERVICE_ROWS))
        for pks in chunks(one.id for one in services if one.is_removed):
            Service.objects.filter(pk__in=pks).delete()

    def _update(self) -> None:
        records = SourceRecord.objects
        for pks in chunks(self.plan.unchanged):
            records.filter(pk__in=pks).update(last_run=self.run_id)
        self.updates.execute()
        for pks in chunks(self.plan.gone):
            records.filter(pk__in=pks).update(
                vanished_in=self.run_id, vanished_seen=False
            )
        for pks in chunks(self.plan.back):
            records.filter(pk__in=pks).update(vanished_in=None, vanished_seen=False)

    def _rebuild(self) -> None:
        published = (each.id for each in self.new if each.is_published_now)
        entries.rebuild([*published, *(each.id for each in self.felt)])


def _present_sources(model: type[Model], pks: Iterable[int]) -> dict[int, Facts]:
    found: dict[int, Facts] = {}
    for some in chunks(pks):
        rows = model._default_manager.filter(pk__in=some)
        found |= dict(rows.values_list("pk", "field_sources"))
    return found


def _said(
    changes: Iterable[ClinicChange | ServiceChange], names: Iterable[str]
) -> Iterator[bulk.Said]:
    names = tuple(names)
    for change in changes:
        for name in names:
            if name in change.facts:
                yield change.id, name, change.facts[name]
