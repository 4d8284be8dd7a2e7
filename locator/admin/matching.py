"""Listings that wait for a person: beside the clinics that they may be about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import facts, queues
from ..facts import Facts
from ..importers import matching
from ..importers.naming import title_of
from ..models import Clinic, RecordMatch, SourceRecord
from . import diffs
from .desk import as_table
from .site import site

QUEUE = "matches"
MATCHES_A_PAGE = 50
MAY_LOOK = ("locator.view_sourcerecord", "locator.change_sourcerecord")
MAY_MATCH = "locator.change_sourcerecord"

# What tells clinics apart, in the order in which people compare them.
SHOWN = (
    *("name", "programme", "organization", "street", "unit", "city", "postal_code"),
    *("region", "phones", "email", "website", "opening_hours", "identifiers"),
    *("languages", "payments"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines of one column; `is_same` where they are those of the listing.

    `of` names the column for narrow screens, which have no head.
    """

    of: str
    lines: Sequence[str]
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clinic that a listing may be about, with what settling for it would change."""

    clinic: Clinic
    reasons: Sequence[str]
    changes: Sequence[diffs.Row]
    is_lost: bool = False
    """Whether settling for it would take it from patients' eyes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of the listing and of each candidate."""

    label: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class _Column:
    """The listing or a clinic: what it says, and its services in words."""

    name: str
    facts: Facts
    services: Sequence[str]


# --- What was matched --------------------------------------------------------------


@site.page("matches/", name="matches", permission=MAY_LOOK)
@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """Who matched which listing with which clinic, the newest first."""
    found = RecordMatch.objects.select_related(
        "record__source", "clinic", "by", "run"
    ).order_by("-pk")
    who = request.GET.get("who", "")
    if who == "people":
        found = found.filter(by__isnull=False)
    elif who == "likeness":
        found = found.filter(by__isnull=True, reasons__0="name-and-address")
    page = Paginator(found, MATCHES_A_PAGE).get_page(request.GET.get("p"))
    return site.render(
        request,
        "admin/matches.html",
        title=_("Listings and their clinics"),
        page=page,
        rows=[(each, _worded(each.reasons), title_of(each.record)) for each in page],
        who=who,
        whos=[
            ("", _("by anybody")),
            ("people", _("by people")),
            ("likeness", _("by machines, by name and address")),
        ],
    )


def _worded(reasons: Sequence[str]) -> str:
    return ", ".join(str(matching.REASONS.get(code, code)) for code in reasons)


# --- One listing -------------------------------------------------------------------


