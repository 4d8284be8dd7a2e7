"""What an empty page of results says: what stands in the way, and each way on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..asking.fields import shown
from ..asking.filters import ClinicFilter, Outcome
from ..asking.links import Link
from ..asking.questions import WHERE, distance_label
from ..asking.suggesting import meanings, phrases
from ..places import find_place
from ..search import explain
from ..search.query import Category, Explanation, SearchResults, Visit
from ..telling import wording
from .absence import labels_of, listed
from .cards import Card, cards_of, start_words
from .notes import (
    KIND_OF_VISIT,
    UNSTATED,
    Note,
    distance_of,
    meaning_label,
    other_telehealth,
)

# What stays of a search whose answers about services are all taken back.
OF_THE_PATIENT = (*WHERE, "unit")

# What is wished for, where an answer is not taken back by its name.
INSTEAD = {
    ("within", ""): gettext_lazy("At any distance"),
    ("visit", "remote"): gettext_lazy("In person as well"),
    ("visit", "in-person"): gettext_lazy("Remotely as well"),
    ("accepting", ""): gettext_lazy("Whether or not it takes new patients now"),
    ("open", ""): gettext_lazy("At other hours as well"),
}
FACTS = {**UNSTATED, "visit": KIND_OF_VISIT}


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Why a page is empty, and where to go from there.

    `ways` take one answer back each, the one that brings most first; `in_vain` says of
    which answers that alone brings nothing. `silent` are those left out since they do
    not say. `around` tells what there is beside the question. `nearest` are clinics
    that are left without one answer, and `all_of_nearest` leads to all of them.
    """

    ways: tuple[Link, ...]
    in_vain: str
    silent: tuple[Note, ...]
    around: tuple[Note, ...]
    nearest_title: str
    nearest: tuple[Card, ...]
    all_of_nearest: Link | None


def dead_end(asked: ClinicFilter, results: SearchResults) -> DeadEnd | None:
    """The way out of an empty page; None where something is listed."""
    if not asked.is_ready or results.total:
        return None
    return told(asked, results, explain(asked.query))


def told(
    asked: ClinicFilter, results: SearchResults, explanation: Explanation
) -> DeadEnd:
    """`explanation` in words."""
    nearest = explanation.nearest_without if explanation.nearest else ""
    count = explanation.removed.get(nearest, 0)
    return DeadEnd(
        ways=tuple(_ways(asked, explanation)),
        in_vain=_in_vain(asked, explanation),
        silent=tuple(_silent(asked, results, explanation)),
        around=(*_around(asked, explanation), *other_telehealth(asked, results)),
        nearest_title=_nearest_title(asked, nearest) if nearest else "",
        nearest=_nearest(asked, explanation),
        all_of_nearest=(
            _way(asked, nearest, count) if count > len(explanation.nearest) else None
        ),
    )


def other_ways(asked: ClinicFilter) -> tuple[Link, ...]:
    """Where to go from a question that was not searched."""
    return tuple(_OTHER_WAYS.get(asked.outcome, lambda _asked: ())(asked))


def _past_errors(asked: ClinicFilter) -> Iterator[Link]:
    yield Link(_("Search without what we could not use"), asked.links.url())


def _past_the_place(asked: ClinicFilter) -> Iterator[Link]:
    if region := asked.cleaned["region"]:
        told = {"region": asked.catalogues.region_phrase(region)}
        label = _("Search all of %(region)s instead") % told
        yield Link(label, asked.links.url(place=None))
    if not asked.has_crisis_words:
        text = asked.cleaned["place"]
        yield from _needs_in_the_place(asked, text)
        label = _("Search for “%(text)s” in names of clinics instead")
        url = asked.links.url(place=None, q=text)
        yield Link(label % {"text": shown(text)}, url)


def _needs_in_the_place(asked: ClinicFilter, text: str) -> Iterator[Link]:
    """What somebody wrote of their need into the box for the place."""
    for meaning in meanings(text, phrases(asked.catalogues)):
        codes = (*asked.cleaned[meaning.name], meaning.code)
        found = find_place(meaning.rest, catalogues=asked.catalogues)
        place = "" if found.outcome == "unknown" else meaning.rest
        told = {"need": meaning_label(asked, meaning), "place": shown(place)}
        words = _("%(need)s, for patients in “%(place)s”") if place else "%(need)s"
        url = asked.links.url(place=place, **{meaning.name: codes})
        yield Link(words % told, url)


