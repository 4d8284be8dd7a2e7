from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from locator.health import DatabaseAway, answer_probes


def asked(path, **extra):
    site = answer_probes(lambda request: HttpResponse("the site"))
    return site(RequestFactory().get(path, **extra))


@contextmanager
def database_away(**elsewhere):
    """The database cannot be reached, as when its server or its disk is gone.

    It is asked for `elsewhere`, where that is said.
    """
    here = dict(connection.settings_dict)
    connection.close()
    gone = "/there/is/no/such/folder"
    if elsewhere:
        connection.settings_dict.update(elsewhere)
    elif connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = f"{gone}/db.sqlite3"
    else:
        connection.settings_dict["HOST"] = gone
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(here)


def test_healthz_is_well_for_any_host_and_without_a_database():
    response = asked("/healthz", HTTP_HOST="203.0.113.9")

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_is_answered_under_the_strictest_policy(path, db):
    response = asked(path)

    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_other_addresses_are_the_sites_own():
    response = asked("/healthz/more")

    assert response.content == b"the site"


def test_readyz_is_ready_once_migrated(db):
    response = asked("/readyz")

    assert (response.status_code, response.content) == (200, b"ready\n")


def test_readyz_says_when_a_migration_is_missing(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'locator'")

    response = asked("/readyz")

    assert response.status_code == 503
    assert b"not migrated" in response.content


@pytest.mark.django_db(transaction=True)
def test_readyz_says_when_the_database_is_away_and_recovers(caplog):
    with database_away():
        away = asked("/readyz")
        well = asked("/healthz")
    back = asked("/readyz")

    assert (away.status_code, away.content) == (503, b"the database is away\n")
    assert well.status_code == 200
    assert back.status_code == 200
    assert "no/such/folder" not in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/clinics/", "/clinics.geojson", "/about/"])
def test_a_page_says_that_the_database_is_away_and_recovers(client, address):
    with database_away():
        away = client.get(address)
    back = client.get(address)

    assert away.status_code == 503
    assert away["Retry-After"] == "60"
    assert away["Cache-Control"] == "no-store"
    assert back.status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/clinics.geojson", "/es/places/?q=austin"])
def test_a_program_is_told_in_json_that_the_database_is_away(client, address):
    with database_away():
        away = client.get(address)

    assert (away.status_code, away["Retry-After"]) == (503, "60")
    assert list(away.json()["errors"]) == ["directory"]


@pytest.mark.django_db(transaction=True)
def test_what_breaks_outside_a_view_says_so_too(client):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a-session-that-has-to-be-looked-up"

    with database_away():
        away = client.get("/admin/")

    assert away.status_code == 503
    assert b"The database that the desk writes to does not answer now" in away.content


def test_errors_of_other_kinds_are_not_the_databases():
    middleware = DatabaseAway(lambda request: HttpResponse())
    request = RequestFactory().get("/")

    assert middleware.process_exception(request, ValueError()) is None
    assert middleware.process_exception(request, OperationalError()).status_code == 503
