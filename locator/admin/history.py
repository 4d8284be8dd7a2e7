"""What happened to a clinic: each write with its facts before and after, and undo."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import curation, facts
from ..curation import ledger
from ..models import Change, Clinic, Merge, Verification
from . import diffs
from .diffs import Row
from .site import site

CHANGES_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the history tells it.

    `why_not` says why it stays, if it must; `merge` is the id of the merge that it is
    part of, if that still holds.
    """

    change: Change
    who: str
    rows: list[Row] = field(repr=False)
    undone: Change | None
    why_not: str
    merge: int | None
    check: None = None


@dataclass(frozen=True, slots=True)
class ToldCheck:
    """One check of the clinic by a person, between its changes."""

    check: Verification


def of_clinic(desk, request: HttpRequest, object_id: str) -> HttpResponse:
    """The page of all that was written and checked of one clinic, newest first."""
    clinic = desk.get_object(request, unquote(object_id))
    if clinic is None:
        raise Http404
    if not desk.has_view_or_change_permission(request, clinic):
        raise PermissionDenied
    page = Paginator(_events(clinic), CHANGES_A_PAGE).get_page(request.GET.get("p"))
    return site.render(
        request,
        "admin/clinic_history.html",
        title=_("History of %s") % clinic,
        clinic=clinic,
        opts=desk.opts,
        page=page,
        told=_told(clinic, page.object_list),
        may_undo=request.user.has_perm("locator.undo_clinic"),
        may_merge=request.user.has_perm("locator.merge_clinic"),
        may_verify=request.user.has_perm("locator.verify_clinic"),
    )


# When, whether it was a check, and the id of the change or check.
_Event = tuple[datetime, bool, int]


def _events(clinic: Clinic) -> list[_Event]:
    """All that happened, newest first."""
    changes = Change.objects.filter(clinic=clinic).values_list("at", "pk")
    checks = clinic.verifications.values_list("at", "pk")
    events = [(at, False, pk) for at, pk in changes]
    events += [(at, True, pk) for at, pk in checks]
    return sorted(events, reverse=True)


def _changes(clinic: Clinic):
    changes = Change.objects.filter(clinic=clinic).select_related("by", "run")
    return changes.select_related("undone_by__by", "undoes")


def _told(clinic: Clinic, events: Sequence[_Event]) -> list[Told | ToldCheck]:
    of_changes = [pk for _at, is_check, pk in events if not is_check]
    of_checks = [pk for _at, is_check, pk in events if is_check]
    changes = _changes(clinic).in_bulk(of_changes)
    checks = Verification.objects.select_related("by", "undone_by").in_bulk(of_checks)
    tell = _teller(clinic, changes.values())
    return [
        ToldCheck(checks[pk]) if is_check else tell(changes[pk])
        for _at, is_check, pk in events
    ]


def _teller(clinic: Clinic, changes: Iterable[Change]) -> Callable[[Change], Told]:
    services = diffs.names_of_services(clinic)
    events = [each.event for each in changes if each.kind == Change.Kind.MERGE]
    standing = Merge.objects.filter(event__in=events, undone_at=None)
    merges = dict(standing.values_list("event", "pk"))

    def tell(change: Change) -> Told:
        return Told(
            change,
            who(change),
            diffs.rows(change.diff, services),
            getattr(change, "undone_by", None),
            curation.why_not_undo(change),
            merges.get(change.event),
        )

    return tell


