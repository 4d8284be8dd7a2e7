import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from geopy.distance import great_circle

from locator.geojson import CONTENT_TYPE
from locator.models import Source

from .making import make_place

NEAR, FAR = (30.354, -97.7431), (31.136, -97.7431)


@pytest.fixture(autouse=True)
def austin(db):
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)


@pytest.fixture
def ask(client):
    """The status and the body of the answer to an address's query."""

    def ask(query=""):
        response = client.get(f"/clinics.geojson?{query}")
        assert response["Content-Type"] == CONTENT_TYPE
        return response.status_code, json.loads(response.content)

    return ask


def rels(body):
    return {
        link["rel"]: parse_qs(urlsplit(link["href"]).query) for link in body["links"]
    }


def test_a_clinic_is_a_feature_with_everything_that_a_card_tells(ask, make_clinic):
    make_clinic(
        at=NEAR,
        covers=["US-TX"],
        modalities=["video"],
        languages=["en", "es"],
        payments=["medicaid"],
        specialties=("mental-health", "ptsd"),
        city="Austin",
        postal_code="78701",
        source="samhsa-mental-health",
        verified_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )

    status, body = ask("place=Austin")

    assert (status, body["type"], body["outcome"]) == (
        200,
        "FeatureCollection",
        "found",
    )
    assert (body["numberMatched"], body["numberReturned"]) == (1, 1)
    (feature,) = body["features"]
    assert (feature["type"], feature["id"]) == ("Feature", "clear-creek-care")
    assert feature["geometry"] == {"type": "Point", "coordinates": [NEAR[1], NEAR[0]]}
    assert feature["properties"] == {
        "name": "Clear Creek Care",
        "url": "http://testserver/clinics/clear-creek-care/",
        "km": 9.6517,
        "miles": 5.9973,
        "match": ["remote", "in-person"],
        "reasons": [
            "In person: 6 miles from the centre of Austin",
            "By video: licensed for patients in Texas (clinic, March 2026)",
        ],
        "region": "US-TX",
        "city": "Austin",
        "postal_code": "78701",
        "phone": "+15125550100",
        "categories": ["telehealth", "telemedicine"],
        "types": ["consultation"],
        "specialties": ["mental-health", "ptsd"],
        "modalities": ["video"],
        "languages": ["en", "es"],
        "payments": ["medicaid"],
        "verified_at": "2026-03-01T12:00:00+00:00",
        "source": "SAMHSA, 2022",
        "sample": False,
    }


def test_a_remote_only_practice_has_no_geometry_and_no_distance(ask, make_clinic):
    make_clinic(covers=["US-TX"], is_sample=True, phone="")

    _, body = ask("place=Austin")

    (feature,) = body["features"]
    told = feature["properties"]
    assert feature["geometry"] is None
    assert (told["km"], told["miles"], told["match"]) == (None, None, ["remote"])
    assert (told["phone"], told["city"], told["verified_at"], told["source"]) == (
        (None,) * 4
    )
    assert told["sample"] is True


@pytest.mark.parametrize("at", [NEAR, (30.26721, -97.7431), (61.2176, -149.8631)])
def test_a_distance_is_geopys_great_circle_to_a_metre(ask, make_clinic, at):
    make_clinic(at=at)

    _, body = ask("place=Austin")

    expected = great_circle((30.2672, -97.7431), at)
    (feature,) = body["features"]
    told = feature["properties"]
    assert told["km"] == pytest.approx(expected.km, abs=0.001)
    assert told["miles"] == pytest.approx(expected.miles, abs=0.0006)


def test_a_number_is_told_with_its_extension(ask, make_clinic):
    clinic = make_clinic(at=NEAR, phone="")
    clinic.phones.create(number="+15125550123", extension="206")

    _, body = ask("place=Austin")

    (feature,) = body["features"]
    assert feature["properties"]["phone"] == "+15125550123;ext=206"


def test_a_private_address_tells_the_town_and_no_more(client, make_clinic):
    make_clinic(
        at=NEAR,
        address_is_private=True,
        point_precision="city",
        street="17 Hidden Lane",
        unit="Door 4",
        city="Austin",
        postal_code="78999",
        covers=["US-TX"],
    )

    text = client.get("/clinics.geojson", {"place": "Austin"}).content.decode()

    assert '"city":"Austin"' in text
    assert '"postal_code":null' in text
    assert "about 6 miles" in text
    for secret in ("Hidden", "Door 4", "78999"):
        assert secret not in text


