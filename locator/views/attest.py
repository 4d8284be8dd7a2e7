"""A clinic says whether all that we say of it is true, by the link that it was sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from .. import catalogues
from ..clinic_page.profile import profile
from ..curation import deciding
from ..logs import client_address
from ..models import Clinic, Report
from ..reporting import attesting, tokens
from ..reporting.taking import ReadOnlyError, TooManyError, take
from .page import page, sent_back, unindexed

LONGEST_TEXT = 2000


@sent_back
@cache_control(private=True, no_store=True)
def attest(request: HttpRequest, token: str) -> HttpResponse:
    """What we say of one clinic, and two answers. The link is all that is needed."""
    try:
        clinic = attesting.clinic_of(token)
    except tokens.ExpiredError:
        return _spent(request, _("This link has run out. Ask us for a new one."), 410)
    except tokens.TokenError:
        told = _("This link is not complete. Please copy all of it from our letter.")
        return _spent(request, told, 404)
    if clinic is None:
        return _spent(request, _("This clinic is not listed any more."), 410)
    if request.method != "POST":
        return _ask(request, clinic)
    return _answered(request, clinic)


def _answered(request: HttpRequest, clinic: Clinic) -> HttpResponse:
    """Keep the answer as a report, or show the page again with what is wrong."""
    if not tokens.is_own_origin(request):
        told = _("Your browser does not say that this comes from our page.")
        return _ask(request, clinic, told, 403)
    if request.POST.get("seen") != deciding.seen(clinic):
        told = _("We changed the listing meanwhile: please look at it as it is now.")
        return _ask(request, clinic, told, 409)
    text = request.POST.get("text", "").replace("\0", "").strip()[:LONGEST_TEXT]
    is_true = request.POST.get("answer") == "true"
    if not is_true and not text:
        told = _("Please write what is wrong, or say that all of it is true.")
        return _ask(request, clinic, told, 400)
    try:
        _take(request, clinic, "" if is_true else text)
    except (TooManyError, ReadOnlyError) as error:
        status = 429 if isinstance(error, TooManyError) else 503
        response = _ask(request, clinic, str(error), status)
        response["Retry-After"] = str(error.seconds)
        return response
    return redirect("locator:report_thanks", clinic.slug)


def _take(request: HttpRequest, clinic: Clinic, text: str) -> None:
    kind = Report.Kind.WRONG if text else Report.Kind.ATTESTED
    report = Report(
        clinic=clinic,
        kind=kind,
        topics=[Report.Topic.OTHER] if text else [],
        text=text,
        language=get_language() or "",
    )
    take(report, address=client_address(request), now=timezone.now())


def _ask(
    request: HttpRequest, clinic: Clinic, problem: str = "", status: int = 200
) -> HttpResponse:
    told = profile(
        clinic,
        catalogues.of(request),
        now=timezone.now(),
        url=request.build_absolute_uri(clinic.get_absolute_url()),
    )
    context = {
        "clinic": clinic,
        "profile": told,
        "problem": problem,
        "text": request.POST.get("text", "")[:LONGEST_TEXT],
        "seen": deciding.seen(clinic),
    }
    region = clinic.region_id
    return unindexed(page(request, "attest", context, region=region, status=status))


def _spent(request: HttpRequest, told: str, status: int) -> HttpResponse:
    return unindexed(page(request, "attest_spent", {"told": told}, status=status))
