"""What patients are told of a clinic, in groups that are checked together."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .. import facts
from ..facts import ClinicState, Facts
from ..models import Clinic, CoverageArea, Verification
from . import diffs

Checked = Verification.Checked
CONTACT = (
    *("name", "programme", "organization", "other_names", "phones", "email"),
    *("website", "booking_url", "street", "unit", "postal_code", "city", "region"),
)
HOURS = ("opening_hours", "time_zone")
FOR_ALL = ("languages", "payments", "accessibility")
# Said of a service elsewhere, or of use to machines alone.
_NOT_ASKED = {"service_type", "specialties", "coverage", "remote_is_clinic_wide"}
# Silence about these is worth a question on the phone.
_ASKED = {
    *("phones", "opening_hours", "languages", "payments", "accepting", "remote"),
    *("in_person", "modalities", "age_groups"),
}
_SILENT = (None, "", [], False, "unknown")


@dataclass(frozen=True, slots=True)
class Text:
    """What a fact says, or one of the things that it says; `url` dials or opens it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact in words; no texts: not stated."""

    label: str
    texts: Sequence[Text]

    @property
    def in_one(self) -> str:
        return "; ".join(each.text for each in self.texts)


@dataclass(frozen=True, slots=True)
class Part:
    """Facts of the clinic, or under `title` of one of its services."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that one check is about. `anchor` is where the clinic's page edits them."""

    code: Checked
    title: str
    anchor: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Listed:
    """A clinic with its checklist."""

    clinic: Clinic
    groups: Sequence[Group]


def checklists(clinics: Collection[Clinic] | QuerySet[Clinic]) -> list[Listed]:
    """Each of `clinics` with what it says, in their order; a fixed number of queries
    a chunk of them."""
    clinics = list(clinics)
    states = facts.read([clinic.pk for clinic in clinics], with_records=False)
    with diffs.one_reading():
        return [
            Listed(clinic, list(_groups(states[clinic.pk])))
            for clinic in clinics
            if clinic.pk in states
        ]


def checklist(clinic: Clinic) -> Listed:
    (listed,) = checklists([clinic])
    return listed


def _groups(state: ClinicState) -> Iterator[Group]:
    said = state.facts
    services = [each.facts for each in state.services.values()]
    named = [(diffs.name_of_service(each), each) for each in services]
    yield Group(
        Checked.CONTACT,
        _("How to reach it, and where it is"),
        "id_name",
        [Part("", list(_lines(said, CONTACT)))],
    )
    yield Group(
        Checked.HOURS,
        _("When it is open"),
        "id_opening_hours",
        [Part("", list(_lines(said, HOURS)))],
    )
    yield Group(
        Checked.SERVICES,
        _("What it offers"),
        "services-group",
        [
            *[Part(name, _of_service(each)) for name, each in named],
            Part(_("For all of its services"), list(_lines(said, FOR_ALL))),
        ],
    )
    yield Group(
        Checked.COVERAGE,
        _("Where it may treat patients remotely"),
        "coverage-group",
        [Part(name, _coverage(each)) for name, each in named],
    )


def _lines(said: Facts, names: Sequence[str]) -> Iterator[Line]:
    """What is stated of `names`, and what it is worth asking for."""
    for name in names:
        value = said.get(name)
        if value not in _SILENT or name in _ASKED:
            yield Line(diffs.label(name), list(_texts(name, value)))


def _texts(name: str, value: Any) -> Iterator[Text]:
    if value in _SILENT:
        return
    words = diffs.worded(name, value)
    if name == "phones":
        for text, (number, _extension, _purpose) in zip(words, value, strict=True):
            yield Text(text, f"tel:{number}")
    elif name in ("website", "booking_url"):
        yield Text(value, value)
    else:
        yield from map(Text, words)


def _of_service(said: Facts) -> list[Line]:
    silent = {name for name in ("languages", "payments") if not said[name]}
    if said["minimum_age"] is not None or said["maximum_age"] is not None:
        silent.add("age_groups")
    # Where a service says nothing of these, others say it: nobody need be asked.
    names = [name for name in said if name not in _NOT_ASKED | silent]
    return list(_lines(said, names))


def _coverage(said: Facts) -> list[Line]:
    """The regions by basis, a line each; long lists are what licences are made of."""
    regions: Mapping[str, list[str]] = {}
    for region, basis, *_rest in said["coverage"]:
        regions.setdefault(basis, []).append(diffs.worded("region", region)[0])
    if not regions:
        return [Line(_("Regions"), ())] if said["remote"] != "no" else []
    labels = dict(CoverageArea._meta.get_field("basis").flatchoices)
    return [
        Line(str(labels[basis]).capitalize(), [Text(", ".join(names))])
        for basis, names in regions.items()
    ]
