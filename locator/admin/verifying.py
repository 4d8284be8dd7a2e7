"""Checking clinics: one on its page, twenty in an hour, and the sheet to phone by."""

from datetime import UTC, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from .. import curation, queues
from ..ages import EXPIRED_DAYS, age
from ..curation import aging, deciding
from ..curation.changing import locked
from ..curation.expiring import has_expired
from ..models import Clinic, Region, Verification
from .attesting import letter_to
from .checklist import checklist, checklists
from .site import site

QUEUE = "stale"
IN_AN_HOUR = 20
MAY_LOOK = ("locator.view_clinic", "locator.verify_clinic")
MAY_VERIFY = "locator.verify_clinic"
HOW = [
    (Clinic.Method.PHONED, gettext_lazy("I phoned")),
    (Clinic.Method.WEBSITE, gettext_lazy("I read their website")),
    (Clinic.Method.ATTESTED, gettext_lazy("They attested it")),
]


class CheckForm(forms.Form):
    """How and when somebody checked; what they checked is which button they press."""

    method = forms.ChoiceField(
        label=gettext_lazy("How you checked"), choices=HOW, widget=forms.RadioSelect
    )
    day = forms.DateField(
        label=gettext_lazy("On which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the desk: whom you spoke to, what was said."),
    )

    def clean_day(self) -> datetime:
        """The moment of the check: now, or the noon of an earlier day."""
        day, now = self.cleaned_data["day"], timezone.now()
        today = timezone.localdate()
        if day > today:
            raise ValidationError(_("This day has not come yet."))
        if day <= today - timedelta(days=EXPIRED_DAYS):
            raise ValidationError(
                _("A check of more than a year ago says nothing of today.")
            )
        return now if day == today else datetime.combine(day, time(12), UTC)


# --- One clinic ----------------------------------------------------------------------


