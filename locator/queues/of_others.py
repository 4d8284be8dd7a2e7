"""Queues of what others say: listings, reports, proposals, and pairs of clinics."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import facts
from ..importers.naming import name_of, place_of
from ..models import PossibleDuplicate, Proposal, Report, SourceRecord, Task
from ..models.decision import Decision
from .of_clinics import where
from .queue import Queue, Told

# --- Listings that wait for their clinic -------------------------------------------


def _waiting(step: str) -> QuerySet[SourceRecord]:
    waiting = SourceRecord.objects.filter(match=SourceRecord.Match.WAITING)
    before = waiting.filter(
        layout=OuterRef("layout"), site_key=OuterRef("site_key"), pk__lt=OuterRef("pk")
    )
    return (
        waiting.filter(~Exists(before))
        .select_related("source", "first_run")
        .order_by("source", "line", "pk")
    )


def _tell_waiting(record: SourceRecord) -> Told:
    number = len(record.candidates)
    why = ngettext(
        "It may be %(number)d clinic that we have.",
        "It may be one of %(number)d clinics that we have.",
        number,
    ) % {"number": number}
    title = f"{name_of(record) or record.key} ({record.source.short_name})"
    return title, place_of(record), why, record.first_run.started_at


MATCHES = Queue(
    code="matches",
    title=gettext_lazy("Listings that may be a clinic we have"),
    why=gettext_lazy("No machine can tell: their news reaches nobody until you do."),
    permission="locator.change_sourcerecord",
    looking="locator.view_sourcerecord",
    rows=_waiting,
    tell=_tell_waiting,
    region="",
    since="first_run__started_at",
    page="match",
)

# --- Pairs -------------------------------------------------------------------------

REASONS = {
    "phone": gettext_lazy("the same phone"),
    "name-and-place": gettext_lazy("a like name, close by"),
    "identifier": gettext_lazy("the same identifier"),
}


def _pairs(step: str) -> QuerySet[PossibleDuplicate]:
    return (
        PossibleDuplicate.objects.filter(state=PossibleDuplicate.State.OPEN)
        .select_related("first__region", "second")
        .order_by("-likeness", "pk")
    )


def _tell_pair(pair: PossibleDuplicate) -> Told:
    why = ", ".join(str(REASONS.get(code, code)) for code in pair.reasons)
    title = f"{pair.first.name} = {pair.second.name}?"
    return title, where(pair.first), why, pair.found_at


DUPLICATES = Queue(
    code="duplicates",
    title=gettext_lazy("Clinics that may be one"),
    why=gettext_lazy("People see the same clinic twice, one of them out of date."),
    permission="locator.change_possibleduplicate",
    looking="locator.view_possibleduplicate",
    rows=_pairs,
    tell=_tell_pair,
    region="first__region",
    since="found_at",
    page="duplicate",
    machine=Task.Kind.INSPECT,
)

# --- Reports -----------------------------------------------------------------------


def _reports(step: str) -> QuerySet[Report]:
    reports = Report.objects.filter(decision=Decision.OPEN)
    if step:
        reports = reports.filter(kind=step)
    return reports.select_related("clinic__region").order_by("sent_at", "pk")


def _tell_report(report: Report) -> Told:
    words = [str(Report.Topic(code).label) for code in report.topics if code in _TOPICS]
    why = str(report.get_kind_display())
    if words:
        why = _("%(kind)s: %(topics)s") % {"kind": why, "topics": ", ".join(words)}
    if report.clinic is None:
        return _("A clinic that we do not have"), "", why, report.sent_at
    return report.clinic.name, where(report.clinic), why, report.sent_at


_TOPICS = set(Report.Topic.values)

REPORTS = Queue(
    code="reports",
    title=gettext_lazy("Reports from the public"),
    why=gettext_lazy("Somebody stood before what is wrong and took time to say so."),
    permission="locator.change_report",
    looking="locator.view_report",
    rows=_reports,
    tell=_tell_report,
    region="clinic__region",
    since="sent_at",
    steps=tuple(Report.Kind.choices),
    page="report",
)

# --- Proposals ---------------------------------------------------------------------


def _proposals(step: str) -> QuerySet[Proposal]:
    return (
        Proposal.objects.filter(decision=Decision.OPEN)
        .select_related("clinic__region", "record__source")
        .order_by("found_at", "pk")
    )


def _tell_proposal(proposal: Proposal) -> Told:
    why = _("%(source)s says its %(fact)s otherwise.") % {
        "source": proposal.record.source.short_name,
        "fact": facts.label(proposal.fact),
    }
    return proposal.clinic.name, where(proposal.clinic), why, proposal.found_at


PROPOSALS = Queue(
    code="proposals",
    title=gettext_lazy("Proposals from sources"),
    why=gettext_lazy("A source says otherwise than one of us did: you decide."),
    permission="locator.change_proposal",
    looking="locator.view_proposal",
    rows=_proposals,
    tell=_tell_proposal,
    region="clinic__region",
    since="found_at",
    page="proposal",
)
