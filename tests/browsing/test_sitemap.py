"""What search engines are told of: every page, each in its languages."""

from xml.etree import ElementTree

import pytest

from locator.browsing.sitemap import Sitemap
from locator.models import DataVersion, Versioned
from locator.search import holdings

pytestmark = pytest.mark.django_db

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def xml(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def locations(tree):
    return [each.text for each in tree.iterfind(".//s:loc", NAMES)]


def pages(client):
    """Every address of every part."""
    return [
        location
        for part in locations(xml(client, "/sitemap.xml"))
        for location in locations(xml(client, part.removeprefix("http://testserver")))
    ]


def test_every_page_is_there_in_each_language(client, make_clinic):
    make_clinic("Clear Creek Care", city="Austin", region="US-TX")

    found = pages(client)

    for path in (
        "",
        "about/",
        "telehealth-and-telemedicine/",
        "browse/",
        "browse/us/",
        "browse/us/tx/",
        "browse/us/tx/austin/",
        "clinics/clear-creek-care/",
    ):
        for language in ("", "es/", "hi/"):
            assert f"http://testserver/{language}{path}" in found
    assert len(found) == len(set(found))


def test_every_address_answers_and_is_the_one_of_record(client, make_clinic):
    make_clinic("Clear Creek Care", city="Coeur d'Alene", region="US-ID")

    for url in pages(client):
        response = client.get(url.removeprefix("http://testserver"))
        assert response.status_code == 200, url
        assert "X-Robots-Tag" not in response, url
        assert f'rel="canonical" href="{url}"' in response.content.decode(), url


def test_each_language_names_all_others(client, make_clinic):
    make_clinic("Clear Creek Care")

    (english, spanish, _hindi) = xml(client, "/sitemap-clinics-1.xml")

    for url in (english, spanish):
        others = url.iterfind("x:link", NAMES)
        assert {each.attrib["hreflang"]: each.attrib["href"] for each in others} == {
            "en": "http://testserver/clinics/clear-creek-care/",
            "es": "http://testserver/es/clinics/clear-creek-care/",
            "hi": "http://testserver/hi/clinics/clear-creek-care/",
            "x-default": "http://testserver/clinics/clear-creek-care/",
        }


def test_samples_and_what_counts_them_are_left_out(client, make_clinic):
    make_clinic("Real", city="Austin")
    make_clinic("Invented", city="Austin", is_sample=True)

    found = pages(client)

    assert "http://testserver/clinics/real/" in found
    assert [url for url in found if "invented" in url or "browse" in url] == []


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_clinics_that_visitors_may_not_see_are_left_out(client, make_clinic, status):
    reason = {"withdrawn_reason": "closed"} if status == "withdrawn" else {}
    make_clinic("Gone", status=status, **reason)

    assert [url for url in pages(client) if "gone" in url] == []


def test_a_large_directory_is_parted(make_clinic):
    for name in ("A", "B", "C"):
        make_clinic(name, city=f"{name}ville")

    sitemap = Sitemap(holdings.current(), pages_a_part=2)

    assert sitemap.parts()[-4:] == ["towns-1", "towns-2", "clinics-1", "clinics-2"]
    assert sitemap.paths("clinics-1") == ["/clinics/a/", "/clinics/b/"]
    assert sitemap.paths("clinics-2") == ["/clinics/c/"]


@pytest.mark.parametrize(
    "part",
    ["clinics-2", "clinics-0", "clinics", "clinics--1", "x-1", f"clinics-{'9' * 99}"],
)
def test_a_part_that_there_is_not_is_not_found(client, make_clinic, part):
    make_clinic()

    assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_an_empty_directory_has_its_pages_to_read(client):
    DataVersion.bump(Versioned.CLINICS)

    assert "http://testserver/about/" in pages(client)


def test_robots_are_told_where_the_sitemap_is(client):
    told = client.get("/robots.txt").content.decode()

    assert "Sitemap: http://testserver/sitemap.xml\n" in told
