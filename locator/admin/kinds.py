"""Accepting all of one kind: a random sample first, and every answer counts."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ..curation import kinds
from ..curation.kinds import Kind
from ..models import Clinic
from .checklist import Listed, checklists
from .site import site
from .verifying import MAY_LOOK, MAY_VERIFY, CheckForm

RIGHT, WRONG = "right", "wrong"
# A sample is answered on the day that it was drawn.
SECONDS = 24 * 60 * 60
_SALT = "locator.admin.kinds"


@site.page("verify/kinds/", name="verify_kinds", permission=MAY_LOOK)
@require_safe
def verify_kinds(request: HttpRequest) -> HttpResponse:
    """What kinds wait, largest first."""
    now = timezone.now()
    return site.render(
        request,
        "admin/verify_kinds.html",
        title=_("Accept many of one kind"),
        organizations=kinds.organizations(now),
        editions=kinds.editions(now),
        most=kinds.MOST_OF_A_KIND,
    )


@site.page("verify/kind/", name="verify_kind", permission=MAY_VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def verify_kind(request: HttpRequest) -> HttpResponse:
    """A sample of one kind; where all of it is right, all of the kind is verified."""
    if request.method == "POST":
        return _answered(request)
    kind = _kind(request.GET)
    try:
        sample, total = kinds.draw(kind, timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("admin:verify_kinds")
    form = CheckForm(initial={"day": timezone.localdate()})
    return _show(request, kind, sample, total, form)


def _kind(asked: QueryDict) -> Kind:
    """The kind that an address names; 404 for none."""
    organization = asked.get("organization", "")
    if organization.isascii() and organization.isdecimal() and len(organization) < 19:
        return Kind(organization=int(organization))
    parts = [asked.get(name, "") for name in ("source", "edition", "region")]
    if not all(parts) or any("\0" in part for part in parts):
        raise Http404(_("There is no such kind."))
    return Kind(None, *parts)


def _answered(request: HttpRequest) -> HttpResponse:
    try:
        drawn = signing.loads(
            request.POST.get("drawn", ""), salt=_SALT, max_age=SECONDS
        )
    except signing.BadSignature:
        told = _("This sample is too old, or not from here: begin with another one.")
        messages.error(request, told)
        return redirect("admin:verify_kinds")
    if drawn["by"] != request.user.pk:
        raise PermissionDenied
    kind, sample, total = Kind(*drawn["kind"]), drawn["sample"], drawn["total"]
    form = CheckForm(request.POST)
    answers = {pk: request.POST.get(f"answer-{pk}", "") for pk in sample}
    if WRONG in answers.values():
        form.add_error(None, _stopped(answers))
    elif any(answer != RIGHT for answer in answers.values()):
        form.add_error(None, _("Answer for every clinic of the sample."))
    if form.is_valid():
        try:
            return _accepted(request, kind, sample, total, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    return _show(request, kind, sample, total, form, answers)


def _stopped(answers: dict[int, str]) -> str:
    wrong = sum(answer == WRONG for answer in answers.values())
    return ngettext(
        "%d of the sample is wrong, so nothing of this kind was accepted. Correct it, "
        "and look at others of the kind one by one.",
        "%d of the sample are wrong, so nothing of this kind was accepted. Correct "
        "them, and look at others of the kind one by one.",
        wrong,
    ) % (wrong)


def _accepted(
    request: HttpRequest, kind: Kind, sample: list[int], total: int, said: dict
) -> HttpResponse:
    number = kinds.accept(
        kind,
        sample=sample,
        total=total,
        right=sample,
        by=request.user,
        method=said["method"],
        at=said["day"],
        now=timezone.now(),
        note=said["note"],
    )
    told = ngettext("%d clinic is verified.", "%d clinics are verified.", number)
    messages.success(request, told % number)
    return redirect("admin:verify_kinds")


def _show(
    request: HttpRequest,
    kind: Kind,
    sample: list[int],
    total: int,
    form: CheckForm,
    answers: dict[int, str] | None = None,
) -> HttpResponse:
    drawn = {
        "by": request.user.pk,
        "kind": [kind.organization, kind.source, kind.edition, kind.region],
        "sample": sample,
        "total": total,
    }
    answers = answers or {}
    return site.render(
        request,
        "admin/verify_kind.html",
        title=_("Accept all of one kind"),
        kind=str(kind),
        total=total,
        sample=[(each, answers.get(each.clinic.pk, "")) for each in _listed(sample)],
        drawn=signing.dumps(drawn, salt=_SALT),
        form=form,
    )


def _listed(sample: list[int]) -> list[Listed]:
    clinics = Clinic.objects.select_related("region", "source").in_bulk(sample)
    return checklists([clinics[pk] for pk in sample if pk in clinics])
