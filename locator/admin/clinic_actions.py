"""What a curator does to many clinics at once, from their list."""

from collections import defaultdict

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import curation
from ..models import Clinic, Verification

# More names than this would push the list off the screen.
MOST_NAMES = 20
MOST_CHECKED = 100


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Withdrawn because"),
        choices=Clinic.WithdrawnReason.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The pages of these clinics will say so."),
    )


class CheckForm(forms.Form):
    method = forms.ChoiceField(
        label=gettext_lazy("How you checked"),
        choices=Clinic.Method.of_one_clinic,
        widget=forms.RadioSelect,
    )
    checked = forms.ChoiceField(
        label=gettext_lazy("What you checked"),
        choices=Verification.Checked.choices,
        widget=forms.RadioSelect,
        initial=Verification.Checked.ALL,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For the desk alone."),
    )


@admin.action(
    description=gettext_lazy("Publish: patients find them"), permissions=["publish"]
)
def publish(desk, request, clinics):
    may, refused = [], defaultdict(list)
    for clinic in curation.with_public_facts(clinics):
        if reasons := curation.why_not_public(clinic):
            refused[" ".join(reasons)].append(clinic)
        else:
            may.append(clinic)
    with transaction.atomic():
        curation.publish(*may, by=request.user)
        _log(desk, request, may, _("Published."))
    done = ngettext("%d clinic is published.", "%d clinics are published.", len(may))
    _tell(desk, request, done, len(may))
    _say_why_not(desk, request, refused)


def _say_why_not(desk, request, refused):
    """A message for each reason, with the clinics that it keeps from patients."""
    for reason, clinics in refused.items():
        names = [str(clinic) for clinic in clinics[:MOST_NAMES]]
        if more := len(clinics[MOST_NAMES:]):
            names.append(ngettext("%d more", "%d more", more) % more)
        said = ngettext(
            "%(number)d clinic is not published: %(names)s. %(reason)s",
            "%(number)d clinics are not published: %(names)s. %(reason)s",
            len(clinics),
        )
        said %= {
            "number": len(clinics),
            "names": "; ".join(names),
            "reason": reason,
        }
        desk.message_user(request, said, messages.WARNING)


@admin.action(
    description=gettext_lazy("Make them drafts: nobody finds them"),
    permissions=["publish"],
)
def to_draft(desk, request, clinics):
    chosen = _not_merged(desk, request, clinics)
    with transaction.atomic():
        curation.to_draft(*chosen, by=request.user)
        _log(desk, request, chosen, _("Made a draft."))
    done = ngettext(
        "%d clinic is a draft now.", "%d clinics are drafts now.", len(chosen)
    )
    _tell(desk, request, done, len(chosen))


@admin.action(
    description=gettext_lazy("Withdraw, and say why"), permissions=["publish"]
)
def withdraw(desk, request, clinics):
    form = _asked(WithdrawForm, request)
    if not form.is_valid():
        return _ask(desk, request, clinics, form, "withdraw", _("Withdraw clinics"))
    chosen = _not_merged(desk, request, clinics)
    with transaction.atomic():
        curation.withdraw(*chosen, reason=form.cleaned_data["reason"], by=request.user)
        _log(desk, request, chosen, _("Withdrawn."))
    done = ngettext("%d clinic is withdrawn.", "%d clinics are withdrawn.", len(chosen))
    _tell(desk, request, done, len(chosen))


@admin.action(
    description=gettext_lazy("I checked them: record it"), permissions=["verify"]
)
def verify(desk, request, clinics):
    if clinics.count() > MOST_CHECKED:
        said = _(
            "Nobody checks more than %d clinics at once: choose those you checked."
        )
        desk.message_user(request, said % MOST_CHECKED, messages.ERROR)
        return None
    form = _asked(CheckForm, request)
    if not form.is_valid():
        return _ask(desk, request, clinics, form, "verify", _("Record a check"))
    chosen = list(clinics)
    with transaction.atomic():
        for clinic in chosen:
            curation.verify(
                clinic, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        _log(desk, request, chosen, _("Verified."))
    done = ngettext("%d clinic is verified.", "%d clinics are verified.", len(chosen))
    _tell(desk, request, done, len(chosen))
    return None


def _asked(form_class, request):
    """The form of the page between, filled in where it was this page that was sent."""
    return form_class(request.POST if "_answered" in request.POST else None)


def _ask(desk, request, clinics, form, action, title):
    return TemplateResponse(
        request,
        "admin/clinic_ask.html",
        {
            **desk.admin_site.each_context(request),
            "opts": desk.opts,
            "title": title,
            "form": form,
            "action": action,
            "clinics": clinics[:MOST_NAMES],
            "total": clinics.count(),
            "checkbox": ACTION_CHECKBOX_NAME,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
        },
    )


def _not_merged(desk, request, clinics):
    kept = [clinic for clinic in clinics if not clinic.merged_into_id]
    left = clinics.count() - len(kept)
    said = ngettext(
        "%d was merged into another clinic and stays withdrawn.",
        "%d were merged into other clinics and stay withdrawn.",
        left,
    )
    _tell(desk, request, said, left, messages.WARNING)
    return kept


def _log(desk, request, clinics, said):
    for clinic in clinics:
        desk.log_change(request, clinic, said)


def _tell(desk, request, said, number, level=messages.SUCCESS):
    if number:
        desk.message_user(request, said % number, level)
