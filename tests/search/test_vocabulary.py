"""All words by which clinics are found, kept for the spelling of others."""

import pytest

from locator.models import Clinic, Spelling
from locator.search import entries, names


def test_the_vocabulary_knows_words_and_their_beginnings(make_clinic):
    make_clinic("Ash Grove", city="Austin")

    known = names.vocabulary()

    assert known.has("ash", begun=False)
    assert not known.has("as", begun=False)
    assert known.has("as", begun=True)
    assert not known.has("b", begun=True)


def test_of_spellings_as_like_the_one_with_more_clinics_is_the_nearest(make_clinic):
    make_clinic("Groves", city="")
    make_clinic("Grover", city="")
    make_clinic("Grover House", city="")

    assert names.vocabulary().nearest("grovel") == "grover"
    assert names.vocabulary().nearest("groves") == "groves"
    assert names.vocabulary().nearest("zebra") == ""


def test_words_of_a_new_clinic_are_known_at_once(
    make_clinic, django_assert_num_queries
):
    make_clinic("Grove", city="")
    names.vocabulary()

    with django_assert_num_queries(1):
        names.vocabulary()
    make_clinic("Maples", city="")
    with django_assert_num_queries(2):
        known = names.vocabulary()

    assert known.nearest("mapels") == "maples"
    assert known.nearest("grov") == "grove"


def test_a_word_that_no_clinic_has_any_more_is_not_offered(make_clinic):
    clinic = make_clinic("Maples", city="")
    assert names.vocabulary().nearest("mapels") == "maples"

    Clinic.objects.update(status="draft")
    entries.rebuild([clinic.pk])

    assert names.vocabulary().nearest("mapels") == ""


@pytest.mark.django_db
def test_spellings_that_were_made_anew_are_read_anew():
    names.learn(["maples"])
    assert names._read().nearest("maples") == ""

    Spelling.objects.all().delete()
    names.learn(["groves", "willow"])

    assert [*names._read()._spellings] == ["groves", "willow"]


def test_making_all_anew_forgets_what_no_clinic_has(make_clinic):
    clinic = make_clinic("Maples", city="")
    Clinic.objects.update(status="draft")
    entries.rebuild([clinic.pk])
    assert Spelling.objects.exists()

    entries.rebuild_all()

    assert not Spelling.objects.exists()
