"""Reports from the public: what waits, and one of them with what it would change."""

from contextlib import suppress
from urllib.parse import quote, urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_safe

from .. import queues
from ..curation import deciding
from ..models import Decision, Report
from ..reporting.correcting import TOPICS
from . import diffs
from .diffs import Row
from .report_facts import FactRow, edit_of, rows_of, same_clinics
from .site import site

QUEUE = "reports"
REPORTS_A_PAGE = 50
MAY_LOOK = ("locator.view_report", "locator.change_report")
MAY_ACCEPT = ("locator.change_report", "locator.change_clinic")

REASONS = [
    gettext_lazy("Checked: it is so"),
    gettext_lazy("It says so already"),
    gettext_lazy("Could not be confirmed"),
    gettext_lazy("Checked: it is not so"),
    gettext_lazy("Not about this listing"),
    gettext_lazy("Nonsense or advertising"),
]
# What to do with reports that no tick settles.
ADVICE = {
    Report.Kind.MINE: gettext_lazy(
        "Call the clinic by a number that is publicly known, not by one from this "
        "report, and ask whether the writer speaks for it. Then change the listing on "
        "its page, verify it, and accept this report."
    ),
    Report.Kind.MISSING: gettext_lazy(
        "Accepting makes a draft with what is ticked and opens it. Nobody sees it "
        "until you have filled in its services and published it."
    ),
    Report.Kind.ATTESTED: gettext_lazy(
        "The link was sent to the clinic’s own address. Accepting records a check of "
        "everything, by its own statement, for the day when it was sent."
    ),
}


class DecisionForm(forms.Form):
    """What a curator says of a report beside what they take over."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"list": "reasons", "class": "vTextField"}),
        help_text=gettext_lazy("For the desk and the history. Rejecting needs one."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
    )


# --- What waits ----------------------------------------------------------------------


@site.page("reports/", name="reports", permission=MAY_LOOK)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """All reports: those that wait first of all, or those that are decided."""
    is_decided = request.GET.get("show") == "decided"
    kind = request.GET.get("kind", "")
    found = Report.objects.select_related("clinic__region", "decided_by")
    if kind in Report.Kind.values:
        found = found.filter(kind=kind)
    if is_decided:
        found = found.exclude(decision=Decision.OPEN).order_by("-decided_at", "-pk")
    else:
        found = found.filter(decision=Decision.OPEN).order_by("sent_at", "pk")
    return site.render(
        request,
        "admin/reports.html",
        title=_("Reports from the public"),
        page=Paginator(found, REPORTS_A_PAGE).get_page(request.GET.get("p")),
        kind=kind,
        kinds=Report.Kind.choices,
        is_decided=is_decided,
        may_work=request.user.has_perm("locator.change_report"),
    )


# --- One of them ---------------------------------------------------------------------


@site.page("reports/<int:pk>/", name="report", permission=MAY_LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its words, what it would change, and three ways to decide it."""
    found = Report.objects.select_related("clinic__region", "decided_by")
    found = get_object_or_404(found, pk=pk)
    rows = rows_of(found) if found.decision == Decision.OPEN else []
    if request.method != "POST":
        return _show(request, found, rows, DecisionForm())
    _refuse_strangers(request)
    if request.POST.get("decision") == "reopen":
        return _reopen(request, found)
    form = DecisionForm(request.POST)
    try:
        if form.is_valid():
            return _done(request, _decide(request, found, rows, form.cleaned_data))
    except ValidationError as error:
        form.add_error(None, error)
        # What others decided or changed meanwhile, with what was typed here.
        found.refresh_from_db()
        rows = _anew(request, found)
    return _show(request, found, rows, form)


def _refuse_strangers(request: HttpRequest) -> None:
    is_taken_over = request.POST.get("decision") in ("accept", "partly")
    wanted = MAY_ACCEPT if is_taken_over else MAY_ACCEPT[:1]
    if not request.user.has_perms(wanted):
        raise PermissionDenied


def _decide(
    request: HttpRequest, found: Report, rows: list[FactRow], said: dict
) -> Report:
    decision = request.POST.get("decision")
    if decision == "reject":
        return deciding.reject(found, by=request.user, **said)
    if decision not in ("accept", "partly"):
        raise ValidationError(_("Choose what becomes of the report."))
    edit = edit_of(rows, request.POST, found)
    is_left = any(not row.is_ticked for row in rows)
    return deciding.accept(
        found,
        edit,
        by=request.user,
        is_part=decision == "partly" or is_left,
        as_seen=request.POST.get("seen", ""),
        **said,
    )


