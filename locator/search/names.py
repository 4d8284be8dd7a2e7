"""Clinics by words of their names, organization and town."""

from collections.abc import Sequence

from django.db.models import Q

from ..models import SearchName


def of_clinics_named(words: Sequence[str]) -> Q:
    """Entries of clinics that all of `words` hit, the last of them as a prefix.

    `words` are folded by `text.words`, as those of the table are. No query of its own.
    """
    named = SearchName.objects.all()
    for word in words[:-1]:
        named = named.filter(words__contains=f" {word} ")
    for prefix in words[-1:]:
        named = named.filter(words__contains=f" {prefix}")
    return Q(clinic__in=named.values("clinic"))
