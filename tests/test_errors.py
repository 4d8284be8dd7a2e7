"""Pages for what went wrong, and what a visitor's browser is told of the site."""

import json

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from locator import errors
from teleclinic.urls import urlpatterns as addresses


def breaks(request):
    raise ValueError("an error of ours")


def asks_a_database_that_is_away(request):
    raise OperationalError("no answer")


def works(request):
    return HttpResponse("all is well")


urlpatterns = [
    path("breaks/", breaks),
    path("database/", asks_a_database_that_is_away),
    path("works/", works),
    *addresses,
]
handler400 = "locator.errors.bad_request"
handler500 = "locator.errors.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def visitor(client):
    """A client that is shown error pages instead of Python's exceptions."""
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("address", "status"), [("/breaks/", 500), ("/database/", 503), ("/nowhere", 404)]
)
def test_an_error_has_a_page_with_the_brand_and_the_emergency_line(
    visitor, settings, db, address, status
):
    settings.LOCATOR_NAME = "Prairie Care Finder"

    response = visitor.get(address)

    assert response.status_code == status
    page = response.content.decode()
    assert "Prairie Care Finder" in page
    assert "mergency" in page


@pytest.mark.parametrize("address", ["/breaks/", "/database/"])
def test_pages_of_failure_read_no_database(visitor, address):
    # pytest-django refuses the database to a test that does not ask for it.
    response = visitor.get(address)

    assert "mergency" in response.content.decode()


@pytest.mark.parametrize("address", ["/clinics.geojson", "/places/"])
def test_programs_are_told_in_json_that_something_broke(rf, address):
    response = errors.server_error(rf.get(address))

    assert response.status_code == 500
    (sentence,) = json.loads(response.content)["errors"]["site"]
    assert "it does not mean that there are no clinics." in sentence


def test_programs_are_told_in_json_that_they_ask_a_host_that_is_not_ours(visitor):
    response = visitor.get("/clinics.geojson", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["address"]


def test_a_host_that_is_not_ours_is_a_bad_request(visitor):
    response = visitor.get("/works/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400


def test_a_form_without_its_token_is_refused_in_our_own_look(db, settings):
    settings.LOCATOR_NAME = "Prairie Care Finder"
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/admin/login/")

    assert response.status_code == 403
    page = response.content.decode()
    assert "Prairie Care Finder" in page
    assert "Go back, load the page anew" in page
    assert "mergency" in page
    assert "<style" not in page


def test_a_broken_page_about_an_error_is_still_an_answer(settings, tmp_path, rf):
    (tmp_path / "500.html").write_text("{% if %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    response = errors.server_error(rf.get("/"))

    assert response.status_code == 500
    assert b"emergency" in response.content
