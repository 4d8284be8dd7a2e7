"""Packs: the search entries that lie together, as one value each, to be read at once.

A pack is derived of entries as entries are of clinics. It is either exactly what its
entries are or stale, never wrong: who changes an entry makes its pack stale in the same
transaction, and a pack that is stale is not read but its entries are.
"""

import math
from collections.abc import Mapping
from typing import Any

from ..models import Door

# A pack's id is its door, its region and its place, from the highest bits down.
DOOR_SHIFT = 55
REGION_SHIFT = 23
COLUMNS = 4096
# Neighbouring ids of clinics lie in one pack, so that a change makes only one of many
# stale where a region is covered by half of the directory.
CLINICS_SHIFT = 13


def column_of(longitude: float) -> int:
    """The column of the grid: 0 at the antimeridian, a tenth of a degree each."""
    return math.floor((longitude + 180) * 10)


def pack_id(row: Mapping[str, Any]) -> int:
    """The id of the pack that holds this row, the columns of SearchEntry by name."""
    if row["door"] == Door.SITE:
        place = row["band"] * COLUMNS + column_of(row["longitude"])
    else:
        place = row["clinic_id"] >> CLINICS_SHIFT
    return row["door"] << DOOR_SHIFT | row["region"] << REGION_SHIFT | place
