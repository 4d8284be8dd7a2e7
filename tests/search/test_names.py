"""Clinics by words, held against a look at every name."""

import pytest
from django.db import connection
from hypothesis import assume, given
from hypothesis import strategies as st

from locator.geo import Point
from locator.models import Clinic, DataVersion, OtherName, SearchWord, Versioned
from locator.search import entries, find, names
from locator.search.query import SearchQuery
from locator.text import words
from tests.making import make_clinic

from . import read_back
from .drawn import NOW

AUSTIN = (30.267, -97.743)
PIECES = ["ash", "Ashton", "grove", "gro", "Ñandú", "nandu", "दीप", "दीपक", "द"]
SIGNS = ["O'Hara", "St.", "1", "ca"]
LONG = ["A" * 120, "a" * 90]
CALLED = [
    ("Ash Grove", "", "Ashton"),
    ("Ashton St. Clinic", "Ñandú", "Grove City"),
    ("दीप ash", "", "Pune"),
    ("दीपक Care", "O'Hara programme", "Austin"),
    ("1 Grove", "nandu", "Nandu"),
    ("Ash-Ashton 1", "", "दीप"),
    ("A" * 120, "", "O’Hara"),
    ("100% Care_Now", "", "St Ash"),
]


@pytest.fixture(scope="module")
def directory(django_db_setup, django_db_blocker):
    """Clinics of all those names, as plain ones are read back."""
    with django_db_blocker.unblock():
        for name, programme, city in CALLED:
            clinic = make_clinic(name, programme=programme, city=city, at=AUSTIN)
        OtherName.objects.create(clinic=clinic, name="Also Ashgrove")
        entries.rebuild([clinic.pk])
        yield
        Clinic.objects.all().delete()
        entries.rebuild_all()
        DataVersion.objects.filter(part=Versioned.CLINICS).delete()


# Where words hit more clinics than that, a search looks near first.
@pytest.mark.parametrize("few", [0, 5000])
@pytest.mark.parametrize("point", [None, Point(*AUSTIN)])
@given(
    st.lists(st.sampled_from([*PIECES, *SIGNS, *LONG]), min_size=1)
    | st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=3)
)
@pytest.mark.django_db
@pytest.mark.usefixtures("directory")
def test_words_find_the_clinics_that_a_look_at_every_name_finds(
    monkeypatch, few, point, pieces
):
    monkeypatch.setattr(names, "FEW", few)
    asked = words(" ".join(pieces))
    assume(asked)
    query = SearchQuery(now=NOW, point=point, region="", words=asked, page_size=100)

    found = {hit.clinic_id for hit in find(query).hits}

    told = {each.id for each in read_back.published(query) if each.is_named}
    assert found == told
    assert names.is_hit(asked) == bool(told)


@pytest.mark.django_db
@pytest.mark.usefixtures("directory")
def test_words_are_read_from_their_index_alone():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # So few words are read whole as fast: whether the index can be used counts.
            cursor.execute("SET LOCAL enable_seqscan = off")
    for which in ({"word": "ash"}, {"word__begins": "as"}):
        found = SearchWord.objects.filter(**which).values("clinic")
        assert "search_word_begins" in found.explain()
