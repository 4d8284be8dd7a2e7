import pytest

from locator.importers import findtreatment
from locator.importers.listing import Rejection, Skipped

from .. import importing

ALL = " ".join(name for name in importing.FACILITIES[17:])


@pytest.fixture
def read(tmp_path):
    def read(*rows, **options):
        path = importing.write_facilities(tmp_path / "facilities.csv", rows, **options)
        return list(findtreatment.rows(path))

    return read


def test_a_row_has_a_website_and_a_point(read):
    (listing,) = read(importing.facility_row(website="http://juniper.example"))

    assert listing.website == "http://juniper.example"
    assert listing.point.point.latitude == 30.27
    assert (listing.point.source, listing.point.precision) == ("source", "address")


@pytest.mark.parametrize(
    "cells",
    [
        {"latitude": "", "longitude": ""},
        {"latitude": "0", "longitude": "0.0"},
        {"latitude": "north", "longitude": "-97"},
        {"latitude": "91", "longitude": "-97"},
        {"latitude": "nan", "longitude": "-97"},
    ],
)
def test_a_point_that_is_none_is_none(read, cells):
    (listing,) = read(importing.facility_row(**cells))

    assert listing.point is None


def test_a_website_that_is_only_a_scheme_is_blank_and_not_remarked(read):
    (listing,) = read(importing.facility_row(website="http://"))

    assert listing.website == ""
    assert listing.remarks == ()


def test_an_mh_row_and_an_su_row_each_have_their_own_service(read):
    mental, substance = read(
        importing.facility_row("MH", "mh op tele ptsd ped"),
        importing.facility_row("SU", "sa op bu"),
    )

    assert mental.services[0].specialties == (
        "eating-disorders",
        "mental-health",
        "ptsd",
    )
    assert substance.services[0].specialties == ("opioid-use", "substance-use")
    assert [each.services[0].remote for each in (mental, substance)] == ["yes", "no"]


def test_an_otp_row_states_name_address_phone_and_point_and_nothing_else(read):
    (listing,) = read(importing.facility_row("OTP", ALL))

    assert listing.services == ()
    assert listing.languages == ("en",)
    assert listing.payments is listing.accessibility is None
    assert listing.codes == ()
    assert listing.phones
    assert listing.point
    assert listing.raw["md"] == "1"


def test_rows_of_single_prescribers_are_skipped_without_a_word_of_them(read):
    (row,) = read(importing.facility_row("BUPREN", ALL, name1="Invented Person"))

    assert isinstance(row, Skipped)
    assert "Invented" not in repr(row)


def test_another_type_of_facility_is_rejected(read):
    (row,) = read(importing.facility_row("XX"))

    assert isinstance(row, Rejection)
    assert row.reason == "“XX” is not a type of facility that we know."


def test_a_rejected_row_keeps_every_cell_in_its_place(read):
    (row,) = read(importing.facility_row("MH", "mh adlt", zip="x"))

    assert len(row.cells) == len(importing.FACILITIES)
    assert row.cells[importing.FACILITIES.index("adlt")] == "1"


def test_a_file_without_the_column_says_nothing_of_telehealth(read):
    row = importing.facility_row("MH", "mh op")

    (listing,) = read(row, without=("tele",))

    assert [service.remote for service in listing.services] == ["unknown"]


def test_a_record_says_the_same_again_from_what_was_kept(read):
    row = importing.facility_row("MH", "mh op")

    for without in ((), ("tele",)):
        (listing,) = read(row, without=without)
        assert findtreatment.again(listing.raw, 2, "MH") == listing


def test_of_the_flags_those_that_are_set_are_kept_with_the_record(read):
    (listing,) = read(importing.facility_row("MH", "mh op"))

    assert listing.raw["op"] == "1"
    assert listing.raw["tele"] == listing.raw["website"] == ""
    assert "md" not in listing.raw
