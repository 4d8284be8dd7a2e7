"""The cells of our own layout, both ways: what a cell says, and how a cell says it.

Each `read_…` raises CellError with a sentence; `read_…` of what `write_…` wrote gives
the same again. Pure.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from django.core.exceptions import ValidationError

from ..models.clinic import OtherName, Phone
from ..models.dates import PARTIAL_DATE, last_day
from ..models.service import CoverageArea, Stated
from . import contact
from .listing import CoverageListing, OtherNameListing, PhoneListing

NONE = "none"
OLDEST_AGE = 130

# What spreadsheets take for the start of a formula, after any apostrophes of our own.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class CellError(ValueError):
    """A cell that cannot be read; the message is a sentence."""


def harmless(text: str) -> str:
    """`text` such that no spreadsheet takes it for a formula."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def meant(cell: str) -> str:
    """The text that `harmless` made `cell` of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# --- Lists -------------------------------------------------------------------------


def write_list(items: Iterable[str]) -> str:
    return "; ".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)


def read_list(cell: str) -> tuple[str, ...]:
    """The items between semicolons, those that are blank left out."""
    items = [""]
    for sign in re.findall(r"\\[\\;]|.", cell, flags=re.DOTALL):
        if sign == ";":
            items.append("")
        else:
            items[-1] += sign[1] if len(sign) == 2 else sign
    return tuple(item.strip() for item in items if item.strip())


def read_codes(cell: str) -> tuple[str, ...]:
    """The codes of a list, once each, in order of the alphabet."""
    return tuple(sorted({code.lower() for code in read_list(cell)}))


# --- Single values -----------------------------------------------------------------


def one_of(choices: Collection[str]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        value = cell.strip().lower()
        if value not in choices:
            raise CellError(f"“{cell}” is none of {', '.join(choices)}.")
        return value

    return read


def read_fact(cell: str) -> str:
    return one_of(Stated.values)(cell) if cell else Stated.UNKNOWN.value


def write_fact(value: str) -> str:
    return "" if value == Stated.UNKNOWN else value


def read_yes(cell: str) -> bool:
    return one_of(("yes", "no"))(cell or "no") == "yes"


def write_yes(value: bool) -> str:
    return "yes" if value else ""


def read_date(cell: str) -> str:
    """A year, month or day as it stands; "" for a blank."""
    if not cell:
        return ""
    try:
        if not re.fullmatch(PARTIAL_DATE, cell, flags=re.ASCII):
            raise CellError(f"“{cell}” is not a date like 2026, 2026-03 or 2026-03-14.")
        last_day(cell)
    except ValidationError as error:
        raise CellError(" ".join(error.messages)) from None
    return cell


def read_age(cell: str) -> int | None:
    if not cell:
        return None
    if not re.fullmatch(r"\d{1,3}", cell, flags=re.ASCII) or int(cell) > OLDEST_AGE:
        raise CellError(f"“{cell}” is not an age in whole years.")
    return int(cell)


def write_age(value: int | None) -> str:
    return "" if value is None else str(value)


def read_website(cell: str) -> str:
    address = contact.website(cell)
    if address is None:
        raise CellError(f"“{cell}” is not an address of a website.")
    return address


def read_email(cell: str) -> str:
    address = contact.email(cell)
    if address is None:
        raise CellError(f"“{cell}” is not an e-mail address.")
    return address


# --- Lists of things with parts ----------------------------------------------------


def read_phones(cell: str, country: str) -> tuple[PhoneListing, ...]:
    return tuple(dict.fromkeys(_phone(item, country) for item in read_list(cell)))


def _phone(item: str, country: str) -> PhoneListing:
    parts = re.fullmatch(r"(?P<number>.*?)\s*(\((?P<purpose>[a-z]+)\))?", item)
    purpose = one_of(Phone.Purpose.values)(parts["purpose"] or "main")
    found = contact.phone(parts["number"], purpose, country)
    if not found:
        raise CellError(f"“{parts['number']}” is not a phone number.")
    return found


def write_phones(phones: Iterable[Sequence[str]]) -> str:
    """The cell for `(number, extension, purpose)` each."""
    return write_list(
        number + (f" x{extension}" if extension else "") + f" ({purpose})"
        for number, extension, purpose in phones
    )


def read_other_names(cell: str) -> tuple[OtherNameListing, ...]:
    return tuple(_other_name(item) for item in read_list(cell))


def _other_name(item: str) -> OtherNameListing:
    kinds = "|".join(OtherName.Kind.values)
    parts = re.fullmatch(
        rf"(?:(?P<kind>{kinds})(?:@(?P<language>[\w-]*))?:\s+)?(?P<name>.+)",
        item,
        flags=re.DOTALL,
    )
    return OtherNameListing(
        parts["name"],
        parts["kind"] or OtherName.Kind.ALSO.value,
        parts["language"] or "",
    )


def write_other_names(names: Iterable[Sequence[str]]) -> str:
    """The cell for `(name, kind, language)` each."""
    return write_list(
        f"{kind}@{language}: {name}" if language else f"{kind}: {name}"
        for name, kind, language in names
    )


def read_identifiers(cell: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(_identifier(item) for item in read_list(cell)))


def _identifier(item: str) -> tuple[str, str]:
    # The last sign of equality: values have none, names of authorities may.
    authority, sign, value = (part.strip() for part in item.rpartition("="))
    if not sign or not authority or not value:
        raise CellError(f"“{item}” is not written as AUTHORITY=value.")
    return authority, value


def write_identifiers(identifiers: Iterable[Sequence[str]]) -> str:
    return write_list(f"{authority}={value}" for authority, value in identifiers)


def read_coverage(cell: str) -> tuple[CoverageListing, ...] | None:
    """Where a service may treat; None where nothing was said, () for nowhere."""
    if not cell:
        return None
    if cell.strip().lower() == NONE:
        return ()
    found = tuple(_covered(item) for item in read_list(cell))
    regions = [each.region for each in found]
    if len(set(regions)) < len(regions):
        raise CellError("A region stands twice in it.")
    return tuple(sorted(found, key=lambda each: each.region))


def _covered(item: str) -> CoverageListing:
    region, *rest = item.split()
    if not 1 <= len(rest) <= 3:
        raise CellError(f"“{item}” is not written as REGION BASIS DATE SOURCE.")
    basis = one_of(CoverageArea.Basis.values)(rest[0])
    as_of = read_date(rest[1]) if len(rest) > 1 else ""
    return CoverageListing(
        region.upper(), basis, as_of, rest[2] if len(rest) == 3 else ""
    )


def write_coverage(areas: Iterable[Sequence[str]]) -> str:
    """The cell for `(region, basis, date, source)` each; "none" for none at all."""
    return write_list(" ".join(filter(None, area)) for area in areas) or NONE
