"""How many clinics offer each service where a visitor will be, and the way to them."""

import pytest

from locator.models import ServiceType
from tests.making import at_once, make_place
from tests.markup import read

ADDRESS = "/telehealth-and-telemedicine/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clinics(make_clinic):
    austin = (30.267, -97.743)
    make_place("Austin", at=austin, population=961_855)
    make_place("Texas", kind="region", at=None)
    make_place("Springfield", at=(39.8, -89.6), region="US-IL", population=114_000)
    make_place("Springfield", at=(37.2, -93.3), region="US-MO", population=169_000)
    with at_once():
        make_clinic("Here", at=austin, covers=["US-TX"])
        make_clinic("Also Here", covers=["US-TX"], type="remote-monitoring")
        make_clinic("There", covers=["US-OH"])
        make_clinic("Books", type="appointment-booking", region="US-OH")


def counted(client, **where):
    """The number beside each service, and where it leads, by its code."""
    page = read(client.get(ADDRESS, where))
    found = {}
    for item in page.one(id="services").all("li"):
        if item.attrs.get("id", "").startswith("type-"):
            link, count = item.one("a"), item.one("span", class_="services-list__count")
            code = item.attrs["id"].removeprefix("type-")
            found[code] = (count.text, link.attrs["href"])
    return found


def test_without_a_place_the_whole_directory_is_counted(client):
    found = counted(client)

    assert found["consultation"] == ("2 clinics", "/clinics/?type=consultation")
    assert found["remote-monitoring"][0] == "1 clinic"
    assert found["reminders"][0] == "none listed"
    assert set(found) == set(ServiceType.objects.values_list("code", flat=True))


@pytest.mark.parametrize(
    "where", [{"place": "Austin"}, {"place": "Texas"}, {"region": "US-TX"}]
)
def test_clinics_are_counted_for_the_region_of_the_visitor(client, where):
    found = counted(client, **where)

    assert found["consultation"] == (
        "1 clinic",
        "/clinics/?region=US-TX&type=consultation",
    )
    # It needs no licence, so it is for anybody.
    assert found["appointment-booking"][0] == "1 clinic"


@pytest.mark.parametrize("where", [{}, {"place": "Austin"}, {"region": "US"}])
def test_a_number_leads_to_as_many_clinics(client, where):
    for told, link in counted(client, **where).values():
        total = client.get(link).context_data["results"].total
        assert told.split()[0] == (str(total) if total else "none")


@pytest.mark.parametrize("where", [{}, {"region": "US-TX"}])
def test_so_does_that_of_all_services_of_a_kind(client, where):
    offers = client.get(ADDRESS, where).context_data["offers"]

    for each in (offers.telemedicine, offers.other_telehealth):
        assert client.get(each.url).context_data["results"].total == each.clinics


def test_a_clinic_that_comes_is_counted_at_once(client, make_clinic):
    before = counted(client)["consultation"][0]

    make_clinic("New", covers=["US-OH"])

    assert (before, counted(client)["consultation"][0]) == ("2 clinics", "3 clinics")


def test_of_a_country_it_is_said_that_care_for_its_parts_is_left_out(client):
    page = read(client.get(ADDRESS, {"region": "US"})).one(id="services")

    assert "name your state to count all that treats you there" in page.text


def test_an_ambiguous_place_is_to_be_picked_and_answers_are_kept(client):
    page = read(client.get(ADDRESS, {"place": "Springfield", "how": "see"}))
    services = page.one(id="services")

    links = [each.attrs["href"] for each in services.one("ul", class_="picks").all("a")]
    assert links[0] == f"{ADDRESS}?how=see&place=Springfield%2C+MO#services"
    assert "2 clinics" in services.text


def test_an_unknown_place_is_said_to_be_unknown(client):
    services = read(client.get(ADDRESS, {"place": "Nowhere"})).one(id="services")

    assert "We found no place called “Nowhere”." in services.text
    assert "of all clinics that we list" in services.text


def test_a_region_that_is_none_is_said_to_be_none(client):
    services = read(client.get(ADDRESS, {"region": "US-ZZ"})).one(id="services")

    assert "We know no region “US-ZZ”" in services.text


def test_words_of_a_crisis_bring_the_helplines(client):
    page = read(client.get(ADDRESS, {"place": "suicide"}))

    assert page.one(id="crisis-title")


def test_the_page_asks_little_of_the_database(client, django_assert_max_num_queries):
    client.get(ADDRESS)

    with django_assert_max_num_queries(2):
        client.get(ADDRESS)
    # Three searches, each with the place, how many treat there, and these.
    with django_assert_max_num_queries(10):
        client.get(ADDRESS, {"place": "Austin", "how": "see"})
