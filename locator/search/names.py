"""Clinics by words of their names, organization and town."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from ..models import SearchWord


def of_clinics_named(words: Sequence[str]) -> Q:
    """Entries of clinics that all of `words` hit, the last of them as a prefix.

    `words` are folded by `text.words`, as those of the table are. No query of its own.
    """
    *whole, last = (word[: SearchWord.LONGEST] for word in words)
    hit = Q(clinic__in=_clinics(word__begins=last))
    for word in whole:
        hit &= Q(clinic__in=_clinics(word=word))
    return hit


def _clinics(**which: str) -> QuerySet:
    return SearchWord.objects.filter(**which).values("clinic")
