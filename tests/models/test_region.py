import pytest

from locator.models import Region


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("United States", "the United States"),
        ("Philippines", "the Philippines"),
        ("U.S. Virgin Islands", "the U.S. Virgin Islands"),
        ("District of Columbia", "the District of Columbia"),
        ("Texas", "Texas"),
        ("Rhode Island", "Rhode Island"),
        ("India", "India"),
    ],
)
def test_a_name_takes_its_article_inside_a_sentence(name, phrase):
    assert Region(code="ZZ", name=name).phrase("en") == phrase


def test_a_name_of_another_language_takes_no_english_article():
    region = Region(
        code="US",
        name="United States",
        translations={"es": {"name": "Estados Unidos"}},
    )

    assert region.phrase("es") == "Estados Unidos"
