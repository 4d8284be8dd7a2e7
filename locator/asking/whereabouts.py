"""Where a search starts, and where its patient will be. They may differ."""

from collections.abc import Mapping
from functools import cached_property

from ..catalogues import Catalogues
from ..geo import Point
from ..models.region import country_of
from ..places import Found, FoundPlace, RegionAt, find_place, nearby_regions, region_at
from ..telling import wording

MILES_COUNTRIES = {"US", "GB"}


def usual_unit(country: str) -> str:
    """What distances are told in there, "mi" or "km"."""
    return "mi" if country in MILES_COUNTRIES else "km"


class Whereabouts:
    """What the cleaned `place`, `lat`, `lon`, `region` and `unit` of a search mean.

    Looks a place up when first asked, and once. A place wins over a position; a region
    that is asked for wins over the place's own.
    """

    def __init__(
        self, cleaned: Mapping, *, catalogues: Catalogues, home_country: str
    ) -> None:
        self._catalogues = catalogues
        self._text = cleaned.get("place") or ""
        self._lat, self._lon = cleaned.get("lat"), cleaned.get("lon")
        self._region = cleaned.get("region") or ""
        self._unit = cleaned.get("unit") or ""
        self._home_country = home_country

    @cached_property
    def found(self) -> Found | None:
        """What the named place may be; None where none was named."""
        if not self._text:
            return None
        return find_place(self._text, catalogues=self._catalogues)

    @property
    def place(self) -> FoundPlace | None:
        return self.found.place if self.found else None

    @property
    def is_lost(self) -> bool:
        """Whether a place was named that is none, or one of several."""
        return self.found is not None and self.found.outcome != "found"

    @property
    def has_position(self) -> bool:
        """Whether a position was given, used or not."""
        return self._lat is not None and self._lon is not None

    @property
    def uses_position(self) -> bool:
        return self.has_position and not self._text

    @cached_property
    def point(self) -> Point | None:
        """Where distances start."""
        if self.uses_position:
            return Point(self._lat, self._lon)
        return self.place.point if self.place else None

    @cached_property
    def _region_at_position(self) -> RegionAt:
        return region_at(self.point)

    @cached_property
    def region(self) -> str:
        """Where the patient will be, by ISO code; "" where nobody can tell."""
        if self._region:
            return self._region
        if self.place:
            return self.place.region or self.place.country
        return self._region_at_position.region if self.uses_position else ""

    @property
    def region_phrase(self) -> str:
        """The region as it stands inside a sentence; "" where nobody can tell."""
        return self.phrase_of(self.region) if self.region else ""

    def phrase_of(self, *regions: str) -> str:
        """Regions inside a sentence, by ISO code: "Texas, Ohio and Maine"."""
        phrases = [self._catalogues.region_phrase(code) for code in regions]
        return wording.all_of(phrases)

    @property
    def is_area(self) -> bool:
        """Whether there is a region alone, and no point in it."""
        return self.point is None and bool(self.region)

    @cached_property
    def border_regions(self) -> tuple[str, ...]:
        """Other regions so near that the patient may be there; () once one is asked."""
        if self._region or self.point is None:
            return ()
        if self.uses_position:
            return tuple(self._region_at_position.also)
        return tuple(nearby_regions(self.point, self.region))

    @property
    def country(self) -> str:
        """Where the patient will be, by ISO code; "" where nobody can tell."""
        return country_of(self.region)

    @property
    def unit(self) -> str:
        """What distances are told in: the unit asked for, else the usual one there."""
        place_country = self.place.country if self.place else ""
        country = place_country or self.country or self._home_country
        return self._unit or usual_unit(country)
