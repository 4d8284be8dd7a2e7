"""Facts in words, where a template needs more than the fact itself."""

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Helpline, OfficialFinder
from ..models.catalogue import translated
from ..models.dates import worded

if TYPE_CHECKING:
    from ..cards import Card

register = template.Library()

register.filter("worded", worded)


@register.filter
def grouped(number: int) -> str:
    """`number` as the page's language groups its digits: 9,037."""
    return number_format(number, force_grouping=True)


@register.filter
def translated_field(row: Helpline | OfficialFinder, field: str) -> str:
    """`field` of `row` in the page's language, else in English."""
    return translated(row.translations, get_language(), field) or getattr(row, field)


@register.filter
def not_stated(card: "Card") -> list[str]:
    """What people choose by and the listing of `card` leaves unsaid."""
    silent = []
    if "remote" in card.match and not card.modalities:
        silent.append(_("video, phone or message"))
    if not card.languages:
        silent.append(_("languages"))
    if not card.payments:
        silent.append(_("payment"))
    if card.accepting == "unknown":
        silent.append(_("new patients"))
    return silent
