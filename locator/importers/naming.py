"""What a listing calls itself, as its source wrote it, whatever its layout."""

from collections.abc import Iterable

from ..models import SourceRecord


def name_of(record: SourceRecord) -> str:
    """The listing's name, with its programme's: "Elm Grove, Day House"."""
    raw = _first_row(record)
    return _joined([raw.get("name1") or raw.get("name"), raw.get("name2")])


def place_of(record: SourceRecord) -> str:
    """Where the listing says that it is: "1200 Sample Street, Austin"."""
    raw = _first_row(record)
    return _joined([raw.get("street1") or raw.get("street"), raw.get("city")])


def title_of(record: SourceRecord) -> str:
    """The listing's name and where it is: "Elm Grove, 1200 Sample Street, Austin"."""
    return _joined([name_of(record), place_of(record)]) or record.key


def _first_row(record: SourceRecord) -> dict:
    """The row itself; of a clinic in several rows, the first."""
    rows = record.raw.get("rows")
    return rows[0] if rows else record.raw


def _joined(parts: Iterable) -> str:
    told = (str(part or "").strip() for part in parts)
    return ", ".join(part for part in told if part)
