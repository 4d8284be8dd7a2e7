"""Filling what searches read, packs and parts, wherever changes left them stale."""

import math
import time
from collections.abc import Collection

from . import packs, parts

# Of one list in a statement; where more changed, whatever is stale is filled.
FEW = 500


def fill_all(
    packs_of: Collection[int] | None = None,
    parts_of: Collection[int] | None = None,
    *,
    seconds: float = math.inf,
) -> None:
    """Fill these packs and parts, None for all, for no longer than `seconds`.

    Short transactions of its own. Until it is done searches are slower, never wrong.
    Parts come first: they are few, and every page tells of their sums.
    """
    until = time.monotonic() + seconds
    for kind, ids in ((parts, parts_of), (packs, packs_of)):
        few = ids if ids is None or len(ids) <= FEW else None
        while time.monotonic() < until and kind.fill(few):
            pass


def count_stale() -> int:
    """How many packs and parts are stale; two quick queries."""
    return packs.count_stale() + parts.count_stale()
