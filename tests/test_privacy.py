"""What every visitor is promised, page by answer."""

import pytest

PAGES = [
    "/",
    "/clinics/",
    "/clinics/?place=Texas&visit=remote&category=telemedicine",
    "/clinics/?place=nonsense&within=far&page=x",
    "/clinics.geojson?place=Texas",
    "/clinics/clear-creek-care/",
    "/clinics.geojson?place=Texas&view=map&bbox=-98,29,-97,31&zoom=8",
    "/clinics.geojson?place=Texas&lat=1",
    "/es/clinics/?place=Texas",
    "/compare/?clinic=clear-creek-care&clinic=nobody&place=Texas",
    "/browse/us/tx/",
    "/browse/us/nowhere/",
    "/sitemap.xml",
    "/places/?q=austin",
    "/telehealth-and-telemedicine/",
    "/about/",
    "/robots.txt",
    "/brand.css",
    "/nowhere/",
]


@pytest.fixture(params=PAGES)
def answer(request, client, make_clinic):
    make_clinic("Clear Creek Care", covers=["US-TX"], at=(30.27, -97.74))
    return client.get(request.param)


def test_no_page_sets_a_cookie_or_depends_on_one(answer):
    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


def test_every_page_keeps_to_its_own_host(answer):
    policy = answer["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_every_page_tells_other_sites_nothing(answer):
    assert answer["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in answer["Permissions-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]


def test_nothing_but_the_admin_opens_a_session(answer):
    assert "sessionid" not in answer.client.cookies
