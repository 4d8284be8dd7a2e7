import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.text import counted, fold, spell, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Austin", "austin"),
        ("  New\tYork\n", "new york"),
        ("St. Louis", "st louis"),
        ("Winston-Salem", "winston salem"),
        ("O'Fallon", "ofallon"),
        ("O’Fallon", "ofallon"),
        ("Hawaiʻi", "hawaii"),
        ("Coeur d`Alene", "coeur dalene"),
        ("São Paulo", "sao paulo"),
        ("Straße", "strasse"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("ＴＯＫＹＯ １", "tokyo 1"),
        ("İstanbul", "istanbul"),
        ("दिल्ली", "दलल"),
        ("दि\u200dल्ली", "दलल"),
        ("東京", "東京"),
        ("10001-1234", "10001 1234"),
        ("\0", ""),
        ("", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_matter(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    once = fold(text)

    assert fold(once) == once


@given(st.characters())
def test_no_sign_survives_folding_half(sign):
    once = fold(f"a{sign}b")

    assert fold(once) == once


@given(st.text())
def test_a_folded_text_is_letters_and_digits_between_single_spaces(text):
    folded = fold(text)

    assert folded == " ".join(folded.split())
    kinds = {unicodedata.category(sign)[0] for sign in folded if sign != " "}
    assert kinds <= {"L", "N"}


@given(st.text())
def test_composed_and_decomposed_text_fold_alike(text):
    composed = fold(unicodedata.normalize("NFC", text))

    assert fold(unicodedata.normalize("NFD", text)) == composed


def test_spelling_keeps_the_vowel_signs_that_folding_drops():
    assert fold("जीना") == fold("जाना")
    assert spell("जीना") != spell("जाना")
    assert spell("  JEENA, जीना! ") == f"jeena {spell('जीना')}"


def test_words_are_the_folded_ones_in_order():
    assert words("Mount St. Helens’ Clinic") == ("mount", "st", "helens", "clinic")
    assert words(" – ") == ()


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 clinics"), (1, "1 clinic"), (2000, "2,000 clinics")]
)
def test_a_number_has_its_noun_in_the_right_form(number, said):
    assert counted(number, "clinic", "clinics") == said
