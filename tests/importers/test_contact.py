import pytest

from locator.importers import contact
from locator.importers.listing import PhoneListing


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("512-555-0101", "+15125550101", ""),
        ("(512) 555-0101", "+15125550101", ""),
        ("(512)555-0101", "+15125550101", ""),
        ("512-555-0101 x206", "+15125550101", "206"),
        ("512-555-0101 ext. 4", "+15125550101", "4"),
        # Letters stand for the digits on their keys.
        ("512-555HOPE", "+15125554673", ""),
        ("512-55OPENS", "+15125567367", ""),
    ],
)
def test_a_number_is_read_as_people_write_it(text, number, extension):
    assert contact.phone(text) == PhoneListing(number, extension)


@pytest.mark.parametrize(
    "text",
    # The last is a number to Germany, and longer than E.164 has room for.
    ["none", "512-555", "12", "n/a x4", "5" * 40, "+49 301234567890123"],
)
def test_what_is_no_number_is_none(text):
    assert contact.phone(text) is None


def test_a_number_is_read_by_its_country_and_as_its_purpose():
    indian = contact.phone("011 2345 6789", "intake", country="IN")

    assert indian == PhoneListing("+911123456789", "", "intake")
    assert contact.phone("011 2345 6789", country="") is None


@pytest.mark.parametrize("text", ["", " ", "http://", "https://", "HTTP:", "http"])
def test_a_bare_scheme_is_a_blank(text):
    assert contact.website(text) == ""


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://juniper.example", "http://juniper.example"),
        ("https://juniper.example/Visit", "https://juniper.example/Visit"),
        ("HTTP://Juniper.Example/Visit", "http://juniper.example/Visit"),
        ("juniper.example", "http://juniper.example"),
    ],
)
def test_a_website_keeps_the_scheme_it_was_given(text, address):
    assert contact.website(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "info@clinic.example",
        "https://samhsa.gov@evil.example/",
        "ask at the desk",
        "ftp://juniper.example",
        "javascript:alert(1)",
        "http://x",
    ],
)
def test_what_nobody_can_follow_is_no_website(text):
    assert contact.website(text) is None


@pytest.mark.parametrize(
    ("text", "zip5"),
    [
        ("75211", "75211"),
        ("75211-2416", "75211"),
        ("752112416", "75211"),
        # A spreadsheet took the zero away.
        ("2203", "02203"),
        ("2203-1234", "02203"),
        ("601", "00601"),
        (" 78701 ", "78701"),
    ],
)
def test_a_zip_is_five_digits(text, zip5):
    assert contact.zip5(text) == zip5


@pytest.mark.parametrize("text", ["", "78", "ABCDE", "787012", "K1A 0B1", "1234567"])
def test_what_is_no_zip_is_nothing(text):
    assert contact.zip5(text) == ""


@pytest.mark.parametrize("text", ["CA", "Ca", "ca", " ca "])
def test_a_state_is_read_in_any_case(text):
    assert contact.us_region(text) == "US-CA"


@pytest.mark.parametrize("text", ["", "California", "C1"])
def test_what_is_no_state_is_nothing(text):
    assert contact.us_region(text) == ""
