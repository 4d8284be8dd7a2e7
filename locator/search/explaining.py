"""Why nothing answers a query, and what would: `explain`."""

from .query import Explanation, SearchQuery


def explain(query: SearchQuery) -> Explanation:
    """Which answer of `query` leaves nothing, and what lies around it."""
    return Explanation()
