import pytest

from locator.models import Clinic, Phone
from locator.search.query import Contact
from locator.telling.contact import contacts_of, email_url, relay

VOICE, TEXT = 1 << Contact.PHONE, 1 << Contact.TEXT


@pytest.mark.parametrize(
    ("region", "contacts", "told"),
    [
        ("US-TX", VOICE, "US relay: dial 711"),
        ("US-PR", VOICE, "US relay: dial 711"),
        ("US-TX", VOICE | TEXT, ""),
        ("US-TX", 0, ""),
        ("IN-KA", VOICE, ""),
        ("", VOICE, ""),
    ],
)
def test_the_relay_is_told_where_a_voice_call_is_the_only_way(region, contacts, told):
    assert relay(Clinic(region_id=region or None), contacts) == told


def test_ways_to_reach_a_clinic_are_those_that_searches_read(make_clinic):
    clinic = make_clinic(email="a@b.example")
    Phone.objects.create(clinic=clinic, number="+15125550101", purpose="fax")
    silent = make_clinic("Silent", phone="")
    Phone.objects.create(clinic=silent, number="+15125550102", purpose="text")

    assert contacts_of(clinic, clinic.phones.all()) == VOICE | 1 << Contact.EMAIL
    assert contacts_of(silent, silent.phones.all()) == TEXT


def test_nobody_is_written_to_at_a_sample():
    assert email_url(Clinic(email="a@b.example", is_sample=True)) == ""
    assert email_url(Clinic(email="a?b@c.example")) == "mailto:a%3Fb@c.example"
