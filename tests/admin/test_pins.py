"""The pin on a clinic's form: looked up, chosen, doubted, and never set by itself."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from locator.admin import pins
from locator.admin.pins import Address
from locator.geo import Point
from locator.models import Clinic, Place
from locator.places import geocoding
from tests.desk import Page, add_url, change_url, saved, told
from tests.making import make_place

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

AUSTIN = {
    "street": "12 River Street",
    "city": "Austin",
    "postal_code": "78701",
    "region": "US-TX",
}


@pytest.fixture
def gazetteer():
    make_place("78701", at=(30.27, -97.74), kind=Place.Kind.POSTCODE, town="Austin")
    make_place("74103", at=(36.15, -95.99), region="US-OK", kind=Place.Kind.POSTCODE)
    make_place("Austin", at=(30.3, -97.7), population=960_000)
    make_place("Austin", at=(43.67, -92.97), region="US-MN", population=26_000)


@pytest.fixture
def clinic(make_clinic):
    facts = {key: value for key, value in AUSTIN.items() if key != "region"}
    return make_clinic("River Clinic", covers=["US-TX"], at=(30.27, -97.74), **facts)


@pytest.fixture
def network(settings, monkeypatch):
    """A geocoder that the operator turned on: what it is asked, and will answer."""
    settings.LOCATOR_GEOCODER = "nominatim"
    settings.LOCATOR_GEOCODER_USER_AGENT = "tests"
    asked = []

    class Recorded:
        answer = SimpleNamespace(
            latitude=30.2712,
            longitude=-97.7401,
            address="12, River Street, Austin, Texas, 78701, United States",
        )

        def geocode(self, text, country_codes=None):
            asked.append(text)
            return self.answer

    recorded = Recorded()
    monkeypatch.setattr(geocoding, "_geocoder", lambda: recorded)
    monkeypatch.setattr(geocoding, "_rests_until", 0.0)
    return SimpleNamespace(asked=asked, recorded=recorded)


def address(**facts) -> Address:
    return Address.of_form(AUSTIN | facts)


# --- Looking up --------------------------------------------------------------------


def test_the_postcode_then_the_town_are_found_in_the_gazetteer(gazetteer):
    found = pins.locate(address())

    assert [(spot.precision, spot.found) for spot in found.spots] == [
        ("postcode", "78701, Austin"),
        ("city", "Austin, Texas"),
    ]
    assert found.spots[0].by == "our gazetteer"
    assert found.spots[0].how_exact == "the middle of the postcode"


@pytest.mark.parametrize(
    ("called", "precision"),
    [
        ("12, River Street, Austin, Texas, 78701", "address"),
        ("River Street, Downtown, Austin, 78701", "street"),
        ("Austin, Texas, 78701, United States", "postcode"),
        ("Austin, Travis County, Texas", "city"),
    ],
)
def test_an_answer_of_the_geocoder_is_as_exact_as_what_it_names(
    gazetteer, network, called, precision
):
    network.recorded.answer.address = called

    spot = pins.locate(address()).spots[0]

    assert (spot.precision, spot.by, spot.found) == (precision, "nominatim", called)
    assert network.asked == ["12 River Street, Austin, Texas, 78701"]


def test_an_answer_far_away_carries_its_warning(gazetteer, network):
    network.recorded.answer.latitude, network.recorded.answer.longitude = 36.15, -95.99

    spot = pins.locate(address()).spots[0]

    assert "The pin lies in Oklahoma, the address says Texas." in spot.warnings


def test_a_geocoder_that_fails_leaves_the_gazetteer(gazetteer, network):
    def fail(text, country_codes=None):
        raise OSError

    network.recorded.geocode = fail

    assert [spot.precision for spot in pins.locate(address()).spots] == [
        "postcode",
        "city",
    ]


def test_a_private_address_is_sent_nowhere_and_only_its_town_is_offered(
    gazetteer, network
):
    found = pins.locate(address(address_is_private="on"))
    unknown = pins.locate(address(address_is_private="on", city="Nowhere"))

    assert [spot.precision for spot in found.spots] == ["city"]
    assert unknown.spots == ()
    assert network.asked == []


def test_nothing_found_and_nothing_asked_are_sentences(gazetteer):
    unknown = pins.locate(address(city="Nowhere", postal_code="00000"))
    empty = pins.locate(Address.of_form({}))

    assert unknown.said.startswith("Nothing was found for this address.")
    assert empty.said == "Write the postcode or the town first."


def test_signs_that_no_address_has_do_no_harm(gazetteer):
    found = pins.locate(address(street="\0" * 5, city="x" * 5000, region="ZZ-\0"))

    assert found.spots == ()


# --- The form ----------------------------------------------------------------------


def test_locate_without_scripts_comes_back_as_typed_with_points_to_choose(
    desk, clinic, gazetteer
):
    page = Page(desk, change_url(clinic))

    response = page.save(_locate="1", name="Typed", website="no address")

    assert response.status_code == 200
    assert 'value="Typed"' in response.text
    assert "errornote" not in response.text
    assert 'value="30.270000,-97.740000,postcode"' in response.text
    assert "Nothing changes until you choose a point." in response.text
    assert Clinic.objects.get().name == "River Clinic"


def test_a_chosen_point_fills_the_numbers_and_is_saved_with_the_form(
    desk, clinic, gazetteer
):
    page = Page(desk, change_url(clinic))

    chosen = page.save(_pin="30.300000,-97.700000,city", name="Typed")
    untouched = Clinic.objects.get().latitude
    page.forms(chosen.context["adminform"].form)
    response = page.save()

    assert untouched == 30.27
    assert saved(response)
    clinic.refresh_from_db()
    assert (clinic.name, clinic.latitude, clinic.longitude) == ("Typed", 30.3, -97.7)
    assert (clinic.point_precision, clinic.point_source) == ("city", "curator")


def test_a_chosen_point_that_is_none_changes_nothing(desk, clinic):
    response = Page(desk, change_url(clinic)).save(_pin="1;DROP,x,door")

    assert response.status_code == 200
    assert 'value="30.27"' in response.text


def test_a_new_clinic_can_be_located_before_it_is_saved(desk, gazetteer):
    page = Page(desk, add_url(Clinic))

    response = page.save(_locate="1", name="New", **AUSTIN)

    assert "78701, Austin" in response.text
    assert not Clinic.objects.exists()


def test_a_pin_elsewhere_is_saved_with_a_warning_and_warned_of_on_the_form(
    desk, clinic, gazetteer
):
    page = Page(desk, change_url(clinic))

    response = page.save(latitude="36.15", longitude="-95.99", _continue="1")

    assert saved(response)
    text = desk.get(change_url(clinic)).text
    after = desk.get(change_url(clinic))
    assert "The pin lies in Oklahoma, the address says Texas." in text
    assert "km from the middle of postcode 78701" in text
    clinic.refresh_from_db()
    assert clinic.latitude == 36.15
    assert after.status_code == 200


def test_the_warning_is_told_once_after_saving(desk, clinic, gazetteer):
    page = Page(desk, change_url(clinic))

    response = desk.post(
        page.url, page.sent | {"latitude": "36.15", "longitude": "-95.99"}, follow=True
    )

    assert "The pin lies in Oklahoma, the address says Texas." in told(response)


def test_the_pages_answer_by_post_alone_and_to_who_may_write(sign_in, gazetteer):
    auditor, curator = sign_in("auditor"), sign_in("curator")

    for name in ("admin:clinic_locate", "admin:clinic_pin"):
        url = reverse(name)
        assert auditor.post(url, AUSTIN).status_code == 403
        assert curator.get(url).status_code == 405
        assert curator.post(url, AUSTIN).status_code == 200


def test_a_pin_that_is_dragged_away_is_warned_of(desk, gazetteer):
    sent = AUSTIN | {"latitude": "36.15", "longitude": "-95.99"}

    elsewhere = desk.post(reverse("admin:clinic_pin"), sent)
    right = desk.post(
        reverse("admin:clinic_pin"),
        AUSTIN | {"latitude": "30.27", "longitude": "-97.74"},
    )

    assert "Oklahoma" in elsewhere.text
    assert 'data-postcode="30.27,-97.74"' in right.text
    assert "desk-warning" not in right.text


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("", ""), ("x", "1"), ("91", "0"), ("nan", "0")]
)
def test_numbers_that_are_no_point_are_none(latitude, longitude):
    assert pins.point_of(latitude, longitude) is None
    assert pins.point_of("30.27", -97.74) == Point(30.27, -97.74)
