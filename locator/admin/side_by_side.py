"""Two clinics beside each other: what each says, and where they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import facts
from ..facts import ClinicState, Facts
from ..models import Clinic, SourceRecord
from ..text import fold
from . import diffs
from .site import label as named

FACTS = (
    *("name", "other_names", "programme", "organization", "description"),
    *("street", "unit", "city", "postal_code", "region", "address_is_private"),
    *("point", "phones", "email", "website", "booking_url"),
    *("opening_hours", "time_zone", "languages", "payments", "accessibility"),
    "identifiers",
)
# All of a service but what names it.
OF_A_SERVICE = tuple(
    name
    for name in (*facts.SERVICE_COLUMNS, *facts.SERVICE_SETS, *facts.SERVICE_ROWS)
    if name not in {"service_type", "specialties"}
)
SILENT = (None, "", "unknown", False, [])
MOST_RECORDS = 5

SAME = gettext_lazy("same")
ALIKE = gettext_lazy("written otherwise")
DIFFERENT = gettext_lazy("differs")
ONE_SILENT = gettext_lazy("only one says it")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text of one clinic, and whether the other has it not."""

    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A fact, or a service, as both clinics say it; `verdict` says how they differ."""

    label: str
    sides: tuple[list[Line], list[Line]]
    verdict: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what is on its page, and what speaks for keeping it."""

    clinic: Clinic
    town: str
    standing: str
    verified: str
    listings: list[str]
    more_listings: int
    services: int
    stated: int
    link: str

    @property
    def worth(self) -> tuple:
        """The greater one is the one to keep: seen, verified, fuller, older."""
        clinic = self.clinic
        is_verified = clinic.verified_at is not None
        return clinic.is_public, is_verified, self.stated, -clinic.pk


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two clinics in the order they were asked for."""

    sides: tuple[Side, Side]
    rows: list[Row]

    @property
    def better(self) -> Side:
        return max(self.sides, key=lambda side: side.worth)

    @property
    def differences(self) -> int:
        return sum(not row.is_same for row in self.rows)


def compare(one: Clinic, other: Clinic) -> Comparison:
    """Both clinics as they are now, in a fixed number of queries."""
    states = facts.read([one.pk, other.pk], with_records=False)
    ours, theirs = states[one.pk], states[other.pk]
    listings = _listings([one.pk, other.pk])
    rows = [*_facts(ours.facts, theirs.facts), *_services(ours, theirs)]
    sides = (_side(one, ours, listings), _side(other, theirs, listings))
    return Comparison(sides, rows)


def _side(clinic: Clinic, state: ClinicState, listings: dict) -> Side:
    mine = listings[clinic.pk]
    link = reverse("admin:locator_clinic_change", args=[clinic.pk])
    return Side(
        clinic=clinic,
        town=town_of(clinic),
        standing=standing_of(clinic),
        verified=_verified(clinic),
        listings=mine[:MOST_RECORDS],
        more_listings=len(mine[MOST_RECORDS:]),
        services=len(state.services),
        stated=_stated(state),
        link=link,
    )


def town_of(clinic: Clinic) -> str:
    """Town and region, as far as they are known."""
    parts = [clinic.city, named(clinic.region) if clinic.region else ""]
    return ", ".join(part for part in parts if part)


def standing_of(clinic: Clinic) -> str:
    """Whether patients see it, and why not."""
    if clinic.merged_into_id:
        return _("merged into “%s”") % clinic.merged_into
    if clinic.withdrawn_reason:
        return f"{clinic.get_status_display()}: {clinic.get_withdrawn_reason_display()}"
    return clinic.get_status_display()


def _verified(clinic: Clinic) -> str:
    if clinic.verified_at is None:
        return _("never")
    return _("%(day)s, %(how)s, by %(person)s") % {
        "day": f"{clinic.verified_at:%Y-%m-%d}",
        "how": clinic.get_verified_method_display(),
        "person": clinic.verified_by,
    }


def _listings(clinics: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {pk: [] for pk in clinics}
    records = SourceRecord.objects.filter(clinic__in=clinics)
    rows = records.order_by("-as_of", "pk").select_related("source")
    for record in rows.defer("raw", "written"):
        found[record.clinic_id].append(
            _("%(source)s, %(day)s, line %(line)s")
            % {
                "source": record.source.short_name,
                "day": record.as_of,
                "line": record.line,
            }
        )
    return found


def _stated(state: ClinicState) -> int:
    """How many facts say anything."""
    said = [state.facts, *(each.facts for each in state.services.values())]
    return sum(value not in SILENT for each in said for value in each.values())


# --- Rows --------------------------------------------------------------------------


def _facts(ours: Facts, theirs: Facts) -> Iterator[Row]:
    for fact in FACTS:
        one, other = ours[fact], theirs[fact]
        if one in SILENT and other in SILENT:
            continue
        is_same = one == other
        lines = diffs.worded(fact, one), diffs.worded(fact, other)
        yield _row(diffs.label(fact), lines, is_same=is_same)


def _services(ours: ClinicState, theirs: ClinicState) -> Iterator[Row]:
    for one, other in _paired(ours, theirs):
        label = _("Service: %s") % diffs.name_of_service(one or other)
        if one is None or other is None:
            lines = _lines(one), _lines(other)
        else:
            # What both say alike fills a screen and tells nothing.
            lines = _lines(one, beside=other), _lines(other, beside=one)
        yield _row(label, lines, is_same=one == other)


def _paired(
    ours: ClinicState, theirs: ClinicState
) -> Iterator[tuple[Facts | None, Facts | None]]:
    """Services of the same kind beside each other, the likest first."""
    free = [each.facts for each in theirs.services.values()]
    for service in ours.services.values():
        alike = [each for each in free if _kind(each) == _kind(service.facts)]
        best = max(alike, key=lambda each: _common(each, service.facts), default=None)
        if best is not None:
            free.remove(best)
        yield service.facts, best
    for left in free:
        yield None, left


def _kind(service: Facts) -> tuple:
    return service["service_type"], tuple(service["specialties"])


def _common(one: Facts, other: Facts) -> int:
    return sum(one[name] == other[name] for name in one)


def _lines(service: Facts | None, *, beside: Facts | None = None) -> tuple[str, ...]:
    """A service a fact a line, "Remote: yes"; `beside` another what only one says."""
    if service is None:
        return ()
    stated = [name for name in OF_A_SERVICE if service.get(name) not in SILENT]
    told = [name for name in stated if not beside or service[name] != beside[name]]
    lines = [_line(name, service[name], (beside or {}).get(name)) for name in told]
    if beside and len(told) < len(stated):
        alike = len(stated) - len(told)
        said = ngettext("%d fact alike", "%d facts alike", alike)
        lines.append(said % alike)
    return tuple(lines)


def _line(fact: str, value: Any, other: Any) -> str:
    """A fact in one line; of several values those that the other has not."""
    texts = diffs.worded(fact, value)
    others = diffs.worded(fact, other)
    own = [text for text in texts if text not in others]
    return f"{diffs.label(fact)}: {'; '.join(own or texts)}"


def _row(label: str, lines: tuple[Sequence[str], Sequence[str]], *, is_same) -> Row:
    sides = _marked(lines[0], lines[1]), _marked(lines[1], lines[0])
    return Row(label, sides, str(_verdict(lines, is_same)), is_same)


def _marked(lines: Sequence[str], others: Sequence[str]) -> list[Line]:
    return [Line(text, text not in others) for text in lines]


def _verdict(lines: tuple[Sequence[str], Sequence[str]], is_same: bool) -> Any:
    if is_same:
        return SAME
    if not lines[0] or not lines[1]:
        return ONE_SILENT
    one, other = (fold(" ".join(side)) for side in lines)
    return ALIKE if one == other else DIFFERENT
