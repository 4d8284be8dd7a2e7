"""The pages of a search, and the ways between them."""

from collections.abc import Iterator

from django.core.paginator import Paginator

from ..asking.links import SearchLinks
from ..search.query import SearchQuery, SearchResults


class Paging:
    """Where a page of results stands among the others. There is always a first page."""

    def __init__(
        self,
        results: SearchResults,
        links: SearchLinks,
        view: str = "clinic_search",
    ) -> None:
        query = results.query or SearchQuery(now=None)
        self._links, self._view = links, view
        self._paginator = Paginator(range(results.total), query.page_size)
        self.total = results.total
        self.number = query.page
        self.count = self._paginator.num_pages
        self.is_past_end = self.number > self.count
        shown = len(results.hits)
        self.first = (self.number - 1) * query.page_size + 1 if shown else 0
        self.last = self.first + shown - 1 if shown else 0

    def url(self, number: int) -> str:
        """The page `number` of the same search; the first has no number."""
        page = str(number) if number > 1 else None
        return self._links.url(self._view, page=page)

    @property
    def self_url(self) -> str:
        return self.url(self.number)

    @property
    def previous_url(self) -> str:
        """The page before; from beyond the end, the last."""
        if self.is_past_end:
            return self.last_url
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.number + 1) if self.number < self.count else ""

    @property
    def last_url(self) -> str:
        return self.url(self.count) if self.number != self.count else ""

    @property
    def pages(self) -> Iterator[tuple[int | None, str, bool]]:
        """(number, address, whether it is this one) each; None and "" for a gap."""
        current = min(self.number, self.count)
        for each in self._paginator.get_elided_page_range(current):
            is_number = isinstance(each, int)
            yield (
                each if is_number else None,
                self.url(each) if is_number else "",
                each == self.number,
            )
