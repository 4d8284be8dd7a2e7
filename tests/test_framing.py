import pytest

NEWS = "https://news.example.org"


@pytest.fixture
def open_site(settings):
    """A site whose pages the news may frame."""
    settings.LOCATOR_FRAME_ANCESTORS = [NEWS]


def test_nobody_may_frame_the_site(client):
    response = client.get("/brand.css")

    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_whom_the_operator_names_may_frame_the_public_pages(open_site, client):
    response = client.get("/brand.css")

    assert f"frame-ancestors {NEWS}" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response


def test_nobody_may_frame_the_admin(open_site, client, db):
    response = client.get("/admin/login/")

    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
