"""A geocoder on the network: geopy's own, with answers that were recorded."""

import json
import logging
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import geopy.geocoders
import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderTimedOut, GeocoderUnavailable

from locator.models import CrisisPhrase, DataVersion, GeocodeAnswer, Versioned
from locator.places import find_place, geocoding
from tests.making import make_place

pytestmark = pytest.mark.django_db

# As Nominatim answers, shortened to what geopy reads and a little more.
ZILKER = [
    {
        "place_id": 319842231,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0.",
        "lat": "30.2669624",
        "lon": "-97.7690301",
        "category": "leisure",
        "type": "park",
        "display_name": "Zilker Park, Austin, Travis County, Texas, United States",
    }
]


def at(latitude, longitude):
    return [{**ZILKER[0], "lat": str(latitude), "lon": str(longitude)}]


class Network:
    """What would come back from the network, and what was sent there."""

    def __init__(self):
        self.answer = ZILKER
        self.asked = []

    def adapter(self, **kwargs):
        return _Adapter(self, **kwargs)


class _Adapter(BaseSyncAdapter):
    def __init__(self, network, *, proxies, ssl_context):
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self.network = network

    def get_json(self, url, *, timeout, headers):
        self.network.asked.append((url, timeout, headers))
        if isinstance(self.network.answer, Exception):
            raise self.network.answer
        return json.loads(json.dumps(self.network.answer))

    def get_text(self, url, *, timeout, headers):
        raise NotImplementedError


@pytest.fixture(autouse=True)
def network(settings, monkeypatch):
    settings.LOCATOR_GEOCODER = "nominatim"
    settings.LOCATOR_GEOCODER_USER_AGENT = "clinics.example (desk@clinics.example)"
    settings.LOCATOR_GEOCODER_SECONDS = 2.5
    settings.LOCATOR_HOME_COUNTRY = "US"
    fake = Network()
    options = geopy.geocoders.options
    monkeypatch.setattr(options, "default_adapter_factory", fake.adapter)
    monkeypatch.setattr(geocoding, "_rests_until", 0.0)
    make_place("78704", at=(30.24, -97.77), kind="postcode", town="Austin")
    make_place("70112", at=(29.96, -90.08), region="US-LA", kind="postcode")
    return fake


def test_the_geocoder_is_asked_for_what_the_gazetteer_does_not_know(network):
    found = find_place(" Zilker  Park ")

    assert found.outcome == "found"
    place = found.place
    assert (place.name, place.region, place.country) == ("Zilker Park", "US-TX", "US")
    assert (place.point.latitude, place.point.longitude) == (30.2669624, -97.7690301)
    [(url, timeout, headers)] = network.asked
    sent = parse_qs(urlsplit(url).query)
    assert sent["countrycodes"] == ["US"]
    assert timeout == 2.5
    assert headers["User-Agent"] == "clinics.example (desk@clinics.example)"


def test_it_is_not_asked_for_what_the_gazetteer_knows(network):
    make_place("Austin", at=(30.27, -97.74))

    find_place("Austin")
    find_place("Texas")

    assert network.asked == []


def test_it_is_never_asked_where_the_operator_turned_none_on(network, settings):
    settings.LOCATOR_GEOCODER = ""

    assert find_place("Zilker Park").outcome == "unknown"
    assert network.asked == []


@pytest.mark.parametrize("answer", [ZILKER, []])
def test_its_answer_is_kept_whether_it_knows_or_not(network, answer):
    network.answer = answer
    first = find_place("Zilker Park")

    again = find_place("ZILKER, park")

    assert again.outcome == first.outcome
    assert len(network.asked) == 1
    assert GeocodeAnswer.objects.get().text == "zilker park"


def test_an_old_answer_is_asked_for_again(network, time_machine):
    find_place("Zilker Park")
    time_machine.move_to(timezone.now() + timedelta(days=181))
    network.answer = []

    assert find_place("Zilker Park").outcome == "unknown"
    assert GeocodeAnswer.objects.get().latitude is None


def test_what_visitors_typed_long_ago_is_forgotten(network, time_machine):
    find_place("Zilker Park")
    time_machine.move_to(timezone.now() + timedelta(days=181))

    find_place("Barton Springs Pool")

    assert GeocodeAnswer.objects.get().text == "barton springs pool"


