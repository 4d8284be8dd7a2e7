"""Which opening hours are open at a moment, each text looked at once."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np

from .. import hours
from ..models import HoursText
from .columns import Columns
from .query import Fact

# Fewer than any database takes in one list.
AT_ONCE = 10_000
MOST_KEPT = 50_000
_FACTS = {True: Fact.YES, False: Fact.NO, None: Fact.UNKNOWN}

# The text of hours, their zone and their country.
HoursOf = tuple[str, str, str]


def open_at(now: datetime, entries: np.ndarray | Columns) -> Mapping[int, Fact]:
    """Whether the hours of `entries` are open at `now`, by the id of the hours.

    No query where this process knows the texts, or none are stated.
    """
    return open_of(now, np.unique(entries["hours"]).tolist())


def open_of(now: datetime, ids: Iterable[int]) -> Mapping[int, Fact]:
    """The same of hours by their ids, of which 0 is none."""
    texts = _texts([pk for pk in ids if pk])
    return {
        pk: _FACTS[hours.is_open(opening_hours, time_zone, now, country)]
        for pk, (opening_hours, time_zone, country) in texts.items()
    }


# An id of hours is made of their content, so that what is known of it stays true.
_known: dict[int, HoursOf] = {}


def _texts(ids: list[int]) -> Mapping[int, HoursOf]:
    missing = [pk for pk in ids if pk not in _known]
    found = {pk: _known[pk] for pk in ids if pk in _known} | _fetched(missing)
    if len(_known) > MOST_KEPT:
        _known.clear()
    _known.update(found)
    return found


def _fetched(ids: list[int]) -> Mapping[int, HoursOf]:
    found: dict[int, HoursOf] = {}
    for first in range(0, len(ids), AT_ONCE):
        rows = HoursText.objects.filter(pk__in=ids[first : first + AT_ONCE])
        told = rows.values_list("pk", "opening_hours", "time_zone", "country")
        found |= {pk: tuple(text) for pk, *text in told}
    return found
