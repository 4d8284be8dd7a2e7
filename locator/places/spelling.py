"""The nearest spellings of a name that nobody has."""

import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process

from ..models import DataVersion, Kept, PlaceName, Versioned

# Of 100: one letter in four may be another.
LIKE_ENOUGH = 75
# Nobody looks on among other first letters from here.
LIKE_FOR_SURE = 88
MOST_LOOKED_AT = 40
SHORTEST = 3

Names = Mapping[str, Sequence[str]]


def nearest(name: str, more: Iterable[str] = ()) -> dict[str, float]:
    """Names like the folded `name`, each with its likeness of 100.

    They are official names of towns, and those of `more`. A few milliseconds and one
    query, once a process holds the names: 5 MB of them.
    """
    if len(name) < SHORTEST:
        return {}
    by_initial = _official_names()
    # A slip is rarely in the first letter; it may have left it out, or moved it.
    likely = [n for initial in {*name[:2]} for n in by_initial.get(initial, ())]
    likely += more
    found = likes(name, likely) | _swapped(name, likely)
    if max(found.values(), default=0) < LIKE_FOR_SURE:
        for names in by_initial.values():
            found |= likes(name, names)
    return found


def likes(name: str, names: Sequence[str]) -> dict[str, float]:
    """Those of `names` like `name`, the likeliest first, with their likeness of 100."""
    found = process.extract(
        name,
        names,
        scorer=fuzz.ratio,
        score_cutoff=LIKE_ENOUGH,
        limit=MOST_LOOKED_AT,
    )
    return {like: likeness for like, likeness, _ in found}


def _swapped(name: str, names: Iterable[str]) -> dict[str, float]:
    """Those of `names` that differ by two letters that changed places: chigaco.

    Letters in between make them less like than they are.
    """
    length = len(name)
    alike = (other for other in names if len(other) == length)
    return {other: LIKE_FOR_SURE for other in alike if _is_swapped(name, other)}


def _is_swapped(one: str, other: str) -> bool:
    differing = [at for at in range(len(one)) if one[at] != other[at]]
    if len(differing) != 2:
        return False
    first, last = differing
    return one[first] == other[last] and one[last] == other[first]


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


def _read_names() -> Names:
    names = PlaceName.objects.filter(kind=PlaceName.Kind.OFFICIAL).order_by()
    by_initial: dict[str, list[str]] = defaultdict(list)
    for name in names.values_list("folded", flat=True).distinct().iterator():
        by_initial[name[:1]].append(name)
    return by_initial


_KEPT = Kept(_read_names)


def _official_names() -> Names:
    """Official names of towns by their first letter; read anew when places changed."""
    return _KEPT.at(DataVersion.token_of(Versioned.PLACES))
