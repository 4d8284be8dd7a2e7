"""What a visitor's words may mean, before anything is looked up."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ..text import fold
from .areas import Areas, Group, within

LONGEST_TEXT = 200
MOST_WORDS = 12

# Postcodes that we hold, of the US with or without the four digits more, and of India.
_HELD = re.compile(
    r"(?<![\w-])(?:(?P<us>\d{5})(?:[-‐–\s]?\d{4})?|(?P<in>\d{3}\s?\d{3}))(?![\w-])"
)
# Postcodes that we hold none of, by country.
_UNHELD = {
    "CA": re.compile(r"\b[A-Z]\d[A-Z][\s-]?\d[A-Z]\d\b", re.IGNORECASE),
    "GB": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A name, anywhere; or in the first of the groups of regions that holds one.

    With `beside`, within reach of a town of that name.
    """

    name: str
    groups: tuple[Group, ...] = ()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A text taken apart: its postcode, and the readings of the rest, likeliest first.

    `groups` are the regions that the rest names, where it names nothing else.
    """

    folded: str = ""
    postcode: str = ""
    unheld: str = ""
    readings: tuple[Reading, ...] = ()
    groups: tuple[Group, ...] = ()

    def names(self) -> set[str]:
        """Everything to look up."""
        named = {reading.name for reading in self.readings}
        beside = {reading.beside for reading in self.readings}
        return (named | beside | {self.postcode}) - {""}


def read(text: str, areas: Areas) -> Words:
    """What `text` may mean; nothing where it is too long to name a place."""
    if len(text) > LONGEST_TEXT:
        return Words()
    text = plain_digits(text)
    postcode, text = _take_held(text)
    unheld, text = ("", text) if postcode else _take_unheld(text)
    phrases = [folded for part in text.split(",") if (folded := fold(part))]
    if sum(len(phrase.split()) for phrase in phrases) > MOST_WORDS:
        return Words(postcode=postcode, unheld=unheld, folded=" ".join(phrases))
    return Words(
        folded=" ".join(phrases),
        postcode=postcode,
        unheld=unheld,
        readings=tuple(dict.fromkeys(_readings(phrases, areas))),
        groups=_area(phrases, areas),
    )


def plain_digits(text: str) -> str:
    """`text` with the digits of every script as our own: ५६०००१ is 560001."""
    return "".join(_plain_digit(sign) for sign in text)


def _plain_digit(sign: str) -> str:
    if sign.isascii() or unicodedata.category(sign) != "Nd":
        return sign
    return str(unicodedata.digit(sign))


def _take_held(text: str) -> tuple[str, str]:
    """The last postcode in `text`, where house numbers may come first; and the rest."""
    found = list(_HELD.finditer(text))
    if not found:
        return "", text
    last = found[-1]
    code = last["us"] or "".join(last["in"].split())
    return code, f"{text[: last.start()]} , {text[last.end() :]}"


def _take_unheld(text: str) -> tuple[str, str]:
    for country, pattern in _UNHELD.items():
        if found := pattern.search(text):
            return country, f"{text[: found.start()]} , {text[found.end() :]}"
    return "", text


def _readings(phrases: list[str], areas: Areas) -> Iterator[Reading]:
    """Readings of phrases that stand between commas."""
    if not phrases:
        return
    first, *rest = phrases
    if not rest:
        yield Reading(first)
        yield from _split(first, areas, None)
        return
    for cut in range(1, len(phrases)):
        if groups := _area(phrases[cut:], areas):
            yield from _named(phrases[:cut], groups, areas)
            return
    # The last phrase is no region: a town, perhaps, and before it a part of it.
    yield Reading(first, beside=phrases[-1])


def _named(
    phrases: list[str], groups: tuple[Group, ...], areas: Areas
) -> Iterator[Reading]:
    """Readings of the phrases before a region: a town; also its district, or street."""
    if len(phrases) > 1:
        yield Reading(" ".join(phrases), groups)
    for phrase in phrases:
        yield Reading(phrase, groups)
        yield from _split(phrase, areas, groups)


def _split(
    phrase: str, areas: Areas, wholes: tuple[Group, ...] | None
) -> Iterator[Reading]:
    """Readings of a town and a region without a comma, the longest region first."""
    words = phrase.split()
    for cut in range(1, len(words)):
        groups = _area([" ".join(words[cut:])], areas)
        if wholes is not None:
            groups = _inside(groups, wholes)
        if groups:
            yield Reading(" ".join(words[:cut]), groups)


def _area(phrases: list[str], areas: Areas) -> tuple[Group, ...]:
    """What regions the phrases name, the smallest first: "Texas", "TX USA"."""
    groups: tuple[Group, ...] | None = None
    for phrase in reversed(phrases):
        found = _area_of_one(phrase, areas)
        groups = found if groups is None else _inside(found, groups)
        if not groups:
            return ()
    return groups or ()


def _area_of_one(phrase: str, areas: Areas) -> tuple[Group, ...]:
    if groups := areas.groups(phrase):
        return groups
    words = phrase.split()
    for cut in range(1, len(words)):
        part, whole = " ".join(words[:cut]), " ".join(words[cut:])
        if found := _inside(areas.groups(part), areas.groups(whole)):
            return found
    return ()


def _inside(parts: tuple[Group, ...], wholes: tuple[Group, ...]) -> tuple[Group, ...]:
    """Those of `parts` in each of `wholes` in turn."""
    found = [within(part, whole) for whole in wholes for part in parts]
    return tuple(dict.fromkeys(group for group in found if group))
