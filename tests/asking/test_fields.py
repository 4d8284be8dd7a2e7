import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from locator.asking.fields import (
    LAST_NUMBER,
    CodesField,
    CoordinateField,
    CountField,
    Distance,
    DistanceField,
    OneCodeField,
    RegionField,
    RegionsField,
    TextField,
    UnitField,
    WordsField,
    code_of,
)

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["\x00", "nan", "inf", "-inf", "1e999", "9" * 5000, "a" * 10_000, "\ud800", "٣"]
    ),
)


def clean(field, value):
    """What `field` makes of `value`, or the sentence that it answers with."""
    try:
        return field.clean(value)
    except ValidationError as error:
        return error.messages


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        ("25mi", 25, "mi"),
        ("25 mi", 25, "mi"),
        ("25 Miles", 25, "mi"),
        (" 1 mile. ", 1, "mi"),
        ("40km", 40, "km"),
        ("40 KM", 40, "km"),
        ("2,5 kilometres", 2.5, "km"),
        ("25", 25, ""),
        ("0.1", 0.1, ""),
    ],
)
def test_a_distance_may_be_written_as_people_write_it(written, number, unit):
    distance = DistanceField(required=False).clean(written)

    assert distance == Distance(number, unit)


@pytest.mark.parametrize(
    "written",
    [
        "0",
        "0mi",
        "-5",
        "501mi",
        "805km",
        "1e2",
        "nan",
        "inf",
        "25 parsecs",
        "25mi40km",
        "1,000",
        "far",
        "\x00",
        "9" * 10_000,
    ],
)
def test_a_distance_that_is_none_or_too_far_is_told_what_to_write(written):
    answer = clean(DistanceField(required=False), written)

    assert answer == [str(DistanceField.SENTENCE)]


def test_500_miles_are_the_farthest():
    assert DistanceField().clean("500mi").km("km") == pytest.approx(804.672)
    assert DistanceField().clean("804km").km("mi") == 804


def test_a_bare_number_is_measured_against_500_miles_in_its_own_unit():
    distance = Distance(600, "")

    assert distance.km("km") == 600
    with pytest.raises(ValidationError):
        distance.km("mi")


@pytest.mark.parametrize(
    ("written", "degrees"),
    [("30.267153", 30.27), ("-97.7430608", -97.74), ("−97.74", -97.74), ("-0.001", 0)],
)
def test_a_position_is_rounded_to_two_decimals(written, degrees):
    found = CoordinateField(most=180).clean(written)

    assert (found, str(found)[0] == "-") == (degrees, degrees < 0)


@pytest.mark.parametrize(
    "written", ["91", "-90.01", "nan", "inf", "1e1", "1_0", "30,27", "x", "\x00", "٣٠"]
)
def test_a_position_off_the_globe_is_no_position(written):
    answer = clean(CoordinateField(most=90), written)

    assert len(answer) == 1
    assert "between -90 and 90" in answer[0]


@pytest.mark.parametrize(
    "written", ["0", "-1", "1.5", "abc", "nan", "\x00", "²", "1_0"]
)
def test_a_page_is_a_whole_number_from_1(written):
    field = CountField(empty=1, most=LAST_NUMBER, is_capped=True)

    assert clean(field, written) == ["Please write a whole number from 1."]


@pytest.mark.parametrize(
    ("written", "number"),
    [("", 1), ("007", 7), ("9" * 5000, LAST_NUMBER), ("0" * 99 + "2", 2)],
)
def test_a_page_may_be_as_far_as_one_likes(written, number):
    field = CountField(empty=1, most=LAST_NUMBER, is_capped=True, required=False)

    assert field.clean(written) == number


@pytest.mark.parametrize("written", ["0", "1001", "9" * 5000])
def test_a_limit_has_an_end(written):
    field = CountField(empty=20, most=1000, is_capped=False)

    assert clean(field, written) == ["Please write a whole number from 1 to 1000."]


def test_codes_may_be_written_in_any_case_and_each_counts_once():
    field = CodesField(choices=[("in-person", ""), ("video", "")], required=False)

    assert field.clean(["Video", " in person ", "IN_PERSON", ""]) == (
        "video",
        "in-person",
    )


def test_an_unknown_code_is_named_and_cut_short():
    answer = clean(CodesField(choices=[("video", "")]), ["x" * 10_000])

    assert len(answer) == 1
    assert "xxx…" in answer[0]
    assert len(answer[0]) < 150


def test_a_territory_of_the_us_has_two_codes():
    field = RegionField(choices=[("US-PR", ""), ("US-TX", "")])

    assert field.clean("pr") == "US-PR"
    assert field.clean("us-tx") == "US-TX"
    assert "We know no region “TX”" in clean(field, "TX")[0]


def test_further_regions_are_at_most_three_and_each_counts_once():
    codes = ["US-PR", "US-TX", "US-OK", "US-LA"]
    field = RegionsField(choices=[(code, "") for code in codes], required=False)

    assert field.clean(["pr", "US-PR", "", "us-tx"]) == ("US-PR", "US-TX")
    assert field.clean([]) == ()
    assert clean(field, codes) == ["Please choose at most 3 further regions."]
    assert "US-ZZ" in clean(field, ["us-zz"])[0]


def test_a_unit_may_be_written_out():
    field = UnitField(choices=[("mi", ""), ("km", "")])

    assert field.clean("Miles") == "mi"
    assert field.clean("kilometres") == "km"


def test_a_text_is_short_and_without_nulls():
    assert clean(TextField(), "a" * 201) == [
        "Please write this with at most 200 characters."
    ]
    assert clean(TextField(), "a\x00") == ["Please write this in letters and numbers."]


def test_words_without_a_letter_or_a_number_ask_nothing_and_are_no_search():
    assert clean(WordsField(required=False), "!!!") == [
        "Please write a name, or part of one, in letters or numbers."
    ]
    assert WordsField(required=False).clean("  ") == ""
    assert WordsField().clean("मन") == "मन"


@given(text=HOSTILE)
def test_no_value_breaks_a_field(text):
    fields = [
        TextField(required=False),
        WordsField(required=False),
        OneCodeField(choices=[("any", "")], required=False),
        UnitField(choices=[("mi", "")], required=False),
        RegionField(choices=[("US", "")], required=False),
        CoordinateField(most=90, required=False),
        DistanceField(required=False),
        CountField(empty=1, most=LAST_NUMBER, is_capped=True, required=False),
    ]

    answers = [clean(field, text) for field in fields]
    answers.append(clean(CodesField(choices=[("a", "")], required=False), [text, text]))

    assert all(
        all(isinstance(each, str) for each in answer)
        for answer in answers
        if isinstance(answer, list)
    )


@given(text=st.text(max_size=30))
def test_a_code_written_again_stays_the_same(text):
    assert code_of(code_of(text)) == code_of(text)
