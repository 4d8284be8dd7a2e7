"""What a curator makes of a report: taken over, in part, or not at all."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Change, Clinic, Decision, Report, User
from .addresses import create
from .changing import Edit, Saying, change, write
from .ledger import newest_of, recorded
from .verifying import verify

WITHDRAWN_AS_CLOSED = {
    "status": Clinic.Status.WITHDRAWN,
    "withdrawn_reason": Clinic.WithdrawnReason.CLOSED,
}


def seen(clinic: Clinic | None) -> str:
    """What the last write to `clinic` was: it is another once somebody wrote again."""
    return str(newest_of(clinic) or "") if clinic else ""


@transaction.atomic
def accept(
    report: Report,
    edit: Edit,
    *,
    by: User,
    is_part: bool = False,
    reason: str = "",
    answer: str = "",
    as_seen: str | None = None,
) -> Report:
    """Write what `edit` takes over of `report`, and decide it; all of it, or nothing.

    Of a missing clinic it makes a draft, and the report is that clinic's then. What a
    clinic attests, accepted whole, is a check of it. `as_seen` is `seen` when the
    person looked: where somebody wrote to the clinic since, nothing is written.
    Raises ValidationError with sentences, also where somebody decided it already.
    """
    report = _undecided(report)
    clinic = report.clinic and _unchanged(report.clinic, as_seen)
    note = _note(report, reason)
    if report.kind == Report.Kind.MISSING and clinic is None:
        report.clinic = _draft(edit, by=by, note=note)
    elif clinic is not None:
        if report.kind == Report.Kind.ATTESTED and not is_part:
            _refuse_outdated(report, clinic)
        change(clinic, edit, by=by, kind=Change.Kind.REPORT, note=note)
        if report.kind == Report.Kind.ATTESTED and not is_part:
            clinic.refresh_from_db()
            method = Clinic.Method.ATTESTED
            verify(clinic, by=by, method=method, at=report.sent_at, note=note)
    report.accepted = _taken(edit)
    decision = Decision.PARTLY if is_part else Decision.ACCEPTED
    return _decide(report, decision, by=by, reason=reason, answer=answer)


def _refuse_outdated(report: Report, clinic: Clinic) -> None:
    """ValidationError where the clinic confirmed what it does not say any more."""
    if Change.objects.filter(clinic=clinic, at__gt=report.sent_at).exists():
        raise ValidationError(
            _(
                "The listing was changed after the clinic confirmed it. Send it a new "
                "link, or reject this with that reason."
            )
        )


@transaction.atomic
def reject(report: Report, *, by: User, reason: str, answer: str = "") -> Report:
    """Decide that nothing changes for `report`, and say why.

    Raises ValidationError where somebody decided it already, or for no reason.
    """
    if not reason.strip():
        raise ValidationError(_("Say why it is rejected."))
    report = _undecided(report)
    return _decide(report, Decision.REJECTED, by=by, reason=reason, answer=answer)


@transaction.atomic
def reopen(report: Report) -> Report:
    """Let a decided report wait again. What it changed stays: the history undoes that.

    Raises ValidationError where its words are gone by now.
    """
    report = _locked(report)
    if report.purged_at:
        raise ValidationError(_("Its words are gone: there is nothing left to decide."))
    report.decision, report.decided_at, report.decided_by = Decision.OPEN, None, None
    report.accepted = {}
    report.save()
    return report


def _note(report: Report, reason: str) -> str:
    """What the history says of a change: which report it was, and the reason."""
    said = {"number": report.pk, "reason": reason.strip()}
    if not said["reason"]:
        return _("Report %(number)s") % said
    return _("Report %(number)s: %(reason)s") % said


def _locked(report: Report) -> Report:
    try:
        return Report.objects.select_for_update().get(pk=report.pk)
    except Report.DoesNotExist:
        raise ValidationError(_("This report is not there any more.")) from None


def _undecided(report: Report) -> Report:
    report = _locked(report)
    if report.decision != Decision.OPEN:
        raise ValidationError(
            _("%(person)s decided this report already: %(decision)s."),
            params={
                "person": report.decided_by or _("Somebody"),
                "decision": report.get_decision_display(),
            },
            code="decided",
        )
    return report


def _unchanged(clinic: Clinic, as_seen: str | None) -> Clinic:
    clinic = Clinic.objects.select_for_update().get(pk=clinic.pk)
    if clinic.merged_into_id:
        raise ValidationError(
            _("%(clinic)s was merged into %(other)s: look at that one."),
            params={"clinic": clinic, "other": clinic.merged_into},
        )
    if as_seen is not None and as_seen != seen(clinic):
        last = clinic.changes.select_related("by").order_by("-pk").first()
        raise ValidationError(
            _("%(person)s changed this clinic while you looked at it. Look again."),
            params={"person": (last and last.by) or _("Somebody")},
            code="changed",
        )
    return clinic


def _draft(edit: Edit, *, by: User, note: str) -> Clinic:
    """A new clinic that nobody sees yet, with what the report says of it."""
    said = edit.clinic
    if not said.get("name", "").strip():
        raise ValidationError(_("A clinic needs a name."))
    clinic = create(
        said["name"], city=said.get("city", ""), region=said.get("region", "")
    )
    with recorded([], kind=Change.Kind.REPORT, by=by, note=note) as recording:
        recording.made(clinic.pk)
        write(clinic, edit, Saying(by, None))
    return clinic


def _taken(edit: Edit) -> dict:
    services = {str(pk): said for pk, said in edit.services.items() if said}
    return edit.clinic | ({"services": services} if services else {})


def _decide(
    report: Report, decision: Decision, *, by: User, reason: str, answer: str
) -> Report:
    report.decision, report.decided_at, report.decided_by = decision, timezone.now(), by
    report.reason, report.answer = reason.strip(), answer.strip()
    report.save()
    return report
