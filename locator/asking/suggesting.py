"""What the words of `q` may mean but a name: an answer to choose, another spelling."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from ..catalogues import Catalogues
from ..search import names
from ..text import told_apart, words
from .questions import CATALOGUE_OF

# The parameters whose answers people may type as words, in the order of offering.
PARAMETERS = (
    "specialty",
    "type",
    "payment",
    "language",
    "modality",
    "accessibility",
    "age",
)
MOST_MEANINGS = 4
MOST_WORDS_OF_A_PHRASE = 5

# Of 100. Short words are like too many others.
LIKE_ENOUGH = 82
SHORTEST_LIKE = 5
MOST_LETTERS_MORE = 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """An answer that some of the words stand for: `code` for the parameter `name`.

    `rest` is the text without them. `is_exact` is whether they are written so.
    """

    name: str
    code: str
    rest: str
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """What to offer beside the results of `q`: answers, and another spelling or ""."""

    meanings: tuple[Meaning, ...] = ()
    spelling: str = ""


def suggested(text: str, catalogues: Catalogues, *, is_found: bool) -> Suggested:
    """What the words of `text` may mean, and how else they may be spelled.

    Where they found clinics (`is_found`), only what they say exactly. Else a few
    queries, and a read of all words of clinics if some changed since the last.
    """
    called = phrases(catalogues)
    if is_found:
        return Suggested(tuple(meanings(text, called)))
    known = names.vocabulary()
    found = meanings(text, called, unknown=unknown_words(text, known))
    spelled = {rest: respelled(rest, known) for rest in {each.rest for each in found}}
    return Suggested(
        tuple(replace(each, rest=spelled[each.rest] or each.rest) for each in found),
        "" if any(each.is_exact for each in found) else respelled(text, known),
    )


# --- Everyday words ------------------------------------------------------------------

Answer = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the catalogues call their entries, and what people do, in any language."""

    by_phrase: Mapping[str, Sequence[Answer]]
    long_enough: Sequence[str]

    def exactly(self, phrase: str) -> Sequence[Answer]:
        """The answers that `phrase` stands for, in the singular or the plural."""
        return self.by_phrase.get(_singular(phrase), ())

    def nearly(self, phrase: str) -> Sequence[Answer]:
        """Those of the phrase most like it, () where none is like enough."""
        if len(phrase) < SHORTEST_LIKE:
            return ()
        phrase = _singular(phrase)
        found = process.extract(
            phrase, self.long_enough, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH
        )
        for like, _likeness, _place in found:
            if abs(len(like) - len(phrase)) <= MOST_LETTERS_MORE:
                return self.by_phrase[like]
        return ()


def _singular(phrase: str) -> str:
    return phrase.removesuffix("s")


_kept: tuple[Catalogues, Phrases] | None = None


def phrases(catalogues: Catalogues) -> Phrases:
    """The phrases of these catalogues; made anew only when they changed."""
    global _kept
    kept = _kept
    if kept is None or kept[0] is not catalogues:
        kept = _kept = (catalogues, _read(catalogues))
    return kept[1]


def _read(catalogues: Catalogues) -> Phrases:
    by_phrase: defaultdict[str, dict[Answer, bool]] = defaultdict(dict)
    for name in PARAMETERS:
        for entry in getattr(catalogues, CATALOGUE_OF[name]):
            for written in _called(entry):
                if phrase := _singular(told_apart(written)):
                    by_phrase[phrase][name, entry.code] = True
    return Phrases(
        {phrase: tuple(found) for phrase, found in by_phrase.items()},
        [phrase for phrase in by_phrase if len(phrase) >= SHORTEST_LIKE - 1],
    )


def _called(entry) -> Iterator[str]:
    yield entry.name
    yield getattr(entry, "native_name", "")
    yield from entry.synonyms
    for translation in entry.translations.values():
        yield translation.get("name", "")


def meanings(
    text: str, found: Phrases, *, unknown: frozenset[int] = frozenset()
) -> list[Meaning]:
    """What the words of `text` stand for, the longest phrases first; at most four.

    `unknown` are the places of words that no name has: they are taken for the phrase
    that they are most like, others only for one that is written so.
    """
    typed = text.split()
    free = [bool(words(word)) for word in typed]
    meant: dict[Answer, Meaning] = {}
    for first, last in _runs(len(typed)):
        if not all(free[first:last]):
            continue
        phrase = told_apart(" ".join(typed[first:last]))
        answers = found.exactly(phrase)
        is_exact = bool(answers)
        if not is_exact and unknown & {*range(first, last)}:
            answers = found.nearly(phrase)
        if answers:
            free[first:last] = [False] * (last - first)
        rest = " ".join([*typed[:first], *typed[last:]])
        for name, code in answers:
            meant.setdefault((name, code), Meaning(name, code, rest, is_exact))
    return list(meant.values())[:MOST_MEANINGS]


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """Every run of some of `count` words, the longest first."""
    for size in range(min(count, MOST_WORDS_OF_A_PHRASE), 0, -1):
        for first in range(count - size + 1):
            yield first, first + size


# --- Spelling ------------------------------------------------------------------------


def unknown_words(text: str, known: names.Vocabulary) -> frozenset[int]:
    """The places of the words of `text` by which no clinic is found.

    The last word may be the beginning of one.
    """
    typed = text.split()
    return frozenset(
        place
        for place, word in enumerate(typed)
        for part in words(word)
        if not known.has(part, begun=place == len(typed) - 1)
    )


def respelled(text: str, known: names.Vocabulary) -> str:
    """`text` with the words that no clinic has written as the nearest that one has.

    "" where one of them is like none, or where no clinic has all of the words.
    """
    typed, unknown = text.split(), unknown_words(text, known)
    for place in unknown:
        near = [known.nearest(part) for part in words(typed[place])]
        if not near or not all(near):
            return ""
        typed[place] = " ".join(near)
    told = " ".join(typed)
    return told if unknown and names.is_hit(words(told)) else ""
