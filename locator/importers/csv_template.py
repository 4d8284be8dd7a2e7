"""The layout `csv`: our own, one row a service. See docs/csv-layout.md. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..geo import Point
from ..models.clinic import Clinic
from ..models.region import country_of
from . import csv_cells as cells
from .csv_cells import CellError
from .listing import Identity, Listing, PointListing, Rejection, Row, ServiceListing
from .reading import Cells, UnreadableFileError, open_table

NAME = "csv"
SOURCE = "own"
IS_OWN = True
RECORD_TYPE = "clinic"
NEEDED = ("name",)

Read = Callable[[str], Any]


def _text(cell: str) -> str:
    return cell


def _source(cell: str) -> str | None:
    return None if cell.lower() == cells.NONE else cell


# Columns whose cell is all that a field needs; the others are read by name below.
OF_THE_CLINIC: Mapping[str, Read] = {
    "name": _text,
    "programme": _text,
    "organization": _text,
    "organization_website": cells.read_website,
    "description": _text,
    "other_names": cells.read_other_names,
    "street": _text,
    "unit": _text,
    "city": _text,
    "postal_code": _text,
    "region": str.upper,
    "address_is_private": cells.read_yes,
    "email": cells.read_email,
    "website": cells.read_website,
    "booking_url": cells.read_website,
    "opening_hours": _text,
    "languages": cells.read_codes,
    "payments": cells.read_codes,
    "accessibility": cells.read_codes,
    "identifiers": cells.read_identifiers,
    "source": _source,
    "source_date": cells.read_date,
}
READ_BY_NAME = (
    "clinic",
    "latitude",
    "longitude",
    "point_source",
    "point_precision",
    "time_zone",
    "phones",
    "status",
    "withdrawn_reason",
    "old_addresses",
)
OF_A_SERVICE: Mapping[str, Read] = {
    "service_type": str.lower,
    "specialties": cells.read_codes,
    "remote": cells.read_fact,
    "remote_is_clinic_wide": cells.read_yes,
    "in_person": cells.read_fact,
    "modalities": cells.read_codes,
    "settings": cells.read_codes,
    "first_visit_in_person": cells.read_fact,
    "platform": _text,
    "sound_only": cells.read_fact,
    "interpreter": cells.read_fact,
    "accepting": cells.read_fact,
    "referral": cells.read_fact,
    "eligibility": cells.read_codes,
    "age_groups": cells.read_codes,
    "minimum_age": cells.read_age,
    "maximum_age": cells.read_age,
    "groups": cells.read_codes,
    "service_languages": cells.read_codes,
    "service_payments": cells.read_codes,
    "notes": _text,
    "coverage": cells.read_coverage,
}
_REASONS = Clinic.WithdrawnReason.values
_FIELD_OF = {"service_languages": "languages", "service_payments": "payments"}
CLINIC_COLUMNS = ("clinic", *OF_THE_CLINIC, *READ_BY_NAME[1:])
COLUMNS = (*CLINIC_COLUMNS, *OF_A_SERVICE)


def rows(path: Path) -> Iterator[Row]:
    """What the rows of each clinic claim together, in the order of their first rows.

    Raises UnreadableFileError where the file does not have this layout.
    """
    table = open_table(path, needed=NEEDED, layout=NAME)
    if unknown := [column for column in table.columns if column not in COLUMNS]:
        raise UnreadableFileError(
            f"{path.name} has columns that the layout csv does not know: "
            f"{', '.join(unknown[:6])}. See docs/csv-layout.md."
        )
    clinics: dict[str, list[Cells]] = {}
    for row in table.rows():
        if isinstance(row, Rejection):
            yield row
        else:
            clinics.setdefault(row["clinic"] or f"line {row.line}", []).append(row)
    for together in clinics.values():
        yield from _clinic(together)


def again(raw: Mapping[str, Any], line: int, record_type: str) -> Row:
    """The claim that a source record holds in `raw`."""
    return next(_clinic([Cells(line, row) for row in raw["rows"]]))


def _clinic(together: Sequence[Cells]) -> Iterator[Row]:
    try:
        yield _listing([_meant(row) for row in together])
    except _RowError as error:
        for row in together:
            where = "" if row.line == error.line else f"Line {error.line}: "
            reason = where + str(error)
            yield Rejection(row.line, reason, tuple(row.by_column.values()))


class _RowError(Exception):
    """A row that cannot be read, with the sentence that says why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def _meant(row: Cells) -> Cells:
    said = {name: cells.meant(cell.strip()) for name, cell in row.by_column.items()}
    return Cells(row.line, said)


