import json

import pytest

from locator.clinic_page.structured import json_ld
from locator.telling.wording import phone_line

AT = (30.354, -97.7431)
URL = "https://clinics.example/clinics/clear-creek-care/"


@pytest.fixture
def told(db):
    """What search engines are told of a clinic."""

    def told(clinic):
        phones = [
            phone_line(each, is_sample=clinic.is_sample) for each in clinic.phones.all()
        ]
        return json_ld(clinic, phones, URL)

    return told


def test_json_ld_holds_stated_facts_and_cannot_end_its_script(told, make_clinic):
    clinic = make_clinic(
        "</script><b>Care & Co", at=AT, slug="clear-creek-care", city="Austin"
    )

    text = told(clinic)
    stated = json.loads(text)

    assert "<" not in text
    assert stated == {
        "@context": "https://schema.org",
        "@type": "MedicalClinic",
        "@id": URL,
        "url": URL,
        "name": "</script><b>Care & Co",
        "telephone": "+15125550100",
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Austin",
            "addressRegion": "TX",
            "addressCountry": "US",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": AT[0], "longitude": AT[1]},
    }


def test_a_sample_has_nothing_for_machines(told, make_clinic):
    assert told(make_clinic(is_sample=True)) == ""


def test_a_number_is_told_with_its_extension(told, make_clinic):
    clinic = make_clinic(phone="")
    clinic.phones.create(number="+15125550123", extension="206")

    assert json.loads(told(clinic))["telephone"] == "+15125550123;ext=206"
