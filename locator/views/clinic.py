"""One clinic, and a few beside each other."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from .. import catalogues
from ..asking.filters import ClinicFilter
from ..clinic_page.comparing import comparison
from ..clinic_page.gone import gone
from ..clinic_page.profile import clinic_at, profile
from ..conditional import conditional
from ..models import Clinic
from ..moment import moment
from .page import page, read_only, unindexed


@read_only
@conditional()
def clinic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One clinic: 301 from an old address, 410 for one withdrawn, 404 for a draft."""
    clinic = clinic_at(slug)
    if clinic is None or clinic.status == Clinic.Status.DRAFT:
        raise Http404
    if clinic.slug != slug:
        return redirect(clinic, permanent=True)
    if clinic.status == Clinic.Status.WITHDRAWN:
        context = gone(clinic, catalogues.of(request), now=moment())
        return page(
            request, "clinic_gone", context, region=clinic.region_id, status=410
        )
    told = profile(
        clinic,
        catalogues.of(request),
        now=moment(),
        url=request.build_absolute_uri(clinic.get_absolute_url()),
    )
    context = {"clinic": clinic, "profile": told}
    response = page(request, "clinic_detail", context, region=clinic.region_id)
    return unindexed(response) if clinic.is_sample else response


@read_only
@conditional()
def compare(request: HttpRequest) -> HttpResponse:
    """Up to four clinics beside each other, chosen by the address alone."""
    asked = ClinicFilter.of(request)
    context = {
        "asked": asked,
        "comparison": comparison(request.GET.getlist("clinic"), asked),
    }
    return unindexed(page(request, "compare", context, region=asked.where.region))
