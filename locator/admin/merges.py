"""Merges that were made, and how they are taken back."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import curation
from ..models import Change, Clinic, Merge
from . import diffs, history
from .duplicates import LOOK
from .site import site

MERGES_A_PAGE = 50


@site.page("merges/", name="merges", permission=LOOK)
@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """Every merge, the newest first, with those that were taken back."""
    made = Merge.objects.select_related("winner", "loser", "by", "undone_by")
    found = Paginator(made.defer("moved"), MERGES_A_PAGE)
    return site.render(
        request,
        "admin/merges.html",
        title=_("Merges"),
        page=found.get_page(request.GET.get("p")),
        may_undo=request.user.has_perm("locator.merge_clinic"),
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person asked for with the undo of a merge."""

    note: str = ""
    keeps: bool = False
    are_two: bool = True

    @classmethod
    def of(cls, request: HttpRequest):
        if request.method != "POST":
            return cls()
        data = request.POST
        return cls(data.get("note", "").strip()[:1000], "keep" in data, "two" in data)


@site.page("merges/<int:pk>/undo/", name="unmerge", permission=LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what comes of taking a merge back, and do it."""
    made = Merge.objects.select_related("winner", "loser", "by", "undone_by")
    merge = get_object_or_404(made, pk=pk)
    sent, problems = Sent.of(request), []
    if request.method == "POST":
        if not request.user.has_perm("locator.merge_clinic"):
            raise PermissionDenied
        try:
            _take_back(request, merge, sent)
        except ValidationError as error:
            problems = error.messages
        else:
            return redirect("admin:merge", merge.winner_id, merge.loser_id)
    return site.render(
        request,
        "admin/unmerge.html",
        title=_("Take a merge back"),
        merge=merge,
        sent=sent,
        problems=problems,
        status=409 if problems else 200,
        **_outlook(merge),
    )


@transaction.atomic
def _take_back(request: HttpRequest, merge: Merge, sent: Sent) -> None:
    who = {"by": request.user, "note": sent.note}
    curation.unmerge(merge, keep_changes=sent.keeps, **who)
    if sent.are_two:
        curation.tell_apart(merge.winner, merge.loser, **who)
    loser = Clinic.objects.get(pk=merge.loser_id)
    said = _("Taken back: “%(loser)s” stands by itself again (%(status)s).") % {
        "loser": loser,
        "status": loser.get_status_display(),
    }
    messages.success(request, said)


def _outlook(merge: Merge) -> dict:
    """What taking `merge` back would do, for the page that asks."""
    if why_not := curation.why_not_unmerge(merge):
        return {"why_not": why_not}
    change = Change.objects.filter(
        event=merge.event, clinic=merge.winner_id, kind=Change.Kind.MERGE
    ).first()
    diff = history.turned(change.diff) if change else {}
    services = diffs.names_of_services(merge.winner)
    return {
        "why_not": "",
        "changed": curation.changed_since(merge),
        # Services that go back as they are need no list of their facts.
        "services": [services.get(int(pk), "") for pk in diff.get("removed", {})],
        "rows": diffs.rows({**diff, "removed": {}}, services),
    }


def shown(clinic: Clinic) -> SafeString | str:
    """The merges of `clinic`, for its page, each with a link to take it back."""
    if not clinic.pk:
        return "–"
    mine = Merge.objects.filter(Q(winner=clinic) | Q(loser=clinic), undone_at=None)
    lines = [
        (
            _sentence(merge, clinic),
            reverse("admin:unmerge", args=[merge.pk]),
            _("Take it back"),
        )
        for merge in mine.select_related("winner", "loser", "by").defer("moved")
    ]
    items = format_html_join("", '<li>{} <a href="{}">{}</a></li>', lines)
    return format_html("<ul>{}</ul>", items) if lines else "–"


def _sentence(merge: Merge, clinic: Clinic) -> str:
    said = _("%(day)s: “%(loser)s” was merged into “%(winner)s” by %(person)s.")
    if merge.winner_id == clinic.pk:
        said = _("%(day)s: “%(loser)s” was merged into this clinic by %(person)s.")
    return said % {
        "day": date_format(merge.at, "j M Y"),
        "loser": merge.loser,
        "winner": merge.winner,
        "person": merge.by,
    }
