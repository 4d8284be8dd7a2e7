import io
import logging.config

import pytest
from django.conf import settings as site
from django.http import HttpResponse
from django.urls import path

from locator.logs import client_address
from locator.reporting import attesting
from teleclinic.urls import urlpatterns as addresses
from tests.test_health import database_away

ADDRESS = "198.51.100.23"
QUERY = {"place": "78701", "lat": "30.2711", "lon": "-97.7437", "q": "despair"}


def breaks(request):
    raise ValueError(f"cannot read {request.GET['q']} from {request.META}")


def works(request):
    return HttpResponse("all is well")


def refuses(request, secret):
    return HttpResponse("not now", status=503)


urlpatterns = [
    path("breaks/", breaks),
    path("breaks/<secret>/", lambda request, secret: breaks(request)),
    path("refuses/<secret>/", refuses),
    path("works/", works),
    *addresses,
]
handler400 = "locator.errors.bad_request"
handler500 = "locator.errors.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    client.defaults["REMOTE_ADDR"] = ADDRESS
    return client


@pytest.fixture
def log():
    """What a running site would have written, from the site's own configuration."""
    written = io.StringIO()
    config = {**site.LOGGING, "handlers": {}}
    for name, handler in site.LOGGING["handlers"].items():
        config["handlers"][name] = {**handler, "stream": written}
    logging.config.dictConfig(config)
    yield written
    logging.config.dictConfig(site.LOGGING)


def is_private(text):
    return not any(
        secret in text
        for secret in (ADDRESS, "78701", "30.27", "97.74", "despair", "?", "elsewhere")
    )


def test_an_error_is_logged_by_its_place_alone(visitor, log):
    visitor.get("/breaks/", QUERY)

    assert "Internal Server Error: breaks/\n" in log.getvalue()
    assert "in breaks" in log.getvalue()
    assert "builtins.ValueError" in log.getvalue()
    assert is_private(log.getvalue().replace("request.GET['q']", ""))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/breaks/despair/", "Internal Server Error: breaks/<secret>/\n"),
        ("/refuses/despair/", "Service Unavailable: refuses/<secret>/\n"),
    ],
)
def test_what_an_address_holds_is_not_logged(visitor, log, address, said):
    visitor.get(address, QUERY)

    assert said in log.getvalue()
    assert is_private(log.getvalue().replace("request.GET['q']", ""))


@pytest.mark.django_db(transaction=True)
def test_an_attestation_is_logged_without_its_token(visitor, log, make_clinic):
    token = attesting.link_token(make_clinic("Austin Care"))

    with database_away():
        visitor.get(f"/es/attest/{token}/")

    assert "Service Unavailable: es/attest/<str:token>/\n" in log.getvalue()
    assert token not in log.getvalue()


@pytest.mark.parametrize(
    ("method", "address", "said"),
    [
        ("GET", "/despair/78701/", "Not Found: no page"),
        ("GET", "/clinics/despair/", "Not Found: clinics/<slug:slug>/"),
        ("DESPAIR", "/about/", "Method Not Allowed: about/"),
    ],
)
def test_whoever_lets_django_log_more_has_no_addresses_either(
    visitor, log, db, method, address, said
):
    logging.getLogger("django.request").setLevel("DEBUG")

    visitor.generic(method, address, query_params=QUERY)

    assert log.getvalue().endswith(f"WARNING django.request: {said}\n")


def test_a_page_not_found_is_not_logged(visitor, log, db):
    visitor.get("/nowhere/78701", QUERY)

    assert log.getvalue() == ""


def test_a_host_that_is_not_ours_is_logged_without_it(visitor, log):
    visitor.get("/works/", QUERY, headers={"host": "elsewhere.example"})

    assert "Refused a request: DisallowedHost" in log.getvalue()
    assert is_private(log.getvalue())


def test_wrong_passwords_are_logged_without_the_address(visitor, log, db):
    wrong = {"username": "curator", "password": "wrong"}
    for _ in range(site.AXES_FAILURE_LIMIT + 1):
        visitor.post("/admin/login/", wrong, query_params=QUERY)

    assert "Locking out a client" in log.getvalue()
    assert is_private(log.getvalue())
    assert "curator" not in log.getvalue()


def test_a_lost_form_token_is_logged_without_where_it_came_from(log, db, settings):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR=ADDRESS)
    strict.post("/admin/login/", headers={"origin": "https://elsewhere.example"})

    assert "Refused a request: csrf" in log.getvalue()
    assert is_private(log.getvalue())


def test_wrong_passwords_are_counted_by_name_and_address_together(client, db):
    wrong = {"username": "curator", "password": "wrong"}
    for _ in range(site.AXES_FAILURE_LIMIT):
        locked = client.post("/admin/login/", wrong, REMOTE_ADDR=ADDRESS)
    elsewhere = client.post("/admin/login/", wrong, REMOTE_ADDR="198.51.100.24")

    assert locked.status_code == 429
    assert elsewhere.status_code == 200


def test_behind_a_proxy_the_client_is_whom_the_proxy_names(rf, settings):
    request = rf.get(
        "/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.0.0.1, {ADDRESS}"
    )

    assert client_address(request) == "127.0.0.1"
    settings.LOCATOR_PROXY = True
    assert client_address(request) == ADDRESS


def test_an_address_that_makes_no_sense_is_none(rf, settings):
    settings.LOCATOR_PROXY = True

    assert client_address(rf.get("/", HTTP_X_FORWARDED_FOR="a, unknown")) is None
