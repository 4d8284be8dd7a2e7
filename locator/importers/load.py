"""Imports one file: reads, compares and plans without a lock, then writes at once."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from django.db import DatabaseError, transaction
from django.utils import timezone

from .. import curation, inspecting
from ..models import (
    DataVersion,
    ImportRun,
    SearchEntry,
    Source,
    User,
    Versioned,
)
from ..search import filling
from ..tables import analyze, take_time
from . import preview, samhsa
from .fit import Known, fitted
from .holding import hold
from .layouts import LAYOUTS, Layout, recognised
from .listing import Listing, Rejection, Row, numbered
from .plan import Plan, Reading, make_plan
from .preview import Case
from .reading import UnreadableFileError, columns_of
from .write import Act, Writer

ATTEMPTS = 5
SAMPLES = "samples"

# Told the share of the work that is done, from 0 to 1.
Progress = Callable[[float], None]
READ, COMPARED = 0.3, 0.5
ROWS_A_STEP = 200


class ImportFailedError(Exception):
    """Nothing was written; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Job:
    """What an operator asks for. `as_of` "" leaves the edition to the file."""

    layout: str
    path: Path
    codes: Path | None = None
    as_of: str = ""
    source: str = ""
    is_dry_run: bool = False
    keep_samples: bool = False
    is_sample: bool = False
    new_as_drafts: bool = False
    by: User | None = None


@dataclass(slots=True)
class Outcome:
    """What an import did, or would do.

    `codes` counts, by code, the records with a code that became nothing; `code_names`
    are from the code sheet. `notes` are sentences by topic. `changes`, `new`, `waiting`
    and `proposals` tell each case: see `preview`. `rejects` is the file that has the
    rejections. `run` is None where nothing was written; `seconds` is how long the write
    transaction took.
    """

    tally: Counter[str]
    codes: Counter[str] = field(default_factory=Counter)
    code_names: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, list[str]] = field(default_factory=dict)
    changes: list[Case] = field(default_factory=list)
    new: list[Case] = field(default_factory=list)
    waiting: list[Case] = field(default_factory=list)
    proposals: list[Case] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rejects: Path | None = None
    as_of: str = ""
    run: ImportRun | None = None
    seconds: float = 0.0


def _silence(share: float) -> None:
    pass


