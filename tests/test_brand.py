import pytest

from locator.brand import brand


def test_the_brand_is_the_operators(settings):
    settings.LOCATOR_NAME = "Prairie Care Finder"
    settings.LOCATOR_CONTACT_EMAIL = "desk@prairie.example"

    told = brand()["brand"]

    assert told["name"] == "Prairie Care Finder"
    assert told["contact_email"] == "desk@prairie.example"


@pytest.mark.parametrize(
    ("accent", "css"), [("#1a6f5c", ":root { --accent: #1a6f5c; }\n"), ("", "")]
)
def test_the_accent_is_a_style_sheet_of_the_sites_own(client, settings, accent, css):
    settings.LOCATOR_ACCENT = accent

    response = client.get("/brand.css")

    assert response.content.decode() == css
    assert response["Content-Type"] == "text/css"
