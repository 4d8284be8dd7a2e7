"""What an import did, in plain words for a terminal."""

import textwrap
from collections.abc import Iterator

from ..text import counted
from .load import Outcome

WIDTH = 88
SHOWN = 5

TOPICS = {
    "waiting": "Wait for a person to say which clinic they are",
    "made_draft": "Lost their last remote care and are drafts now",
    "left_to_person": "Fields that a person wrote were left alone",
    "deleted_by_a_person": "Not made again, because a person deleted them",
    "region_by_postcode": "States put right by the postcode",
    "region_in_doubt": "States that do not fit the postcode",
    "point_replaced": "Points that cannot be right, replaced by the postcode's",
    "without_point": "Clinics without any point",
    "not_public": "Stated as published, but may not be public",
    "hours_without_zone": "Opening hours left out, for want of a time zone",
    "remarks": "Cells that could not be used",
}


def closing_lines(
    outcome: Outcome, *, is_dry_run: bool, is_long: bool
) -> Iterator[str]:
    """The lines that close an import; `is_long` names every case and every code."""
    tally = outcome.tally
    yield from _opening(outcome, is_dry_run=is_dry_run)
    if tally["clinics_new"]:
        yield (
            f"New clinics: {tally['clinics_new']:,} ({_statuses(outcome)}), with "
            f"{tally['services_new']:,} services."
        )
    if tally["placed_by_postcode"]:
        yield f"Placed by their postcode: {tally['placed_by_postcode']:,} clinics."
    if tally["clinics_changed"]:
        published = tally["clinics_published"]
        yield (
            f"Changed clinics: {tally['clinics_changed']:,}"
            + (f", {published:,} of them published now." if published else ".")
        )
    if tally["services_removed"]:
        yield f"Services that their source gave up: {tally['services_removed']:,}."
    if tally["samples_withdrawn"]:
        yield f"Sample clinics withdrawn: {tally['samples_withdrawn']:,}."
    for topic, title in TOPICS.items():
        if said := outcome.notes.get(topic):
            yield from _cases(title, said, is_long=is_long)
    if outcome.vanished:
        title = "Records that this file no longer has (nothing was deleted)"
        yield from _cases(title, outcome.vanished, is_long=is_long)
    if outcome.run or is_dry_run:
        yield from _codes(outcome, is_long=is_long)
    if outcome.run:
        yield f"All of it stands in the admin: import run {outcome.run.pk}."


def _opening(outcome: Outcome, *, is_dry_run: bool) -> Iterator[str]:
    tally = outcome.tally
    read = counted(tally["records"], "record", "records")
    yield (
        f"Read {read}, edition {outcome.as_of}: "
        f"{tally['records_new']:,} new, {tally['records_changed']:,} changed, "
        f"{tally['records_unchanged']:,} as before."
    )
    if tally["older"]:
        older = counted(tally["older"], "record", "records")
        yield f"Left alone, for we hold a newer edition: {older}."
    if outcome.rejections:
        yield from _rejected(outcome)
    for name, count in tally.items():
        if name.startswith("skipped: "):
            yield f"Left out on purpose: {count:,} {name.removeprefix('skipped: ')}."
    if is_dry_run:
        yield "A dry run: nothing was written. What would happen:"
    elif not outcome.run:
        yield "Nothing has changed; nothing was written."


def _rejected(outcome: Outcome) -> Iterator[str]:
    where = f": see {outcome.rejects}" if outcome.rejects else ""
    yield f"Rejected: {counted(len(outcome.rejections), 'row', 'rows')}{where}."
    for each in outcome.rejections[:SHOWN]:
        yield f"  Line {each.line}: {each.reason}"


def _statuses(outcome: Outcome) -> str:
    words = {
        "new_published": "published",
        "new_draft": "drafts, since no remote visit is listed or stated",
        "new_withdrawn": "withdrawn",
    }
    counts = outcome.tally
    return ", ".join(f"{counts[n]:,} {word}" for n, word in words.items() if counts[n])


def _cases(title: str, said: list[str], *, is_long: bool) -> Iterator[str]:
    yield f"{title}: {len(said):,}."
    shown = said if is_long else said[:SHOWN]
    for case in shown:
        yield f"  {case}"
    if len(shown) < len(said):
        yield f"  … and {len(said) - len(shown):,} more."


def _codes(outcome: Outcome, *, is_long: bool) -> Iterator[str]:
    if not outcome.codes:
        return
    yield (
        "Codes that have no place here and stay in the source records: "
        f"{len(outcome.codes):,}. How many records have each:"
    )
    if is_long:
        for code, count in outcome.codes.most_common():
            yield f"  {count:>7,}  {code}  {outcome.code_names.get(code, '')}".rstrip()
        return
    # No line breaks between a code and its number.
    listed = ", ".join(f"{code}\xa0{n:,}" for code, n in outcome.codes.most_common())
    lines = textwrap.wrap(listed, WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield from (line.replace("\xa0", " ") for line in lines)