def who(change: Change) -> str:
    """Who made a change: a person, an import, or the site by itself."""
    if change.by:
        return str(change.by)
    if change.run:
        return _("import of %(file)s") % {"file": change.run}
    return _("the site itself")


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others wrote to a clinic while somebody edited it.

    `may_go_on` says that the form could be brought up to date.
    """

    who: list[str]
    rows: list[Row]
    may_go_on: bool


def catch_up(form: ModelForm) -> Meanwhile:
    """What was written since `form` was opened; brings into it what nobody touched.

    Facts that others changed and the form left alone follow them, what was typed stays,
    and the form may then be sent again. Where others changed rows (numbers, services)
    it may not: the form's rows would undo theirs.
    """
    clinic = Clinic.objects.get(pk=form.instance.pk)
    newer = _changes(clinic).filter(pk__gt=_newest_seen(form.data.get("as_of", "")))
    changes = list(newer.order_by("pk")[:CHANGES_A_PAGE])
    changed = [change.diff.get("clinic", {}) for change in changes]
    may_go_on = bool(changes) and all(
        change.diff.keys() <= {"clinic", "said"} for change in changes
    )
    may_go_on = may_go_on and all(each.keys() <= _FOLLOWED for each in changed)
    if may_go_on:
        form.data = form.data.copy()
        for each in changed:
            _follow(form.data, each)
        form.data["as_of"] = seen(clinic)
    services = diffs.names_of_services(clinic)
    return Meanwhile(
        list(dict.fromkeys(map(who, changes))),
        [row for change in changes for row in diffs.rows(change.diff, services)],
        may_go_on,
    )


# Facts that are one field of the form each.
_FOLLOWED = {*facts.CLINIC_COLUMNS, *facts.CLINIC_SETS, *facts.STANDING}
_FOLLOWED -= {"address_is_private"}


def _follow(data: QueryDict, changed: Mapping[str, Sequence]) -> None:
    for fact, (before, after) in changed.items():
        if fact in facts.CLINIC_SETS:
            if sorted(data.getlist(fact)) == sorted(before):
                data.setlist(fact, after)
        elif data.get(fact, "") == before:
            data[fact] = after


def seen(clinic: Clinic) -> str:
    """What a page that shows `clinic` now has seen of it: moment and newest change."""
    return f"{clinic.updated_at.isoformat()} {ledger.newest_of(clinic)}"


def _newest_seen(seen: str) -> int:
    number = seen.rpartition(" ")[2]
    # What is no number was not written by us: then everything is news.
    return int(number) if re.fullmatch(r"[0-9]{1,18}", number) else 0


@site.page(
    "changes/<int:pk>/undo/", name="undo_change", permission="locator.undo_clinic"
)
def undo_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to take a change back, and do it."""
    change = get_object_or_404(_changes_of_all(), pk=pk)
    history = reverse("admin:locator_clinic_history", args=[change.clinic_id])
    problems: list[str] = []
    note = request.POST.get("note", "")
    why_not = curation.why_not_undo(change)
    if request.method == "POST":
        try:
            curation.undo(change, by=request.user, note=note.strip())
        except ValidationError as error:
            problems = error.messages
        else:
            messages.success(request, _("Taken back. The clinic says what it did."))
            return redirect(history)
    elif why_not:
        problems = [why_not]
    return site.render(
        request,
        "admin/undo_change.html",
        title=_("Take back a change"),
        change=change,
        who=who(change),
        rows=diffs.rows(turned(change.diff), diffs.names_of_services(change.clinic)),
        problems=problems,
        why_not=why_not,
        merge=_merge_of(change),
        note=note,
        history=history,
        status=409 if problems and request.method == "POST" else 200,
    )


def _merge_of(change: Change) -> Merge | None:
    """The merge that `change` is part of, if it can be taken back still."""
    if change.kind != Change.Kind.MERGE:
        return None
    return Merge.objects.filter(event=change.event, undone_at=None).first()


def _changes_of_all():
    return Change.objects.select_related("clinic", "by", "run")


def turned(diff: dict) -> dict:
    """`diff` backwards: what taking it back will change."""

    def back(changed: dict) -> dict:
        return {fact: [after, before] for fact, (before, after) in changed.items()}

    return {
        "clinic": back(diff.get("clinic", {})),
        "services": {pk: back(said) for pk, said in diff.get("services", {}).items()},
        "made": diff.get("removed", {}),
        "removed": diff.get("made", {}),
    }
