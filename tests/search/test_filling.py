import time
from contextlib import ExitStack

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from locator.models import SearchPack, SearchPart
from locator.search import entries, filling, packs

from ..others import connected, somebody_holds


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


@pytest.mark.django_db(transaction=True)
def test_whoever_saved_does_not_wait_until_others_let_packs_be_filled(make_clinic):
    clinic = make_clinic()
    filling.fill_all()
    with ExitStack() as others:
        with transaction.atomic():
            # An import begins to write as soon as the save has made way.
            transaction.on_commit(
                lambda: others.enter_context(somebody_holds(SearchPack.objects.all()))
            )
            entries.rebuild([clinic.pk])
            begun = time.monotonic()
        took = time.monotonic() - begun
        left = packs.count_stale()

    filling.fill_all()

    assert took < 5
    assert left > 0
    assert filling.count_stale() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL leaves out what others hold"
)
def test_who_has_all_the_time_is_told_that_others_held_it_off(make_clinic):
    make_clinic()
    SearchPack.objects.update(entries=None, digest=None, count=None)

    with (
        connected(timeout=0.1),
        somebody_holds(SearchPack.objects.all()),
        pytest.raises(OperationalError),
    ):
        filling.fill_all()

    assert packs.count_stale() > 0