@dataclass(slots=True)
class Import:
    """One import on its way: `read` the file, then `apply` what it says."""

    job: Job
    progress: Progress = _silence
    reading: Reading | None = None
    catalogues: str | None = None
    file_hash: str = ""
    outcome: Outcome = field(default_factory=lambda: Outcome(Counter()))

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.job.layout]

    # --- Reading ---------------------------------------------------------------

    def read(self) -> Outcome:
        """Read the file and what it is compared with; nothing is written.

        Raises ImportFailedError for a file that is not what it should be.
        """
        self.catalogues = _tokens().get(Versioned.CATALOGUES)
        known = Known.read()
        try:
            if self.job.codes:
                self.outcome.code_names = samhsa.code_names(self.job.codes)
            listings = list(numbered(self._listings(known)))
        except UnreadableFileError as error:
            raise ImportFailedError(f"{error}{self._hint()}") from None
        if not listings:
            raise ImportFailedError(self._why_nothing())
        as_of = self.outcome.as_of = self.job.as_of or self._edition(listings)
        for listing in listings:
            self.outcome.codes.update(listing.codes)
        self.reading = Reading(
            layout=self.layout,
            layout_name=SAMPLES if self.job.is_sample else self.layout.NAME,
            source=self._source(),
            as_of=as_of,
            is_sample=self.job.is_sample,
            listings=listings,
            known=known,
            new_as_drafts=self.job.new_as_drafts,
        )
        return self.outcome

    def _hint(self) -> str:
        """The layout that the file has instead, as the end of a sentence."""
        try:
            other = recognised(columns_of(self.job.path), but=self.layout)
        except UnreadableFileError:
            return ""
        return f" It looks like the layout {other}." if other else ""

    def _listings(self, known: Known) -> Iterator[Listing]:
        outcome = self.outcome
        for row in self._rows():
            outcome.tally["records"] += 1
            if isinstance(row, Listing):
                row = fitted(row, known, is_strict=self.layout.IS_OWN)
            if isinstance(row, Listing):
                yield row
            elif isinstance(row, Rejection):
                outcome.tally["rejected"] += 1
                outcome.rejections.append(row)
            else:
                outcome.tally[f"skipped: {row.why}"] += 1

    def _rows(self) -> Iterator[Row]:
        rows = self.layout.rows(self.job.path)
        first = next(rows, None)
        if first is None:
            return
        data = self.job.path.read_bytes()
        self.file_hash = hashlib.sha256(data).hexdigest()
        # Too many where cells have line breaks: the bar then jumps at the end.
        lines = data.count(b"\n") or 1
        for number, row in enumerate(chain([first], rows)):
            if number % ROWS_A_STEP == 0:
                self.progress(READ * min(number / lines, 1))
            yield row

    def _why_nothing(self) -> str:
        name = self.job.path.name
        if first := next(iter(self.outcome.rejections), None):
            return (
                f"No row of {name} can be imported. The first reason, in line "
                f"{first.line}: {first.reason}"
            )
        return f"{name} has columns, but no row that can be imported."

    def _edition(self, listings: list[Listing]) -> str:
        days = [listing.source_date for listing in listings]
        if not all(days):
            raise ImportFailedError(
                f"{self.job.path.name} does not say which edition it is: add --as-of "
                "with its year, month or day, as in --as-of 2022."
            )
        return max(days)

    def _source(self) -> str:
        code = self.job.source or (
            SAMPLES if self.job.is_sample else self.layout.SOURCE
        )
        if not Source.objects.filter(code=code).exists():
            raise ImportFailedError(
                f"There is no source “{code}”. Run manage.py load_catalogues, or add "
                "it in the admin."
            )
        return code

    # --- Applying --------------------------------------------------------------

    def apply(self) -> Outcome:
        """Write what `read` found in one transaction, unless the job is a dry run.

        Raises ImportFailedError where the database does not let us; it is then as it
        was before.
        """
        for attempt in range(ATTEMPTS):
            # Where others never stop changing clinics, the last one has them wait.
            with _alone() if attempt == ATTEMPTS - 1 else nullcontext():
                plan, is_done = self._attempt()
            if is_done:
                # Nobody waits for it behind the lock.
                if self.outcome.run:
                    inspecting.refresh(each.id for each in plan.changes if each.is_felt)
                return self._told(plan)
        raise ImportFailedError(
            "Other people keep changing clinics while this import compares. Nothing "
            "was written: try again in a quieter hour."
        )

    def _attempt(self) -> tuple[Plan, bool]:
        """A plan of how the data is now, and whether it was written or need not be."""
        tokens = _tokens()
        self.progress(READ)
        plan = make_plan(self.reading)
        if self.job.is_dry_run or plan.is_empty:
            self.progress(1)
            return plan, True
        try:
            return plan, self._write(plan, tokens)
        except DatabaseError as error:
            raise ImportFailedError(
                f"The database refused to write: {str(error).strip()}. "
                "It is as it was before."
            ) from error

    def _write(self, plan: Plan, tokens: Mapping[str, str]) -> bool:
        """Whether `plan` was written: not if the data moved since `tokens`."""
        writer = Writer(plan, self.reading, timezone.now(), Act(by=self.job.by))
        run = self._run(writer)
        self.progress(COMPARED)
        started = time.monotonic()
        with transaction.atomic():
            take_time()
            hold(change.id for change in plan.changes if not change.is_new)
            now = _tokens()
            if now.get(Versioned.CATALOGUES) != self.catalogues:
                raise ImportFailedError(
                    "The catalogues changed while the file was read. Nothing was "
                    "written: import it again."
                )
            if now != tokens or not writer.still_holds():
                return False
            run.save(force_insert=True)
            writer.write(self._write_progress)
            if plan.publishes and not (self.job.keep_samples or self.job.is_sample):
                plan.tally["samples_withdrawn"] = curation.withdraw_samples()
            self._finish_run(run, plan)
            analyze(SearchEntry)
            # Nobody waits for it behind the lock.
            transaction.on_commit(filling.fill_all, robust=True)
        self.outcome.run = run
        self.outcome.seconds = time.monotonic() - started
        return True

    def _write_progress(self, share: float) -> None:
        self.progress(COMPARED + (1 - COMPARED) * share)

    def _run(self, writer: Writer) -> ImportRun:
        return ImportRun(
            pk=writer.run_id,
            source_id=self.reading.source,
            layout=self.reading.layout_name,
            file_name=self.job.path.name[-255:],
            file_hash=self.file_hash,
            as_of=self.reading.as_of,
            started_at=writer.now,
            by=self.job.by,
        )

    def _finish_run(self, run: ImportRun, plan: Plan) -> None:
        told = self._told(plan)
        run.tally = dict(told.tally)
        run.notes = dict(told.notes) | {
            "codes_not_mapped": {
                code: {"records": count, "name": told.code_names.get(code, "")}
                for code, count in told.codes.most_common()
            },
            "vanished": told.vanished,
            "rejected": [
                f"Line {each.line}: {each.reason}" for each in told.rejections
            ],
        }
        run.finished_at = timezone.now()
        run.save()

    def _told(self, plan: Plan) -> Outcome:
        """The outcome with what `plan` does."""
        outcome = self.outcome
        read = {
            name: outcome.tally[name]
            for name in outcome.tally
            if name in {"records", "rejected"} or name.startswith("skipped: ")
        }
        outcome.tally = Counter(read) + plan.tally + _counted(plan)
        outcome.notes = {topic: said for topic, said in plan.notes.items() if said}
        outcome.vanished = plan.vanished
        outcome.changes, outcome.new = preview.changed(plan), preview.new(plan)
        outcome.waiting = preview.waiting(plan)
        outcome.proposals = preview.proposals(plan)
        return outcome


def _counted(plan: Plan) -> Counter[str]:
    counts: Counter[str] = Counter()
    for change in plan.changes:
        if change.is_new:
            counts["clinics_new"] += 1
            counts[f"new_{change.status}"] += 1
            counts["placed_by_postcode"] += "postcode" in change.facts["point"]
        elif change.is_felt:
            counts["clinics_changed"] += 1
            counts["clinics_published"] += change.is_published_now
        else:
            counts["clinics_unchanged"] += 1
        counts["services_new"] += sum(one.pk is None for one in change.services)
        counts["services_removed"] += sum(one.is_removed for one in change.services)
        counts["proposals"] += len(change.left)
    counts["vanished"] = len(plan.vanished)
    for topic, said in plan.notes.items():
        counts[topic] = len(said)
    return counts


@contextmanager
def _alone() -> Iterator[None]:
    """A transaction in which nobody else changes what a plan depends on."""
    with transaction.atomic():
        take_time()
        hold()
        yield


def _tokens() -> dict[str, str]:
    """What changes with every change that a plan depends on."""
    return dict(DataVersion.objects.values_list("part", "token"))
