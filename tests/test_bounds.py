"""What one address may ask, and what is said to one that asks too much."""

import pytest

from locator.bounds import MOST_CHARACTERS, MOST_PARAMETERS
from locator.models import Language, Specialty

PAGE, GEOJSON, SUGGESTIONS = "/clinics/", "/clinics.geojson", "/places/"


def long_query(address):
    return "q=" + "a" * (MOST_CHARACTERS - len(address) - 2)


@pytest.mark.parametrize("address", [PAGE, GEOJSON, SUGGESTIONS, "/about/"])
def test_an_address_of_the_utmost_length_is_read(client, db, address):
    response = client.get(f"{address}?{long_query(address)}")

    assert response.status_code in (200, 400)
    assert "This address is too long" not in response.content.decode()


def test_a_longer_one_is_refused_with_what_to_do(client, db):
    response = client.get(f"{PAGE}?{long_query(PAGE)}a")

    assert response.status_code == 414
    assert "Choose fewer answers" in response.content.decode()
    assert "mergency" in response.content.decode()


def test_a_long_path_is_refused_as_well(client, db):
    assert client.get("/clinics/" + "a" * MOST_CHARACTERS).status_code == 414


@pytest.mark.parametrize("address", [GEOJSON, SUGGESTIONS, "/es/clinics.geojson"])
def test_machines_are_told_in_json(client, db, address):
    response = client.get(f"{address}?{long_query(address)}a")

    assert response.status_code == 414
    assert response["Content-Type"] == "application/json"
    assert response.json()["errors"]["address"][0]


def test_the_page_is_in_the_language_of_the_address(client, db):
    response = client.get(f"/es{PAGE}?{long_query(PAGE)}a")

    assert "Esta dirección es demasiado larga" in response.content.decode()


@pytest.mark.parametrize(
    ("many", "status"), [(MOST_PARAMETERS, 200), (MOST_PARAMETERS + 1, 400)]
)
def test_only_so_many_parameters_are_read(client, db, many, status):
    query = "&".join(["specialty=ptsd"] * many)

    assert client.get(f"{PAGE}?{query}").status_code == status


def test_many_parameters_are_refused_to_machines_in_json(client, db):
    response = client.get(f"{GEOJSON}?{'&' * MOST_PARAMETERS}")

    assert response.status_code == 400
    assert response.json()["errors"]["address"][0]


def test_every_option_of_the_form_at_once_stays_inside_the_bounds(client, db):
    chosen = [("specialty", each.code) for each in Specialty.objects.all()]
    chosen += [("language", each.code) for each in Language.objects.all()]
    typed = [("place", "अ" * 200), ("q", "अ" * 200)]

    response = client.get(PAGE, [*chosen, *typed])

    assert len(chosen) > 80
    assert response.status_code == 200


@pytest.mark.parametrize("query", ["q=%ff", "q=%ED%A0%80", "%c3=a", "place=%E9vora"])
def test_bytes_that_are_no_text_are_refused(client, db, query):
    page = client.get(f"{PAGE}?{query}")
    machines = client.get(f"{GEOJSON}?{query}")

    assert (page.status_code, machines.status_code) == (400, 400)
    assert "UTF-8" in machines.json()["errors"]["address"][0]


@pytest.mark.parametrize("path", ["/browse/us/%00/", "/attest/%00/", "/%00"])
def test_a_null_byte_in_a_path_is_refused(client, db, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("path", ["/clinics/%ff/", "/browse/us/us-tx/%c3/"])
def test_a_path_that_is_no_text_is_refused(client, db, path):
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "query", ["q=%C3%A9vora", "place=%E0%A4%AA%E0%A5%81", "q=100%"]
)
def test_every_text_is_read(client, db, query):
    assert client.get(f"{PAGE}?{query}").status_code == 200


def test_the_desk_has_bounds_of_its_own(client, db):
    response = client.get(f"/admin/?{long_query('/admin/')}aaaa")

    assert response.status_code == 302


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]
)
@pytest.mark.parametrize("address", ["/", PAGE, GEOJSON, SUGGESTIONS, "/about/"])
def test_what_is_no_reading_is_refused(client, db, method, address):
    response = client.generic(method, address)

    assert response.status_code == 405
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("number", ["2", "1000000", "999999999999999999999"])
def test_a_page_deep_beyond_the_end_costs_no_more_queries(
    client, make_clinic, django_assert_max_num_queries, number
):
    make_clinic("Only one", covers=["US-TX"])
    client.get(PAGE, {"place": "Texas"})
    # In another order, so that it is not remembered.
    with django_assert_max_num_queries(60) as first:
        client.get(PAGE, {"place": "Texas", "sort": "name"})

    with django_assert_max_num_queries(len(first)):
        response = client.get(PAGE, {"place": "Texas", "page": number})

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"within": "501mi", "place": "Texas"}, "within"),
        ({"limit": "1001"}, "limit"),
        ({"place": "a" * 201}, "place"),
        ({"q": "a" * 201}, "q"),
        ({"q": "a " * 51}, "q"),
        ({"also": ["US-TX", "US-OH", "US-ME", "US-ID"]}, "also"),
        ({"specialty": "x" * 5000}, "specialty"),
    ],
)
def test_each_value_has_bounds_that_its_field_says(client, db, query, name):
    response = client.get(GEOJSON, query)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [name]
    assert len(response.content) < 2000
