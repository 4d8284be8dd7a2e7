"""All words by which clinics are found, kept for the spelling of others."""

from locator.models import DataVersion, SearchWord, Versioned
from locator.search import names


def test_the_vocabulary_holds_each_word_with_its_clinics(make_clinic):
    make_clinic("Ash Grove", city="Austin")
    make_clinic("Ash House", city="Austin")

    known = names.vocabulary()

    assert known.clinics == {"ash": 2, "austin": 2, "grove": 1, "house": 1}
    assert list(known.words) == ["ash", "austin", "grove", "house"]
    assert known.has("ash", begun=False)
    assert not known.has("as", begun=False)
    assert known.has("as", begun=True)
    assert not known.has("b", begun=True)
    assert not known.has("z", begun=True)


def test_the_vocabulary_is_read_anew_when_a_clinic_changed(
    make_clinic, django_assert_num_queries
):
    make_clinic("Ash")
    names.vocabulary()

    with django_assert_num_queries(1):
        assert not names.vocabulary().has("oak", begun=False)
    make_clinic("Oak")
    assert names.vocabulary().has("oak", begun=False)


def test_without_a_token_the_vocabulary_is_never_an_old_one(make_clinic):
    make_clinic("Ash")
    names.vocabulary()
    DataVersion.objects.filter(part=Versioned.CLINICS).delete()
    SearchWord.objects.all().delete()

    assert not names.vocabulary().has("ash", begun=False)
