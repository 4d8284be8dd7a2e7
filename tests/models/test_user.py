import pytest

from locator.models import User


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ({"first_name": "Ada", "last_name": "Lovelace"}, "Ada Lovelace"),
        ({"first_name": "Ada"}, "Ada"),
        ({}, "ada"),
    ],
)
def test_a_person_is_told_by_name_else_by_what_they_sign_in_with(names, called):
    person = User(username="ada", **names)

    told = str(person)

    assert told == called
