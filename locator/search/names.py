"""Clinics by words of their names, organization and town."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from rapidfuzz import fuzz, process

from ..models import DataVersion, Kept, SearchEntry, SearchWord, Versioned

FEW = 5000
# Fewer than any database takes in one list.
AT_ONCE = 10_000

# Of 100: one letter in five may be another.
LIKE_ENOUGH = 80
SHORTEST_LIKE = 4
MOST_LOOKED_AT = 20
# In the ranking of spellings, ten times the clinics are worth three of 100 likeness.
WORTH_OF_TEN_TIMES = 3


def of_clinics_named(words: Sequence[str], *, are_few: bool = True) -> Q:
    """Entries of clinics that all of `words` hit, the last of them as a prefix.

    `words` are folded by `text.words`, as those of the table are. Where they hit few
    clinics, they lead to these; else every entry that is read is asked for them.
    """
    hit = Q()
    for which in _hits(words):
        if are_few:
            hit &= Q(clinic__in=SearchWord.objects.filter(**which).values("clinic"))
        else:
            own = SearchWord.objects.filter(clinic=OuterRef("clinic"), **which)
            hit &= Q(Exists(own))
    return hit


def folded(clinics: Sequence[int]) -> Mapping[int, str]:
    """The folded names of these clinics by their ids; a query, none for none."""
    told: dict[int, str] = {}
    for first in range(0, len(clinics), AT_ONCE):
        rows = SearchEntry.objects.filter(clinic__in=clinics[first : first + AT_ONCE])
        told |= dict(rows.order_by().values_list("clinic_id", "name").distinct())
    return told


def hit_few(words: Sequence[str]) -> bool:
    """Whether `words` hit fewer clinics than a search around a place reads; a query."""
    return _hitting(words).values("word")[:FEW].count() < FEW


def is_hit(words: Sequence[str]) -> bool:
    """Whether there is a clinic that all of `words` hit, the last as a prefix."""
    return _hitting(words).exists()


def _hitting(words: Sequence[str]) -> QuerySet[SearchWord]:
    """The last of `words` at the clinics that all of them hit."""
    last, *whole = _hits(words)
    found = SearchWord.objects.filter(**last)
    for which in whole:
        others = SearchWord.objects.filter(**which)
        found = found.filter(clinic__in=others.values("clinic"))
    return found


def _hits(words: Sequence[str]) -> list[Mapping[str, str]]:
    *whole, last = (word[: SearchWord.LONGEST] for word in words)
    return [{"word__begins": last}, *({"word": word} for word in whole)]


# --- All there are -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word by which a clinic is found, in order, with its number of clinics."""

    words: Sequence[str]
    clinics: Mapping[str, int]

    @classmethod
    def read(cls) -> Self:
        """The words as the database has them now: one read of all of them."""
        rows = SearchWord.objects.order_by().values("word").annotate(n=Count("clinic"))
        clinics = dict(rows.values_list("word", "n"))
        return cls(sorted(clinics), clinics)

    def has(self, word: str, *, begun: bool) -> bool:
        """Whether a clinic is found by `word`; where `begun`, by one that begins so."""
        if not begun:
            return word in self.clinics
        place = bisect_left(self.words, word)
        return place < len(self.words) and self.words[place].startswith(word)

    def nearest(self, word: str) -> str:
        """`word` if there is such a word, else the most like and common one, or ""."""
        if word in self.clinics or len(word) < SHORTEST_LIKE:
            return word if word in self.clinics else ""
        likes = process.extract(
            word,
            self.words,
            scorer=fuzz.ratio,
            score_cutoff=LIKE_ENOUGH,
            limit=MOST_LOOKED_AT,
        )
        best = max(likes, key=lambda like: self._weight(*like[:2]), default=("",))
        return best[0]

    def _weight(self, word: str, likeness: float) -> float:
        return likeness + WORTH_OF_TEN_TIMES * math.log10(self.clinics[word])


_KEPT = Kept(Vocabulary.read)


def vocabulary() -> Vocabulary:
    """The words of all clinics. One query, unless a clinic changed since."""
    return _KEPT.at(DataVersion.token_of(Versioned.CLINICS))