@pytest.mark.parametrize(
    ("service", "categories"),
    [
        ({"remote": "no"}, []),
        ({"type": "appointment-booking"}, ["telehealth"]),
        ({"covers": ["US-TX"]}, ["telehealth", "telemedicine"]),
    ],
)
def test_a_telemedicine_service_carries_both_words(
    ask, make_clinic, service, categories
):
    make_clinic(at=NEAR, services=[service])

    _, body = ask(
        "place=Austin&type=consultation&type=appointment-booking&type=reminders"
    )

    assert body["features"][0]["properties"]["categories"] == categories


def test_an_unusable_value_is_named(ask, make_clinic):
    make_clinic(at=NEAR)

    status, body = ask("place=Austin&specialty=nothing&within=far&lat=99")

    assert status == 400
    assert set(body["errors"]) == {"specialty", "within", "lat", "lon"}
    assert all(isinstance(each, str) for each in body["errors"]["within"])
    assert (body["numberMatched"], body["features"]) == (0, [])
    assert body["outcome"] == "invalid"


def test_an_unknown_place_is_no_error(ask, make_clinic):
    make_clinic(at=NEAR)

    status, body = ask("place=Xyzzyville")

    assert (status, body["outcome"]) == (200, "unknown_place")
    assert (body["numberMatched"], body["features"]) == (0, [])
    assert "errors" not in body


def test_an_ambiguous_place_gives_places_to_pick(ask, make_clinic):
    make_place("Springfield", at=(39.8, -89.64), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.29), region="US-MO", population=169_000)

    status, body = ask("place=Springfield&visit=remote")

    assert (status, body["outcome"], body["numberMatched"]) == (
        200,
        "ambiguous_place",
        0,
    )
    assert len(body["places"]) == 2
    picked = parse_qs(urlsplit(body["places"][0]["href"]).query)
    assert picked == {"place": [body["places"][0]["place"]], "visit": ["remote"]}


def test_no_clinics_are_an_outcome_too(ask):
    status, body = ask("place=Austin")

    assert (status, body["outcome"], body["features"]) == (200, "none", [])


def test_pages_are_linked_and_keep_their_length(ask, make_clinic):
    for number in range(5):
        make_clinic(f"Clinic {number}", at=NEAR)

    _, first = ask("place=Austin&limit=2&utm=x")
    _, second = ask("place=Austin&limit=2&page=2")
    _, last = ask("place=Austin&limit=2&page=3")

    assert (first["numberMatched"], first["numberReturned"]) == (5, 2)
    asked = {"place": ["Austin"], "limit": ["2"]}
    assert rels(first) == {"self": asked, "next": asked | {"page": ["2"]}}
    assert rels(second) == {
        "self": asked | {"page": ["2"]},
        "prev": asked,
        "next": asked | {"page": ["3"]},
    }
    assert set(rels(last)) == {"self", "prev"}
    assert all(
        link["href"].startswith("http://testserver/clinics.geojson?")
        for link in first["links"]
    )
    ids = [each["id"] for body in (first, second, last) for each in body["features"]]
    assert len(set(ids)) == 5


@pytest.mark.parametrize("page", ["4", "999999999999999999999999"])
def test_a_page_past_the_end_leads_to_the_last(ask, make_clinic, page):
    for number in range(5):
        make_clinic(f"Clinic {number}", at=NEAR)

    status, body = ask(f"place=Austin&limit=2&page={page}")

    assert (status, body["features"], body["numberMatched"]) == (200, [], 5)
    assert body["numberReturned"] == 0
    assert rels(body)["last"]["page"] == ["3"]


@pytest.mark.parametrize(("limit", "returned"), [("", 20), ("1", 1), ("1000", 21)])
def test_a_limit_is_20_unless_another_is_asked(ask, make_clinic, limit, returned):
    for number in range(21):
        make_clinic(f"Clinic {number}", at=NEAR)

    _, body = ask(f"place=Austin&limit={limit}")

    assert body["numberReturned"] == returned


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "ten", "2.5"])
def test_a_limit_out_of_bounds_is_an_error(ask, limit):
    status, body = ask(f"limit={limit}")

    assert (status, set(body["errors"])) == (400, {"limit"})


def test_every_source_is_named_and_endorses_nothing(ask):
    _, body = ask()

    for attribution in Source.objects.values_list("attribution", flat=True):
        assert attribution in body["attribution"]
    assert "not endorsed by" in body["attribution"][-1]


def test_machines_are_asked_not_to_index_it(client):
    assert client.get("/clinics.geojson")["X-Robots-Tag"] == "noindex"
