"""How a clinic is reached and where it is written to be, cleaned. Pure."""

import re
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from .listing import PhoneListing

LONGEST_EXTENSION = 10
# The plus and 15 digits of E.164. Some national plans allow themselves more.
LONGEST_NUMBER = 16
LONGEST_ADDRESS = 500
_is_url = URLValidator(schemes=["http", "https"])


def phone(text: str, purpose: str = "main", country: str = "US") -> PhoneListing | None:
    """The number that `text` writes as people in `country` do; None for no number.

    Extensions ("x206", "ext. 206") and letters on the keys ("800-555-HELP") are read.
    """
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return None
    extension = number.extension or ""
    if not phonenumbers.is_possible_number(number) or len(extension) > (
        LONGEST_EXTENSION
    ):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if len(e164) > LONGEST_NUMBER:
        return None
    return PhoneListing(e164, extension, purpose)


def website(text: str) -> str | None:
    """`text` as an address; "" for a blank or a bare "http://", None for nonsense.

    A host without a scheme is given "http://", which says the least.
    """
    address = text.strip()
    if address.rstrip(":/").lower() in {"", "http", "https"}:
        return ""
    if not re.match(r"[a-zA-Z][a-zA-Z+.-]*://", address):
        address = f"http://{address}"
    try:
        _is_url(address)
    except ValidationError:
        return None
    parts = urlsplit(address)
    if "@" in parts.netloc:
        # An e-mail address, or a host that looks like another: gov.example@evil.example
        return None
    clean = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower())
    return clean.geturl() if len(clean.geturl()) <= LONGEST_ADDRESS else None


def email(text: str) -> str | None:
    """`text` as an e-mail address, "" for a blank, None for nonsense."""
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        return None
    return text


def zip5(text: str) -> str:
    """The five digits of a US ZIP: of "75211-2416", and of "2203", which lost its 0.

    "" for what is no ZIP.
    """
    digits = re.fullmatch(r"(\d{3,4}|\d{5})(-\d{4})?|(\d{5})\d{4}", text.strip())
    return (digits[1] or digits[3]).zfill(5) if digits else ""


def us_region(text: str) -> str:
    """The ISO 3166 code of a US state as "ca" or "Ca" write it; "" for none."""
    state = text.strip().upper()
    return f"US-{state}" if re.fullmatch("[A-Z]{2}", state) else ""
