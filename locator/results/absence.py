"""What a search asks that the directory holds nothing of. That is no absence."""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from django.utils.translation import gettext as _

from ..asking.filters import ClinicFilter
from ..asking.questions import CATALOGUE_OF
from ..catalogues import Choices
from ..search.holdings import Holdings
from ..search.query import SearchResults
from ..telling.unstated import ask

MOST_LABELS = 5


def listed(labels: Iterable[str]) -> str:
    """Labels in a sentence; some have commas of their own."""
    return _("; ").join(labels)


def beyond(asked: ClinicFilter, results: SearchResults) -> str:
    """What of the question the directory holds nothing of; "" for none of it."""
    where, held = asked.where, asked.holdings
    if where.country and where.country not in held.countries:
        country = asked.catalogues.region_phrase(where.country)
        return _("We hold no clinics in %(place)s yet.") % {"place": country}
    if not results.total and where.region and not _is_held(asked, where.region):
        told = {"place": asked.where.region_phrase}
        return _("We hold no clinics in %(place)s yet.") % told
    here = held.specialties_in.get(where.country, 0) if where.country else _all(held)
    missing = asked.mask("specialty") & ~here
    return _of_specialties(asked, here, missing) if missing else ""


def unstated(asked: ClinicFilter) -> Iterator[str]:
    """Answers that no listing states, each with the question to ask a clinic."""
    for name in CATALOGUE_OF:
        mask = asked.mask(name)
        if name != "specialty" and mask and not mask & asked.holdings.stated[name]:
            labels = listed(labels_of(asked, name, mask))
            text = _("No listing states this yet: %(labels)s.") % {"labels": labels}
            yield f"{text} {ask(name)}"


def _is_held(asked: ClinicFilter, region: str) -> bool:
    return region == asked.where.country or region in asked.holdings.by_region


def _all(held: Holdings) -> int:
    return reduce(or_, held.specialties_in.values(), 0)


def _of_specialties(asked: ClinicFilter, here: int, missing: int) -> str:
    told = {
        "missing": listed(labels_of(asked, "specialty", missing)),
        "held": listed(_most_held(asked, here)),
        "place": asked.catalogues.region_phrase(asked.where.country),
        "years": _years(asked),
    }
    if not here:
        return _("We hold no clinics for this yet: %(missing)s.") % told
    if not asked.where.country:
        return _("We hold clinics for %(held)s; none yet for: %(missing)s.") % told
    if not told["years"]:
        text = _(
            "In %(place)s we hold clinics for %(held)s; none yet for: %(missing)s."
        )
        return text % told
    text = _(
        "In %(place)s we hold clinics for %(held)s, listed %(years)s; none yet for: "
        "%(missing)s."
    )
    return text % told


def labels_of(asked: ClinicFilter, name: str, mask: int) -> list[str]:
    """The names of the entries that `mask` asks for of the parameter `name`."""
    choices: Choices = getattr(asked.catalogues, CATALOGUE_OF[name])
    return [each.label() for each in choices.of(mask)]


def _most_held(asked: ClinicFilter, mask: int) -> list[str]:
    """The specialties of `mask` that most clinics are for, and how many more."""
    counts = asked.holdings.by_specialty
    entries = asked.catalogues.specialties.of(mask)
    entries.sort(key=lambda each: -counts.get(each.code, 0))
    labels = [each.label() for each in entries]
    if len(labels) <= MOST_LABELS:
        return labels
    more = _("%(count)d more") % {"count": len(labels) - MOST_LABELS}
    return [*labels[:MOST_LABELS], more]


def _years(asked: ClinicFilter) -> str:
    """When the country's clinics were listed: "2022" or "2022–2023"; "" for unknown."""
    years = asked.holdings.years_in.get(asked.where.country)
    if not years:
        return ""
    first, last = years
    return first if first == last else f"{first}–{last}"
