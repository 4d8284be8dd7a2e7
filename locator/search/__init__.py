"""Searching: `find` answers a page, `find_all` the map, `explain` an empty page."""

from .engine import ENOUGH_IN_PERSON, Matches
from .explaining import explain
from .finding import find, find_all
from .query import Explanation, SearchQuery, SearchResults

__all__ = [
    "ENOUGH_IN_PERSON",
    "Explanation",
    "Matches",
    "SearchQuery",
    "SearchResults",
    "explain",
    "find",
    "find_all",
]