def _anew(request: HttpRequest, found: Report) -> list[FactRow]:
    """The rows as they are now, with what was ticked and typed, and what is wrong."""
    if found.decision != Decision.OPEN:
        return []
    rows = rows_of(found)
    with suppress(ValidationError):  # each row says it
        edit_of(rows, request.POST, found)
    if request.POST.get("decision") == "reject":
        for row in rows:
            row.problem = ""
    return rows


def _reopen(request: HttpRequest, found: Report) -> HttpResponse:
    try:
        deciding.reopen(found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The report waits again."))
    return redirect("admin:report", found.pk)


def _done(request: HttpRequest, decided: Report) -> HttpResponse:
    """Say what was done, send the answer, and lead to what comes next."""
    said = _("Report %(number)s: %(decision)s.") % {
        "number": decided.pk,
        "decision": decided.get_decision_display(),
    }
    messages.success(request, said)
    is_new = decided.kind == Report.Kind.MISSING and decided.clinic_id
    if decided.answer and decided.email and not _send(request, decided):
        return redirect("admin:report", decided.pk)
    if is_new and decided.decision != Decision.REJECTED:
        return redirect("admin:locator_clinic_change", decided.clinic_id)
    return redirect(queues.next_address(QUEUE))


def _title(found: Report) -> str:
    name = found.clinic or found.proposed.get("name")
    if name:
        return _("Report about %(clinic)s") % {"clinic": name}
    return _("Report of a clinic that is missing")


def _show(
    request: HttpRequest, found: Report, rows: list[FactRow], form: DecisionForm
) -> HttpResponse:
    is_open = found.decision == Decision.OPEN
    may_work = request.user.has_perm("locator.change_report")
    is_missing = found.kind == Report.Kind.MISSING
    return site.render(
        request,
        "admin/report.html",
        title=_title(found),
        report=found,
        topics=[str(TOPICS.get(topic, topic)) for topic in found.topics],
        rows=rows,
        form=form,
        reasons=REASONS,
        seen=deciding.seen(found.clinic),
        advice=ADVICE.get(found.kind, "") if is_open else "",
        alike=same_clinics(found) if is_open and is_missing else [],
        taken=_taken(found),
        mail_url=_mail_url(found),
        sends_mail=settings.LOCATOR_SENDS_MAIL,
        is_open=is_open,
        may_decide=is_open and may_work,
        may_reopen=not is_open and may_work and not found.purged_at,
        queue=QUEUE if is_open else "",
        item=str(found.pk),
    )


def _taken(found: Report) -> list[Row]:
    """What was taken over, in words."""
    own = {name: said for name, said in found.accepted.items() if name != "services"}
    services = found.accepted.get("services", {})
    diff = {
        "clinic": {name: [None, value] for name, value in own.items()},
        "services": {
            pk: {name: [None, value] for name, value in said.items()}
            for pk, said in services.items()
        },
    }
    names = diffs.names_of_services(found.clinic) if services else {}
    return diffs.rows(diff, names)


# --- The answer ----------------------------------------------------------------------


def _subject(found: Report) -> str:
    """In the language that the visitor read."""
    with override(found.language or settings.LANGUAGE_CODE):
        return _("Your report to %(site)s") % {"site": settings.LOCATOR_NAME}


def _mail_url(found: Report) -> str:
    """A link that opens the curator's own mail program with the answer; "" for none."""
    if not found.email:
        return ""
    said = {"subject": _subject(found), "body": found.answer}
    said = {name: text for name, text in said.items() if text}
    return f"mailto:{quote(found.email, safe='@')}?{urlencode(said, quote_via=quote)}"


def _send(request: HttpRequest, decided: Report) -> bool:
    """Whether the answer went by the site's own mail server, if there is one."""
    if not settings.LOCATOR_SENDS_MAIL:
        return False
    subject = " ".join(_subject(decided).split())
    try:
        send_mail(subject, decided.answer, None, [decided.email])
    except OSError:
        told = _("The mail server did not take the answer: send it by the link below.")
        messages.error(request, told)
        return False
    messages.success(request, _("The answer is on its way."))
    return True