@site.page("verify/<int:pk>/", name="verify", permission=MAY_LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """One clinic as patients see it, to be checked: all of it, or group by group."""
    clinics = Clinic.objects.select_related("region", "merged_into", "verified_by")
    clinic = get_object_or_404(clinics, pk=pk)
    if request.method != "POST":
        return _show(request, clinic, CheckForm(initial={"day": timezone.localdate()}))
    if not request.user.has_perm(MAY_VERIFY):
        raise PermissionDenied
    form = CheckForm(request.POST)
    if form.is_valid():
        try:
            return _verified(request, clinic, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            clinic.refresh_from_db()
    return _show(request, clinic, form)


def _verified(request: HttpRequest, clinic: Clinic, said: dict) -> HttpResponse:
    checked = _checked(request)
    was_away = has_expired(clinic)
    with transaction.atomic():
        locked(clinic)
        if request.POST.get("seen") != deciding.seen(clinic):
            raise ValidationError(
                _("Somebody changed this clinic meanwhile: look at it as it is now.")
            )
        for group in checked:
            curation.verify(
                clinic,
                by=request.user,
                method=said["method"],
                at=said["day"],
                checked=group,
                note=said["note"],
            )
    messages.success(request, _told(clinic, checked))
    if was_away and clinic.is_public:
        messages.success(request, _("Patients find it again."))
    elif was_away:
        messages.warning(request, _still_away(clinic))
    return redirect(_onward(request, clinic))


def _checked(request: HttpRequest) -> list[Verification.Checked]:
    """What the button says was checked; all four groups are everything."""
    if request.POST.get("checked") == "all":
        return [Verification.Checked.ALL]
    groups = [
        group
        for group in Verification.Checked
        if group in request.POST.getlist("groups") and group != "all"
    ]
    if not groups:
        raise ValidationError(
            _("Tick what you checked, or press “Everything is true”.")
        )
    return [Verification.Checked.ALL] if len(groups) == 4 else groups


def _told(clinic: Clinic, checked: list[Verification.Checked]) -> str:
    what = ", ".join(str(group.label) for group in checked)
    return _("%(clinic)s is verified: %(what)s.") % {"clinic": clinic, "what": what}


def _still_away(clinic: Clinic) -> str:
    reasons = curation.why_not_public(clinic)
    told = " ".join(reasons) or _("All of it must be verified within a year.")
    return _("Patients do not find it yet. %(why)s") % {"why": told}


def _onward(request: HttpRequest, clinic: Clinic) -> str:
    """Where the person goes now: on in the queue, back to their hour, or nowhere."""
    if request.POST.get("back") == "today":
        region = request.POST.get("region", "")
        return reverse("admin:verify_today", query={"region": region} if region else {})
    held = queues.claimed(request, QUEUE, str(clinic.pk))
    if held.is_mine:
        queues.release(QUEUE, str(clinic.pk), by=request.user)
        return queues.next_address(QUEUE)
    return reverse("admin:verify", args=[clinic.pk])


def _show(request: HttpRequest, clinic: Clinic, form: CheckForm) -> HttpResponse:
    now = timezone.now()
    checks = clinic.verifications.select_related("by", "undone_by")
    may_verify = request.user.has_perm(MAY_VERIFY)
    return site.render(
        request,
        "admin/verify.html",
        title=_("Verify %s") % clinic,
        clinic=clinic,
        listed=checklist(clinic),
        age=age(clinic.verified_at, now),
        has_expired=has_expired(clinic),
        form=form,
        ticked=request.POST.getlist("groups"),
        seen=deciding.seen(clinic),
        back=request.POST.get("back") or request.GET.get("back", ""),
        region=request.POST.get("region") or request.GET.get("region", ""),
        checks=checks.order_by("-at", "-pk"),
        letter=letter_to(clinic, request) if may_verify else None,
        may_verify=may_verify and not clinic.merged_into_id,
        may_edit=request.user.has_perm("locator.change_clinic"),
        may_withdraw=request.user.has_perm("locator.publish_clinic")
        and clinic.is_public,
        queue=QUEUE,
        item=str(clinic.pk),
    )


@site.page("verify/undo/<int:pk>/", name="unverify", permission=MAY_VERIFY)
@require_POST
def unverify(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a check back."""
    check = get_object_or_404(Verification.objects.select_related("clinic"), pk=pk)
    try:
        curation.unverify(check, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The check is taken back."))
        check.clinic.refresh_from_db()
        if has_expired(check.clinic):
            told = _("Without it the clinic is too old: it left the public list.")
            messages.warning(request, told)
    return redirect("admin:verify", check.clinic_id)


@site.page(
    "verify/<int:pk>/closed/", name="verify_closed", permission="locator.publish_clinic"
)
@require_POST
def verify_closed(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a clinic that turned out to have closed."""
    clinic = get_object_or_404(Clinic, pk=pk)
    if not clinic.is_public:
        messages.error(request, _("Patients do not see this clinic any more."))
        return redirect("admin:verify", pk)
    reason = Clinic.WithdrawnReason.CLOSED
    curation.withdraw(clinic, reason=reason, by=request.user)
    messages.success(request, _("%s is withdrawn: it has closed.") % clinic)
    return redirect(_onward(request, clinic))


# --- An hour's work ------------------------------------------------------------------


@site.page("verify/today/", name="verify_today", permission=MAY_LOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def verify_today(request: HttpRequest) -> HttpResponse:
    """The twenty clinics that a check helps most now; a POST claims them."""
    region = request.GET.get("region", "")
    rows = _free(request, region)[:IN_AN_HOUR]
    clinics, now = list(rows.select_related("region", "inspection")), timezone.now()
    if request.method == "POST":
        if not request.user.has_perm(MAY_VERIFY):
            raise PermissionDenied
        _claim(request, clinics)
        return redirect(request.get_full_path())
    return site.render(
        request,
        "admin/verify_today.html",
        title=_("One hour today"),
        clinics=[(clinic, age(clinic.verified_at, now)) for clinic in clinics],
        ids=",".join(str(clinic.pk) for clinic in clinics),
        regions=_regions(),
        region=region,
        pace=aging.pace(now),
        may_verify=request.user.has_perm(MAY_VERIFY),
    )


def _free(request: HttpRequest, region: str) -> QuerySet[Clinic]:
    """What waits and nobody else has claimed."""
    rows = aging.waiting(timezone.now())
    if region:
        rows = rows.filter(region=region)
    return queues.QUEUES[QUEUE].taken(request.user, "free", rows)


def _claim(request: HttpRequest, clinics: list[Clinic]) -> None:
    taken = 0
    for clinic in clinics:
        try:
            queues.claim(QUEUE, str(clinic.pk), by=request.user)
        except queues.ClaimedError:
            continue
        taken += 1
    told = _("%d clinics are yours for half an hour.") % taken
    messages.success(request, told)


def _regions() -> QuerySet[Region]:
    home = Clinic.objects.published().real().order_by().values("region").distinct()
    return Region.objects.filter(code__in=home).order_by("name", "code")


@site.page("verify/sheet/", name="verify_sheet", permission=MAY_LOOK)
@require_safe
def verify_sheet(request: HttpRequest) -> HttpResponse:
    """The chosen clinics on paper, with boxes to tick while phoning."""
    asked = request.GET.get("clinics", "").split(",")[:IN_AN_HOUR]
    pks = [int(pk) for pk in asked if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    clinics = Clinic.objects.select_related("region").in_bulk(pks)
    return site.render(
        request,
        "admin/call_sheet.html",
        title=_("Call sheet"),
        listed=checklists([clinics[pk] for pk in dict.fromkeys(pks) if pk in clinics]),
        day=timezone.localdate(),
    )
