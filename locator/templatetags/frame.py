"""What the frame around every page shows: emergency line, banner, languages."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from .. import catalogues
from ..aid import Aid, aid_for
from ..languages.pages import SOURCE_LANGUAGE, Edition, editions, needs_review
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
    return {"lines": aid.at_once, "elsewhere": _elsewhere(aid)}


def _elsewhere(aid: Aid) -> str:
    if aid.country == "US":
        return _("Not in the US?")
    return _("Not in %(country)s?") % {"country": aid.country_label}


@register.inclusion_tag("locator/_sample_banner.html", takes_context=True)
def sample_banner(context: Context) -> dict[str, bool]:
    """Says on every page that sample clinics are listed, while any is."""
    request = context.get("request")
    return {"has_samples": bool(request and holdings.of(request).has_samples)}


@register.inclusion_tag("locator/_languages.html", takes_context=True)
def languages(context: Context) -> dict[str, Any]:
    """Leads to the same page, with its query, in each language."""
    return {"editions": editions(context.get("request"), get_language())}


@register.inclusion_tag("locator/_language_line.html", takes_context=True)
def language_line(context: Context) -> dict[str, Any]:
    """Offers the browser's language; says of a translation that nobody reviewed it."""
    request, current = context.get("request"), get_language()
    is_unread = needs_review(current)
    wanted = getattr(request, "offered_language", "") or (
        SOURCE_LANGUAGE if is_unread else ""
    )
    found = [each for each in editions(request, current) if each.code == wanted]
    other = found[0] if found else None
    return {
        "needs_review": is_unread,
        "other": other,
        "invitation": _invitation(other) if other else "",
    }


def _invitation(edition: Edition) -> str:
    with override(edition.code):
        # Said in the language that it leads to, by the language's own name.
        return _("Read this page in %(language)s") % {"language": edition.native_name}


@register.inclusion_tag("locator/_alternates.html", takes_context=True)
def alternates(context: Context) -> dict[str, Any]:
    """Tells machines this page's one address and those of its translations."""
    request = context["request"]
    found = editions(request, get_language(), is_whole=True)
    return {
        "editions": found,
        "current": next(each for each in found if each.is_current),
    }
