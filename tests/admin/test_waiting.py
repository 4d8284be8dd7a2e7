"""The desk while others write much: it waits, and says so where it waited in vain."""

import threading
import time

import pytest
from django.db import OperationalError, connection

from locator.models import Clinic

from ..desk import Page, change_url, saved
from ..others import connected, somebody_holds

# Who waits for nobody gets this error by either engine.
IN_A_HURRY = {
    "sqlite": {"timeout": 0.1},
    "postgresql": {"options": "-c lock_timeout=100ms"},
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL cuts what takes long"
)
def test_a_save_waits_for_an_import_longer_than_a_visitor_may(desk, make_clinic):
    clinic = make_clinic(covers=["US-TX"])
    page = Page(desk, change_url(clinic))

    with connected(options="-c statement_timeout=1s"):
        with somebody_holds(Clinic.objects.all()) as may_end:
            threading.Timer(2, may_end.set).start()
            begun = time.monotonic()
            response = page.save(name="Saved in the end")
        waited = time.monotonic() - begun
        with pytest.raises(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(2)")

    assert saved(response)
    assert waited > 1
    assert Clinic.objects.get().name == "Saved in the end"


@pytest.mark.django_db(transaction=True)
def test_who_waited_in_vain_reads_that_the_database_is_busy(desk, make_clinic):
    page = Page(desk, change_url(make_clinic(covers=["US-TX"])))

    with (
        connected(**IN_A_HURRY[connection.vendor]),
        somebody_holds(Clinic.objects.all()),
    ):
        response = page.save(name="Never saved")

    assert response.status_code == 503
    said = response.content.decode()
    assert "The database is busy" in said
    assert "send it again in a minute" in said
    assert "does not answer" not in said
    assert Clinic.objects.get().name != "Never saved"