@pytest.mark.parametrize(
    "failure",
    [
        GeocoderTimedOut("timed out"),
        GeocoderUnavailable("no route"),
        ValueError("no JSON"),
        KeyError("lat"),
    ],
)
def test_its_failure_is_a_place_not_found_and_is_not_kept(network, failure, caplog):
    network.answer = failure

    with caplog.at_level(logging.WARNING):
        found = find_place("Zilker Park")

    assert found.outcome == "unknown"
    assert not GeocodeAnswer.objects.exists()
    assert "ilker" not in caplog.text


def test_after_a_failure_it_is_left_alone_for_a_minute(network, monkeypatch):
    network.answer = GeocoderTimedOut("timed out")
    find_place("Zilker Park")
    find_place("Barton Springs")
    assert len(network.asked) == 1

    monkeypatch.setattr(geocoding, "LEFT_ALONE_SECONDS", 0)
    monkeypatch.setattr(geocoding, "_rests_until", 0.0)
    network.answer = ZILKER

    assert find_place("Zilker Park").outcome == "found"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Zilker Park", at(0, 0)),
        ("Zilker Park", at("nan", "nan")),
        ("Zilker Park", at(91, 0)),
        ("Zilker Park", at(-6.2, 106.8)),
        ("Zilker Park, Louisiana", ZILKER),
        ("Zilker Park, India", ZILKER),
    ],
)
def test_a_point_that_is_none_or_lies_elsewhere_is_refused(network, text, answer):
    network.answer = answer

    assert find_place(text).outcome == "unknown"
    assert len(network.asked) == 1


def test_the_country_asked_for_is_the_one_in_the_text_then_the_given_one(network):
    find_place("Zilker Park, India")
    find_place("Zilker Park", country="CA")
    find_place("Zilker Park")

    countries = [
        parse_qs(urlsplit(url).query)["countrycodes"] for url, *_ in network.asked
    ]
    assert countries == [["IN"], ["CA"], ["US"]]


def test_where_we_hold_no_postcodes_the_nearest_city_tells_the_region(network):
    make_place("Toronto", at=(43.7, -79.4), region="CA-ON", population=2_700_000)
    network.answer = at(43.66, -79.39)

    assert find_place("Queens Park, Ontario").place.region == "CA-ON"
    assert find_place("Queens Park, Quebec").outcome == "unknown"


def test_it_is_asked_for_postcodes_that_we_hold_none_of(network):
    make_place("Toronto", at=(43.7, -79.4), region="CA-ON", population=2_700_000)
    network.answer = at(43.64, -79.39)

    place = find_place("M5V 2T6").place

    assert (place.name, place.region) == ("M5V 2T6", "CA-ON")


def test_words_of_distress_are_sent_nowhere(network):
    CrisisPhrase.objects.create(language="en", phrase="overpass of despair")
    DataVersion.bump(Versioned.CATALOGUES)

    assert find_place("Overpass of Despair").outcome == "unknown"
    assert network.asked == []
    assert not GeocodeAnswer.objects.exists()


def test_an_answer_that_cannot_be_kept_is_used_all_the_same(network):
    def locked(execute, sql, *rest):
        if sql.startswith("INSERT"):
            raise OperationalError("database is locked")
        return execute(sql, *rest)

    with connection.execute_wrapper(locked):
        found = find_place("Zilker Park")

    assert found.outcome == "found"
    assert not GeocodeAnswer.objects.exists()


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("nominatim", {"country_codes": "US"}),
        ("opencage", {"country": "US"}),
        ("pelias", {"countries": ["US"]}),
        ("googlev3", {"components": {"country": "US"}}),
        ("photon", {}),
    ],
)
def test_each_geocoder_is_kept_in_the_country_by_its_own_option(
    settings, name, country
):
    settings.LOCATOR_GEOCODER = name
    settings.LOCATOR_GEOCODER_KEY = "" if name in {"nominatim", "photon"} else "k"
    settings.LOCATOR_GEOCODER_DOMAIN = "geocoder.example"

    geocoder = geocoding._geocoder()

    assert geocoding._inside(geocoder, "US") == country
    assert getattr(geocoder, "api_key", "") in {"", "k", None}
