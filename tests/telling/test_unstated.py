import pytest

from locator.models import Service
from locator.telling import unstated

pytestmark = pytest.mark.django_db


def asked(clinic, **states):
    facts = {"states_language": False, "states_payment": False} | states
    return unstated.of_service(Service.objects.get(clinic=clinic), **facts)


def test_all_that_a_listing_leaves_unsaid_is_asked_the_most_telling_first(make_clinic):
    clinic = make_clinic(at=(30, -97), covers=["US-TX"], basis="assumed_home_region")

    assert asked(clinic) == [
        "Is the visit by video, by phone, or in another way?",
        "May you treat me remotely where I will be during the visit?",
        "Do you take new patients?",
        "Do you see people of my age?",
        "Do you speak my language?",
        "How can I pay, and what will it cost?",
        "What do I need for a remote visit: a camera, an app?",
        "Must I come in person the first time?",
        "Do I need a referral?",
        "Can an interpreter join the visit?",
    ]


def test_what_is_stated_is_not_asked(make_clinic):
    clinic = make_clinic(
        covers=["US-TX"],
        modalities=["video"],
        accepting="yes",
        minimum_age=18,
        languages=["en"],
        platform="any browser",
        referral="no",
        interpreter="no",
    )

    assert asked(clinic, states_language=True, states_payment=True) == []


def test_where_it_may_treat_is_asked_unless_somebody_vouches_for_a_region(make_clinic):
    question = "May you treat me remotely where I will be during the visit?"
    licensed = make_clinic("Licensed", covers=["US-TX"])
    unknown = make_clinic("Unknown", covers=["US-TX"], basis="unknown")
    at_home = make_clinic("At home", at=(30, -97), remote="no")

    assert question not in asked(licensed)
    assert question in asked(unknown)
    assert question not in asked(at_home)


def test_a_parameter_sends_to_the_clinic_with_its_question():
    assert unstated.ask("accepting") == "Ask the clinic: “Do you take new patients?”"
    assert unstated.ask("place") == ""
