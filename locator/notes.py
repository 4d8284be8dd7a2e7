"""What a page of results says beside its results: what was left out, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .catalogues import Choices
from .filters import ClinicFilter
from .forms import Distance
from .geo import miles_from_km
from .links import Link
from .questions import CATALOGUE_OF, ask, distance_label
from .search.holdings import Holdings
from .search.query import Category, SearchResults, Visit

MOST_LINKS = 60
MOST_LABELS = 5
MOST_OTHERS = 12
# Parameters that ask a fact of which a listing may say nothing.
MAY_BE_UNSTATED = (
    *CATALOGUE_OF,
    "accepting",
    "open",
    "contact",
)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence and where it leads. `kind` tells notes apart for the page's look."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()


def notes(asked: ClinicFilter, results: SearchResults) -> tuple[Note, ...]:
    """All that is to be said of `results`; nothing while nothing was searched."""
    if not asked.is_ready:
        return ()
    return (
        *_of_the_place(asked),
        *_of_what_is_ignored(asked),
        *_of_the_radius(asked, results),
        *_of_the_country(asked, results),
        *_of_those_left_out(asked, results),
        *_of_what_we_hold(asked, results),
    )


# --- Where ---------------------------------------------------------------------------


def _of_the_place(asked: ClinicFilter) -> Iterator[Note]:
    where = asked.where
    if where.place and asked.place_links:
        text = _("%(place)s. Others of that name:") % {"place": where.place.name}
        yield Note("place", text, tuple(asked.place_links[:MOST_OTHERS]))
    if where.place and where.has_position:
        text = _("We start from %(place)s, not from your location.")
        yield Note("ignored", text % {"place": where.place.name})
    if where.place and where.is_area and where.place.kind not in ("region", "country"):
        text = _(
            "We do not know where exactly %(place)s lies: this is all of %(area)s."
        )
        yield Note(
            "place", text % {"place": where.place.name, "area": asked.region_label}
        )
    if where.border_regions:
        yield _near_a_border(asked)
    if not where.region:
        yield _ask_where(asked)


def _near_a_border(asked: ClinicFilter) -> Note:
    codes = [code for code in (asked.where.region, *asked.where.border_regions) if code]
    labels = {code: asked.catalogues.region_label(code) for code in codes}
    text = _("Near a border: are you in %(regions)s?") % {
        "regions": _(" or ").join(labels.values())
    }
    links = tuple(
        Link(label, asked.links.url(region=code)) for code, label in labels.items()
    )
    return Note("border", text, links)


def _ask_where(asked: ClinicFilter) -> Note:
    if asked.where.point:
        text = _(
            "We cannot tell in which state or country you are, so we list no remote "
            "visits: who may treat you depends on that."
        )
        return Note("region", text, (Link(_("Say where you will be"), "#id_region"),))
    text = _("Say where you are, to see who can treat you there.")
    return Note("ask-place", text, (Link(_("Write a place"), "#id_place"),))


# --- What has no effect --------------------------------------------------------------


def _of_what_is_ignored(asked: ClinicFilter) -> Iterator[Note]:
    where = asked.where
    if asked.ignores_within and where.point is None:
        yield _ignored(
            asked,
            "within",
            _("How far away has no effect without a town or a postcode to start from."),
        )
    elif asked.ignores_within:
        yield _ignored(
            asked, "within", _("How far away has no effect on remote visits.")
        )
    if asked.ignores_sort:
        yield _ignored(
            asked,
            "sort",
            _("Nearest first needs a town or a postcode to start from."),
        )


def _ignored(asked: ClinicFilter, name: str, text: str) -> Note:
    return Note(
        "ignored", text, (Link(_("Take it back"), asked.links.url(**{name: None})),)
    )


# --- How far -------------------------------------------------------------------------


def _of_the_radius(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """Which radius was used where none was asked for."""
    query = asked.query
    is_used = query.point and not query.within_km and query.visit is not Visit.REMOTE
    if not is_used or not results.total:
        return
    if results.used_km is None:
        text = _("In person: at any distance, since there are few near by.")
    elif results.used_km > query.steps_km[0]:
        text = _("In person: within %(radius)s, since there are few nearer by.")
    else:
        text = _("In person: within %(radius)s.")
    yield Note("radius", text % {"radius": _radius(results.used_km, query.unit)})


def _radius(km: float | None, unit: str) -> str:
    if km is None:
        return ""
    number = miles_from_km(km) if unit == "mi" else km
    return distance_label(Distance(round(number, 1), unit))


# --- Who else ------------------------------------------------------------------------


def _of_the_country(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """Where only the country is known, who treats a part of it, and which part."""
    country = asked.where.region
    is_vague = bool(asked.catalogues.subdivisions(country))
    if not is_vague or asked.query.visit is Visit.IN_PERSON:
        return
    more = dict(results.more_in_subdivisions)
    count = more.pop(country, 0)
    text = ngettext(
        "%(country)s: who may treat you remotely depends on the state. %(count)d more "
        "treats one of its states: in which will you be?",
        "%(country)s: who may treat you remotely depends on the state. %(count)d more "
        "treat one of its states: in which will you be?",
        count,
    )
    if not count:
        text = _(
            "%(country)s: who may treat you remotely depends on the state. In which "
            "will you be?"
        )
    yield Note(
        "region",
        text % {"country": asked.region_label, "count": count},
        _states(asked, more) or (Link(_("Choose a state"), "#id_region"),),
    )


def _states(asked: ClinicFilter, more: dict[str, int]) -> tuple[Link, ...]:
    """The states with the most clinics, by name."""
    most = sorted(more, key=more.get, reverse=True)[:MOST_LINKS]
    labels = sorted((asked.catalogues.region_label(code), code) for code in most)
    return tuple(
        Link(
            _("%(state)s (%(count)d)") % {"state": label, "count": more[code]},
            asked.links.url(region=code),
        )
        for label, code in labels
    )


def _of_those_left_out(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    if count := results.more_remote_beyond:
        text = ngettext(
            "%(count)d more treats %(region)s remotely.",
            "%(count)d more treat %(region)s remotely.",
            count,
        ) % {"count": count, "region": asked.region_label}
        url = asked.links.url(visit="remote", within=None)
        yield Note("more", text, (Link(_("Show who treats there remotely"), url),))
    if count := results.more_other_telehealth:
        text = ngettext(
            "%(count)d more offers only other telehealth, such as booking or results.",
            "%(count)d more offer only other telehealth, such as booking or results.",
            count,
        ) % {"count": count}
        url = asked.links.url(category=Category.TELEHEALTH_ONLY.value)
        yield Note("more", text, (Link(_("Show other telehealth"), url),))
    if count := results.left_out_unstated:
        url = asked.links.url(unstated="include")
        text = _of_the_silent(asked, count)
        link = ngettext("Show it too", "Show them too", count)
        yield Note("unstated", text, (Link(link, url),))


def _of_the_silent(asked: ClinicFilter, count: int) -> str:
    if any(asked.cleaned[name] for name in MAY_BE_UNSTATED):
        text = ngettext(
            "%(count)d clinic was left out because it does not state what you ask for.",
            "%(count)d clinics were left out because they do not state what you ask "
            "for.",
            count,
        )
    else:
        text = ngettext(
            "%(count)d clinic was left out because it does not state how it sees "
            "people.",
            "%(count)d clinics were left out because they do not state how they see "
            "people.",
            count,
        )
    return text % {"count": count}


# --- What we hold --------------------------------------------------------------------


def _of_what_we_hold(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """Where the search reaches beyond the directory. Absence of data is no absence."""
    if text := _beyond(asked, results):
        told = _("%(what)s That does not mean there are none.") % {"what": text}
        # An empty page draws the finders anyway.
        yield Note("holdings", told, _finders(asked) if results.total else ())
    for name in CATALOGUE_OF:
        mask = asked.mask(name)
        if name != "specialty" and mask and not mask & asked.holdings.stated[name]:
            labels = _listed(_labels(asked, name, mask))
            text = _("No listing states this yet: %(labels)s.") % {"labels": labels}
            yield Note("holdings", f"{text} {ask(name)}")


def _finders(asked: ClinicFilter) -> tuple[Link, ...]:
    """The country's own finders of care."""
    finders = asked.catalogues.finders(asked.where.country)
    return tuple(Link(each.name, each.url) for each in finders)


