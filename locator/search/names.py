"""Clinics by words of their names, organization and town."""

import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from rapidfuzz import fuzz, process

from ..models import DataVersion, Kept, SearchEntry, SearchWord, Spelling, Versioned

FEW = 5000
# Fewer than any database takes in one list.
AT_ONCE = 10_000

# Of 100: one letter in five may be another.
LIKE_ENOUGH = 80
SHORTEST_LIKE = 4
MOST_LOOKED_AT = 20
MOST_TOLD = 10_000
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


def named_by(words: Sequence[str]) -> np.ndarray:
    """The ids of the clinics that all of `words` hit, the last as a prefix; a query."""
    clinics = _hitting(words).values_list("clinic_id", flat=True).distinct()
    return np.fromiter(clinics.iterator(), dtype="i8")


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


# --- Spelling ----------------------------------------------------------------------


class Vocabulary:
    """The words by which clinics are found, while none of these changes."""

    def __init__(self, spellings: Sequence[str]) -> None:
        self._spellings = spellings
        self._told: dict[tuple[str, bool], bool] = {}

    def has(self, word: str, *, begun: bool) -> bool:
        """Whether a clinic is found by `word`; where `begun`, by one that begins so.

        A query, the first time.
        """
        key = word, begun
        if key not in self._told:
            if len(self._told) > MOST_TOLD:
                self._told.clear()
            which = {"word__begins" if begun else "word": word[: SearchWord.LONGEST]}
            self._told[key] = SearchWord.objects.filter(**which).exists()
        return self._told[key]

    def nearest(self, word: str) -> str:
        """`word` if there is such a word, else the most like and common one, or ""."""
        if self.has(word, begun=False):
            return word
        if len(word) < SHORTEST_LIKE:
            return ""
        found = process.extract(
            word,
            self._spellings,
            scorer=fuzz.ratio,
            score_cutoff=LIKE_ENOUGH,
            limit=MOST_LOOKED_AT,
        )
        likeness = {like: score for like, score, _place in found}
        rows = SearchWord.objects.filter(word__in=likeness).order_by().values("word")
        clinics = dict(rows.annotate(n=Count("clinic")).values_list("word", "n"))
        weights = {
            like: likeness[like] + WORTH_OF_TEN_TIMES * math.log10(count)
            for like, count in clinics.items()
        }
        return max(sorted(weights), key=weights.__getitem__, default="")


@dataclass(frozen=True, slots=True)
class _Known:
    """Spellings that this process has read, up to that of id `last`, of `batch`."""

    last: int = 0
    batch: str = ""
    spellings: Sequence[str] = ()

    def read_on(self) -> Self:
        """These and those that came since; one query, or two if all are made anew."""
        found = Spelling.objects.filter(pk__gte=self.last).order_by("pk")
        rows = list(found.values_list("pk", "batch", "word"))
        if self.last and (not rows or rows[0][:2] != (self.last, self.batch)):
            return type(self)().read_on()
        if not rows:
            return self
        later = [word for pk, _batch, word in rows if pk > self.last]
        return type(self)(*rows[-1][:2], [*self.spellings, *later])


_known = _Known()


def _read() -> Vocabulary:
    global _known
    _known = _known.read_on()
    return Vocabulary(_known.spellings)


_KEPT = Kept(_read)


def vocabulary() -> Vocabulary:
    """The words of all clinics. One query, and one more if a clinic changed since."""
    return _KEPT.at(DataVersion.token_of(Versioned.CLINICS))


def learn(words: Iterable[str]) -> None:
    """Keep these words of clinics as spellings, in the transaction that writes them.

    Call it where nobody else can write meanwhile: whoever read the spellings of later
    ids never looks for these.
    """
    batch = secrets.token_hex(8)
    Spelling.objects.bulk_create(
        [Spelling(word=word, batch=batch) for word in sorted(set(words))],
        ignore_conflicts=True,
        batch_size=AT_ONCE,
    )


def forget() -> None:
    """Drop the spellings that no clinic has any more."""
    used = SearchWord.objects.filter(word=OuterRef("word"))
    Spelling.objects.filter(~Exists(used)).delete()
