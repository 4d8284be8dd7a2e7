from django.db import connection
from django.test.utils import CaptureQueriesContext

from locator.models import SearchPack, SearchPart
from locator.search import filling


def test_the_sums_that_every_page_tells_are_made_before_the_packs(make_clinic):
    make_clinic()
    SearchPack.objects.update(entries=None)
    SearchPart.objects.update(entries=None, sums=None)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        filling.fill_all()

    written = [each["sql"] for each in asked if each["sql"].startswith("UPDATE")]
    tables = [sql.split('"')[1] for sql in written]
    assert set(tables) == {"locator_searchpart", "locator_searchpack"}
    assert tables == sorted(tables, reverse=True)
    assert filling.count_stale() == 0
