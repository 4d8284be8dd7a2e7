import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator import catalogues
from locator.asking.suggesting import (
    meanings,
    phrases,
    respelled,
    suggested,
    unknown_words,
)
from locator.models import DataVersion, Specialty, Versioned
from locator.search import names

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(db):
    return catalogues.current()


@pytest.fixture
def meant(known):
    """What a text that finds no clinic stands for, as `parameter=code`."""

    def meant(text, **told):
        found = suggested(text, known, is_found=False, **told).meanings
        return [f"{each.name}={each.code}" for each in found]

    return meant


# --- Everyday words ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("rash", "specialty=skin"),
        ("Rashes", "specialty=skin"),
        ("skin", "specialty=skin"),
        ("dermatologist", "specialty=skin"),
        ("dermatalgist", "specialty=skin"),
        ("psichiatrist", "specialty=mental-health"),
        ("diabetis", "specialty=diabetes"),
        ("high blood pressure", "specialty=heart"),
        ("sarpullido", "specialty=skin"),
        ("depresión", "specialty=mental-health"),
        ("DEPRESION", "specialty=mental-health"),
        ("dolor de espalda", "specialty=bones-joints"),
        ("salud mental", "specialty=mental-health"),
        ("त्वचा", "specialty=skin"),
        ("खुजली", "specialty=skin"),
        ("शुगर", "specialty=diabetes"),
        ("सिर दर्द", "specialty=brain-nerves"),
        ("prescription", "type=remote-prescribing"),
        ("receta", "type=remote-prescribing"),
        ("medicaid", "payment=medicaid"),
        ("medicade", "payment=medicaid"),
        ("spanish", "language=es"),
        ("español", "language=es"),
        ("हिन्दी", "language=hi"),
    ],
)
def test_everyday_words_find_the_answer_that_they_stand_for(meant, text, answer):
    assert answer in meant(text)


def test_a_phrase_comes_before_its_words_and_the_other_words_stay(known):
    (meaning,) = meanings("austin back pain", phrases(known))

    assert (meaning.code, meaning.rest) == ("bones-joints", "austin")


def test_words_that_several_answers_have_offer_them_all(meant):
    assert meant("no insurance") == [
        "payment=self-pay",
        "payment=sliding-fee",
        "payment=payment-assistance",
        "payment=free",
    ]


def test_vowel_signs_tell_hindi_words_apart(known):
    Specialty.objects.filter(code="skin").update(synonyms=["जीना"])
    DataVersion.bump(Versioned.CATALOGUES)

    called = phrases(catalogues.current())

    assert [each.code for each in meanings("जीना", called)] == ["skin"]
    assert meanings("जाना", called) == []


def test_words_that_clinics_have_are_taken_for_nothing_else(make_clinic, known):
    make_clinic("Dermatalgist House")

    told = suggested("dermatalgist", known, is_found=True)

    assert (told.meanings, told.spelling) == ((), "")
    assert suggested("dermatalgist", known, is_found=False).meanings == ()


@pytest.mark.parametrize("text", ["marriage", "cat", "zzz", "the", "%", "e"])
def test_words_like_nothing_stand_for_nothing(meant, text):
    assert meant(text) == []


def test_a_retired_answer_is_not_offered(meant):
    Specialty.objects.filter(code="skin").update(is_retired=True)
    DataVersion.bump(Versioned.CATALOGUES)

    found = suggested("rash", catalogues.current(), is_found=False)

    assert found.meanings == ()


def test_phrases_are_read_anew_when_a_curator_adds_one(known):
    assert meanings("zozobra", phrases(known)) == []
    Specialty.objects.filter(code="skin").update(synonyms=["zozobra"])
    DataVersion.bump(Versioned.CATALOGUES)

    found = meanings("zozobra", phrases(catalogues.current()))

    assert [each.code for each in found] == ["skin"]


# --- Spelling ------------------------------------------------------------------------


@pytest.fixture
def vocabulary(make_clinic):
    for name, city in [
        ("Clearwater Clinic", "Austin"),
        ("Clearwater House", "Dallas"),
        ("Clínica Ñandú", "San José"),
        ("स्वास्थ्य केंद्र", "Pune"),
    ]:
        make_clinic(name, city=city)
    return names.vocabulary()


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Clearwatre", "clearwater"),
        ("claerwater clinic", "clearwater clinic"),
        ("clearwater dalas", "clearwater dallas"),
        ("ñandu clinca", "ñandu clinica"),
        ("clearwater", ""),
        ("clearw", ""),
        ("Clearwatre zzzzz", ""),
        ("claerwater pune", ""),
        ("cl", ""),
        ("", ""),
        ("!!", ""),
    ],
)
def test_words_that_no_clinic_has_get_the_nearest_spelling_that_finds_one(
    vocabulary, text, spelling
):
    assert respelled(text, vocabulary) == spelling


def test_hindi_names_are_spelled_too(vocabulary):
    assert not unknown_words("स्वास्थ्य", vocabulary)


def test_of_two_like_spellings_the_commoner_wins(make_clinic):
    for number in range(12):
        make_clinic(f"Harbor {number}")
    make_clinic("Harber")

    assert respelled("harbur", names.vocabulary()) == "harbor"


def test_the_rest_of_a_meaning_is_spelled_right(vocabulary, known):
    (meaning,) = suggested("rash austn", known, is_found=False).meanings

    assert (meaning.code, meaning.rest) == ("skin", "austin")


def test_what_stands_for_an_answer_is_not_spelled_otherwise(make_clinic, known):
    make_clinic("Rasha House")

    assert suggested("rashs", known, is_found=False).spelling == ""


# --- Whatever is typed ---------------------------------------------------------------


@given(st.text(max_size=40))
def test_no_text_breaks_it(vocabulary, known, text):
    told = suggested(text, known, is_found=False)

    assert all(each.code for each in told.meanings)
    assert len(told.meanings) <= 4


def test_a_text_that_found_clinics_asks_nothing(known, django_assert_num_queries):
    phrases(known)

    with django_assert_num_queries(0):
        suggested("rash", known, is_found=True)


def test_a_text_that_found_none_asks_little(
    vocabulary, known, django_assert_max_num_queries
):
    # Each is one look at an index: whether a word is there, and at how many clinics.
    with django_assert_max_num_queries(7):
        suggested("clearwatre austn", known, is_found=False)
