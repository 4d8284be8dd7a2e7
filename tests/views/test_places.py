import json

import pytest

from tests.making import make_place


@pytest.fixture
def suggested(client, db):
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)
    make_place("Austin", at=(43.7, -93.0), region="US-MN", population=26_000)

    def suggested(query, path="/places/"):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 200
        return json.loads(response.content)["places"]

    return suggested


def test_a_suggestion_says_what_goes_into_the_box_and_how_it_reads(suggested):
    assert suggested("q=aus")[0] == {
        "place": "Austin, TX",
        "name": "Austin",
        "detail": "Texas, United States",
        "kind": "city",
    }


@pytest.mark.parametrize("query", ["", "q=", "q=+", "q=!", "p=austin", "q=zzz"])
def test_nothing_typed_suggests_nothing(suggested, query):
    assert suggested(query) == []


def test_the_last_of_several_counts(suggested):
    assert [each["place"] for each in suggested("q=zzz&q=austin")] == [
        "Austin, TX",
        "Austin, MN",
    ]


def test_suggestions_read_in_the_language_of_their_address(suggested):
    assert suggested("q=texas", "/es/places/")[0]["detail"] == "Estados Unidos"
    assert suggested("q=austin", "/hi/places/")[0]["place"] == "Austin, TX"


def test_the_country_of_the_site_comes_first(suggested, settings):
    make_place("Austinville", at=(1, 1), region="GB-ENG", population=500_000)

    settings.LOCATOR_HOME_COUNTRY = "GB"

    assert suggested("q=aus")[0]["name"] == "Austinville"


def test_an_answer_is_kept_by_its_reader_alone_and_by_no_search_engine(client, db):
    response = client.get("/places/?q=austin")

    kept = {part.strip() for part in response["Cache-Control"].split(",")}
    assert kept == {"private", "max-age=3600"}
    assert response["Content-Type"] == "application/json"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_suggesting_asks_the_database_three_times(
    suggested, client, django_assert_num_queries
):
    client.get("/places/?q=austin")

    with django_assert_num_queries(3):
        client.get("/places/?q=austin")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_suggestions_are_only_read(client, db, method):
    assert getattr(client, method)("/places/?q=austin").status_code == 405


def test_what_is_typed_is_never_logged(client, db, caplog):
    caplog.set_level(0)

    for query in ("q=zzqqzz", "q=zzqqzz%00", "q=zzqqzz%FF", "q=zzqqzz, t"):
        client.get(f"/places/?{query}")

    assert "zzqqzz" not in caplog.text


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%F4%8F%BF%BF", "q[]=a", "q=" + "a" * 5000],
)
def test_what_is_no_place_suggests_nothing(suggested, query):
    assert suggested(query) == []
