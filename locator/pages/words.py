"""Facts in words, where a template needs more than the fact itself."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..catalogues import Catalogues, Choices
from ..models import Helpline, OfficialFinder, Region, Source
from ..models.catalogue import translated
from ..models.dates import worded
from ..telling.wording import clinics, grouped

if TYPE_CHECKING:
    from ..results.cards import Card


def dialled(number: str) -> str:
    """A helpline's number as a link takes it; a comma makes the phone wait."""
    return "".join(sign for sign in number if sign in "+,0123456789")


def translated_field(row: Helpline | OfficialFinder, field: str) -> str:
    """`field` of `row` in the page's language, else in English."""
    return translated(row.translations, get_language(), field) or getattr(row, field)


def by_country(catalogues: Catalogues) -> list[tuple[Region, list[Helpline]]]:
    """Every country that we hold helplines of, by its name, and those."""
    countries = [
        region
        for region in catalogues.regions.values()
        if region.is_country and catalogues.helplines(region.code)
    ]
    countries.sort(key=Region.label)
    return [(country, catalogues.helplines(country.code)) for country in countries]


def region_name(code: str, catalogues: Catalogues) -> str:
    """The region's name in the page's language."""
    return catalogues.region_label(code) if code else _("not stated")


def name_in(code: str, choices: Choices) -> str:
    """The name of the entry `code` of a catalogue, in the page's language."""
    entry = choices.by_code.get(code)
    return entry.label() if entry else code


def source_name(code: str, sources: Iterable[Source]) -> str:
    """The name of the source `code` among `sources`."""
    names = {source.code: source.name for source in sources}
    return names.get(code, _("not stated"))


def not_stated(card: "Card") -> list[str]:
    """What people choose by and neither facts nor reasons of `card` speak of."""
    silent = []
    if not card.languages:
        silent.append(_("languages"))
    if not card.payments:
        silent.append(_("payment"))
    if card.accepting == "unknown":
        silent.append(_("whether it takes new patients"))
    return silent


FILTERS = {
    "by_country": by_country,
    "clinics": clinics,
    "dialled": dialled,
    "grouped": grouped,
    "name_in": name_in,
    "not_stated": not_stated,
    "region_name": region_name,
    "source_name": source_name,
    "translated_field": translated_field,
    "worded": worded,
}