_OTHER_WAYS = {
    Outcome.INVALID: _past_errors,
    Outcome.UNKNOWN_PLACE: _past_the_place,
}


# --- Answers to take back ------------------------------------------------------------


def _ways(asked: ClinicFilter, explanation: Explanation) -> Iterator[Link]:
    most = sorted(explanation.removed.items(), key=lambda each: -each[1])
    for name, count in most:
        if count:
            yield _way(asked, name, count)


def _way(asked: ClinicFilter, name: str, count: int) -> Link:
    """Without the answer to `name`: which clinics, and how many."""
    text = ngettext(
        "%(change)s: %(many)s clinic", "%(change)s: %(many)s clinics", count
    )
    told = {"change": _change(asked, name), "many": wording.grouped(count)}
    return Link(text % told, asked.links.url(**{name: None}))


def _change(asked: ClinicFilter, name: str) -> str:
    """What taking the answer to `name` back means."""
    value = asked.query.visit.value if name == "visit" else ""
    if words := INSTEAD.get((name, value)):
        return str(words)
    if name == "also":
        told = {"region": asked.where.region_phrase}
        return _("For patients in %(region)s alone") % told
    return _("Without %(answers)s") % {"answers": _quoted(asked, name)}


def _quoted(asked: ClinicFilter, name: str) -> str:
    """The answers to `name`: "“Spanish” or “Hindi”"."""
    texts = [answer.text for answer in asked.chosen if answer.name == name]
    if name == "q":
        texts = asked.links.params["q"]
    return _(" or ").join(_("“%(answer)s”") % {"answer": text} for text in texts)


def _in_vain(asked: ClinicFilter, explanation: Explanation) -> str:
    names = [name for name, count in explanation.removed.items() if not count]
    if not names:
        return ""
    if len(names) == len(explanation.removed) > 1:
        return _("No one answer alone is in the way: take back two or more.")
    answers = listed(filter(None, (_quoted(asked, name) for name in names)))
    if not answers:
        return ""
    return _("Taking back only this would not help: %(answers)s.") % {
        "answers": answers
    }


# --- Silence -------------------------------------------------------------------------


def _silent(
    asked: ClinicFilter, results: SearchResults, explanation: Explanation
) -> Iterator[Note]:
    """Those that do not say: by fact, with one link that takes all of them in."""
    total = results.left_out_unstated
    if not total:
        return
    counts = {
        name: count
        for name, count in explanation.silent.items()
        if count and name in FACTS
    }
    link = Link(
        ngettext("Include it", "Include them", total),
        asked.links.url(unstated="include"),
    )
    texts = [_not_stated(name, count) for name, count in counts.items()]
    if list(counts.values()) != [total]:
        texts.append(_not_all(total))
    *others, last = texts
    yield from (Note("unstated", text) for text in others)
    yield Note("unstated", last, (link,))


def _not_stated(name: str, count: int) -> str:
    if name == "open":
        text = ngettext(
            "%(many)s more does not state its opening hours: call to ask.",
            "%(many)s more do not state their opening hours: call to ask.",
            count,
        )
    else:
        text = ngettext(
            "%(many)s more does not state %(fact)s.",
            "%(many)s more do not state %(fact)s.",
            count,
        )
    return text % {"many": wording.grouped(count), "fact": FACTS[name]}


def _not_all(count: int) -> str:
    text = ngettext(
        "%(many)s more would fit, but does not state all that you ask for.",
        "%(many)s more would fit, but do not state all that you ask for.",
        count,
    )
    return text % {"many": wording.grouped(count)}


# --- What there is around ------------------------------------------------------------


def _around(asked: ClinicFilter, explanation: Explanation) -> Iterator[Note]:
    removed = explanation.removed
    if asked.query.visit is not Visit.IN_PERSON or explanation.remote_here:
        yield from _remotely(asked, explanation)
    # Where another kind of visit is a way, that says it already.
    if explanation.in_person_near and not removed.get("visit"):
        yield from _in_person(asked, *explanation.in_person_near)
    if explanation.remote_in_region > max(removed.values(), default=0):
        yield _for_any_need(asked, explanation.remote_in_region)


