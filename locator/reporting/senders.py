"""How many reports came from one network address today, without keeping the address."""

import hmac
import secrets
from datetime import datetime, time, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings

from ..models import DailySecret, SenderTally

# One household has a network of this many bits; each of its devices many addresses.
BITS_OF_A_HOUSEHOLD = 64


def is_spent(address: str | None, *, now: datetime) -> bool:
    """Whether `address` sent as many reports today as one may. Writes nothing."""
    secret = DailySecret.objects.filter(day=now.date()).first()
    if secret is None:
        return False
    tally = SenderTally.objects.filter(
        day=secret.day, digest=_digest(address, secret.secret)
    )
    return tally.filter(count__gte=settings.LOCATOR_REPORT_DAILY).exists()


def count(address: str | None, *, now: datetime) -> bool:
    """Count one report more from `address`; no, and nothing counted, where it is spent.

    Use it in a transaction: others of the same sender wait until that has ended.
    """
    secret = DailySecret.objects.get_or_create(
        day=now.date(), defaults={"secret": secrets.token_hex(32)}
    )[0]
    digest = _digest(address, secret.secret)
    tally = SenderTally.objects.select_for_update().get_or_create(
        day=secret.day, digest=digest
    )[0]
    if tally.count >= settings.LOCATOR_REPORT_DAILY:
        return False
    tally.count += 1
    tally.save(update_fields=["count"])
    return True


def forget(*, now: datetime) -> int:
    """Drop secrets and tallies of past days; returns how many rows those were."""
    return sum(
        model.objects.filter(day__lt=now.date()).delete()[0]
        for model in (DailySecret, SenderTally)
    )


def seconds_left(now: datetime) -> int:
    """How long it is until the next day's count begins."""
    tomorrow = datetime.combine(
        now.date() + timedelta(days=1), time(), tzinfo=now.tzinfo
    )
    return int((tomorrow - now).total_seconds()) + 1


def _digest(address: str | None, secret: str) -> str:
    return hmac.new(secret.encode(), network(address).encode(), sha256).hexdigest()


def network(address: str | None) -> str:
    """Whom `address` counts for; all whose address is not known count as one."""
    if address is None:
        return ""
    ip = ip_address(address)
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    # Without the zone of a link-local address, which names a network card.
    return str(IPv6Network((int(ip), BITS_OF_A_HOUSEHOLD), strict=False))
