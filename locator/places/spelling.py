"""The nearest spellings of a name that nobody has."""

import string
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process

from ..models import DataVersion, PlaceName, Versioned

# Of 100: one letter in five may be another.
LIKE_ENOUGH = 75
MOST_LOOKED_AT = 60
SHORTEST = 3


def nearest(name: str, more: Iterable[str] = ()) -> dict[str, float]:
    """Names like the folded `name`, each with its likeness of 100, the likest first.

    They are official names of towns, and those of `more`. Two milliseconds and one
    query, once a process holds the names: 5 MB of them.
    """
    if len(name) < SHORTEST:
        return {}
    found: dict[str, float] = {}
    for names in (_official_names(), list(more)):
        likes = process.extract(
            name,
            names,
            scorer=fuzz.ratio,
            score_cutoff=LIKE_ENOUGH,
            limit=MOST_LOOKED_AT,
        )
        found |= {like: likeness for like, likeness, _ in likes}
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def codes_like(code: str) -> list[str]:
    """Numbers that differ from `code` by one digit or one swap, the last ones first."""
    return list(dict.fromkeys(_one_mistake_away(code)))


def _one_mistake_away(code: str) -> Iterator[str]:
    for at in reversed(range(len(code))):
        for digit in string.digits:
            if digit != code[at]:
                yield code[:at] + digit + code[at + 1 :]
        if at and code[at] != code[at - 1]:
            yield code[: at - 1] + code[at] + code[at - 1] + code[at + 1 :]


_kept: tuple[str, list[str]] | None = None


def _official_names() -> list[str]:
    """Every official name of a town; read anew when the places changed."""
    global _kept
    tokens: Mapping[str, str] = dict(
        DataVersion.objects.filter(part=Versioned.PLACES).values_list("part", "token")
    )
    token, kept = tokens.get(Versioned.PLACES, ""), _kept
    if kept is None or kept[0] != token or not token:
        names = PlaceName.objects.filter(kind=PlaceName.Kind.OFFICIAL)
        found = names.order_by().values_list("folded", flat=True).distinct()
        kept = _kept = (token, list(found))
    return kept[1]
