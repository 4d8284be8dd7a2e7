"""The page of a clinic that was withdrawn: why, and who is there instead."""

from datetime import datetime

from django.utils.translation import gettext as _

from ..asking.links import SearchLinks
from ..asking.whereabouts import usual_unit
from ..catalogues import Catalogues
from ..models import Clinic
from ..models.region import country_of
from ..results.cards import Card, cards_of
from ..search import find
from ..search.query import SearchQuery

MOST_ALTERNATIVES = 5


def gone(clinic: Clinic, catalogues: Catalogues, *, now: datetime) -> dict:
    """What the page of a withdrawn clinic says: why, and who is there instead."""
    is_named = clinic.withdrawn_reason != Clinic.WithdrawnReason.REQUEST
    return {
        "slug": clinic.slug,
        "name": clinic.name if is_named else "",
        "is_sample": clinic.is_sample,
        "reason": WITHDRAWN[clinic.withdrawn_reason](),
        "cards": alternatives(clinic, catalogues, now=now),
        "search_url": SearchLinks({}).url(region=clinic.region_id),
        "asked": None,
    }


WITHDRAWN = {
    "closed": lambda: _("This clinic has closed."),
    "unconfirmed": lambda: _("Nobody could confirm this listing. It may still exist."),
    "source": lambda: _("The source that listed it has withdrawn it."),
    "request": lambda: _("The listing was withdrawn on request."),
    "sample": lambda: _("This was a sample, not a real clinic."),
}


def alternatives(
    clinic: Clinic, catalogues: Catalogues, *, now: datetime
) -> tuple[Card, ...]:
    """Published clinics that treat where `clinic` was, for what it was for."""
    codes = clinic.services.values_list("specialties", flat=True).distinct()
    specialties = catalogues.specialties.mask(filter(None, codes))
    country = country_of(clinic.region_id or "")
    # Distances would tell where one was that asked to leave.
    asked_to_leave = clinic.withdrawn_reason == Clinic.WithdrawnReason.REQUEST
    point = None if asked_to_leave else clinic.point
    query = SearchQuery(
        now=now,
        point=point,
        region=clinic.region_id or "",
        is_area=point is None and bool(clinic.region_id),
        unit=usual_unit(country),
        specialties=specialties,
        page_size=MOST_ALTERNATIVES,
    )
    return cards_of(find(query), catalogues, start=_("from there"))
