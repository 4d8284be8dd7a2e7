import gzip
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from geopy.distance import great_circle

from locator.models import Clinic, Source
from locator.results.geojson import CONTENT_TYPE
from locator.search import entries
from locator.search.points import MOST_ALONE
from tests.crowding import make_crowd
from tests.making import at_once, make_place

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


def test_what_a_sample_vouches_for_has_no_date_of_a_check(make_clinic, ask):
    make_clinic(
        "River",
        at=NEAR,
        covers=["US-TX"],
        verified_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
        verified_method="sampled",
    )

    _status, body = ask("place=Austin")

    assert body["features"][0]["properties"]["verified_at"] is None


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
    with at_once():
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


# --- For the map ---------------------------------------------------------------------


@pytest.fixture
def crowd(make_clinic):
    """More clinics than a map shows each alone: one in Anchorage, the rest in Texas."""
    make_clinic("Anchorage House", at=(61.2, -149.9), in_person="no")
    make_crowd(MOST_ALONE)


def test_a_map_is_given_name_point_and_match_of_each_clinic(ask, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"])
    make_clinic("Sample Care", at=NEAR, remote="no", is_sample=True)

    status, body = ask("place=Austin&view=map")

    assert (status, body["outcome"]) == (200, "found")
    point = {"type": "Point", "coordinates": [NEAR[1], NEAR[0]]}
    assert body["features"] == [
        {
            "type": "Feature",
            "id": "clear-creek-care",
            "geometry": point,
            "properties": {
                "name": "Clear Creek Care",
                "match": ["remote", "in-person"],
            },
        },
        {
            "type": "Feature",
            "id": "sample-care",
            "geometry": point,
            "properties": {
                "name": "Sample Care",
                "match": ["in-person"],
                "sample": True,
            },
        },
    ]
    assert body["searched"]["point"] == [-97.7431, 30.2672]
    assert body["bbox"] == body["view"] == [NEAR[1], NEAR[0], NEAR[1], NEAR[0]]
    assert "not endorsed by" in body["attribution"][-1]
    assert rels(body) == {"self": {"place": ["Austin"], "view": ["map"]}}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "place=Austin",
        "place=Austin&within=5mi",
        "place=Austin&visit=remote",
        "place=Austin&visit=in-person&sort=name",
        "region=US-TX&specialty=mental-health",
        "place=Austin&q=clinic+3",
    ],
)
def test_a_map_shows_what_the_list_holds_and_not_one_page_of_it(
    ask, make_clinic, query
):
    with at_once():
        for number in range(25):
            at = None if number % 7 == 0 else (30.3 + number / 20, -97.7)
            make_clinic(f"Clinic {number}", at=at, covers=["US-TX"])

    _, of_list = ask(f"{query}&limit=1000")
    _, of_map = ask(f"{query}&limit=3&page=2&view=map")

    placed = [each["id"] for each in of_list["features"] if each["geometry"]]
    assert [each["id"] for each in of_map["features"]] == placed
    assert of_map["numberMatched"] == of_list["numberMatched"]
    assert of_map["numberPlaced"] == of_map["numberReturned"] == len(placed)


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        ("", (None, None, "mi")),
        ("region=US-TX", (None, None, "mi")),
        ("place=Austin&within=40km", ([-97.7431, 30.2672], 40, "mi")),
        ("place=Austin&unit=km", ([-97.7431, 30.2672], None, "km")),
        ("place=Austin&visit=remote&within=9mi", ([-97.7431, 30.2672], None, "mi")),
        ("place=Nowhere&within=9mi", (None, None, "mi")),
        ("zoom=x", (None, None, "mi")),
    ],
)
def test_a_map_is_told_where_visits_in_person_were_looked_for(ask, query, searched):
    _, body = ask(f"{query}&view=map")

    told = body["searched"]
    assert (told["point"], told["km"], told["unit"]) == searched


def test_a_map_says_in_words_what_it_shows_and_cannot_show(ask, make_clinic):
    _, none = ask("place=Austin&view=map")
    make_clinic("Far", covers=["US-TX"])
    _, unplaced = ask("place=Austin&view=map")
    make_clinic("Near", at=NEAR)
    _, one = ask("place=Austin&view=map")
    make_clinic("Farther", covers=["US-TX"])
    make_clinic("Nearer", at=NEAR)
    _, two = ask("place=Austin&view=map")

    nowhere = "No clinic of this list has a place on the map."
    assert (none["summary"], unplaced["summary"]) == (nowhere, nowhere)
    assert one["summary"] == (
        "Map with 1 clinic. 1 more has no place on the map: it is in the list."
    )
    assert two["summary"] == (
        "Map with 2 clinics. 2 more have no place on the map: they are in the list."
    )
    assert "bbox" not in none


