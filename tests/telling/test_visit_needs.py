import pytest

from locator.catalogues import current
from locator.models import Service
from locator.telling.visit_needs import RemoteVisit, in_full, in_short

pytestmark = pytest.mark.django_db


def visit(*, modalities=(), features=(), **facts):
    known = current()
    facts = {"service_type_id": "consultation", "remote": "yes"} | facts
    return RemoteVisit(
        Service(**facts),
        tuple(known.modalities.by_code[code] for code in modalities),
        tuple(known.accessibility.by_code[code] for code in features),
    )


def test_each_way_names_its_device():
    told = visit(modalities=["video", "phone", "message", "app"])

    assert in_full(told) == (
        "By video: a smartphone, tablet or computer with camera, and internet",
        "By phone: any telephone, no internet",
        "By messages: a phone or computer to write on",
        "By app: a smartphone or computer that runs the clinic’s app",
    )
    assert in_short(told) == (
        "Device with camera and internet, any phone, phone or computer to write on or "
        "device for the clinic’s app",
    )


def test_app_sound_help_age_and_first_visit_are_told():
    told = visit(
        modalities=["phone"],
        features=["step-free", "captions"],
        platform="any browser",
        sound_only="yes",
        interpreter="yes",
        minimum_age=13,
        first_visit_in_person="yes",
    )

    assert in_full(told)[1:] == (
        "App or browser: any browser",
        "Possible by sound alone",
        "An interpreter can join the visit",
        "Captions in video visits",
        "From 13 years",
        "First visit in person",
    )
    assert in_short(told) == (
        "Any phone",
        "App or browser: any browser",
        "Possible by sound alone",
        "An interpreter can join the visit",
        "Captions in video visits",
        "First visit in person",
    )


def test_a_stated_no_is_told_too():
    told = visit(sound_only="no", interpreter="no", first_visit_in_person="no")

    assert in_full(told) == (
        "Not by sound alone",
        "No interpreter in the visit",
        "The first visit can be remote too",
    )


@pytest.mark.parametrize("remote", ["no", "unknown"])
def test_nothing_is_needed_for_a_visit_that_is_not_stated(remote):
    told = visit(modalities=["video"], remote=remote)

    assert in_full(told) == in_short(told) == ()


def test_booking_is_no_visit():
    assert (
        in_full(visit(modalities=["app"], service_type_id="appointment-booking")) == ()
    )


def test_signing_is_told_as_what_the_clinic_offers():
    told = visit(features=["sign-language", "support-person"])

    assert in_full(told) == ("Sign language is offered", "A companion may join")
