"""Which opening hours are open at a moment, each text looked at once."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from .. import hours
from ..models import HoursText
from .query import Fact

# The id of hours is made of their content, so what is kept here is true for ever.
_texts: dict[int, tuple[str, str, str]] = {}


def facts(hours_ids: np.ndarray, now: datetime) -> Mapping[int, Fact]:
    """Whether each of these hours is open at `now`, by id; no entry for id 0.

    One query where an id was not seen before in this process, else none.
    """
    global _texts
    asked, texts = {int(each) for each in np.unique(hours_ids)} - {0}, _texts
    if not asked <= texts.keys():
        # All of them: then the next search, and its second read, need not ask again.
        rows = HoursText.objects.values_list()
        texts = _texts = {pk: tuple(text) for pk, *text in rows}
    return {each: _fact(*texts[each], now) for each in asked & texts.keys()}


def _fact(opening_hours: str, time_zone: str, country: str, now: datetime) -> Fact:
    match hours.is_open(opening_hours, time_zone, now, country):
        case True:
            return Fact.YES
        case False:
            return Fact.NO
        case _:
            return Fact.UNKNOWN
