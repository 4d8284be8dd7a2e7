"""Proposals from sources: facts that a person wrote and a feed says otherwise."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from .. import facts, queues
from ..curation import proposing
from ..curation.kinds import SAMPLE
from ..curation.proposing import Decided
from ..models import Decision, Proposal, Source
from . import diffs
from .site import site

QUEUE = "proposals"
# What a database has room for: more digits than these are nobody's id.
ID = re.compile(r"[0-9]{1,18}")
PROPOSALS_A_PAGE = 50
# So many at once leave the desk to others; who presses again has the next.
MOST_AT_ONCE = 200
MAY_LOOK = ("locator.view_proposal", "locator.change_proposal")
MAY_DECIDE = "locator.change_proposal"


@dataclass(frozen=True, slots=True)
class Told:
    """A proposal in words."""

    proposal: Proposal
    row: diffs.Row


def _told(proposals: Sequence[Proposal]) -> list[Told]:
    names = _names_of_services(proposals)
    return [Told(each, _row(each, names)) for each in proposals]


def _row(proposal: Proposal, names: Mapping[int, str]) -> diffs.Row:
    said = [proposal.present, proposal.proposed]
    (row,) = diffs.rows({proposal.fact: said})
    if proposal.service_id:
        pk = str(proposal.service_id)
        (row,) = diffs.rows({"services": {pk: {proposal.fact: said}}}, names)
    return row


def _names_of_services(proposals: Sequence[Proposal]) -> dict[int, str]:
    clinics = {each.clinic_id for each in proposals if each.service_id}
    states = facts.read(clinics, with_records=False)
    return {
        pk: diffs.name_of_service(service.facts)
        for state in states.values()
        for pk, service in state.services.items()
    }


def _open() -> QuerySet[Proposal]:
    return Proposal.objects.filter(decision=Decision.OPEN).select_related(
        "clinic__region", "record__source", "service"
    )


# --- What waits --------------------------------------------------------------------


@site.page("proposals/", name="proposals", permission=MAY_LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits, by source and fact; those that are marked are decided at once."""
    if request.method == "POST":
        return _decide_marked(request)
    return _list(request)


