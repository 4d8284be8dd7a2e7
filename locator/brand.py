"""Whose site this is: name, look and contact, all from the settings."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


def brand(request: HttpRequest | None = None) -> dict[str, Any]:
    """`brand` for every template. Touches neither database, session nor user."""
    return {
        "brand": {
            "name": settings.LOCATOR_NAME,
            "logo": settings.LOCATOR_LOGO,
            "accent": settings.LOCATOR_ACCENT,
            "operator": settings.LOCATOR_OPERATOR,
            "contact_email": settings.LOCATOR_CONTACT_EMAIL,
            "about": settings.LOCATOR_ABOUT,
            "home_country": settings.LOCATOR_HOME_COUNTRY,
            "tile_url": settings.LOCATOR_TILE_URL,
            "tile_attribution": settings.LOCATOR_TILE_ATTRIBUTION,
            "tile_host": urlsplit(settings.LOCATOR_TILE_URL).netloc.removeprefix(
                "{s}."
            ),
        }
    }


@csrf_exempt
@require_safe
@cache_control(max_age=3600, public=True)
def brand_css(request: HttpRequest) -> HttpResponse:
    """The operator's accent: the content policy allows no style inside a page."""
    accent = settings.LOCATOR_ACCENT
    rule = f":root {{ --accent: {accent}; }}\n" if accent else ""
    return HttpResponse(rule, content_type="text/css")