def _for_any_need(asked: ClinicFilter, count: int) -> Note:
    text = ngettext(
        "%(many)s clinic treats, or probably treats, patients in %(region)s remotely, "
        "for one need or another.",
        "%(many)s clinics treat, or probably treat, patients in %(region)s remotely, "
        "for one need or another.",
        count,
    )
    told = {"many": wording.grouped(count), "region": _regions(asked)}
    url = asked.links.only(*OF_THE_PATIENT, visit="remote")
    return Note("around", text % told, (_show(count, url),))


def _remotely(asked: ClinicFilter, explanation: Explanation) -> Iterator[Note]:
    """How many offer it remotely, and whether where the patient will be."""
    told = {"how": _how(asked), "region": _regions(asked)}
    if count := explanation.remote_here:
        text = _offered_here(asked, count)
        url = asked.links.url(visit="remote", within=None)
    elif count := explanation.remote_anywhere if told["region"] else 0:
        text = ngettext(
            "%(many)s clinic offers this %(how)s, but is not listed for patients in "
            "%(region)s.",
            "%(many)s clinics offer this %(how)s, but none of them is listed for "
            "patients in %(region)s.",
            count,
        )
        nowhere = dict.fromkeys((*OF_THE_PATIENT, "within"))
        url = asked.links.url(**nowhere, visit="remote")
    else:
        return
    told["many"] = wording.grouped(count)
    yield Note("around", text % told, (_show(count, url),))


def _offered_here(asked: ClinicFilter, count: int) -> str:
    if asked.query.category is Category.TELEHEALTH_ONLY:
        # Booking or monitoring treats nobody.
        return ngettext(
            "%(many)s clinic offers, or probably offers, this %(how)s to patients in "
            "%(region)s.",
            "%(many)s clinics offer, or probably offer, this %(how)s to patients in "
            "%(region)s.",
            count,
        )
    return ngettext(
        "%(many)s clinic offers this %(how)s, and treats or probably treats patients "
        "in %(region)s.",
        "%(many)s clinics offer this %(how)s, and treat or probably treat patients in "
        "%(region)s.",
        count,
    )


def _regions(asked: ClinicFilter) -> str:
    """All the regions where the patient will be; "" where nobody can tell."""
    query = asked.query
    return asked.where.phrase_of(query.region, *query.also) if query.region else ""


def _how(asked: ClinicFilter) -> str:
    labels = labels_of(asked, "modality", asked.mask("modality"))
    if not labels:
        return _("remotely")
    return _("by %(ways)s") % {"ways": wording.any_of(labels)}


def _in_person(asked: ClinicFilter, count: int, km: float) -> Iterator[Note]:
    if not count:
        return
    text = ngettext(
        "%(many)s clinic offers this in person within %(radius)s.",
        "%(many)s clinics offer this in person within %(radius)s.",
        count,
    )
    distance = distance_of(km, asked.query.unit)
    told = {"many": wording.grouped(count), "radius": distance_label(distance)}
    # How a remote visit is held is no question beside a visit in person.
    url = asked.links.url(visit="in-person", modality=None, within=str(distance))
    yield Note("around", text % told, (_show(count, url),))


def _show(count: int, url: str) -> Link:
    return Link(ngettext("Show it", "Show them", count), url)


# --- The nearest that remain ---------------------------------------------------------


def _nearest_title(asked: ClinicFilter, name: str) -> str:
    told = {"change": _change(asked, name)}
    if asked.query.origin:
        return _("%(change)s: the nearest") % told
    return _("%(change)s: the first") % told


def _nearest(asked: ClinicFilter, explanation: Explanation) -> tuple[Card, ...]:
    query = replace(asked.query, page=1)
    if explanation.nearest_without == "visit":
        query = replace(query, visit=Visit.ANY)
    results = SearchResults(query, hits=explanation.nearest)
    return cards_of(results, asked.catalogues, start=start_words(asked.where))
