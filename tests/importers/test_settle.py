"""Where a listing is, made whole by what we know of places."""

import pytest

from locator.models import Clinic

from ..importing import directory_row, facility_row, the_clinic


def test_a_listing_without_a_point_gets_its_postcodes(directory):
    directory(directory_row())

    clinic = the_clinic()
    assert (clinic.latitude, clinic.longitude) == (30.2713, -97.7426)
    assert clinic.point_source == Clinic.PointSource.GEOCODER
    assert clinic.point_precision == Clinic.Precision.POSTCODE


def test_a_point_of_the_file_wins_and_is_its_own(facilities):
    outcome = facilities(facility_row(latitude="30.2701", longitude="-97.7402"))

    clinic = the_clinic()
    assert (clinic.latitude, clinic.longitude) == (30.2701, -97.7402)
    assert clinic.point_source == Clinic.PointSource.SOURCE
    assert clinic.point_precision == Clinic.Precision.ADDRESS
    assert "point_replaced" not in outcome.notes


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        # Dallas, 285 km from Austin.
        ("32.7302", "-96.9061", "lies 285 km from its postcode 78701"),
        # Signs lost on the way.
        ("30.27", "97.74", "km from its postcode 78701"),
    ],
)
def test_a_point_far_from_its_postcode_gives_way_and_is_listed(
    facilities, latitude, longitude, reason
):
    outcome = facilities(facility_row(latitude=latitude, longitude=longitude))

    assert the_clinic().point_precision == Clinic.Precision.POSTCODE
    (said,) = outcome.notes["point_replaced"]
    assert reason in said


def test_a_point_in_another_state_gives_way(facilities):
    row = facility_row(
        state="VT",
        zip="05301",
        city="Brattleboro",
        # In Massachusetts, 43 km away: near enough, but not in Vermont.
        latitude="42.47",
        longitude="-72.62",
    )

    outcome = facilities(row)

    assert the_clinic().point_precision == Clinic.Precision.POSTCODE
    assert "lies in US-MA, not in US-VT" in outcome.notes["point_replaced"][0]


def test_a_point_without_a_known_postcode_is_believed(facilities):
    facilities(facility_row(zip="78799"))

    assert the_clinic().point_precision == Clinic.Precision.ADDRESS


def test_a_postcode_without_a_point_leaves_the_clinic_without_one(directory):
    outcome = directory(directory_row(zip="73301"))

    clinic = the_clinic()
    assert clinic.point is None
    assert clinic.time_zone == "America/Chicago"
    assert len(outcome.notes["without_point"]) == 1


def test_the_postcodes_state_wins_where_the_town_bears_it_out(directory):
    outcome = directory(directory_row(state="VT", zip="01089", city="West Springfield"))

    clinic = the_clinic()
    assert clinic.region_id == "US-MA"
    assert [area.region_id for area in clinic.services.get().coverage.all()] == [
        "US-MA"
    ]
    assert "01089 lies in US-MA" in outcome.notes["region_by_postcode"][0]


def test_a_state_that_the_town_does_not_deny_stands_without_a_point(directory):
    outcome = directory(directory_row(state="VT", zip="01089", city="Brattleboro"))

    clinic = the_clinic()
    assert clinic.region_id == "US-VT"
    assert clinic.point is None
    assert "region_in_doubt" in outcome.notes


def test_the_zone_is_the_postcodes_or_else_the_points(facilities):
    facilities(
        facility_row(),
        facility_row(name1="Cedar Row", zip="78799"),
    )

    assert set(Clinic.objects.values_list("time_zone", flat=True)) == {
        "America/Chicago"
    }


def test_a_private_address_gets_its_towns_point(own):
    own(
        {
            "name": "Quiet House",
            "city": "austin",
            "postal_code": "78701",
            "region": "US-TX",
            "address_is_private": "yes",
        }
    )

    clinic = the_clinic()
    assert (clinic.latitude, clinic.longitude) == (30.2672, -97.7431)
    assert clinic.point_precision == Clinic.Precision.CITY


def test_a_curators_pin_is_believed_wherever_it_is(own):
    own(
        {
            "name": "Far Pin",
            "postal_code": "78701",
            "region": "US-TX",
            "latitude": "32.7302",
            "longitude": "-96.9061",
            "point_source": "curator",
        }
    )

    assert the_clinic().point_source == Clinic.PointSource.CURATOR
    assert the_clinic().latitude == 32.7302