def _listing(together: Sequence[Cells]) -> Listing:
    first = together[0]
    _agree(together)
    said = {name: _read(first, name, read) for name, read in OF_THE_CLINIC.items()}
    if not said["name"]:
        raise _RowError(first.line, "It has no name.")
    status = _named(first, "status", _optional(Clinic.Status.values))
    withdrawn = _named(first, "withdrawn_reason", _optional(_REASONS))
    if bool(withdrawn) != (status == Clinic.Status.WITHDRAWN):
        raise _RowError(first.line, "A withdrawn clinic, and no other, says why.")
    return Listing(
        record_type=RECORD_TYPE,
        line=first.line,
        raw={"rows": [dict(row.by_column) for row in together]},
        identity=_identity(said),
        slug=_named(first, "clinic", _slug),
        point=_named(first, "latitude", lambda _: _point(first, said)),
        may_have_point=first["point_source"].lower() != cells.NONE,
        time_zone=_named(first, "time_zone", _zone),
        phones=_named(
            first,
            "phones",
            lambda cell: cells.read_phones(cell, country_of(said["region"])),
        ),
        status=status,
        withdrawn_reason=withdrawn,
        old_slugs=_named(first, "old_addresses", _slugs),
        services=_services(together),
        **said,
    )


def _agree(together: Sequence[Cells]) -> None:
    first = together[0]
    for row in together[1:]:
        for column in CLINIC_COLUMNS:
            if row[column] and row[column] != first[column]:
                raise _RowError(
                    row.line, f"{column}: another than in line {first.line}."
                )


def _read(row: Cells, column: str, read: Read) -> Any:
    try:
        return read(row[column])
    except CellError as error:
        raise _RowError(row.line, f"{column}: {error}") from None


_named = _read


def _identity(said: Mapping[str, Any]) -> Identity:
    """What a directory would write, where the name is made of two as it writes them."""
    names = (said["organization"], said["programme"])
    name1, name2 = names if ", ".join(names) == said["name"] else (said["name"], "")
    zip5 = said["postal_code"]
    if country_of(said["region"]) == "US":
        zip5 = zip5[:5]
    return Identity(name1, name2, said["street"], said["unit"], zip5.upper())


def _slug(cell: str) -> str:
    if cell and not _is_slug(cell):
        raise CellError(
            f"“{cell}” is not an address of small letters, digits and hyphens."
        )
    return cell


def _slugs(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_slug(item) for item in cells.read_list(cell)))


def _is_slug(text: str) -> bool:
    longest = Clinic._meta.get_field("slug").max_length
    plain = text.replace("-", "").replace("_", "")
    return len(text) <= longest and plain.isascii() and plain.isalnum()


def _optional(choices: Sequence[str]) -> Read:
    return lambda cell: cells.one_of(choices)(cell) if cell else ""


def _zone(cell: str) -> str | None:
    if cell.lower() == cells.NONE:
        return ""
    return cell or None


def _point(row: Cells, said: Mapping[str, Any]) -> PointListing | None:
    latitude, longitude = row["latitude"], row["longitude"]
    if not latitude and not longitude:
        return None
    if row["point_source"].lower() == cells.NONE:
        raise CellError("A clinic whose point_source is “none” has no coordinates.")
    try:
        point = Point(float(latitude), float(longitude))
    except ValueError:
        raise CellError(
            f"“{latitude}” and “{longitude}” are not degrees of a point."
        ) from None
    source = cells.one_of(Clinic.PointSource.values)(row["point_source"] or "source")
    precision = cells.one_of(Clinic.Precision.values)(
        row["point_precision"] or "address"
    )
    if said["address_is_private"] and precision != Clinic.Precision.CITY:
        raise CellError("A private address has a town's point: point_precision city.")
    return PointListing(point, source, precision)


def _services(together: Sequence[Cells]) -> tuple[ServiceListing, ...]:
    services: list[ServiceListing] = []
    for row in together:
        said = {
            column: _read(row, column, OF_A_SERVICE[column]) for column in OF_A_SERVICE
        }
        if said["service_type"]:
            services.append(_service(row, said, services))
        elif any(row[column] for column in OF_A_SERVICE):
            raise _RowError(row.line, "It tells of a service without a service_type.")
    return tuple(services)


def _service(
    row: Cells, said: Mapping[str, Any], before: Sequence[ServiceListing]
) -> ServiceListing:
    if said["remote"] == said["in_person"] == "no":
        raise _RowError(row.line, "A service is remote or in person: both say no.")
    ages = (said["minimum_age"], said["maximum_age"])
    if None not in ages and ages[0] > ages[1]:
        raise _RowError(row.line, "minimum_age is above maximum_age.")
    facts = {_FIELD_OF.get(name, name): value for name, value in said.items()}
    slot = f"{facts['service_type']} {'+'.join(facts['specialties'])}"
    alike = sum(each.slot.partition("#")[0] == slot for each in before)
    service = ServiceListing(slot=slot, **facts)
    return replace(service, slot=f"{slot}#{alike + 1}") if alike else service
