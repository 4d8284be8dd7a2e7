"""Places on their way into the database, and the spellings they are found by."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import lru_cache

from ..geo import Point, distance_km
from ..models import Place, PlaceName
from ..text import fold

# The same word, written out and short. Either finds the other.
SHORT_FOR = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}
LONG_FOR = {short: long for long, short in SHORT_FOR.items()}

LONGEST_NAME = PlaceName._meta.get_field("folded").max_length


@dataclass(slots=True)
class Row:
    """One place. `region` is an ISO 3166 code, "" for a military postcode.

    `official` are spellings as good as `name`, `other` the rest; both as written.
    """

    kind: Place.Kind
    name: str
    country: str
    region: str
    point: Point | None
    population: int = 0
    zone: str = ""
    town: str = ""
    official: Set[str] = frozenset()
    other: Set[str] = frozenset()

    def names(self) -> dict[str, PlaceName.Kind]:
        """Every folded spelling that finds this place, with its best kind."""
        if self.kind == Place.Kind.POSTCODE:
            return {fold(self.name): PlaceName.Kind.POSTCODE}
        found: dict[str, PlaceName.Kind] = {}
        for written in (self.name, *self.official):
            for spelling in spellings(fold(written)):
                found[spelling] = PlaceName.Kind.OFFICIAL
        for written in self.other:
            found.setdefault(fold(written), PlaceName.Kind.OTHER)
        return {name: kind for name, kind in found.items() if is_usable(name)}

    def is_within(self, km: float, other: "Row") -> bool:
        """Whether both lie within `km`; a place without a point is near to any."""
        if self.point is None or other.point is None:
            return True
        return distance_km(self.point, other.point) <= km


def is_usable(folded: str) -> bool:
    return 0 < len(folded) <= LONGEST_NAME


def spellings(folded: str) -> Iterator[str]:
    """`folded` itself, and with its words in the other of their two lengths."""
    yield folded
    words = folded.split()
    for other in (SHORT_FOR, LONG_FOR):
        if any(word in other for word in words):
            yield " ".join(other.get(word, word) for word in words)


@lru_cache(maxsize=100_000)
def spelling_key(name: str) -> str:
    """What two spellings of one town's name have in common."""
    words = [LONG_FOR.get(word, word) for word in fold(name).split()]
    # "O Fallon" is O'Fallon, "Mc Lean" is McLean.
    joined = ""
    for word in words:
        joined += word if len(word) == 1 or word == "mc" else f"{word} "
    return joined.strip()