def _beyond(asked: ClinicFilter, results: SearchResults) -> str:
    """What of the question the directory holds nothing of; "" for none of it."""
    where, held = asked.where, asked.holdings
    if where.country and where.country not in held.countries:
        country = asked.catalogues.region_label(where.country)
        return _("We hold no clinics in %(place)s yet.") % {"place": country}
    if not results.total and where.region and not _is_held(asked, where.region):
        return _("We hold no clinics in %(place)s yet.") % {"place": asked.region_label}
    here = held.specialties_in.get(where.country, 0) if where.country else _all(held)
    missing = asked.mask("specialty") & ~here
    return _of_specialties(asked, here, missing) if missing else ""


def _is_held(asked: ClinicFilter, region: str) -> bool:
    return region == asked.where.country or region in asked.holdings.by_region


def _all(held: Holdings) -> int:
    return reduce(or_, held.specialties_in.values(), 0)


def _of_specialties(asked: ClinicFilter, here: int, missing: int) -> str:
    told = {
        "missing": _listed(_labels(asked, "specialty", missing)),
        "held": _listed(_most_held(asked, here)),
        "place": asked.catalogues.region_label(asked.where.country),
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
        "%(place)s: we hold clinics for %(held)s, listed %(years)s; none yet for: "
        "%(missing)s."
    )
    return text % told


def _labels(asked: ClinicFilter, name: str, mask: int) -> list[str]:
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


def _listed(labels: list[str]) -> str:
    # Some labels have commas of their own.
    return _("; ").join(labels)


def _years(asked: ClinicFilter) -> str:
    """When the country's clinics were listed: "2022" or "2022–2023"; "" for unknown."""
    years = asked.holdings.years_in.get(asked.where.country)
    if not years:
        return ""
    first, last = years
    return first if first == last else f"{first}–{last}"
