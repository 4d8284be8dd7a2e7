"""What SAMHSA's two layouts have in common: a row's cells and codes as a Listing.

Pure. A row is about one programme, mental health or substance use, and says all it
says of the site through that programme's service.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..geo import Point
from . import contact, samhsa_codes
from .listing import (
    Identity,
    Listing,
    PhoneListing,
    PointListing,
    Rejection,
    ServiceListing,
)
from .reading import Cells, UnreadableFileError, open_table

LONGEST_NAME = 200
PROGRAMMES: Mapping[str, str] = {
    "MH": samhsa_codes.MENTAL_HEALTH,
    "SU": samhsa_codes.SUBSTANCE_USE,
}
# The code by which a row of one programme mentions the other.
MENTIONS: Mapping[str, str] = {"MH": "SA", "SU": "MH"}
SILENT = "OTP"


class _NotAListingError(Exception):
    """The row cannot become a listing; the message is the reason."""


@dataclass(slots=True)
class RowReader:
    """Reads the cells of one row, gathering what a person should know of them."""

    cells: Cells
    remarks: list[str] = field(default_factory=list)

    def identity(self) -> Identity:
        cells = self.cells
        zip5 = contact.zip5(cells["zip"])
        if not cells["name1"]:
            raise _NotAListingError("It has no name.")
        if not zip5:
            raise _NotAListingError(f"“{cells['zip']}” is not a ZIP code.")
        return Identity(
            cells["name1"], cells["name2"], cells["street1"], cells["street2"], zip5
        )

    def region(self) -> str:
        region = contact.us_region(self.cells["state"])
        if not region:
            raise _NotAListingError(f"“{self.cells['state']}” is not a US state.")
        return region

    def phones(self, columns: Mapping[str, str]) -> tuple[PhoneListing, ...]:
        """The numbers of `columns`, each with the purpose given there, once each."""
        found: dict[PhoneListing, None] = {}
        for column, purpose in columns.items():
            text = self.cells[column]
            number = contact.phone(text, purpose) if text else None
            if number:
                found[number] = None
            elif text:
                self.remarks.append(f"The phone number “{text}” was left out.")
        return tuple(found)

    def website(self) -> str:
        """The website, "" where there is none or none that one could follow."""
        address = contact.website(self.cells["website"])
        if address is None:
            text = self.cells["website"]
            self.remarks.append(f"The website “{text}” was left out.")
        return address or ""

    def point(self) -> PointListing | None:
        """The point that the row gives; None where it gives none or nonsense."""
        latitude, longitude = self.cells["latitude"], self.cells["longitude"]
        try:
            point = Point(float(latitude), float(longitude))
        except ValueError:
            point = None
        if point and not point.is_null_island:
            return PointListing(point)
        said = f"({latitude}, {longitude})" if latitude or longitude else "It has none"
        self.remarks.append(f"No point: {said}.")
        return None


def listing(
    cells: Cells,
    record_type: str,
    codes: Collection[str],
    *,
    is_telehealth_asked: bool,
    phones: Mapping[str, str],
    has_place: bool,
    kept: Mapping[str, str],
) -> Listing | Rejection:
    """The claim of a row of `record_type` ("MH", "SU" or "OTP") with `codes`.

    `phones` maps the columns with numbers to their purpose; `has_place` says whether
    the layout has columns for website and point. `kept` is the row as it is stored.
    """
    reader = RowReader(cells)
    try:
        identity, region = reader.identity(), reader.region()
        name = _name(identity)
    except _NotAListingError as reason:
        return Rejection(cells.line, str(reason), tuple(cells.by_column.values()))
    is_silent = record_type == SILENT
    return Listing(
        record_type=record_type,
        line=cells.line,
        raw=kept,
        identity=identity,
        name=name,
        programme=identity.name2,
        organization=identity.name1 if identity.name2 else "",
        street=identity.street1,
        unit=identity.street2,
        city=cells["city"],
        postal_code=identity.zip5,
        region=region,
        phones=reader.phones(phones),
        website=reader.website() if has_place and not is_silent else None,
        point=reader.point() if has_place else None,
        codes=() if is_silent else samhsa_codes.unmapped(codes),
        remarks=tuple(reader.remarks),
        **(
            {"languages": (samhsa_codes.ALWAYS_SPOKEN,)}
            if is_silent
            else _stated(record_type, codes, is_telehealth_asked)
        ),
    )


def _name(identity: Identity) -> str:
    name = ", ".join(part for part in (identity.name1, identity.name2) if part)
    if len(name) > LONGEST_NAME:
        raise _NotAListingError(f"Its name is longer than {LONGEST_NAME} signs.")
    return name


def _stated(
    record_type: str, codes: Collection[str], is_telehealth_asked: bool
) -> dict[str, Any]:
    """What the codes of a row say of the site and of its services."""
    facts = samhsa_codes.delivery(codes, is_asked=is_telehealth_asked)
    facts |= samhsa_codes.audience(codes)
    services = [_service(PROGRAMMES[record_type], codes, **facts)]
    if MENTIONS[record_type] in codes:
        other = PROGRAMMES["SU" if record_type == "MH" else "MH"]
        # The telehealth flag is the facility's: of its other programme it says less.
        mentioned = facts | {
            "is_derived": True,
            "remote_is_clinic_wide": facts["remote"] == "yes",
        }
        services.append(_service(other, codes, **mentioned))
    return {
        "languages": samhsa_codes.languages(codes),
        "payments": samhsa_codes.payments(codes),
        "accessibility": samhsa_codes.accessibility(codes),
        "services": tuple(services),
    }


def _service(programme: str, codes: Collection[str], **facts: Any) -> ServiceListing:
    return ServiceListing(
        slot=programme,
        service_type="consultation",
        specialties=samhsa_codes.specialties(programme, codes),
        **facts,
    )


def code_names(path: Path) -> dict[str, str]:
    """The names of the codes of a SAMHSA code sheet, by the code in capitals.

    Raises UnreadableFileError where the file is no code sheet.
    """
    needed = ("service_code", "service_name")
    table = open_table(path, needed=needed, layout="of a code sheet")
    names = {
        row["service_code"].upper(): row["service_name"]
        for row in table.rows()
        if isinstance(row, Cells) and row["service_code"]
    }
    if not names:
        raise UnreadableFileError(f"{path.name} has no codes.")
    return names
