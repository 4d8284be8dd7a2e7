import pytest
from django.core.exceptions import ValidationError

from locator import curation
from locator.models import (
    PossibleDuplicate,
)

pytestmark = pytest.mark.django_db


def test_two_clinics_that_somebody_told_apart_are_decided(make_clinic, curator):
    one, other = make_clinic("One"), make_clinic("Other")

    curation.tell_apart(other, one, by=curator, note="Two doors")

    decided = PossibleDuplicate.objects.get(first=one, second=other)
    assert (decided.state, decided.note) == ("different", "Two doors")


def test_clinics_that_are_one_by_now_are_not_told_apart(pair, curator):
    winner, loser = pair
    curation.merge(winner, loser, by=curator)

    with pytest.raises(ValidationError, match="Take the merge back first"):
        curation.tell_apart(winner, loser, by=curator)
    with pytest.raises(ValidationError, match="It takes two"):
        curation.tell_apart(winner, winner, by=curator)
