"""What the frame around every page shows: the emergency line, the sample banner."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext as _

from .. import catalogues
from ..aid import Aid, aid_for
from ..search import holdings

register = template.Library()


@register.inclusion_tag("locator/_emergency.html", takes_context=True)
def emergency_line(context: Context) -> dict[str, Any]:
    """The first numbers to call in an emergency, in the country of the page's `aid`.

    Without `aid` that is the operator's country. Without a request, as on a page made
    while something is broken, nothing is asked of the database and no number named.
    """
    request = context.get("request")
    if request is None:
        return {"lines": [], "elsewhere": ""}
    aid = context.get("aid") or aid_for(catalogues.of(request))
    return {"lines": aid.emergency[:1] + aid.crisis[:1], "elsewhere": _elsewhere(aid)}


def _elsewhere(aid: Aid) -> str:
    if aid.country == "US":
        return _("Not in the US?")
    return _("Not in %(country)s?") % {"country": aid.country_label}


@register.inclusion_tag("locator/_sample_banner.html", takes_context=True)
def sample_banner(context: Context) -> dict[str, bool]:
    """Says on every page that sample clinics are listed, while any is."""
    request = context.get("request")
    return {"has_samples": bool(request and holdings.of(request).has_samples)}
