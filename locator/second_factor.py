"""The second factor of people who work here: an authenticator app and recovery codes.

A person has one authenticator (TOTP, six digits every 30 seconds) and one set of
recovery codes for the day that it is lost; each of these works once.
"""

import base64
import re
from binascii import unhexlify

import segno
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from .models import User

RECOVERY_CODES = 10
# So many left are worth a warning.
FEW = 3

_DIGITS = 6
# Time steps of 30 seconds that a clock may be wrong by, either way.
_TOLERANCE = 1


def tidy(code: str) -> str:
    """`code` without the spaces and dashes that people type or copy along."""
    return re.sub(r"[\s-]", "", code).lower()


def authenticator(person: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=person, confirmed=True).first()


def device_for(person: User, code: str) -> Device | None:
    """What a tidy code of that form is proved by; None without an authenticator."""
    app = authenticator(person)
    if app is None or len(code) == _DIGITS:
        return app
    return StaticDevice.objects.filter(user=person).first() or app


def codes_left(person: User) -> int:
    return StaticToken.objects.filter(device__user=person).count()


# --- Setting one up ----------------------------------------------------------------


def new_key() -> str:
    """A secret that no authenticator has yet, in hexadecimal digits."""
    return random_hex(20)


def step_of(key: str, code: str) -> int | None:
    """The time step whose code, by `key`, `code` is now; None where it is none."""
    if not (code.isdecimal() and len(code) == _DIGITS):
        return None
    totp = TOTP(unhexlify(key))
    return totp.t() if totp.verify(int(code), _TOLERANCE) else None


@transaction.atomic
def set_up(person: User, *, key: str, step: int = -1) -> TOTPDevice:
    """Make `key` the authenticator of `person`, in place of any that they had.

    Codes up to the time step `step` were used already. Sessions that the former
    authenticator opened end.
    """
    TOTPDevice.objects.filter(user=person).delete()
    return TOTPDevice.objects.create(
        user=person, name="authenticator", key=key, last_t=step
    )


@transaction.atomic
def new_codes(person: User) -> list[str]:
    """Ten recovery codes in place of any that there were, as they are to be kept."""
    # One at a time: twice asked at once, the codes shown last are the ones that count.
    User.objects.select_for_update().get(pk=person.pk)
    device, _made = StaticDevice.objects.get_or_create(
        user=person, defaults={"name": "recovery codes"}
    )
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=code) for code in codes
    )
    return [f"{code[:4]}-{code[4:]}" for code in codes]


# --- What an app is told -----------------------------------------------------------


def address(person: User, key: str) -> str:
    """The otpauth: address by which an app takes `key` for `person`."""
    return TOTPDevice(user=person, key=key).config_url


def spelled(key: str) -> str:
    """`key` as people type it into an app, in groups of four."""
    secret = base64.b32encode(unhexlify(key)).decode()
    return " ".join(re.findall(".{1,4}", secret))


def qr(text: str) -> segno.QRCode:
    return segno.make(text, error="m", micro=False)


def drawn(text: str) -> SafeString:
    """`text` as a QR code in SVG, without style or script: the content policy holds."""
    return mark_safe(
        qr(text).svg_inline(
            omitsize=True,
            svgclass="qr",
            lineclass=None,
            dark="#000",
            light="#fff",
        )
    )
