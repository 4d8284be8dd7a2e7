"""Filling what searches read, packs and parts, wherever changes left them stale."""

import math
import time
from collections.abc import Collection
from contextlib import nullcontext

from django.db import OperationalError

from ..replicas.failing import is_busy
from ..tables import haste
from . import packs, parts

# Of one list in a statement; where more changed, whatever is stale is filled.
FEW = 500
# How long a filling that has a limit waits for another writer, in seconds.
HASTE = 0.1


def fill_all(
    packs_of: Collection[int] | None = None,
    parts_of: Collection[int] | None = None,
    *,
    seconds: float = math.inf,
) -> None:
    """Fill these packs and parts, None for all, for no longer than `seconds`.

    Short transactions of its own. Until it is done searches are slower, never wrong.
    With a limit, what another writer holds off is left stale, to whoever fills next.
    """
    until = time.monotonic() + seconds
    try:
        with nullcontext() if seconds == math.inf else haste(HASTE):
            _fill_until(until, packs_of, parts_of)
    except OperationalError as error:
        if seconds == math.inf or not is_busy(error):
            raise


def _fill_until(
    until: float, packs_of: Collection[int] | None, parts_of: Collection[int] | None
) -> None:
    """Parts come first: they are few, and every page tells of their sums."""
    for kind, ids in ((parts, parts_of), (packs, packs_of)):
        few = ids if ids is None or len(ids) <= FEW else None
        while time.monotonic() < until and kind.fill(few):
            pass


def count_stale() -> int:
    """How many packs and parts are stale; two quick queries."""
    return packs.count_stale() + parts.count_stale()
