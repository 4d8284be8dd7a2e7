from datetime import date

import pytest
from django.core.exceptions import ValidationError

from locator.models.dates import PartialDateField, last_day, worded


@pytest.mark.parametrize(
    ("partial", "day", "words"),
    [
        ("2022", date(2022, 12, 31), "2022"),
        ("2023-11", date(2023, 11, 30), "November 2023"),
        ("2024-02", date(2024, 2, 29), "February 2024"),
        ("2024-02-03", date(2024, 2, 3), "February 3, 2024"),
    ],
)
def test_a_date_keeps_its_precision(partial, day, words):
    assert last_day(partial) == day
    assert worded(partial) == words


@pytest.mark.parametrize("wrong", ["22", "2022-13", "2022-02-30", "0000", "May 2022"])
def test_what_is_no_date_is_refused_with_a_sentence(wrong):
    with pytest.raises(ValidationError) as refused:
        PartialDateField().clean(wrong, None)

    assert refused.value.messages[0].endswith(".")