@site.page("matches/<int:pk>/", name="match", permission=MAY_LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """One listing: settle which clinic it is about, or take that back."""
    record = get_object_or_404(
        SourceRecord.objects.select_related("source", "clinic", "last_run"), pk=pk
    )
    if request.method != "POST":
        return _show(request, record)
    if not request.user.has_perm(MAY_MATCH):
        raise PermissionDenied
    try:
        return _decide(request, record)
    except ValidationError as error:
        record.refresh_from_db()
        return _show(request, record, problems=error.messages)


def _decide(request: HttpRequest, record: SourceRecord) -> HttpResponse:
    asked = request.POST.get("decision", "")
    if asked == "undo":
        return _take_back(request, record)
    held = queues.claimed(request, QUEUE, str(record.pk))
    if held.is_others:
        raise ValidationError(
            _("%(name)s is at work on this: ask them, or take another."),
            params={"name": held.by},
        )
    clinic = None
    if asked != "new":
        number = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
        clinic = Clinic.objects.filter(pk=number).first()
        if clinic is None:
            raise ValidationError(_("Choose a clinic, or say that it is a new one."))
    was_public = clinic is not None and clinic.is_public
    made = matching.settle(matching.of_one_site(record), clinic=clinic, by=request.user)
    said = _("A new clinic: {}.") if clinic is None else _("Matched with {}.")
    address = reverse("admin:locator_clinic_change", args=[made.pk])
    link = format_html('<a href="{}">{}</a>', address, made)
    messages.success(request, format_html(said, link))
    if not made.is_public:
        _warn_of_draft(request, was_public)
    return redirect(queues.next_address(QUEUE))


def _warn_of_draft(request: HttpRequest, was_public: bool) -> None:
    """Say that patients do not see the clinic: the listing alone does not show it."""
    messages.warning(
        request,
        _("Patients do not see it any more: the listing names no remote visit.")
        if was_public
        else _("Patients do not see it: it is not published."),
    )


def _take_back(request: HttpRequest, record: SourceRecord) -> HttpResponse:
    records = matching.unmatch(
        record,
        by=request.user,
        note=request.POST.get("note", "").strip(),
        keeps_facts="keeps_facts" in request.POST,
    )
    messages.success(request, _("Taken back. The listing waits again."))
    return redirect("admin:match", records[0].pk)


def _show(
    request: HttpRequest, record: SourceRecord, problems: Sequence[str] = ()
) -> HttpResponse:
    is_waiting = record.match == SourceRecord.Match.WAITING
    records = matching.of_one_site(record)
    context = _compared(records) if is_waiting else {}
    return site.render(
        request,
        "admin/match.html",
        title=title_of(record),
        record=record,
        raws=[(each.record_type, as_table(each.raw)) for each in records],
        history=[(each, _worded(each.reasons)) for each in _history(record)],
        is_waiting=is_waiting,
        may_match=request.user.has_perm(MAY_MATCH),
        problems=problems,
        typed=request.POST,
        queue=QUEUE if is_waiting else "",
        item=str(records[0].pk) if records else str(record.pk),
        **context,
    )


def _history(record: SourceRecord) -> Sequence[RecordMatch]:
    return record.matches.select_related("clinic", "by")[:MATCHES_A_PAGE]


def _compared(records: Sequence[SourceRecord]) -> dict:
    """The listing beside the clinics that it may be about, or why it cannot be."""
    clinics = _clinics(records[0].candidates)
    try:
        said = matching.what_it_says(records)
    except ValidationError as error:
        return {"candidates": [], "lines": [], "unreadable": error.messages}
    states = facts.read([clinic.pk for clinic in clinics], with_records=False)
    candidates = [
        _candidate(clinic, reasons, matching.would_change(records, clinic))
        for clinic, reasons in clinics.items()
    ]
    columns = [
        _Column(clinic.name, states[clinic.pk].facts, _services(states[clinic.pk]))
        for clinic in clinics
    ]
    ours = [diffs.name_of_service(each) for each in said["services"]]
    return {
        "candidates": candidates,
        "lines": list(_lines(_Column(_("The listing"), said, ours), columns)),
    }


def _candidate(clinic: Clinic, reasons: Sequence[str], diff: Facts) -> Candidate:
    status = diff.get("clinic", {}).get("status")
    return Candidate(
        clinic,
        [str(matching.REASONS.get(code, code)) for code in reasons],
        diffs.rows(diff, diffs.names_of_services(clinic)),
        is_lost=clinic.is_public and bool(status),
    )


def _clinics(candidates: Sequence[dict]) -> dict[Clinic, Sequence[str]]:
    """The candidates that are still there, as what they were merged into."""
    reasons = {each["clinic"]: each["reasons"] for each in candidates}
    found = Clinic.objects.select_related("region", "source", "merged_into").in_bulk(
        list(reasons)
    )
    clinics: dict[Clinic, Sequence[str]] = {}
    for pk, why in reasons.items():
        if clinic := found.get(pk):
            clinics.setdefault(clinic.merged_into or clinic, why)
    return clinics


def _services(state: facts.ClinicState) -> list[str]:
    return [diffs.name_of_service(each.facts) for each in state.services.values()]


def _lines(listing: _Column, clinics: Sequence[_Column]) -> Iterator[Line]:
    columns = [listing, *clinics]
    for fact in SHOWN:
        values = [diffs.worded(fact, each.facts.get(fact)) for each in columns]
        if any(values):
            yield _line(diffs.label(fact), columns, values)
    yield _line(capfirst(_("services")), columns, [each.services for each in columns])


def _line(
    label: str, columns: Sequence[_Column], values: Sequence[Sequence[str]]
) -> Line:
    ours = set(values[0])
    cells = [
        Cell(column.name, lines, bool(lines) and number > 0 and set(lines) == ours)
        for number, (column, lines) in enumerate(zip(columns, values, strict=True))
    ]
    return Line(label, cells)
