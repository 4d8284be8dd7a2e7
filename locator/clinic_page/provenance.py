"""Who vouches for what a clinic's page says, group by group, and since when.

A patient learns whether somebody checked it, which source says it, or that we wrote
it; never who of us that was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from django.utils import formats
from django.utils.translation import gettext as _

from ..curation.verifying import newest_of_groups
from ..models import Clinic, Service, Verification
from ..models.dates import worded
from ..telling import wording
from .reading import checks_of, records

Checked = Verification.Checked
# Who wrote one field, as the models keep it: {"record": id, "at": day} or "user".
Said = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Vouched:
    """A group of facts, by its name, and who says them: a line for each."""

    label: str
    lines: tuple[str, ...]


def provenance(clinic: Clinic, services: Sequence[Service]) -> tuple[Vouched, ...]:
    """The groups that `clinic` states anything of. Two queries."""
    told = [each for each in _groups(clinic, services) if each.is_stated]
    checks = newest_of_groups(checks_of(clinic))
    records = _records(said for group in told for said in group.said)
    fallback = wording.source_line(clinic) or _("Written by us")
    return tuple(
        Vouched(each.label, _lines(each, checks.get(each.checked), records, fallback))
        for each in told
    )


# --- Which facts ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Facts that are checked together; `said` tells who wrote them, field by field."""

    label: str
    checked: Checked
    is_stated: bool
    said: Sequence[Said]


def _groups(clinic: Clinic, services: Sequence[Service]) -> list[_Group]:
    address = ["city"] if clinic.address_is_private else ["street", "city"]
    web = ["website", "email", "booking_url"]
    return [
        _of_clinic(clinic, _("Phone"), Checked.CONTACT, ["phones"]),
        _of_clinic(clinic, _("Website and e-mail"), Checked.CONTACT, web),
        _of_clinic(clinic, _("Address"), Checked.CONTACT, address),
        _of_clinic(clinic, _("Opening hours"), Checked.HOURS, ["opening_hours"]),
        _Group(
            _("What it offers"),
            Checked.SERVICES,
            bool(services),
            _of_services(services, lambda field: field != "coverage"),
        ),
        _Group(
            _("Where it may treat"),
            Checked.COVERAGE,
            any(each.coverage.all() for each in services),
            _of_services(services, lambda field: field == "coverage"),
        ),
    ]


def _of_clinic(
    clinic: Clinic, label: str, checked: Checked, fields: Iterable[str]
) -> _Group:
    stated = [field for field in fields if _is_stated(clinic, field)]
    sources = clinic.field_sources
    said = [sources[field] for field in stated if field in sources]
    return _Group(label, checked, bool(stated), said)


def _is_stated(clinic: Clinic, field: str) -> bool:
    if field == "phones":
        return bool(clinic.phones.all())
    return bool(getattr(clinic, field))


def _of_services(
    services: Iterable[Service], is_wanted: Callable[[str], bool]
) -> list[Said]:
    return [
        said
        for service in services
        for field, said in service.field_sources.items()
        if is_wanted(field)
    ]


# --- Who says so ---------------------------------------------------------------------


def _records(said: Iterable[Said]) -> dict[int, str]:
    """The source and its date in short, by the id of the record."""
    wanted = {each["record"] for each in said if "record" in each}
    return {pk: f"{name}, {worded(as_of)}" for pk, name, as_of in records(wanted)}


def _lines(
    group: _Group,
    check: Verification | None,
    records: Mapping[int, str],
    fallback: str,
) -> tuple[str, ...]:
    """The newest check, unless something was written after its day; else who wrote."""
    written = max((str(said["at"]) for said in group.said), default="")
    if check and check.at.astimezone(UTC).date().isoformat() >= written:
        return (_checked(check),)
    told = [_written(said, records, fallback) for said in group.said] or [fallback]
    return tuple(dict.fromkeys(told))


def _checked(check: Verification) -> str:
    words = {
        Clinic.Method.PHONED: _("Checked by phone with the clinic, %(day)s"),
        Clinic.Method.WEBSITE: _("Checked on the clinic’s website, %(day)s"),
        Clinic.Method.ATTESTED: _("Confirmed by the clinic itself, %(day)s"),
        Clinic.Method.SAMPLED: _(
            "Accepted with others like it, of which a sample was checked, %(day)s"
        ),
    }
    day = formats.date_format(check.at, "DATE_FORMAT")
    return words[Clinic.Method(check.method)] % {"day": day}


def _written(said: Said, records: Mapping[int, str], fallback: str) -> str:
    if "user" in said:
        day = date.fromisoformat(str(said["at"]))
        told = _("Written by us, %(day)s")
        return told % {"day": formats.date_format(day, "DATE_FORMAT")}
    return records.get(said.get("record"), fallback)
