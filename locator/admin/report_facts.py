"""The facts that a report would change: as rows to tick, with values to put right."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tzfpy
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .. import facts, hours
from ..curation import Edit
from ..curation.deciding import WITHDRAWN_AS_CLOSED
from ..facts import ClinicState, Facts
from ..importers import contact
from ..models import Clinic, Phone, Report, Stated
from ..models.region import country_of
from . import diffs
from .diffs import Row

CLOSED = "closed"
# Texts that people write in their own way; what stands in the row is shown as it is.
SHOWN_AS_TYPED = {"opening_hours"}


@dataclass(slots=True)
class FactRow:
    """One fact that a report would change. `text` is its value, to be edited.

    `key` names its fields in the form: the fact, and the service where it is one's.
    """

    key: str
    row: Row
    text: str
    is_ticked: bool = True
    problem: str = ""
    hint: str = ""

    @property
    def fact(self) -> str:
        return self.key.partition(":")[0]

    @property
    def service(self) -> int | None:
        pk = self.key.partition(":")[2]
        return int(pk) if pk else None

    @property
    def choices(self) -> list[tuple[str, str]]:
        return Stated.choices if self.fact == "accepting" else []

    @property
    def has_lines(self) -> bool:
        return self.fact == "phones"

    @property
    def is_fixed(self) -> bool:
        """Whether there is nothing to edit: it happens or it does not."""
        return self.fact == CLOSED


def rows_of(report: Report) -> list[FactRow]:
    """What `report` would change of its clinic as it is now, or tell of a new one."""
    state = None
    if report.clinic_id:
        state = facts.read([report.clinic_id], with_records=False)[report.clinic_id]
    return [row for row in _rows(report, state) if row.row.before != row.row.after]


def _rows(report: Report, state: ClinicState | None) -> Iterator[FactRow]:
    if Report.Topic.CLOSED in report.topics and state and state.status == "published":
        yield _closed(state)
    for fact, value in report.proposed.items():
        if fact in facts.SERVICE_COLUMNS:
            yield from _of_services(fact, value, state)
        else:
            yield _of_clinic(fact, value, state)
    if state and "opening_hours" in report.proposed and not state.facts["time_zone"]:
        yield _time_zone(state, report.proposed["opening_hours"])


def _time_zone(state: ClinicState, opening_hours: str) -> FactRow:
    """Hours need a zone: the one of the clinic's point, where it has one."""
    latitude, longitude = state.facts["point"][:2] or (None, None)
    zone = "" if latitude is None else tzfpy.get_tz(longitude, latitude)
    row = Row("", "time_zone", diffs.label("time_zone"), (), (zone or "?",))
    is_readable = hours.problem(opening_hours) is None
    return FactRow("time_zone", row, zone, is_ticked=is_readable)


def _closed(state: ClinicState) -> FactRow:
    after = diffs.worded("status", WITHDRAWN_AS_CLOSED["status"])
    reason = WITHDRAWN_AS_CLOSED["withdrawn_reason"]
    after += diffs.worded("withdrawn_reason", reason)
    before = diffs.worded("status", state.status)
    row = Row("", "status", diffs.label("status"), before, after)
    return FactRow(CLOSED, row, "")


def _of_services(fact: str, value: Any, state: ClinicState | None) -> Iterator[FactRow]:
    for pk, service in (state.services if state else {}).items():
        where = diffs.name_of_service(service.facts)
        before = diffs.worded(fact, service.facts[fact])
        row = Row(where, fact, diffs.label(fact), before, diffs.worded(fact, value))
        yield FactRow(f"{fact}:{pk}", row, str(value))


def _of_clinic(fact: str, value: Any, state: ClinicState | None) -> FactRow:
    present = state.facts.get(fact) if state else None
    after = (str(value),) if fact in SHOWN_AS_TYPED else diffs.worded(fact, value)
    row = Row("", fact, diffs.label(fact), diffs.worded(fact, present), after)
    made = FactRow(fact, row, written(fact, value))
    if fact == "opening_hours" and hours.problem(made.text):
        made.is_ticked = False
        made.hint = _("Write it as Mo-Fr 09:00-17:00; PH off, then tick it.")
    return made


def written(fact: str, value: Any) -> str:
    """The value of a fact as a curator edits it: numbers a line each."""
    if fact != "phones":
        return str(value)
    return "\n".join(
        " ".join(filter(None, [number, extension and f"x{extension}", purpose]))
        for number, extension, purpose in value
    )


# --- Back ----------------------------------------------------------------------------


def edit_of(rows: list[FactRow], data: Mapping[str, str], report: Report) -> Edit:
    """What the rows that `data` ticks come to.

    Each row then holds what was ticked and typed, and the `problem` with it; raises
    ValidationError where one of them has one.
    """
    edit = Edit(services={})
    country = _country(report, data)
    for row in rows:
        row.is_ticked = f"take_{row.key}" in data
        row.text = data.get(f"value_{row.key}", row.text)
        if row.is_ticked:
            _add(edit, row, country)
    if any(row.problem for row in rows):
        raise ValidationError(_("Look again at what is marked below."))
    return edit


def _country(report: Report, data: Mapping[str, str]) -> str:
    """Whose numbers are written without a country code."""
    region = data.get("value_region", report.proposed.get("region", ""))
    if report.clinic:
        region = report.clinic.region_id or ""
    return country_of(region) or settings.LOCATOR_HOME_COUNTRY


def _add(edit: Edit, row: FactRow, country: str) -> None:
    if row.is_fixed:
        edit.clinic |= WITHDRAWN_AS_CLOSED
        return
    try:
        value = _value(row.fact, row.text.strip(), country)
    except ValidationError as error:
        row.problem = " ".join(error.messages)
        return
    said: Facts = {row.fact: value}
    if row.service is None:
        edit.clinic |= said
    else:
        edit.services[row.service] = edit.services.get(row.service, {}) | said


def _value(fact: str, text: str, country: str) -> Any:
    if fact == "phones":
        lines = [line for line in text.splitlines() if line.strip()]
        return [_phone(line, country) for line in lines]
    if fact == "website" and (text := contact.website(text)) is None:
        raise ValidationError(_("This is no address of a website."))
    if fact == "opening_hours" and (problem := hours.problem(text)):
        raise ValidationError(problem)
    if fact == "accepting" and text not in Stated.values:
        raise ValidationError(_("Choose one of these."))
    return text


def _phone(line: str, country: str) -> list[str]:
    number, _between, purpose = line.strip().rpartition(" ")
    if purpose not in Phone.Purpose.values:
        number, purpose = line, Phone.Purpose.MAIN
    read = contact.phone(number, purpose, country)
    if read is None:
        raise ValidationError(
            _("“%(line)s” is no phone number."), params={"line": line.strip()}
        )
    return [read.number, read.extension, str(read.purpose)]


def same_clinics(report: Report, most: int = 5) -> list[Clinic]:
    """Clinics that a missing one may be: of the same name, number or website."""
    said = report.proposed
    numbers = [number for number, *_rest in said.get("phones", [])]
    found = {}
    for wanted in (
        {"name__iexact": said.get("name", "")},
        {"phones__number__in": numbers},
        {"website": said.get("website") or None},
    ):
        if all(wanted.values()):
            alike = Clinic.objects.filter(**wanted).select_related("region")
            found |= {clinic.pk: clinic for clinic in alike.distinct()[:most]}
    return list(found.values())[:most]
