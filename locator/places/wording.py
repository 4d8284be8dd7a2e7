"""How places are named to a reader, and in a query that finds them again."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ..catalogues import Catalogues
from ..models import Place
from ..text import fold
from .areas import Areas, country_code_or_tail, whole_name
from .found import Found, FoundPlace
from .table import Hit

MOST_OTHERS = 50

# A town or postcode that was hit, or the code of a region.
Candidate = Hit | str


class Wording:
    """Makes answers of candidates, in the page's language."""

    def __init__(self, catalogues: Catalogues, areas: Areas) -> None:
        self._catalogues, self._areas = catalogues, areas

    def found(self, place: Candidate, others: Sequence[Candidate] = ()) -> Found:
        """`place` is meant, `others` have its name too."""
        return Found("found", self.place(place), self.choices(others))

    def ambiguous(self, candidates: Sequence[Candidate]) -> Found:
        return Found("ambiguous", others=self.choices(candidates))

    def choices(self, candidates: Sequence[Candidate]) -> tuple[FoundPlace, ...]:
        """Places to pick from, each named so that it is told from the others."""
        return tuple(
            self._region(each, self._whole_label(each))
            if isinstance(each, str)
            else self._table_place(each)
            for each in candidates[:MOST_OTHERS]
        )

    def place(self, candidate: Candidate) -> FoundPlace:
        if isinstance(candidate, str):
            return self._region(candidate, self._catalogues.region_label(candidate))
        return self._table_place(candidate)

    def _table_place(self, hit: Hit) -> FoundPlace:
        is_postcode = hit.kind == Place.Kind.POSTCODE
        return FoundPlace(
            name=self._postcode_name(hit) if is_postcode else self._city_name(hit),
            kind="postcode" if is_postcode else "city",
            point=hit.point,
            region=hit.region,
            country=hit.country,
            population=hit.population,
            query=hit.name if is_postcode else f"{hit.name}, {self._short(hit.area)}",
        )

    def _city_name(self, hit: Hit) -> str:
        return self._with_region(hit.name, hit.area)

    def _postcode_name(self, hit: Hit) -> str:
        where = self._with_region(hit.town, hit.region)
        if not where:
            return hit.name
        return _("%(postcode)s (%(place)s)") % {"postcode": hit.name, "place": where}

    def _with_region(self, town: str, code: str) -> str:
        region = self._catalogues.region_label(code)
        if not town or not region:
            return town or region
        return _("%(town)s, %(region)s") % {"town": town, "region": region}

    def _region(self, code: str, name: str) -> FoundPlace:
        region = self._catalogues.regions[code]
        return FoundPlace(
            name=name,
            kind="region" if region.parent_id else "country",
            point=None,
            region=code,
            country=region.country_code,
            population=0,
            query=self._region_query(code),
        )

    def _whole_label(self, code: str) -> str:
        region = self._catalogues.regions[code]
        if region.parent_id is None:
            return _("All of %(country)s (country)") % {"country": region.label()}
        return _("All of %(region)s, %(country)s") % {
            "region": region.label(),
            "country": self._catalogues.region_label(region.parent_id),
        }

    def _region_query(self, code: str) -> str:
        """The region's code, where it means nothing else first; or a name that does."""
        short = country_code_or_tail(code)
        first = self._areas.short_codes(fold(short))[:1]
        return (
            short if first == ((code,),) else whole_name(self._catalogues.regions[code])
        )

    def _short(self, code: str) -> str:
        """What stands behind a town's name: `TX`, or the region's name in English."""
        region = self._catalogues.regions.get(code)
        if region is None:
            return code
        if region.parent_id == "US":
            return country_code_or_tail(code)
        return region.name
