"""Regions by the names that visitors give them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from ..catalogues import Catalogues
from ..models import Region
from ..models.region import country_of
from ..text import fold

# Region codes of equal standing, all meant by one name.
Group = tuple[str, ...]

LONGEST_CODE = 3


class Rank(IntEnum):
    """What a short code may stand for, in the order of RULES 6."""

    STATE = 0
    COUNTRY = 1
    ELSEWHERE = 2


@dataclass(frozen=True, slots=True)
class Areas:
    """Folded names of regions: by their English name, by code, by any other name."""

    official: Mapping[str, Group]
    other: Mapping[str, Group]
    codes: Mapping[str, Mapping[Rank, Group]]

    @classmethod
    def of(cls, regions: Iterable[Region]) -> Self:
        official, other = defaultdict(dict), defaultdict(dict)
        codes = defaultdict(lambda: defaultdict(dict))
        for region in sorted(regions, key=lambda region: region.code):
            for name in (region.name, whole_name(region)):
                official[fold(name)][region.code] = True
            for name in _other_names(region):
                other[squashed(fold(name))][region.code] = True
            for code in _codes(region):
                codes[code][_rank(region)][region.code] = True
        return cls(
            {name: tuple(found) for name, found in official.items()},
            {name: tuple(found) for name, found in other.items()},
            {
                code: {rank: tuple(found[rank]) for rank in sorted(found)}
                for code, found in codes.items()
            },
        )

    def short_codes(self, folded: str) -> tuple[Group, ...]:
        """Regions that the code `folded` means: a US state, then a country, then more.

        Nothing for what is a code of neither a US state nor a country.
        """
        ranked = self.codes.get(squashed(folded), {})
        if ranked.keys() <= {Rank.ELSEWHERE}:
            return ()
        return tuple(ranked.values())

    def other_names(self, folded: str) -> Group:
        """The regions that have `folded` for another name or a code of their own."""
        key = squashed(folded)
        elsewhere = self.codes.get(key, {}).get(Rank.ELSEWHERE, ())
        return tuple(dict.fromkeys((*self.other.get(key, ()), *elsewhere)))

    def groups(self, folded: str) -> tuple[Group, ...]:
        """What `folded` may mean behind a town's name, each to be tried in turn."""
        key = squashed(folded)
        if ranked := self.codes.get(key):
            return tuple(ranked.values())
        named = {**dict.fromkeys(self.official.get(folded, ()))}
        named |= dict.fromkeys(self.other.get(key, ()))
        return (tuple(named),) if named else ()


def whole_name(region: Region) -> str:
    """An English name that means the region, whatever town is called like it."""
    if region.parent_id is None:
        return f"{region.name} (country)"
    return f"{region.name} ({'state' if region.parent_id == 'US' else 'region'})"


def squashed(folded: str) -> str:
    """`folded` with single letters joined: "d c" is "dc"."""
    words = folded.split()
    if len(words) > 1 and all(len(word) == 1 for word in words):
        return "".join(words)
    return folded


def within(parts: Group, wholes: Group) -> Group:
    """Those of `parts` that lie in one of `wholes`, or are one."""
    return tuple(part for part in parts if lies_in(part, wholes))


def lies_in(code: str, wholes: Group) -> bool:
    """Whether the region lies in one of `wholes`, or is one."""
    return code in wholes or country_of(code) in wholes


def _other_names(region: Region) -> Iterable[str]:
    yield from region.aliases
    for translation in region.translations.values():
        if name := translation.get("name"):
            yield name
    yield region.code


def _codes(region: Region) -> Iterable[str]:
    yield country_code_or_tail(region.code).casefold()
    for alias in region.aliases:
        folded = squashed(fold(alias))
        if len(folded) <= LONGEST_CODE and folded.isascii() and alias.isupper():
            yield folded


def country_code_or_tail(code: str) -> str:
    """The short code by which people know a region: `TX` of `US-TX`."""
    return code.rpartition("-")[2]


def _rank(region: Region) -> Rank:
    if region.parent_id is None:
        return Rank.COUNTRY
    return Rank.STATE if region.parent_id == "US" else Rank.ELSEWHERE


_kept: tuple[Mapping[str, Region], Areas] | None = None


def of(catalogues: Catalogues) -> Areas:
    """The areas of these catalogues; made anew only when the regions changed."""
    global _kept
    kept = _kept
    if kept is None or kept[0] is not catalogues.regions:
        kept = _kept = (catalogues.regions, Areas.of(catalogues.regions.values()))
    return kept[1]
