import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.models import Region
from locator.search.query import SearchResults, pack_region, packed_span, unpack_region

codes = st.from_regex(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", fullmatch=True)


@given(codes)
def test_a_region_is_packed_and_unpacked_again(code):
    assert unpack_region(pack_region(code)) == code


@given(codes, codes)
def test_a_country_spans_its_parts_and_nothing_else(code, other):
    country = code[:2]

    first, last = packed_span(country)

    assert (first <= pack_region(other) <= last) == (other[:2] == country)
    assert packed_span(f"{country}-A1") == (pack_region(f"{country}-A1"),) * 2


def test_no_region_is_zero():
    assert pack_region("") == 0
    assert unpack_region(0) == ""


def test_every_region_that_we_have_is_packed_into_a_number_of_its_own(db):
    known = list(Region.objects.values_list("code", flat=True))

    packed = {pack_region(code) for code in known}

    assert len(packed) == len(known) > 0
    assert max(packed) < 1 << 63


@pytest.mark.parametrize("code", ["us", "US_TX", "ΩΩ"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ValueError, match="substring not found"):
        pack_region(code)


def test_a_question_that_cannot_be_asked_lists_nothing():
    assert SearchResults.none().hits == ()
    assert SearchResults.none().total == 0
