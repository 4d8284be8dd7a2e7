"""Which opening hours are open at a moment, each text looked at once."""

from collections.abc import Mapping
from datetime import datetime

from .. import hours
from .entries import HoursOf
from .query import Fact

_FACTS = {True: Fact.YES, False: Fact.NO, None: Fact.UNKNOWN}


def open_at(now: datetime, texts: Mapping[int, HoursOf]) -> Mapping[int, Fact]:
    """Whether each of these hours is open at `now`, by the id of the hours."""
    return {
        pk: _FACTS[hours.is_open(opening_hours, time_zone, now, country)]
        for pk, (opening_hours, time_zone, country) in texts.items()
    }
