"""Where a visitor is, from what they type or from where their device says they are.

Answers come from the gazetteer that `load_places` put into the database. A geocoder on
the network is asked only where the operator turned one on.
"""

from .finding import find_place
from .found import Found, FoundPlace
from .geocoding import locate_address
from .misplaced import Misplaced, misplaced
from .table import RegionAt, nearby_regions, postcode_point, postcodes, region_at

__all__ = [
    "Found",
    "FoundPlace",
    "Misplaced",
    "RegionAt",
    "find_place",
    "locate_address",
    "misplaced",
    "nearby_regions",
    "postcode_point",
    "postcodes",
    "region_at",
]