def _list(
    request: HttpRequest, problems: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    source, fact = request.GET.get("source", ""), request.GET.get("fact", "")
    found = _of_kind(source, fact).order_by("found_at", "pk")
    page = Paginator(found, PROPOSALS_A_PAGE).get_page(request.GET.get("p"))
    kinds = _kinds()
    return site.render(
        request,
        "admin/proposals.html",
        title=_("Proposals from sources"),
        status=status,
        page=page,
        told=_told(list(page)),
        kinds=kinds,
        sources=sorted({(each["source"], each["source_name"]) for each in kinds}),
        facts=sorted({(each["fact"], each["label"]) for each in kinds}),
        source=source,
        fact=fact,
        marked=request.POST.getlist("pk"),
        reason=request.POST.get("reason", ""),
        may_decide=request.user.has_perm(MAY_DECIDE),
        problems=problems,
    )


def _of_kind(source: str, fact: str) -> QuerySet[Proposal]:
    found = _open()
    if source:
        found = found.filter(record__source=source)
    return found.filter(fact=fact) if fact else found


def _kinds() -> list[dict[str, Any]]:
    """How many wait of each source and fact, the most first."""
    waiting = Proposal.objects.filter(decision=Decision.OPEN).order_by()
    counted = waiting.values_list("record__source", "fact").annotate(Count("pk"))
    names = dict(Source.objects.values_list("code", "short_name"))
    kinds = [
        {
            "source": source,
            "source_name": names[source],
            "fact": fact,
            "label": diffs.label(fact),
            "number": number,
        }
        for source, fact, number in counted
    ]
    return sorted(kinds, key=lambda each: (-each["number"], each["label"]))


def _decide_marked(request: HttpRequest) -> HttpResponse:
    _refuse_strangers(request)
    pks = _ids(request.POST.getlist("pk"))
    chosen = list(_open().filter(pk__in=pks).order_by("pk"))
    try:
        if not chosen:
            raise ValidationError(_("Mark at least one that still waits."))
        _tell(request, _decide(request, chosen))
    except ValidationError as error:
        return _list(request, problems=error.messages)
    return redirect(request.get_full_path())


def _refuse_strangers(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_DECIDE):
        raise PermissionDenied


def _decide(request: HttpRequest, chosen: Sequence[Proposal]) -> Decided:
    asked = request.POST.get("decision", "")
    reason = request.POST.get("reason", "").strip()
    if asked == "accept":
        return proposing.accept(chosen, by=request.user, reason=reason)
    if asked == "reject":
        return proposing.reject(chosen, by=request.user, reason=reason)
    raise ValidationError(_("Choose to accept or to reject."))


def _ids(sent: Iterable[str]) -> list[int]:
    """The ids among what a form sent, whatever else it sent."""
    return [int(each) for each in sent if ID.fullmatch(each)]


def _tell(request: HttpRequest, decided: Decided) -> None:
    if decided.done:
        said = ngettext(
            "%(number)d proposal decided.",
            "%(number)d proposals decided.",
            decided.done,
        )
        messages.success(request, said % {"number": decided.done})
    for proposal, sentences in decided.refused:
        messages.warning(request, f"{proposal.clinic}: {' '.join(sentences)}")


# --- All of one kind ---------------------------------------------------------------


@site.page(
    "proposals/kind/<slug:source>/<slug:fact>/",
    name="proposal_kind",
    permission=MAY_LOOK,
)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_kind(request: HttpRequest, source: str, fact: str) -> HttpResponse:
    """All that one source proposes of one fact, decided after a look at a sample."""
    publisher = get_object_or_404(Source, pk=source)
    waiting = _of_kind(source, fact).order_by("found_at", "pk")
    pks = list(waiting.values_list("pk", flat=True))
    if request.method == "POST":
        _refuse_strangers(request)
        try:
            return _decide_kind(request, waiting, pks)
        except ValidationError as error:
            return _show_kind(request, publisher, fact, pks, error.messages)
    return _show_kind(request, publisher, fact, pks)


def _show_kind(
    request: HttpRequest,
    source: Source,
    fact: str,
    pks: Sequence[int],
    problems: Sequence[str] = (),
) -> HttpResponse:
    shown = _ids(request.POST.getlist("shown"))
    sample = shown or random.sample(list(pks), min(SAMPLE, len(pks)))
    return site.render(
        request,
        "admin/proposal_kind.html",
        title=_("%(source)s: %(fact)s")
        % {"source": source.short_name, "fact": diffs.label(fact)},
        told=_told(list(_open().filter(pk__in=sample))),
        number=len(pks),
        at_once=min(len(pks), MOST_AT_ONCE),
        reason=request.POST.get("reason", ""),
        newest=max(pks, default=0),
        may_decide=request.user.has_perm(MAY_DECIDE),
        problems=problems,
    )


def _decide_kind(
    request: HttpRequest, waiting: QuerySet[Proposal], pks: Sequence[int]
) -> HttpResponse:
    shown = {*_ids(request.POST.getlist("shown"))}
    looked = {*_ids(request.POST.getlist("looked"))}
    newest = max(_ids([request.POST.get("newest", "")]), default=0)
    # What came after the sample was drawn is not of what it was drawn from.
    of_then = [pk for pk in pks if pk <= newest]
    if not of_then or len(shown & set(pks)) < min(SAMPLE, len(of_then)):
        raise ValidationError(_("Others decided some of these: look at them again."))
    if looked < shown:
        raise ValidationError(
            _(
                "Mark each of the sample that your answer goes for. If it does not go "
                "for one of them, decide them singly."
            )
        )
    chosen = waiting.filter(pk__in=of_then[:MOST_AT_ONCE])
    _tell(request, _decide(request, list(chosen)))
    return redirect("admin:proposals")


# --- One of them -------------------------------------------------------------------


@site.page("proposals/<int:pk>/", name="proposal", permission=MAY_LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what stands there, what the source says, and a decision."""
    everything = Proposal.objects.select_related(
        "clinic__region", "record__source", "decided_by", "service"
    )
    found = get_object_or_404(everything, pk=pk)
    if request.method != "POST":
        return _show(request, found)
    _refuse_strangers(request)
    try:
        decided = _decide_one(request, found)
    except ValidationError as error:
        return _show(request, found, error.messages)
    if decided.refused:
        found.refresh_from_db()
        return _show(request, found, decided.refused[0][1])
    _tell(request, decided)
    return redirect(queues.next_address(QUEUE))


def _decide_one(request: HttpRequest, found: Proposal) -> Decided:
    held = queues.claimed(request, QUEUE, str(found.pk))
    if held.is_others:
        raise ValidationError(
            _("%(name)s is at work on this: ask them, or take another."),
            params={"name": held.by},
        )
    return _decide(request, [found])


def _show(
    request: HttpRequest, found: Proposal, problems: Sequence[str] = ()
) -> HttpResponse:
    is_open = found.decision == Decision.OPEN
    return site.render(
        request,
        "admin/proposal.html",
        title=f"{found.clinic}: {diffs.label(found.fact)}",
        proposal=found,
        rows=[_row(found, _names_of_services([found]))],
        said_by=_said_by(found),
        problems=problems,
        reason=request.POST.get("reason", ""),
        is_open=is_open,
        may_decide=is_open and request.user.has_perm(MAY_DECIDE),
        queue=QUEUE if is_open else "",
        item=str(found.pk),
    )


def _said_by(found: Proposal) -> str:
    """When a person said what stands there, "" where nobody noted it."""
    sources = (found.service or found.clinic).field_sources
    said = next(
        (sources[part] for part in facts.columns_of(found.fact) if part in sources), {}
    )
    return said.get("at", "") if "user" in said else ""
