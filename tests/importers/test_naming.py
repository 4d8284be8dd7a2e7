"""Listings are called what their sources call them."""

import pytest

from locator.importers.naming import name_of, title_of
from locator.models import SourceRecord

OF_A_DIRECTORY = {
    "name1": " Elm Grove ",
    "name2": "Day House",
    "street1": "1200 Sample Street",
    "city": "Austin",
}
OF_OUR_OWN = {
    "rows": [
        {"name": "Elm Grove", "street": "1200 Sample Street", "city": "Austin"},
        {"name": "Elm Grove", "city": "Austin"},
    ]
}


@pytest.mark.parametrize(
    ("raw", "name", "title"),
    [
        (
            OF_A_DIRECTORY,
            "Elm Grove, Day House",
            "Elm Grove, Day House, 1200 Sample Street, Austin",
        ),
        (OF_OUR_OWN, "Elm Grove", "Elm Grove, 1200 Sample Street, Austin"),
        ({}, "", "key-7"),
        ({"name1": None, "city": "Austin"}, "", "Austin"),
    ],
)
def test_a_listing_is_called_as_its_source_wrote_it(raw, name, title):
    record = SourceRecord(raw=raw, key="key-7")

    assert (name_of(record), title_of(record)) == (name, title)
