"""What the frame around every page shows: the emergency line."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.utils.translation import gettext as _

from .. import catalogues
from ..models import Helpline

register = template.Library()

ON_EVERY_PAGE = (Helpline.Kind.EMERGENCY, Helpline.Kind.CRISIS)


@register.inclusion_tag("locator/_emergency.html", takes_context=True)
def emergency_line(context: RequestContext) -> dict[str, Any]:
    """Whom to call in an emergency, in the country that the page is about.

    That is `aid.country` where the view says one, else the operator's. A page without
    a request, made while something is broken, asks nothing of the database and names
    no number.
    """
    request = context.get("request")
    if request is None:
        return {"lines": [], "elsewhere": ""}
    aid = context.get("aid")
    country = aid.country if aid else settings.LOCATOR_HOME_COUNTRY
    held = catalogues.of(request)
    lines = [line for line in held.helplines(country) if line.kind in ON_EVERY_PAGE]
    return {"lines": lines, "elsewhere": _elsewhere(country, held)}


def _elsewhere(country: str, held: catalogues.Catalogues) -> str:
    if country == "US":
        return _("Not in the US?")
    if not country:
        return _("Emergency numbers by country")
    return _("Not in %(country)s?") % {"country": held.region_label(country)}
