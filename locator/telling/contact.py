"""How a clinic can be reached, in words and as links; samples have no links."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from ..models import Clinic, Phone
from ..search.query import Contact
from .wording import PhoneLine, phone_line

# Where people who do not hear or speak can have a voice call made for them.
RELAYS: dict[str, Promise] = {"US": gettext_lazy("US relay: dial 711")}


def email_url(clinic: Clinic) -> str:
    """Where its e-mail address leads; "" for a sample."""
    return "" if clinic.is_sample else f"mailto:{quote(clinic.email, safe='@')}"


def relay(clinic: Clinic, contacts: int) -> str:
    """The relay service of the clinic's country where a voice call is the only way.

    `contacts` has the bits of `Contact`. "" elsewhere, and where we know of no relay.
    """
    if not is_voice_alone(contacts):
        return ""
    return _relay(clinic.country_code, get_language())


# The language is part of the key: what is kept is in words.
@lru_cache(maxsize=1_000)
def _relay(country: str, language: str | None) -> str:
    return str(RELAYS.get(country, ""))


def is_voice_alone(contacts: int) -> bool:
    """Whether a voice call is the only way among the bits of `contacts`."""
    return contacts == 1 << Contact.PHONE


def contacts_of(clinic: Clinic, phones: Iterable[Phone]) -> int:
    """The bits of `Contact`, as search entries have them."""
    bits = bool(clinic.email) << Contact.EMAIL
    for phone in phones:
        if phone.purpose == Phone.Purpose.TEXT:
            bits |= 1 << Contact.TEXT
        elif phone.purpose in (Phone.Purpose.MAIN, Phone.Purpose.INTAKE):
            bits |= 1 << Contact.PHONE
    return bits


def phone_in(line: str | None, clinic: Clinic) -> PhoneLine | None:
    """The phone of a `line` as "purpose number extension"; None for none."""
    if not line:
        return None
    purpose, number, extension = line.split(" ", 2)
    phone = Phone(purpose=purpose, number=number, extension=extension)
    return phone_line(phone, is_sample=clinic.is_sample)
