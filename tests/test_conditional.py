"""Answers that hold until something changed, and who may keep them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from locator.curation import publishing
from locator.models import Clinic, DataVersion, Language, Versioned
from locator.moment import moment

from .making import make_place

SEARCH = "/clinics/?place=austin&specialty=mental-health"


@pytest.fixture
def site(make_clinic):
    """A town, and a clinic in it, at a moment that stands still."""
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)
    clinic = make_clinic("Juniper", slug="juniper", covers=["US-TX"])
    with time_machine.travel("2026-11-24T10:07:00Z", tick=False):
        yield clinic


def again(client, path, answer, **headers):
    return client.get(path, headers={"If-None-Match": answer["ETag"], **headers})


PAGES = [
    "/",
    SEARCH,
    "/clinics/",
    "/clinics.geojson?place=austin",
    "/clinics.geojson?place=austin&view=map",
    "/clinics/juniper/",
    "/compare/?clinic=juniper",
    "/places/?q=aus",
    "/telehealth-and-telemedicine/",
    "/about/",
    "/browse/",
    "/map/",
    "/es/clinics/?place=austin",
]


@pytest.mark.parametrize("path", PAGES)
def test_who_has_an_answer_is_told_so_by_one_query(
    client, site, path, django_assert_num_queries
):
    first = client.get(path)

    with django_assert_num_queries(1):
        second = again(client, path, first)

    assert (first.status_code, second.status_code) == (200, 304)
    assert second.content == b""
    assert second["ETag"] == first["ETag"]
    assert second["Cache-Control"] == first["Cache-Control"]
    assert "Content-Type" not in second


def test_a_head_has_the_tag_of_the_page_and_may_hold_it(client, site):
    first = client.head(SEARCH)

    second = client.head(SEARCH, headers={"If-None-Match": first["ETag"]})

    assert first["ETag"] == client.get(SEARCH)["ETag"]
    assert second.status_code == 304


def test_a_compressed_answer_is_known_again(client, site):
    compressed = client.get(SEARCH, headers={"Accept-Encoding": "gzip"})

    answer = again(client, SEARCH, compressed)

    assert compressed["Content-Encoding"] == "gzip"
    assert answer.status_code == 304


@pytest.mark.parametrize("held", ["*", '"other"', "W/other", "", '"a", W/"b"'])
def test_whoever_has_another_answer_gets_this_one(client, site, held):
    answer = client.get(SEARCH, headers={"If-None-Match": held})

    assert answer.status_code == 200
    assert answer.content


def test_one_of_several_answers_that_a_browser_has_is_found(client, site):
    tag = client.get(SEARCH)["ETag"]

    answer = client.get(SEARCH, headers={"If-None-Match": f'"a", {tag}, "b"'})

    assert answer.status_code == 304


# --- What makes an answer another one ----------------------------------------------


OF_THE_CLINIC = [
    SEARCH,
    "/clinics.geojson?place=austin",
    "/clinics/juniper/",
    "/compare/?clinic=juniper",
    "/browse/us/tx/",
]


@pytest.mark.parametrize("path", OF_THE_CLINIC)
def test_a_withdrawn_clinic_is_gone_from_the_next_answer(client, site, curator, path):
    first = client.get(path)

    publishing.withdraw(site, reason=Clinic.WithdrawnReason.CLOSED, by=curator)

    second = again(client, path, first)
    assert "Juniper" in first.content.decode()
    assert second.status_code != 304
    assert first.content != second.content


def test_another_word_of_a_catalogue_makes_another_answer(client, site):
    first = client.get(SEARCH)

    Language.objects.filter(code="es").update(name="Castilian")
    DataVersion.bump(Versioned.CATALOGUES)

    assert again(client, SEARCH, first).status_code == 200


def test_another_quarter_hour_makes_another_answer(client, site):
    first = client.get(SEARCH)

    with time_machine.travel("2026-11-24T10:14:59Z", tick=False):
        same = again(client, SEARCH, first)
    with time_machine.travel("2026-11-24T10:15:00Z", tick=False):
        other = again(client, SEARCH, first)

    assert (same.status_code, other.status_code) == (304, 200)


@pytest.mark.parametrize(
    "path",
    [
        "/clinics/?place=austin",
        "/clinics/?specialty=mental-health&place=austin",
        "/es/clinics/?place=austin&specialty=mental-health",
        "/clinics.geojson?place=austin&specialty=mental-health",
    ],
)
def test_another_question_or_language_has_another_tag(client, site, path):
    assert client.get(path)["ETag"] != client.get(SEARCH)["ETag"]


def test_another_host_and_another_language_on_offer_have_another_tag(
    client, site, settings
):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]

    first = client.get(SEARCH)
    offered = again(client, SEARCH, first, **{"Accept-Language": "es"})
    elsewhere = client.get(
        SEARCH, headers={"If-None-Match": first["ETag"]}, SERVER_NAME="other.example"
    )

    assert (offered.status_code, elsewhere.status_code) == (200, 200)


def test_a_page_of_a_known_language_is_offered_in_no_other(client, site):
    first = client.get("/es/clinics/?place=austin")

    answer = again(
        client, "/es/clinics/?place=austin", first, **{"Accept-Language": "hi"}
    )

    assert answer.status_code == 304


# --- Who may keep it ---------------------------------------------------------------

OF_EVERYBODY = ["/", "/telehealth-and-telemedicine/", "/about/", "/es/about/", "/map/"]
OF_ONE = [
    SEARCH,
    "/clinics/",
    "/clinics.geojson?place=austin",
    "/clinics/juniper/",
    "/clinics/none/",
    "/clinics/juniper/report/",
    "/nowhere/",
    "/compare/?clinic=juniper",
    "/places/?q=aus",
    "/browse/",
    "/browse/us/tx/",
    "/browse/us/tx/nowhere/",
    "/?place=austin",
    "/about/?place=austin",
    "/telehealth-and-telemedicine/?place=austin",
    "/clinics/?within=far",
    "/clinics.geojson?within=far",
]


@pytest.mark.parametrize("path", OF_EVERYBODY)
def test_what_asks_nothing_may_lie_in_any_cache_for_a_while(client, site, path):
    answer = client.get(path)

    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=300"}


@pytest.mark.parametrize("path", OF_ONE)
def test_a_place_or_a_need_lies_in_no_shared_cache(client, site, path):
    kept = client.get(path)["Cache-Control"]

    assert "private" in kept
    assert "public" not in kept


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/clinics.geojson?within=far", 400),
        ("/clinics/none/", 404),
        ("/browse/us/tx/nowhere/", 404),
    ],
)
def test_an_error_is_never_said_to_hold(client, site, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    assert "ETag" not in answer


def test_a_clinic_that_left_is_never_said_to_hold(client, site, curator):
    publishing.withdraw(site, reason=Clinic.WithdrawnReason.CLOSED, by=curator)

    answer = client.get("/clinics/juniper/")

    assert answer.status_code == 410
    assert "ETag" not in answer
    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-cache"}


def test_pages_differ_by_the_browsers_language_only_where_they_offer_another(
    client, site
):
    page, data = client.get(SEARCH), client.get("/clinics.geojson?place=austin")
    spanish = client.get("/es/clinics/?place=austin")

    assert "Accept-Language" in page["Vary"]
    assert "Accept-Language" in again(client, SEARCH, page)["Vary"]
    assert "Accept-Language" not in data["Vary"]
    assert "Accept-Language" not in spanish["Vary"]


def test_what_a_geocoder_elsewhere_answers_is_asked_each_time(client, site, settings):
    settings.LOCATOR_GEOCODER = "nominatim"

    assert "ETag" not in client.get("/clinics/")


# --- Moments -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "cut"),
    [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00+00:00"),
        ("2026-11-24T10:14:59.999999Z", "2026-11-24T10:00:00+00:00"),
        ("2026-11-24T10:59:00.5Z", "2026-11-24T10:45:00+00:00"),
    ],
)
def test_a_moment_is_a_quarter_hour(now, cut):
    with time_machine.travel(now, tick=False):
        assert moment().isoformat() == cut


def test_a_moment_is_never_later_than_now():
    assert timedelta(0) <= timezone.now() - moment() < timedelta(minutes=15)


def test_a_question_that_is_sent_on_lies_in_no_cache(client, site):
    answer = client.get("/clinics?place=austin")

    assert answer.status_code == 301
    assert "place=austin" in answer["Location"]
    assert answer["Cache-Control"] == "private, no-store"
