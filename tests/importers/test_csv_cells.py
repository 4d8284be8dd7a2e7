import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.importers import csv_cells as cells
from locator.importers.listing import OtherNameListing, PhoneListing

# Anything but line breaks at the edges, which cells lose.
words = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.text())
def test_a_harmless_cell_means_what_it_was_made_of(text):
    assert cells.meant(cells.harmless(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+15125550101", "-x", "@SUM(A1)", "'=1+1"])
def test_no_spreadsheet_takes_a_cell_for_a_formula(text):
    assert cells.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-97.7431", "-3", "Juniper", "'tis", "O'Fallon", ""])
def test_numbers_and_words_stay_as_they_are(text):
    assert cells.harmless(text) == text


@given(st.lists(words))
def test_a_list_is_read_as_it_was_written(items):
    assert cells.read_list(cells.write_list(items)) == tuple(items)


def test_a_list_written_by_hand_is_read():
    assert cells.read_list("one;  two ;; three\\; and more;") == (
        "one",
        "two",
        "three; and more",
    )
    assert cells.read_codes("ES; en;es") == ("en", "es")


@given(
    st.lists(
        st.tuples(
            words, st.sampled_from(["also", "former", "translation"]), st.just("")
        ),
        unique_by=lambda each: each[0],
    )
)
def test_other_names_are_read_as_they_were_written(names):
    read = cells.read_other_names(cells.write_other_names(names))

    assert read == tuple(OtherNameListing(*each) for each in names)


def test_a_bare_other_name_is_one_that_it_also_has():
    assert cells.read_other_names("Juniper; former: Bend; translation@hi: जुनिपर") == (
        OtherNameListing("Juniper"),
        OtherNameListing("Bend", "former"),
        OtherNameListing("जुनिपर", "translation", "hi"),
    )


@given(st.lists(st.tuples(words, words.filter(lambda w: "=" not in w)), unique=True))
def test_identifiers_are_read_as_they_were_written(pairs):
    assert cells.read_identifiers(cells.write_identifiers(pairs)) == tuple(pairs)


def test_phones_are_read_as_people_write_them_and_as_we_do():
    cell = "(512) 555-0101 x4; +1 512-555-0102 (intake); 512-555-0103(fax)"

    read = cells.read_phones(cell, "US")

    assert read == (
        PhoneListing("+15125550101", "4", "main"),
        PhoneListing("+15125550102", "", "intake"),
        PhoneListing("+15125550103", "", "fax"),
    )
    written = cells.write_phones([(p.number, p.extension, p.purpose) for p in read])
    assert cells.read_phones(written, "") == read


def test_coverage_is_read_as_it_was_written():
    areas = [
        ("IN", "national_registration", "2026", "own"),
        ("US-TX", "license", "2026-03-14", ""),
    ]

    cell = cells.write_coverage(areas)

    assert cell == "IN national_registration 2026 own; US-TX license 2026-03-14"
    read = cells.read_coverage(cell)
    assert [(a.region, a.basis, a.as_of, a.source) for a in read] == areas


def test_no_coverage_is_another_thing_than_none_stated():
    assert cells.read_coverage("") is None
    assert cells.read_coverage(cells.write_coverage([])) == ()


@pytest.mark.parametrize(
    ("read", "cell", "sentence"),
    [
        (cells.read_fact, "maybe", "“maybe” is none of yes, no, unknown."),
        (cells.read_date, "2026-13", "“2026-13” is not a date"),
        (cells.read_date, "2026-02-30", "There is no day 2026-02-30."),
        (cells.read_age, "twelve", "“twelve” is not an age"),
        (cells.read_age, "131", "“131” is not an age"),
        (cells.read_website, "ftp://x.example", "not an address of a website"),
        (cells.read_email, "desk", "“desk” is not an e-mail address."),
        (cells.read_identifiers, "123", "not written as AUTHORITY=value"),
        (cells.read_coverage, "US-TX", "not written as REGION BASIS DATE SOURCE"),
        (cells.read_coverage, "US-TX maybe", "“maybe” is none of license"),
        (cells.read_coverage, "US-TX license; US-TX compact", "stands twice"),
        (lambda cell: cells.read_phones(cell, "US"), "911", "“911” is not a phone"),
        (lambda cell: cells.read_phones(cell, "US"), "5125550101 (pager)", "“pager”"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_in_a_sentence(read, cell, sentence):
    with pytest.raises(cells.CellError) as told:
        read(cell)

    assert sentence in str(told.value)
