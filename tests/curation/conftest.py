import pytest

from locator import curation, inspecting
from locator.models import (
    OldSlug,
    RecordMatch,
    Report,
    WebsiteCheck,
)
from tests.making import at_once

from .rows import MARCH, make_record, propose


@pytest.fixture
def pair(make_clinic, curator):
    """A winner, and a loser that has one of everything that can hang on a clinic."""
    door = {"street": "1 Main Street", "postal_code": "78701"}
    with at_once():
        winner = make_clinic("River Clinic", covers=["US-TX"], **door)
        loser = make_clinic(
            "River Clinic of Austin",
            covers=["US-OK"],
            **door,
            phone="+15125550199",
            languages=["en", "es"],
            payments=["self-pay"],
            accessibility=["step-free"],
            website="https://river.example",
        )
        older = make_clinic("Older double", covers=["US-OK"], phone="")
        neighbour = make_clinic("Not the same", covers=["US-TX"])
        before = make_clinic("Nor this one", covers=["US-TX"])
    loser.other_names.create(name="River House")
    loser.identifiers.create(authority="NPI", value="123")
    OldSlug.objects.create(slug="river-of-old", clinic=loser)
    curation.merge(loser, older, by=curator)
    record = make_record(loser, service=loser.services.first())
    RecordMatch.objects.create(record=record, clinic=loser, reasons=["new"], at=MARCH)
    propose(record, "email", "new@river.example")
    Report.objects.create(clinic=loser, topics=["phone"], sent_at=MARCH)
    WebsiteCheck.objects.create(clinic=loser, url=loser.website, at=MARCH, failures=1)
    curation.tell_apart(loser, neighbour, by=curator)
    curation.tell_apart(before, loser, by=curator)
    curation.verify(loser, by=curator, method="phoned", at=MARCH)
    inspecting.refresh([winner.pk, loser.pk])
    return winner, loser
