"""What a look-up of a place answers."""

from dataclasses import dataclass
from typing import Literal

from ..geo import Point

Outcome = Literal["found", "ambiguous", "unknown"]
Kind = Literal["postcode", "city", "region", "country"]


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that a visitor may have meant.

    `name` is for reading, in the page's language: "Austin, Texas". `query` is text that
    finds this place and no other. `region` is its ISO 3166 code, the country's where we
    hold no subdivisions, "" where it lies in none. A region has no `point`; nor has a
    postcode of which nobody told us where it lies. `population` is 0 for unknown.
    """

    name: str
    kind: Kind
    point: Point | None
    region: str
    country: str
    population: int
    query: str

    @property
    def spelling(self) -> str:
        """How to suggest it: text for reading that can be looked up as well."""
        return self.query if self.kind == "postcode" else self.name


@dataclass(frozen=True, slots=True)
class Found:
    """The place meant, or several to pick from, or none.

    `others` are those to pick from, the likeliest first; beside a found place, others
    of its name. `suggestions` are nearest spellings, as texts to look up.
    `unheld_postcodes_of` is the country of a postcode that is well-formed, but of which
    we hold none: there, a town is to be named instead.
    """

    outcome: Outcome
    place: FoundPlace | None = None
    others: tuple[FoundPlace, ...] = ()
    suggestions: tuple[str, ...] = ()
    unheld_postcodes_of: str = ""
