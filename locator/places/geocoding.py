"""A geocoder on the network, asked only where the operator turned one on.

It sees the text that a visitor typed and nothing else of them. Its answers are kept,
so that it is asked once; its failures are not, and it is left alone for a minute then.
"""

import inspect
import logging
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from ..geo import Point
from ..models import GeocodeAnswer
from ..text import fold

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=180)
LEFT_ALONE_SECONDS = 60

# What geopy's geocoders call the operator's key, and the country to stay in.
KEY_PARAMETERS = ("api_key", "apikey", "subscription_key", "username")
COUNTRY_PARAMETERS = ("country_codes", "countries", "country")

_rests_until = 0.0


def is_on() -> bool:
    return bool(settings.LOCATOR_GEOCODER)


def locate(text: str, country: str) -> Point | None:
    """Where the operator's geocoder puts `text` in the country of that ISO code.

    None where it does not know, says (0, 0), fails, or takes too long. At most two
    queries. Never raises.
    """
    key = fold(text)[: GeocodeAnswer._meta.get_field("text").max_length]
    if not key:
        return None
    kept = _kept(key, country)
    if kept is not None:
        return _point(kept.latitude, kept.longitude)
    try:
        point = _ask(text, country)
    except _NoAnswerError:
        return None
    _keep(key, country, point)
    return point


def locate_address(text: str, country: str) -> tuple[Point, str] | None:
    """Where the operator's geocoder puts an address, and how it calls that itself.

    Asked by a person at work, one address at a time; nothing is kept. Never raises.
    """
    try:
        answer = _answer(text, country) if is_on() else None
    except _NoAnswerError:
        return None
    point = _point(answer.latitude, answer.longitude) if answer else None
    return (point, str(answer.address or "")) if point else None


class _NoAnswerError(Exception):
    """The geocoder did not answer: nothing is known, and nothing to be kept."""


def _kept(key: str, country: str) -> GeocodeAnswer | None:
    return GeocodeAnswer.objects.filter(
        geocoder=settings.LOCATOR_GEOCODER,
        text=key,
        country=country,
        answered_at__gte=timezone.now() - KEPT_FOR,
    ).first()


def _keep(key: str, country: str, point: Point | None) -> None:
    """Keep the answer, and no older one for longer than it is of use."""
    answer = GeocodeAnswer(
        geocoder=settings.LOCATOR_GEOCODER,
        text=key,
        country=country,
        latitude=point.latitude if point else None,
        longitude=point.longitude if point else None,
        answered_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            old = timezone.now() - KEPT_FOR
            GeocodeAnswer.objects.filter(answered_at__lt=old).delete()
            GeocodeAnswer.objects.bulk_create(
                [answer],
                update_conflicts=True,
                unique_fields=["geocoder", "text", "country"],
                update_fields=["latitude", "longitude", "answered_at"],
            )
    except DatabaseError:
        # A visitor's search goes on while an import holds the lock.
        logger.warning("An answer of the geocoder could not be kept.")


def _ask(text: str, country: str) -> Point | None:
    answer = _answer(text, country)
    return _point(answer.latitude, answer.longitude) if answer else None


def _answer(text: str, country: str) -> Any:
    """The geocoder's answer as geopy gives it, or None."""
    global _rests_until
    if time.monotonic() < _rests_until:
        raise _NoAnswerError
    try:
        geocoder = _geocoder()
        return geocoder.geocode(text, **_inside(geocoder, country))
    except Exception as error:
        # Whatever it is: geopy's own errors, its adapters', a page that is no JSON.
        _rests_until = time.monotonic() + LEFT_ALONE_SECONDS
        logger.warning("The geocoder failed: %s", type(error).__name__)
        raise _NoAnswerError from None


def _point(latitude: Any, longitude: Any) -> Point | None:
    """The point, unless it is none, no point on Earth, or the (0, 0) of geocoders."""
    try:
        point = Point(float(latitude), float(longitude))
    except (TypeError, ValueError):
        return None
    return None if point.is_null_island else point


def _geocoder() -> Any:
    from geopy.geocoders import get_geocoder_for_service

    made = get_geocoder_for_service(settings.LOCATOR_GEOCODER)
    wanted = inspect.signature(made).parameters
    options = {
        "user_agent": settings.LOCATOR_GEOCODER_USER_AGENT,
        "timeout": settings.LOCATOR_GEOCODER_SECONDS,
    }
    if settings.LOCATOR_GEOCODER_DOMAIN:
        options["domain"] = settings.LOCATOR_GEOCODER_DOMAIN
    if key := settings.LOCATOR_GEOCODER_KEY:
        options |= {name: key for name in KEY_PARAMETERS if name in wanted}
    return made(**options)


def _inside(geocoder: Any, country: str) -> dict[str, Any]:
    """The option that keeps the geocoder in the country, where it has one."""
    wanted = inspect.signature(geocoder.geocode).parameters
    if "components" in wanted:
        return {"components": {"country": country}}
    name = next((name for name in COUNTRY_PARAMETERS if name in wanted), None)
    if name is None:
        return {}
    return {name: [country] if name == "countries" else country}
