"""Whether a point can be that of an address: its region and its postcode say."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..geo import Point, distance_km
from ..models import Place, Region
from ..models.region import country_of
from .table import region_at

FARTHEST_FROM_POSTCODE_KM = 50
# As near to a postcode of its region a point is in no other region.
SURELY_INSIDE_KM = 15


@dataclass(frozen=True, slots=True)
class Misplaced:
    """What is odd about a point; false where nothing is.

    `km_from_postcode` is None where either is not known, `lies_in` the region of the
    point where it is not that of the address, else "".
    """

    km_from_postcode: float | None = None
    lies_in: str = ""

    @property
    def is_far(self) -> bool:
        km = self.km_from_postcode
        return km is not None and km > FARTHEST_FROM_POSTCODE_KM

    def __bool__(self) -> bool:
        return self.is_far or bool(self.lies_in)

    def sentences(self, *, region: str, postcode: str) -> list[str]:
        """What to tell a curator, where the address says `region` and `postcode`."""
        said = []
        if self.lies_in:
            named = dict(
                Region.objects.filter(code__in=[self.lies_in, region]).values_list(
                    "code", "name"
                )
            )
            said.append(
                _("The pin lies in %(there)s, the address says %(here)s.")
                % {
                    "there": named.get(self.lies_in, self.lies_in),
                    "here": named.get(region, region),
                }
            )
        if self.is_far:
            said.append(
                _("The pin lies %(km)d km from the middle of postcode %(postcode)s.")
                % {"km": round(self.km_from_postcode), "postcode": postcode}
            )
        return said


def misplaced(point: Point, *, region: str, postcode: Place | None) -> Misplaced:
    """What is odd about `point` for an address in `region` ("" for none stated).

    `postcode` is the place of the address's postcode, where we hold one. A point in a
    country of which we hold no postcodes is in no other region that we could tell.
    """
    km = None
    if postcode is not None and postcode.point:
        km = distance_km(point, postcode.point)
    if not region or (
        km is not None and km <= SURELY_INSIDE_KM and _is_in(postcode, region)
    ):
        return Misplaced(km)
    found = region_at(point)
    near = (found.region, *found.also)
    is_elsewhere = found.region and not any(_lies_in(each, region) for each in near)
    if is_elsewhere and _has_postcodes(country_of(region)):
        return Misplaced(km, found.region)
    return Misplaced(km)


def _is_in(postcode: Place, region: str) -> bool:
    return _lies_in(postcode.region_id or "", region)


def _lies_in(inner: str, outer: str) -> bool:
    return inner == outer or country_of(inner) == outer


def _has_postcodes(country: str) -> bool:
    """Whether a point of `country` could have been told by its nearest postcode.

    Vancouver's nearest that we know is in Washington: that says nothing.
    """
    postcodes = Place.objects.filter(kind=Place.Kind.POSTCODE, country=country)
    return postcodes.exists()
