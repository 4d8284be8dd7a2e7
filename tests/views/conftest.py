"""A directory to look at page by page."""

import pytest

from locator import catalogues
from locator.models import Organization
from tests.making import make_place


@pytest.fixture
def austin():
    return make_place("Austin", at=(30.267, -97.743), population=961_855)


@pytest.fixture
def site(make_clinic, austin):
    """A directory with something of everything."""
    make_place("Springfield", at=(39.8, -89.6), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.3), region="US-MO", population=169_000)
    return everything(make_clinic)


def everything(make_clinic, **facts):
    """A clinic that states all that there is to state."""
    known = catalogues.current()

    def codes(choices):
        return [entry.code for entry in choices]

    return make_clinic(
        "Clear Creek Care",
        at=(30.3, -97.7),
        covers=["US-TX"],
        organization=Organization.objects.create(name="Hill Country Health"),
        street="1200 Example Street",
        city="Austin",
        postal_code="78701",
        email="hello@clear-creek.example",
        website="https://clear-creek.example/",
        booking_url="https://clear-creek.example/book",
        time_zone="America/Chicago",
        opening_hours="Mo-Fr 08:00-18:00; Sa 22:00-02:00",
        source="samhsa-mental-health",
        specialties=codes(known.specialties),
        modalities=codes(known.modalities),
        languages=codes(known.languages),
        payments=codes(known.payments),
        accessibility=codes(known.accessibility),
        age_groups=codes(known.age_groups),
        eligibility=codes(known.eligibilities),
        accepting="yes",
        **facts,
    )
