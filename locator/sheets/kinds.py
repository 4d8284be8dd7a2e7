"""The two sheets: their columns, and what a row of each says. Cells as in csv-layout.

A sheet's cells are those of the layout `csv`, with a column `version` and, for
services, `service` beside them.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import facts
from ..curation import Edit
from ..facts import ClinicState, Facts
from ..geo import Point
from ..importers import csv_cells as cells
from ..importers.csv_cells import CellError
from ..importers.csv_template import CLINIC_COLUMNS, OF_A_SERVICE
from ..importers.export import clinic_cells, service_cells
from ..models import Clinic, Service
from ..models.region import country_of

VERSION = "version"
COMPACTS = "compacts"
# Beside the layout's: facts of an organization, and addresses that only grow.
_NOT_OF_A_SHEET = {"clinic", "organization_website", "old_addresses"}
_POINT = ("latitude", "longitude", "point_source", "point_precision")
_SOURCE = ("source", "source_date")

Cells = Mapping[str, str]
Read = Callable[[str, Cells], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of a sheet stands for, as it is now: its cells and whose they are."""

    clinic: int
    service: int | None
    name: str
    slug: str
    cells: Cells

    @property
    def version(self) -> str:
        return self.cells[VERSION]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of sheet: `key` is the column that tells its rows apart."""

    name: str
    title: str | Promise
    key: str
    columns: tuple[str, ...]
    only_read: frozenset[str]
    rows_of: Callable[[Collection[int]], Iterator[Row]]
    rows_by_key: Callable[[Iterable[str]], dict[str, Row]]
    said: Callable[[Row, Cells], Edit]

    @property
    def edited(self) -> tuple[str, ...]:
        """The columns whose cells may be changed."""
        return tuple(name for name in self.columns if name not in self.only_read)


def version_of(said: Any) -> str:
    """A short text that changes with what is said; no spreadsheet takes it for more."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return f"v-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


# --- A row a clinic ----------------------------------------------------------------


def _clinic_row(state: ClinicState) -> Row:
    said = clinic_cells(state)
    version = version_of([state.facts, state.standing])
    return Row(
        state.pk,
        None,
        state.facts["name"],
        state.slug,
        {name: said.get(name, "") for name in CLINICS.columns} | {VERSION: version},
    )


def _clinic_rows(pks: Collection[int]) -> Iterator[Row]:
    for some in facts.chunks(pks):
        states = facts.read(some, with_records=False)
        yield from (_clinic_row(states[pk]) for pk in some if pk in states)


def _clinics_by_key(keys: Iterable[str]) -> dict[str, Row]:
    found = {}
    for some in facts.chunks(keys):
        pks = Clinic.objects.filter(slug__in=some).values_list("pk", flat=True)
        found |= {row.slug: row for row in _clinic_rows(list(pks))}
    return found


def _clinic_said(row: Row, changed: Cells) -> Edit:
    now = {**row.cells, **changed}
    said: Facts = {}
    for name in changed:
        if name in _POINT:
            said["point"] = _read("latitude", _point, now)
        elif name in _SOURCE:
            said["source"] = _read("source", _source, now)
        else:
            said[name] = _read(name, _OF_A_CLINIC.get(name, _as_it_stands), now)
    return Edit(clinic=said)


def _read(name: str, read: Read, now: Cells) -> Any:
    try:
        return read(now[name], now)
    except CellError as error:
        raise CellError(f"{name}: {error}") from None


def _as_it_stands(cell: str, _now: Cells) -> str:
    return cell


def _alone(read: Callable[[str], Any]) -> Read:
    """For a cell that says all by itself; tuples become lists, as facts have them."""
    return lambda cell, _now: _plain(read(cell))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return [getattr(value, name) for name in value.__dataclass_fields__]
    return value


def _sorted(read: Callable[[str], Iterable]) -> Read:
    return lambda cell, _now: sorted(_plain(each) for each in read(cell))


def _phones(cell: str, now: Cells) -> list[list[str]]:
    return _plain(cells.read_phones(cell, country_of(now["region"])))


def _point(_cell: str, now: Cells) -> list:
    latitude, longitude = now["latitude"], now["longitude"]
    if not latitude and not longitude:
        return []
    try:
        at = Point(float(latitude), float(longitude))
    except ValueError:
        raise CellError(
            _("“%(latitude)s” and “%(longitude)s” are not degrees of a point.")
            % {"latitude": latitude, "longitude": longitude}
        ) from None
    return [
        at.latitude,
        at.longitude,
        cells.one_of(Clinic.PointSource.values)(_or(now["point_source"], "curator")),
        cells.one_of(Clinic.Precision.values)(_or(now["point_precision"], "address")),
    ]


def _or(cell: str, otherwise: str) -> str:
    return otherwise if cell.lower() in ("", cells.NONE) else cell


