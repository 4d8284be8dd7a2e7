"""What a page of results says beside its results: what was left out, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..asking.fields import Distance
from ..asking.filters import ClinicFilter
from ..asking.links import Link
from ..asking.questions import CATALOGUE_OF, distance_label
from ..asking.suggesting import Meaning, suggested
from ..catalogues import Choices
from ..geo import miles_from_km
from ..search.query import Category, SearchResults, Visit
from ..telling.wording import grouped
from .absence import beyond, listed, unstated

MOST_LINKS = 60

# Parameters that ask a fact of which a listing may say nothing, and that fact.
UNSTATED = {
    "type": gettext_lazy("the kinds of service"),
    "specialty": gettext_lazy("what is treated"),
    "modality": gettext_lazy("how remote visits are held"),
    "language": gettext_lazy("the languages spoken"),
    "payment": gettext_lazy("how one can pay"),
    "age": gettext_lazy("the ages seen"),
    "eligibility": gettext_lazy("who may come"),
    "accessibility": gettext_lazy("accessibility"),
    "accepting": gettext_lazy("whether new patients are taken"),
    "open": gettext_lazy("opening hours"),
    "contact": gettext_lazy("other ways of contact"),
}
KIND_OF_VISIT = gettext_lazy("whether visits are remote or in person")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence and where it leads. `kind` tells notes apart for the page's look."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()


def notes(asked: ClinicFilter, results: SearchResults) -> tuple[Note, ...]:
    """What is to be said above the list; nothing while nothing was searched.

    First what may change every result, last what was left out.
    """
    if not asked.is_ready:
        return ()
    return (
        *_of_the_words(asked, results),
        *_of_the_place(asked),
        *_of_the_country(asked, results),
        *_of_further_regions(asked),
        *_of_what_is_ignored(asked),
        *_of_what_we_hold(asked, results),
        *_of_the_radius(asked, results),
        *_of_those_beyond(asked, results),
        *_of_the_silent(asked, results),
    )


def last_notes(asked: ClinicFilter, results: SearchResults) -> tuple[Note, ...]:
    """What is to be said below a list: where it ends, and what lies beyond."""
    if not asked.is_ready or not results.total:
        return ()
    query = asked.query
    is_end = bool(results.hits) and query.page * query.page_size >= results.total
    end = (_end(asked),) if is_end else ()
    return (*end, *other_telehealth(asked, results))


# --- Words ---------------------------------------------------------------------------


def _of_the_words(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """What the words of `q` may mean instead: another spelling, an answer to choose."""
    text = asked.cleaned["q"]
    if not text:
        return
    told = suggested(text, asked.catalogues, is_found=results.total > 0)
    spelled = [told.spelling] if told.spelling else []
    links = [Link(each, asked.links.url(q=each)) for each in spelled]
    links += [
        Link(meaning_label(asked, each), _meaning_url(asked, each))
        for each in told.meanings
        if each.code not in asked.cleaned[each.name]
    ]
    if links:
        yield Note("did-you-mean", _("Did you mean:"), tuple(links))


def meaning_label(asked: ClinicFilter, meaning: Meaning) -> str:
    """What the words mean, and which question that answers: "Skin (What for)"."""
    catalogue: Choices = getattr(asked.catalogues, CATALOGUE_OF[meaning.name])
    return _("%(answer)s (%(question)s)") % {
        "answer": catalogue.by_code[meaning.code].label(),
        "question": asked.filters[meaning.name].label,
    }


def _meaning_url(asked: ClinicFilter, meaning: Meaning) -> str:
    """The search that asks for what the words mean, in place of the words."""
    codes = (*asked.cleaned[meaning.name], meaning.code)
    return asked.links.url(q=meaning.rest, **{meaning.name: codes})


# --- Where ---------------------------------------------------------------------------


def _of_the_place(asked: ClinicFilter) -> Iterator[Note]:
    where = asked.where
    if not where.region:
        yield _ask_where(asked)
    if where.border_regions:
        yield _near_a_border(asked)
    if where.place and where.has_position:
        text = _("We start from %(place)s, not from your location.")
        yield Note("ignored", text % {"place": where.place.name})
    if where.place and where.is_area and where.place.kind not in ("region", "country"):
        text = _(
            "We do not know where exactly %(place)s lies: this is all of %(area)s."
        )
        told = {"place": where.place.name, "area": asked.where.region_phrase}
        yield Note("place", text % told)
    if where.place and asked.place_links:
        text = _("%(place)s. Others of that name:") % {"place": where.place.name}
        yield Note("place", text, tuple(asked.place_links))


def _near_a_border(asked: ClinicFilter) -> Note:
    codes = [code for code in (asked.where.region, *asked.where.border_regions) if code]
    labels = {code: asked.catalogues.region_label(code) for code in codes}
    phrases = map(asked.catalogues.region_phrase, codes)
    text = _("Near a border: are you in %(regions)s?") % {
        "regions": _(" or ").join(phrases)
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


def _of_the_country(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """Where only the country is known, who treats a part of it, and which part."""
    country = asked.where.region
    is_vague = bool(asked.catalogues.subdivisions(country))
    if not is_vague or asked.query.visit is Visit.IN_PERSON:
        return
    more = dict(results.more_in_subdivisions)
    count = more.pop(country, 0)
    text = ngettext(
        "%(country)s: who may treat you remotely depends on the state. %(many)s more "
        "treats one of its states: in which will you be?",
        "%(country)s: who may treat you remotely depends on the state. %(many)s more "
        "treat one of its states: in which will you be?",
        count,
    )
    if not count:
        text = _(
            "%(country)s: who may treat you remotely depends on the state. In which "
            "will you be?"
        )
    told = {"country": asked.region_label, "many": grouped(count)}
    to_form = Link(_("Another state") if more else _("Choose a state"), "#id_region")
    yield Note("region", text % told, (*_states(asked, more), to_form))


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


def _of_further_regions(asked: ClinicFilter) -> Iterator[Note]:
    """Where else the patient will be, and for which visits that counts."""
    query = asked.query
    if not query.also:
        return
    if query.visit is Visit.IN_PERSON:
        text = _("Where else you will be has no effect on visits in person.")
        yield _ignored(asked, "also", text)
    elif not query.region:
        text = _("Where else you will be counts once we know where you are.")
        yield _ignored(asked, "also", text)
    else:
        told = {"regions": asked.where.phrase_of(query.region, *query.also)}
        text = _(
            "For remote visits we list only clinics that treat, or probably treat, "
            "patients in %(regions)s."
        )
        yield Note("also", text % told)


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
    # Whoever asks how a remote visit is held gets remote visits alone.
    is_in_person = query.visit is not Visit.REMOTE and not query.modalities
    if not query.point or query.within_km or not is_in_person or not results.total:
        return
    told = {"radius": radius(results.used_km or query.steps_km[-1], query.unit)}
    if results.used_km is None:
        text = _("In person: at any distance, since there are few within %(radius)s.")
    elif results.used_km > query.steps_km[0]:
        text = _("In person: within %(radius)s, since there are few nearer by.")
    else:
        text = _("In person: within %(radius)s.")
    yield Note("radius", text % told)


def radius(km: float, unit: str) -> str:
    """`km` in words, in the unit of the search."""
    return distance_label(distance_of(km, unit))


def distance_of(km: float, unit: str) -> Distance:
    """`km` in the unit of the search."""
    number = miles_from_km(km) if unit == "mi" else km
    return Distance(round(number, 1), unit)


# --- Who else ------------------------------------------------------------------------


def _of_those_beyond(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    count = results.more_remote_beyond if results.total else 0
    if not count:
        return
    link = _("Show who treats there remotely")
    text = ngettext(
        "%(many)s more treats %(region)s remotely.",
        "%(many)s more treat %(region)s remotely.",
        count,
    )
    if asked.query.category is Category.TELEHEALTH_ONLY:
        # Booking or monitoring treats nobody.
        link = ngettext("Show it", "Show them", count)
        text = ngettext(
            "%(many)s more offers this remotely to patients in %(region)s.",
            "%(many)s more offer this remotely to patients in %(region)s.",
            count,
        )
    told = {"many": grouped(count), "region": asked.where.region_phrase}
    url = asked.links.url(visit="remote", within=None)
    yield Note("more", text % told, (Link(link, url),))


def other_telehealth(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """Those that do not treat; a service of theirs may be used from anywhere."""
    if count := results.more_other_telehealth:
        text = ngettext(
            "%(many)s more offers only other telehealth, such as booking or results, "
            "here or elsewhere.",
            "%(many)s more offer only other telehealth, such as booking or results, "
            "here or elsewhere.",
            count,
        ) % {"many": grouped(count)}
        url = asked.links.url(category=Category.TELEHEALTH_ONLY.value)
        yield Note("more", text, (Link(_("Show all other telehealth"), url),))


def _of_the_silent(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """Those left out for silence; where nothing is listed, a dead end tells them."""
    count = results.left_out_unstated if results.total else 0
    if not count:
        return
    facts = [str(fact) for name, fact in UNSTATED.items() if asked.cleaned[name]]
    if asked.cleaned["open"] and len(facts) == 1:
        text = ngettext(
            "%(many)s clinic does not state its opening hours: call to ask.",
            "%(many)s clinics do not state their opening hours: call to ask.",
            count,
        )
    else:
        text = ngettext(
            "%(many)s clinic was left out because it does not state this: %(facts)s.",
            "%(many)s clinics were left out because they do not state this: %(facts)s.",
            count,
        )
    told = {
        "many": grouped(count),
        "facts": listed(facts) or KIND_OF_VISIT,
    }
    url = asked.links.url(unstated="include")
    link = ngettext("Show it too", "Show them too", count)
    yield Note("unstated", text % told, (Link(link, url),))


# --- Where it ends -------------------------------------------------------------------


def _end(asked: ClinicFilter) -> Note:
    """What the list was all of, and the way to a longer one."""
    query = asked.query
    told = {"region": asked.where.region_phrase, "radius": ""}
    if query.asked_km:
        told["radius"] = radius(query.asked_km, query.unit)
        text = _("That is all within %(radius)s.")
        links = (Link(_("Look farther"), asked.links.url(within=None)),)
        return Note("end", text % told, links)
    if not query.region:
        text = _("That is all.")
    elif query.visit is Visit.REMOTE:
        text = _("That is all for remote visits to patients in %(region)s.")
    else:
        text = _("That is all for patients in %(region)s.")
    return Note("end", text % told, _wider(asked))


def _wider(asked: ClinicFilter) -> tuple[Link, ...]:
    if asked.links.url() == asked.clear_url:
        return ()
    return (Link(_("Search again with the place alone"), asked.clear_url),)


# --- What we hold --------------------------------------------------------------------


def _of_what_we_hold(asked: ClinicFilter, results: SearchResults) -> Iterator[Note]:
    """Where the search reaches beyond the directory. Absence of data is no absence."""
    if text := beyond(asked, results):
        told = _("%(what)s That does not mean there are none.") % {"what": text}
        # An empty page draws the finders anyway.
        yield Note("holdings", told, _finders(asked) if results.total else ())
    for text in unstated(asked):
        yield Note("holdings", text)


def _finders(asked: ClinicFilter) -> tuple[Link, ...]:
    """The country's own finders of care."""
    finders = asked.catalogues.finders(asked.where.country)
    return tuple(Link(each.name, each.url) for each in finders)
