"""What visitors tell us: without account, cookie, session or anybody else."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control

from ..clinic_page.profile import clinic_at
from ..models import Clinic
from ..reporting.announcing import MineForm, MissingForm
from ..reporting.correcting import GoneForm, ReportForm
from ..reporting.forms import Form
from ..reporting.receiving import Sheet, receive
from .page import page, read_only, sent_back, unindexed


@sent_back
@cache_control(private=True, no_store=True)
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Something is wrong with a clinic, listed or listed no longer."""
    return _of_clinic(request, slug, "report", ReportForm)


@sent_back
@cache_control(private=True, no_store=True)
def report_mine(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody runs this clinic."""
    return _of_clinic(request, slug, "report_mine", MineForm)


@sent_back
@cache_control(private=True, no_store=True)
def report_missing(request: HttpRequest) -> HttpResponse:
    """A clinic is not listed."""
    sheet = receive(request, MissingForm, ["missing"])
    if sheet.is_taken:
        return redirect("locator:report_thanks")
    return _sheet(request, "report_missing", sheet, {})


@read_only
@cache_control(private=True)
def report_thanks(request: HttpRequest, slug: str = "") -> HttpResponse:
    """What happens next."""
    clinic = _clinic(slug) if slug else None
    context = {
        "name": _name(clinic) if clinic else "",
        "clinic": clinic,
        "days": settings.LOCATOR_REPORT_READ_DAYS,
        "keep_days": settings.LOCATOR_REPORT_KEEP_DAYS,
    }
    region = clinic.region_id if clinic else ""
    return unindexed(page(request, "report_thanks", context, region=region))


def _of_clinic(
    request: HttpRequest, slug: str, view: str, form: Callable[..., Form]
) -> HttpResponse:
    clinic = _clinic(slug)
    if clinic.slug != slug and request.method != "POST":
        return redirect(f"locator:{view}", clinic.slug, permanent=True)
    if form is ReportForm and not clinic.is_public:
        form = GoneForm
    sheet = receive(request, partial(form, clinic=clinic), [view, clinic.pk])
    if sheet.is_taken:
        return redirect("locator:report_thanks", clinic.slug)
    context = {"clinic": clinic, "name": _name(clinic)}
    return _sheet(request, view, sheet, context, region=clinic.region_id)


def _clinic(slug: str) -> Clinic:
    clinic = clinic_at(slug)
    if clinic is None or clinic.status == Clinic.Status.DRAFT:
        raise Http404
    return clinic


def _name(clinic: Clinic) -> str:
    """Its name, "" where it asked to leave."""
    has_left = clinic.withdrawn_reason == Clinic.WithdrawnReason.REQUEST
    return "" if has_left else clinic.name


def _sheet(
    request: HttpRequest, view: str, sheet: Sheet, context: dict, *, region: str = ""
) -> HttpResponse:
    context |= {"sheet": sheet, "form": sheet.form}
    context["keep_days"] = settings.LOCATOR_REPORT_KEEP_DAYS
    response = page(request, view, context, region=region, status=sheet.status)
    if sheet.retry_after:
        response["Retry-After"] = str(sheet.retry_after)
    return unindexed(response)