def _source(_cell: str, now: Cells) -> list[str]:
    source = _or(now["source"], "")
    if not source:
        return []
    return [source, cells.read_date(now["source_date"]) or _today()]


def _today() -> str:
    return timezone.localdate().isoformat()


def _zone(cell: str) -> str:
    zone = _or(cell, "")
    if zone and zone not in available_timezones():
        raise CellError(_("There is no time zone “%s”.") % zone)
    return zone


def _reason(cell: str) -> str:
    return cells.one_of(Clinic.WithdrawnReason.values)(cell) if cell else ""


_OF_A_CLINIC: Mapping[str, Read] = {
    "region": _alone(str.upper),
    "other_names": _sorted(cells.read_other_names),
    "address_is_private": _alone(cells.read_yes),
    "phones": _phones,
    "email": _alone(cells.read_email),
    "website": _alone(cells.read_website),
    "booking_url": _alone(cells.read_website),
    "languages": _alone(cells.read_codes),
    "payments": _alone(cells.read_codes),
    "accessibility": _alone(cells.read_codes),
    "identifiers": _sorted(cells.read_identifiers),
    "time_zone": _alone(_zone),
    "status": _alone(cells.one_of(Clinic.Status.values)),
    "withdrawn_reason": _alone(_reason),
}
_clinic_columns = tuple(name for name in CLINIC_COLUMNS if name not in _NOT_OF_A_SHEET)

CLINICS = Sheet(
    name="clinics",
    title=gettext_lazy("clinics, one row each"),
    key="clinic",
    columns=("clinic", VERSION, *_clinic_columns),
    only_read=frozenset({"clinic", VERSION}),
    rows_of=_clinic_rows,
    rows_by_key=_clinics_by_key,
    said=_clinic_said,
)


# --- A row a service ---------------------------------------------------------------


def _rows_of_services(pks: Collection[int]) -> Iterator[Row]:
    for some in facts.chunks(pks):
        states = facts.read(some, with_records=False)
        for state in (states[pk] for pk in some if pk in states):
            for service in state.services.values():
                said = service_cells(service.facts) | {
                    COMPACTS: _write_compacts(service.facts[COMPACTS]),
                    "service": str(service.pk),
                    VERSION: version_of(service.facts),
                    "clinic": state.slug,
                    "clinic_name": state.facts["name"],
                }
                yield Row(state.pk, service.pk, state.facts["name"], state.slug, said)


def _services_by_key(keys: Iterable[str]) -> dict[str, Row]:
    wanted = {key for key in keys if key.isascii() and key.isdigit() and len(key) < 19}
    found = {}
    for some in facts.chunks(wanted):
        clinics = Service.objects.filter(pk__in=some).values_list("clinic", flat=True)
        rows = _rows_of_services(sorted(set(clinics)))
        found |= {row.cells["service"]: row for row in rows}
    return {key: found[key] for key in wanted if key in found}


def _service_said(row: Row, changed: Cells) -> Edit:
    said = {}
    for column in changed:
        read = _OF_A_SERVICE.get(column) or _alone(OF_A_SERVICE[column])
        said[_FACT_OF.get(column, column)] = _read(column, read, changed)
    return Edit(services={row.service: said})


def _coverage(cell: str, _now: Cells) -> list[list[str]]:
    return [
        [each.region, each.basis, each.as_of or _today(), each.source]
        for each in cells.read_coverage(cell) or ()
    ]


def _write_compacts(compacts: Iterable[Sequence[str]]) -> str:
    return cells.write_list(" ".join(filter(None, each)) for each in compacts)


def _compacts(cell: str, _now: Cells) -> list[list[str]]:
    found = []
    for item in cells.read_list(cell):
        code, *rest = item.split()
        if len(rest) > 2:
            raise CellError(_("“%s” is not written as COMPACT DATE SOURCE.") % item)
        day = cells.read_date(rest[0]) if rest else _today()
        found.append([code, day, rest[1] if len(rest) == 2 else ""])
    return sorted(found)


_OF_A_SERVICE: Mapping[str, Read] = {"coverage": _coverage, COMPACTS: _compacts}
_FACT_OF = {"service_languages": "languages", "service_payments": "payments"}

SERVICES = Sheet(
    name="services",
    title=gettext_lazy("their services, one row each"),
    key="service",
    columns=("service", VERSION, "clinic", "clinic_name", *OF_A_SERVICE, COMPACTS),
    only_read=frozenset({"service", VERSION, "clinic", "clinic_name"}),
    rows_of=_rows_of_services,
    rows_by_key=_services_by_key,
    said=_service_said,
)

SHEETS: Mapping[str, Sheet] = {sheet.name: sheet for sheet in (CLINICS, SERVICES)}


def sheet_of(columns: Sequence[str]) -> Sheet | None:
    """Which sheet has these columns; None for neither."""
    if SERVICES.key in columns:
        return SERVICES
    return CLINICS if CLINICS.key in columns else None
