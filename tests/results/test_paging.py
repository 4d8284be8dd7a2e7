from datetime import UTC, datetime

import pytest

from locator.asking.links import SearchLinks
from locator.results.paging import Paging
from locator.search.query import ClinicHit, SearchQuery, SearchResults

LINKS = SearchLinks({"place": ("Austin",)})


def paging(total, number, shown):
    query = SearchQuery(now=datetime(2026, 3, 1, tzinfo=UTC), page=number)
    hits = tuple(ClinicHit(pk, None, True, False, ()) for pk in range(shown))
    return Paging(SearchResults(query=query, total=total, hits=hits), LINKS)


def test_the_first_page_leads_on_and_not_back():
    page = paging(total=45, number=1, shown=20)

    assert (page.first, page.last, page.count) == (1, 20, 3)
    assert page.previous_url == ""
    assert page.next_url == "/clinics/?place=Austin&page=2"
    assert page.last_url == "/clinics/?place=Austin&page=3"


def test_the_last_page_leads_back_and_not_on():
    page = paging(total=45, number=3, shown=5)

    assert (page.first, page.last) == (41, 45)
    assert page.next_url == page.last_url == ""
    assert page.previous_url == "/clinics/?place=Austin&page=2"


def test_the_first_page_has_no_number_in_its_address():
    assert paging(total=45, number=2, shown=20).previous_url == "/clinics/?place=Austin"


def test_a_page_past_the_end_leads_back_to_the_last():
    page = paging(total=45, number=10**9, shown=0)

    assert page.is_past_end
    assert (page.first, page.last) == (0, 0)
    assert page.previous_url == page.last_url == "/clinics/?place=Austin&page=3"
    assert page.next_url == ""


def test_no_results_are_one_empty_page():
    page = paging(total=0, number=1, shown=0)

    assert (page.count, page.is_past_end, page.next_url) == (1, False, "")


def test_a_question_that_cannot_be_asked_has_one_empty_page():
    page = Paging(SearchResults.none(), LINKS)

    assert (page.number, page.count, page.total) == (1, 1, 0)


def test_many_pages_are_shown_with_gaps():
    shown = list(paging(total=1000, number=25, shown=20).pages)

    assert [number for number, _, _ in shown] == (
        [1, 2, None, 22, 23, 24, 25, 26, 27, 28, None, 49, 50]
    )
    assert [number for number, _, is_current in shown if is_current] == [25]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_page_has_its_own_address(number):
    page = paging(total=45, number=number, shown=0)

    assert page.self_url == page.url(number)
