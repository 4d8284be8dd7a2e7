"""Where a service may treat at a distance: which doors lead to the patient. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..models import Door
from .columns import Columns
from .query import EVERYWHERE, SearchQuery, pack_region

# By Basis: what needs no coverage and what is stated, then assumed, then not stated.
BASIS_RANK = np.array([0, 0, 1, 2], dtype="i8")


@dataclass(frozen=True, slots=True)
class Treated:
    """Per entry: whether its door leads to the patient at a distance, and by what.

    `basis` and `region` are the door's own. Where the patient will be in further
    regions too, they are those of the door with the weakest basis among all regions.
    """

    here: np.ndarray
    basis: np.ndarray
    region: np.ndarray


def treated(entries: Columns, query: SearchQuery) -> Treated:
    """By which entries the patient of `query` may be treated at a distance."""
    if query.has_place:
        here = _leads_to(entries, query.region)
        return treated_also(entries, here, query.also)
    everywhere = np.ones(len(entries), dtype=bool)
    return treated_also(entries, everywhere, ())


def treated_also(entries: Columns, here: np.ndarray, also: Sequence[str]) -> Treated:
    """The doors of `here`, of services that may treat in each of `also` as well."""
    found = Treated(here, entries["basis"], entries["region"])
    for region in also:
        found = _weaker(entries, found, _best_doors(entries, region))
    return found


def covering(region: str) -> set[int]:
    """The packed regions whose coverage holds `region`: it, its country, everywhere."""
    return {EVERYWHERE, *map(pack_region, {region, region[:2]} - {""})}


def _leads_to(entries: Columns, region: str) -> np.ndarray:
    inside = np.isin(entries["region"], sorted(covering(region)))
    return (entries["door"] == Door.COVERAGE) & inside


def _best_doors(entries: Columns, region: str) -> np.ndarray:
    """The rows of the best doors to `region`, one a service, in order of services."""
    rows = np.flatnonzero(_leads_to(entries, region))
    rank = BASIS_RANK[entries["basis"][rows]]
    region, service = entries["region"][rows], entries["service"][rows]
    rows = rows[np.lexsort((-region, rank, service))]
    _, firsts = np.unique(entries["service"][rows], return_index=True)
    return rows[firsts]


def _weaker(entries: Columns, found: Treated, doors: np.ndarray) -> Treated:
    """Those of `found` whose service has one of `doors`, by the weaker of the two."""
    if not len(doors):
        nowhere = np.zeros_like(found.here)
        return Treated(nowhere, found.basis, found.region)
    services = entries["service"][doors]
    at = np.searchsorted(services, entries["service"]).clip(max=len(doors) - 1)
    basis, region = entries["basis"][doors[at]], entries["region"][doors[at]]
    is_weaker = BASIS_RANK[basis] > BASIS_RANK[found.basis]
    return Treated(
        here=found.here & (services[at] == entries["service"]),
        basis=np.where(is_weaker, basis, found.basis),
        region=np.where(is_weaker, region, found.region),
    )
