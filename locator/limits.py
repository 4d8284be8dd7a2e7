"""How often one network may search, so that no one of them takes the site from others.

An address is kept nowhere: counted is a hash of it, keyed by a secret of the day.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .errors import too_many_requests
from .logs import client_address
from .metrics import count_indistinct
from .reporting.senders import network

logger = logging.getLogger(__name__)

# How a proxy that is not as the settings say makes one of all visitors, or nobody.
INDISTINCT = {
    "no_header": "LOCATOR_PROXY is set, and the proxy names no visitor in "
    "X-Forwarded-For: nobody is limited. Let it set the header, as deploy/proxy does.",
    "not_set": "Requests come by a proxy, and LOCATOR_PROXY is not set: visitors are "
    "limited all as one, or not at all. Set LOCATOR_PROXY=1 if the proxy is yours.",
}
MINUTE = 60.0  # seconds; what is left of a minute's requests may all come at once
# Networks that are kept in mind, about 4 MB; beyond, those longest silent go.
MOST_NETWORKS = 20_000
# Clinics in one answer that weigh as much as one request.
CLINICS_A_REQUEST = 100
# The cache of all workers, where the operator has one.
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Limit:
    """What is counted together, and how many of it a network may ask a minute."""

    name: str
    per_minute: int


class Buckets:
    """The requests of each network, as buckets that fill again within a minute.

    Kept is one number for each: when its bucket is full again, in seconds of a clock
    that only runs on. For several threads; `most` bounds how many are kept.
    """

    def __init__(self, most: int = MOST_NETWORKS) -> None:
        self.most = most
        self._full_at: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._full_at)

    def wait(self, key: bytes, weight: int, per_minute: int, now: float) -> float:
        """Take `weight` requests of `key`: 0, or seconds to wait and nothing taken."""
        # What weighs more than a whole bucket waits for a full one.
        taken = min(weight, per_minute) * MINUTE / per_minute
        with self._lock:
            full_at = max(self._full_at.get(key, 0.0), now) + taken
            # A sum of thirds is no whole number.
            if full_at - now > MINUTE + 1e-6:
                return full_at - now - MINUTE
            # Anew at the end: in front stand those longest silent.
            self._full_at.pop(key, None)
            self._full_at[key] = full_at
            if len(self._full_at) > self.most:
                self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Drop all that are full; where they are few, also those longest silent."""
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        spare = len(self._full_at) - self.most * 3 // 4
        for key in list(self._full_at)[: max(spare, 0)]:
            del self._full_at[key]


class Tallies:
    """What each network asked of all workers in this minute, in the shared cache.

    What is counted there is forgotten two minutes later. While the cache is away
    nothing is, and each worker has its own buckets alone.
    """

    def wait(self, key: bytes, weight: int, per_minute: int, now: float) -> float:
        """Count `weight` requests: 0, or seconds to wait. `now` is a time of day."""
        minute, gone = divmod(now, MINUTE)
        # A connection of this thread's own.
        cache, name = caches[SHARED], f"limit:{key.hex()}:{minute:.0f}"
        cache.add(name, 0, timeout=2 * MINUTE)
        try:
            asked = cache.incr(name, weight)
        except ValueError:
            return 0.0
        return MINUTE - gone if asked > max(per_minute, weight) else 0.0


class LimitRequests:
    """Middleware: 429 and when to come back, to a network that asks without measure.

    By view, so each language of a page counts together. Who cannot be told apart, as
    behind a proxy that names nobody, is not counted: that would shut out everybody.
    The log says so once, and how.
    """

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response
        self.limits = _limits()
        if not self.limits:
            raise MiddlewareNotUsed
        self.buckets = Buckets()
        self.tallies = Tallies() if SHARED in settings.CACHES else None
        self._told: set[str] = set()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: Mapping
    ) -> HttpResponse | None:
        limit = self.limits.get(request.resolver_match.view_name)
        if limit is None:
            return None
        address = client_address(request)
        if why := indistinct(request, address):
            self._tell(why)
        if address is None:
            return None
        asked = (
            digest(limit.name, address, timezone.now().date()),
            weight(request),
            limit.per_minute,
        )
        wait = self.buckets.wait(*asked, time.monotonic())
        if not wait and self.tallies:
            wait = self.tallies.wait(*asked, time.time())
        return too_many_requests(request, math.ceil(wait)) if wait else None

    def _tell(self, why: str) -> None:
        count_indistinct(why)
        if why not in self._told:
            self._told.add(why)
            logger.warning(INDISTINCT[why])


def indistinct(request: HttpRequest, address: str | None) -> str:
    """Which of INDISTINCT holds for the sender of `request`; "" where none does.

    Of a machine beside this one: what visitors say of themselves is not listened to.
    """
    if settings.LOCATOR_PROXY:
        return "" if address else "no_header"
    if address is None:
        return "not_set"
    is_forwarded = "X-Forwarded-For" in request.headers
    return "not_set" if is_forwarded and ip_address(address).is_private else ""


def _limits() -> dict[str, Limit]:
    """By view; those that the operator set to 0 are left out."""
    asked = {
        "locator:clinic_search": Limit("search", settings.LOCATOR_LIMIT_SEARCH),
        "locator:places": Limit("suggestions", settings.LOCATOR_LIMIT_SUGGESTIONS),
        "locator:clinic_geojson": Limit("geojson", settings.LOCATOR_LIMIT_GEOJSON),
    }
    return {view: limit for view, limit in asked.items() if limit.per_minute}


def weight(request: HttpRequest) -> int:
    """How many requests this one counts for: an answer may hold 1,000 clinics."""
    limit = request.GET.get("limit", "")
    # What is no number, or too large a one, is refused without a search.
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 4):
        return 1
    return max(1, math.ceil(int(limit) / CLINICS_A_REQUEST))


def digest(name: str, address: str, day: date) -> bytes:
    """The network of `address` among those counted as `name`: other each day."""
    said = f"{name} {network(address)}".encode()
    return blake2b(said, key=_secret(day), digest_size=16).digest()


@lru_cache(maxsize=2)
def _secret(day: date) -> bytes:
    """The same in each process of the site, and gone with its secret key."""
    made = salted_hmac("locator.limits", day.isoformat(), algorithm="sha256")
    return made.digest()
