import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.models import PlaceName
from locator.text import fold
from tests.making import make_place

pytestmark = pytest.mark.django_db

NAMES = ["austin", "austin tx", "Aust", "दप", "दपक", "東京", "z", "Z"]
SIGNS = ["a%", "a_b", "a\\"]
PREFIXES = [name[:length] for name in NAMES for length in range(1, len(name) + 1)]


@pytest.fixture
def named(db):
    place = make_place("Somewhere", at=None)
    PlaceName.objects.all().delete()
    for name in [*NAMES, *SIGNS]:
        PlaceName.objects.create(place=place, folded=name, kind=PlaceName.Kind.OFFICIAL)


@given(st.sampled_from(PREFIXES) | st.text(min_size=1, max_size=3))
def test_names_begin_with_a_prefix_sign_by_sign(named, prefix):
    prefix = "".join(sign for sign in prefix if sign != "\0" and sign.isprintable())

    found = PlaceName.objects.filter(folded__begins=prefix)

    assert sorted(found.values_list("folded", flat=True)) == sorted(
        name for name in [*NAMES, *SIGNS] if name.startswith(prefix)
    )


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "*", "["])
def test_signs_that_mean_something_to_a_database_are_signs(named, text):
    found = PlaceName.objects.filter(folded__begins=f"a{text}")

    assert {name.folded[1] for name in found} <= {text}


def test_what_is_folded_is_found_by_its_beginning():
    make_place("São Paulo", at=None, region="BR")

    assert PlaceName.objects.filter(folded__begins=fold("SÃO")).exists()