def test_a_map_of_more_than_2000_counts_them_by_cells_that_split(ask, crowd):
    _, far = ask("view=map&zoom=3")
    _, nearer = ask("view=map&zoom=9")
    (alone,) = [each for each in far["features"] if "id" in each]
    cells = [each for each in far["features"] if "id" not in each]

    assert far["numberMatched"] == far["numberPlaced"] == MOST_ALONE + 1
    assert far["summary"] == "Map with 2,001 clinics."
    assert alone["id"] == "anchorage-house"
    assert sum(each["properties"]["count"] for each in cells) == MOST_ALONE
    for each in cells:
        west, south, east, north = each["bbox"]
        longitude, latitude = each["geometry"]["coordinates"]
        assert west <= longitude <= east
        assert south <= latitude <= north
    assert len(nearer["features"]) > 10 * len(far["features"])
    assert len(json.dumps(nearer["features"])) < 100_000


def test_a_part_of_a_crowded_map_is_counted_till_it_holds_few(ask, crowd):
    _, part = ask("view=map&zoom=9&bbox=-98,30,-97.5,31")
    _, small = ask("view=map&zoom=12&bbox=-98,30,-97.97,31")

    assert part["numberMatched"] == small["numberMatched"] == MOST_ALONE + 1
    assert sum(each["properties"]["count"] for each in part["features"]) == 26 * 45
    assert len(small["features"]) == 2 * 45
    assert all("id" in each for each in small["features"])
    assert rels(part)["self"] == {
        "view": ["map"],
        "zoom": ["9"],
        "bbox": ["-98,30,-97.5,31"],
    }


def test_a_map_of_2000_names_each_and_stays_below_100_kb_on_the_wire(client, crowd):
    one_more = Clinic.objects.get(slug="anchorage-house").pk
    Clinic.objects.filter(pk=one_more).delete()
    entries.rebuild([one_more])

    response = client.get("/clinics.geojson?view=map", HTTP_ACCEPT_ENCODING="gzip")

    body = json.loads(gzip.decompress(response.content))
    assert all("id" in each for each in body["features"])
    assert body["numberReturned"] == MOST_ALONE
    assert len(response.content) < 100_000


def test_a_map_shows_a_private_address_in_the_middle_of_its_town(ask, make_clinic):
    make_clinic(
        at=(30.2672, -97.7431),
        address_is_private=True,
        point_precision="city",
        street="17 Hidden Lane",
        city="Austin",
    )

    _, body = ask("place=Austin&view=map")

    (feature,) = body["features"]
    assert feature["geometry"]["coordinates"] == [-97.7431, 30.2672]
    assert set(feature["properties"]) == {"name", "match"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("view", "list"),
        ("zoom", "-1"),
        ("zoom", "23"),
        ("zoom", "4.5"),
        ("zoom", "near"),
        ("zoom", "9" * 5000),
        ("zoom", "٣"),
        ("bbox", "1,2,3"),
        ("bbox", "1,2,3,4,5"),
        ("bbox", "-98,31,-97,30"),
        ("bbox", "-198,30,-97,31"),
        ("bbox", "-98,-91,-97,31"),
        ("bbox", "a,b,c,d"),
        ("bbox", "nan,30,-97,31"),
        ("bbox", "-98,30,inf,31"),
        ("bbox", "1e1,30,-97,31"),
        ("bbox", ",,,"),
    ],
)
def test_an_unusable_part_or_zoom_is_an_error_with_a_sentence(
    ask, make_clinic, name, value
):
    make_clinic(at=NEAR)

    status, body = ask(f"view=map&{name}={value}")

    assert (status, body["outcome"], body["features"]) == (400, "invalid", [])
    assert set(body["errors"]) == {name}
    assert all(sentence.endswith(".") for sentence in body["errors"][name])


@pytest.mark.parametrize(
    "value", ["-98,30,-97,31", " -98, 30, −97, 31 ", "-98,30,97,31"]
)
def test_a_part_of_the_map_is_written_west_south_east_north(ask, make_clinic, value):
    make_clinic(at=NEAR)

    status, body = ask(f"view=map&bbox={value}")

    assert (status, body["numberReturned"]) == (200, 1)


def test_a_map_of_a_place_that_is_not_one_place_gives_places_to_pick(ask):
    make_place("Springfield", at=(39.8, -89.64), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.29), region="US-MO", population=169_000)

    status, body = ask("place=Springfield&view=map")

    assert (status, body["outcome"], body["features"]) == (200, "ambiguous_place", [])
    picked = parse_qs(urlsplit(body["places"][0]["href"]).query)
    assert picked["view"] == ["map"]


def test_the_number_of_queries_of_a_map_does_not_grow_with_its_clinics(
    client, make_clinic
):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/clinics.geojson?place=Austin&within=50mi&view=map")
        return len(asked)

    make_clinic(at=NEAR, covers=["US-TX"])
    queries()
    of_one = queries()
    with at_once():
        for number in range(30):
            make_clinic(f"Clinic {number}", at=NEAR, covers=["US-TX"])
    queries()

    # One more asks for names, where nothing else tells clinics apart.
    assert queries() <= of_one + 1
