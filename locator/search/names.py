"""Clinics by words of their names, organization and town."""

from collections.abc import Sequence

from ..models import SearchName


def clinics_named(words: Sequence[str]) -> list[int]:
    """The ids of published clinics that all of `words` hit, the last as a prefix.

    `words` are folded by `text.words`, as those of the table are. One query.
    """
    found = SearchName.objects.all()
    for word in words[:-1]:
        found = found.filter(words__contains=f" {word} ")
    for prefix in words[-1:]:
        found = found.filter(words__contains=f" {prefix}")
    return list(found.values_list("pk", flat=True))
