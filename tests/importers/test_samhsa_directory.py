import pytest

from locator.importers import samhsa_directory
from locator.importers.listing import Listing, PhoneListing, Rejection, numbered

from .. import importing


@pytest.fixture
def read(tmp_path):
    def read(*rows):
        path = importing.write_directory(tmp_path / "directory.csv", rows)
        return list(samhsa_directory.rows(path))

    return read


def test_a_row_names_its_clinic_its_programme_and_who_runs_it(read):
    (listing,) = read(importing.directory_row(name2="Day Programme", street2="Suite 4"))

    assert listing.name == "Juniper Bend Counseling, Day Programme"
    assert listing.programme == "Day Programme"
    assert listing.organization == "Juniper Bend Counseling"
    assert (listing.street, listing.unit) == ("1200 Sample Street", "Suite 4")
    assert (listing.region, listing.postal_code) == ("US-TX", "78701")


def test_a_row_with_one_name_has_no_programme(read):
    (listing,) = read(importing.directory_row())

    assert listing.name == "Juniper Bend Counseling"
    assert (listing.programme, listing.organization) == ("", "")


def test_a_row_has_no_place_for_website_and_point(read):
    (listing,) = read(importing.directory_row())

    assert listing.website is None
    assert listing.point is None


def test_every_number_is_kept_with_its_extension_and_purpose(read):
    (listing,) = read(
        importing.directory_row(
            phone="512-555-0101 x206",
            intake1="512-555-0102",
            intake2="512-555-0101 x206",
            intake1a="512-555HOPE",
        )
    )

    assert listing.phones == (
        PhoneListing("+15125550101", "206", "main"),
        PhoneListing("+15125550102", "", "intake"),
        PhoneListing("+15125550101", "206", "intake"),
        PhoneListing("+15125554673", "", "intake"),
    )


def test_a_number_that_is_none_is_left_out_and_remarked(read):
    (listing,) = read(importing.directory_row(intake1="ask the desk"))

    assert len(listing.phones) == 1
    assert listing.remarks == ("The phone number “ask the desk” was left out.",)


def test_codes_are_read_whatever_stands_between_them(read):
    (listing,) = read(importing.directory_row("MH *  OP * tele  PTSD PED"))

    (service,) = listing.services
    assert service.service_type == "consultation"
    assert service.specialties == ("eating-disorders", "mental-health", "ptsd")
    assert (service.remote, service.in_person) == ("yes", "yes")
    assert service.modalities == ()


def test_a_row_without_the_token_lists_no_telehealth(read):
    (listing,) = read(importing.directory_row("MH * OP"))

    assert [service.remote for service in listing.services] == ["no"]


def test_a_row_that_mentions_substance_use_says_it_for_the_clinic(read):
    (listing,) = read(importing.directory_row("SA MH * OP * TELE"))

    mental, substance = listing.services
    assert (mental.slot, mental.is_derived) == ("mental-health", False)
    assert not mental.remote_is_clinic_wide
    assert (substance.specialties, substance.is_derived) == (("substance-use",), True)
    assert (substance.remote, substance.remote_is_clinic_wide) == ("yes", True)


def test_a_row_without_a_type_of_care_is_still_of_mental_health(read):
    (listing,) = read(importing.directory_row("PVTN * TELE"))

    assert [service.slot for service in listing.services] == ["mental-health"]
    assert listing.codes == ("PVTN",)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name1": " "}, "It has no name."),
        ({"zip": "ABC"}, "“ABC” is not a ZIP code."),
        ({"state": "Texas"}, "“Texas” is not a US state."),
        ({"name1": "x" * 201}, "Its name is longer than 200 signs."),
    ],
)
def test_a_row_that_cannot_be_placed_is_rejected_with_its_line(read, cells, reason):
    rows = read(importing.directory_row(), importing.directory_row(**cells))

    assert isinstance(rows[0], Listing)
    assert isinstance(rows[1], Rejection)
    assert (rows[1].line, rows[1].reason) == (3, reason)


def test_the_record_is_kept_as_it_was_given(read):
    row = importing.directory_row("MH * XYZ", zip="2203")

    (listing,) = read(row)

    assert listing.raw == {name: row.get(name, "") for name in importing.DIRECTORY}


def test_equal_keys_are_numbered_in_the_order_of_their_phones(read):
    rows = read(
        importing.directory_row(phone="512-555-0199"),
        importing.directory_row(phone="512-555-0102"),
    )

    by_line = {each.line: each.key for each in numbered(rows)}

    assert by_line[2].endswith("| 78701 #2")
    assert by_line[3].endswith("| 78701")


def test_the_hash_is_of_what_is_said_not_of_where_it_stands(read):
    first, second, third = read(
        importing.directory_row(),
        importing.directory_row(),
        importing.directory_row("MH * OP * TELE * MD * ADLT * XYZ"),
    )

    assert first.content_hash == second.content_hash
    assert first.content_hash != third.content_hash


def test_a_record_says_the_same_again_from_what_was_kept(read):
    (listing,) = read(importing.directory_row("SA MH * OP * TELE", intake1="x"))

    again = samhsa_directory.again(listing.raw, listing.line, listing.record_type)

    assert again == listing
