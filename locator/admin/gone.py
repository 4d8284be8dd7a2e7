"""A clinic that a newer edition of its source lacks: has it gone, or not?"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import queues
from ..importers import matching
from ..models import Clinic, SourceRecord
from .site import site

QUEUE = queues.QUEUES["gone"]


@site.page("gone/<int:pk>/", name="gone", permission=(QUEUE.permission, QUEUE.looking))
@require_http_methods(["GET", "HEAD", "POST"])
def gone(request, pk):
    clinic = get_object_or_404(
        Clinic.objects.select_related("region", "source").prefetch_related("phones"),
        pk=pk,
    )
    if request.method == "POST":
        return _decide(request, clinic)
    records = list(clinic.records.select_related("source", "vanished_in"))
    return site.render(
        request,
        "admin/gone.html",
        title=_("Has %(clinic)s gone?") % {"clinic": clinic},
        clinic=clinic,
        missing=[each for each in records if _is_missing(each)],
        others=[each for each in records if each.vanished_in_id is None],
        may_work=QUEUE.may_work(request.user),
        queue=QUEUE.code,
        item=str(pk),
    )


def _decide(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    if not QUEUE.may_work(request.user):
        raise PermissionDenied
    held = queues.claimed(request, QUEUE.code, str(clinic.pk))
    try:
        if held.is_others:
            raise ValidationError(
                _("%(name)s is at work on this: ask them, or wait.") % {"name": held.by}
            )
        said = _decided(clinic, request.POST.get("answer", ""), request.user)
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return redirect("admin:gone", clinic.pk)
    messages.success(request, said)
    return redirect(queues.next_address(QUEUE.code))


@transaction.atomic
def _decided(clinic: Clinic, answer: str, person) -> str:
    """Do what was answered; a sentence that says what came of it."""
    missing = [each for each in _listed(clinic) if _is_missing(each)]
    if not missing:
        raise ValidationError(
            _("Nothing is to be decided any more: somebody did, or it is listed again.")
        )
    if answer == "keep":
        for record in missing:
            matching.keep_listed(record, by=person)
        return _("%(clinic)s stays.") % {"clinic": clinic}
    if answer != "gone":
        raise ValidationError(_("Choose whether it has gone or stays."))
    withdrew = [matching.agree_gone(record, by=person) for record in missing]
    if any(withdrew):
        return _("%(clinic)s was withdrawn: “its source withdrew it”.") % {
            "clinic": clinic
        }
    return _("%(clinic)s stays: another source still lists it.") % {"clinic": clinic}


def _listed(clinic: Clinic) -> QuerySet[SourceRecord]:
    return clinic.records.order_by("pk")


def _is_missing(record: SourceRecord) -> bool:
    return record.vanished_in_id is not None and not record.vanished_seen
