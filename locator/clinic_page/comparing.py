"""A few clinics beside each other: the same facts in the same rows.

The choice lives in the address alone. What cannot be shown is said, and takes nothing
else away.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.core.validators import slug_re
from django.utils.translation import gettext as _

from ..asking.fields import MOST_COMPARED
from ..asking.filters import ClinicFilter
from ..asking.links import Link
from ..models import Clinic
from ..results.cards import Card, cards_of, start_words
from ..search import find
from ..search.query import SearchQuery
from ..telling import wording
from . import cells
from .cells import Cell, Stating
from .profile import clinic_at
from .reading import read_services

# Of more than these not even a word is said.
MOST_READ = 12
# Of what is no address at all so much is repeated.
MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Column:
    """One clinic: its head in the table, and the comparison without it."""

    name: str
    town: str
    url: str
    remove_url: str
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of every clinic, in the order of the columns."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`notes` say what was asked for and is not there. `search_url` adds another."""

    slugs: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Link, ...]
    search_url: str
    is_full: bool

    @property
    def is_wide(self) -> bool:
        """Whether its columns need more room than two do."""
        return len(self.columns) > 2


def comparison(slugs: Iterable[str], asked: ClinicFilter) -> Comparison:
    """The clinics at `slugs`, for a patient who is where `asked` says."""
    clinics, notes = _chosen(slugs)
    shown, beyond = clinics[:MOST_COMPARED], clinics[MOST_COMPARED:]
    if beyond:
        names = wording.listed(each.name for each in beyond)
        told = _("Four clinics fit beside each other. Left out: %(names)s.")
        notes.append(Link(told % {"names": names}, ""))
    chosen = tuple(each.slug for each in shown)
    return Comparison(
        slugs=chosen,
        columns=tuple(_column(each, chosen, asked) for each in shown),
        rows=_rows(shown, asked) if shown else (),
        notes=tuple(notes),
        search_url=asked.links.url(clinic=chosen),
        is_full=len(shown) == MOST_COMPARED,
    )


# --- Which ---------------------------------------------------------------------------


def _chosen(slugs: Iterable[str]) -> tuple[list[Clinic], list[Link]]:
    """Published clinics, each once, as asked; and what is to be said of the others."""
    asked = list(dict.fromkeys(filter(None, map(str.strip, slugs))))[:MOST_READ]
    at_once = Clinic.objects.select_related("organization", "source")
    usable = [slug for slug in asked if slug_re.fullmatch(slug)]
    known = {each.slug: each for each in at_once.filter(slug__in=usable)}
    found: dict[int, Clinic] = {}
    notes = []
    for slug in asked:
        clinic = known.get(slug)
        if clinic is None or not clinic.is_public:
            note, clinic = _elsewhere(slug, clinic)
            notes += note
        if clinic is not None:
            found.setdefault(clinic.pk, clinic)
    return list(found.values()), notes


def _elsewhere(slug: str, was: Clinic | None) -> tuple[list[Link], Clinic | None]:
    """What became of what is not listed at `slug`, and who is there instead."""
    now = clinic_at(slug) if slug_re.fullmatch(slug) else None
    if now is None or now.status == Clinic.Status.DRAFT:
        shown = "".join(filter(str.isprintable, slug[:MOST_SHOWN]))
        told = _("We know no clinic with the address “%(slug)s”.")
        return [Link(told % {"slug": shown}, "")], None
    if now.status == Clinic.Status.WITHDRAWN:
        return [_gone(now)], None
    if was is None:
        return [], now
    told = _("%(old)s is now listed as %(new)s.") % {"old": was.name, "new": now.name}
    return [Link(told, now.get_absolute_url())], now


def _gone(clinic: Clinic) -> Link:
    """Its name only where it did not ask to leave."""
    if clinic.withdrawn_reason == Clinic.WithdrawnReason.REQUEST:
        return Link(_("A clinic that you chose is no longer listed."), "")
    told = _("%(clinic)s is no longer listed.") % {"clinic": clinic.name}
    return Link(told, clinic.get_absolute_url())


def _column(clinic: Clinic, chosen: Sequence[str], asked: ClinicFilter) -> Column:
    others = tuple(slug for slug in chosen if slug != clinic.slug)
    region = clinic.region_id
    label = asked.catalogues.region_label(region) if region else ""
    return Column(
        name=clinic.name,
        town=wording.town(clinic, label),
        url=clinic.get_absolute_url(),
        remove_url=asked.links.url("compare", clinic=others),
        is_sample=clinic.is_sample,
    )


# --- What ----------------------------------------------------------------------------


def _rows(clinics: Sequence[Clinic], asked: ClinicFilter) -> tuple[Row, ...]:
    services = read_services(clinics, asked.catalogues)
    stating = [
        Stating(each, services[each.pk], asked.catalogues, asked.now)
        for each in clinics
    ]
    rows = [
        _row(code, label, [tell(each) for each in stating])
        for code, label, tell in cells.rows()
    ]
    return tuple(chain(_for_the_patient(clinics, asked), rows))


def _row(code: str, label: str, told: Sequence[Cell]) -> Row:
    """A row with its cells marked: what not all of them have comes first."""
    texts = [{line.text for line in cell.lines} for cell in told]
    shared = set.intersection(*texts)
    # Where they share nothing, all of it differs, and nothing needs a mark.
    marked = tuple(cell.marked(shared) for cell in told) if shared else tuple(told)
    is_comparable = len(told) > 1 and code not in cells.ALWAYS_OTHER
    differs = is_comparable and any(each != texts[0] for each in texts)
    return Row(code, label, marked, differs)


def _for_the_patient(clinics: Sequence[Clinic], asked: ClinicFilter) -> Iterable[Row]:
    """Whether each treats the patient where `asked` says, and why."""
    if not asked.is_ready or not asked.query.has_place:
        return
    ids = tuple(each.pk for each in clinics)
    here = _here(asked.query, ids)
    found = _cards(here, asked)
    label = _("For a patient in %(place)s") % {"place": _place(asked)}
    yield _row("here", label, [_reasons(found.get(each.pk)) for each in clinics])
    every = replace(asked.query, among=ids, sort=here.sort, page=1)
    if replace(every, with_unstated=True) != replace(here, page_size=every.page_size):
        fits = _cards(every, asked)
        told = [cells.yes_or_not(each.pk in fits) for each in clinics]
        yield _row("fits", _("Fits all that you asked"), told)


def _here(query: SearchQuery, ids: tuple[int, ...]) -> SearchQuery:
    """Where the patient is, and nothing else asked."""
    return SearchQuery(
        now=query.now,
        point=query.point,
        region=query.region,
        is_area=query.is_area,
        also=query.also,
        unit=query.unit,
        with_unstated=True,
        among=ids,
    )


def _cards(query: SearchQuery, asked: ClinicFilter) -> Mapping[int, Card]:
    found = cards_of(find(query), asked.catalogues, start=start_words(asked.where))
    return {card.clinic.pk: card for card in found}


def _reasons(card: Card | None) -> Cell:
    if card is None:
        return cells.of([_("Not stated that it treats patients there")])
    elsewhere = [_("Remote visits: %(how)s") % {"how": card.remote_elsewhere}]
    return cells.of([*card.reasons, *(elsewhere if card.remote_elsewhere else [])])


def _place(asked: ClinicFilter) -> str:
    codes = filter(None, (asked.where.region, *asked.query.also))
    return asked.where.phrase_of(*codes) or asked.where_label
