"""The directory by country, region and town, as a visitor walks along it."""

import json
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from locator import catalogues
from locator.browsing.reach import Reach
from locator.browsing.shelves import Shelves
from locator.browsing.towns import region_url, slug, town_url, towns
from locator.models import Clinic
from locator.search import find, holdings
from locator.search.query import SearchQuery, Visit
from tests.making import make_place
from tests.markup import read

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
AUSTIN = (30.267, -97.743)


def texts(elements):
    return [each.text for each in elements]


def page_at(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status
    return read(response)


def rows(page):
    """The table of regions: name, clinics there, remote care for patients there."""
    return [
        texts([*row.all("th"), *row.all("td")]) for row in page.one("tbody").all("tr")
    ]


# --- Addresses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Austin", "austin"),
        ("St. Louis", "st-louis"),
        ("Coeur d'Alene", "coeur-dalene"),
        ("Mayagüez", "mayaguez"),
        ("San  Antonio ", "san-antonio"),
        ("मुंबई", "मुंबई"),
        ("—", ""),
    ],
)
def test_an_address_has_the_folded_name_of_a_town(name, expected):
    assert slug(name) == expected
    assert slug(slug(name)) == expected


def test_addresses_go_from_country_to_region_to_town():
    assert region_url("US") == "/browse/us/"
    assert region_url("US-TX") == "/browse/us/tx/"
    assert town_url("US-TX", "austin") == "/browse/us/tx/austin/"
    assert town_url("IE", "dublin") == "/browse/ie/dublin/"


def test_an_address_in_other_letters_leads_to_the_one_in_small_ones(
    client, make_clinic
):
    make_clinic(city="San Antonio")

    response = client.get("/browse/US/Tx/San Antonio/")

    assert response.status_code == 301
    assert response["Location"] == "/browse/us/tx/san-antonio/"


def test_each_page_has_its_address_in_each_language(client, make_clinic):
    make_clinic(city="Austin")

    with translation.override("es"):
        path = reverse("locator:browse_town", args=["us", "tx", "austin"])

    assert path == "/es/browse/us/tx/austin/"
    assert "Austin, Texas" in page_at(client, path).one("h1").text


# --- Towns ---------------------------------------------------------------------------


def test_spellings_that_fold_alike_are_one_town_under_the_commonest(make_clinic):
    make_clinic("A", city="St. Louis", region="US-MO")
    make_clinic("B", city="St. Louis", region="US-MO")
    make_clinic("C", city="ST LOUIS", region="US-MO")

    (town,) = towns(["US-MO"])

    assert (town.name, town.slug, town.clinics) == ("St. Louis", "st-louis", 3)


def test_a_town_of_the_same_name_elsewhere_is_another(make_clinic):
    make_clinic("A", city="Springfield", region="US-IL")
    make_clinic("B", city="Springfield", region="US-MO")

    assert [(town.region, town.clinics) for town in towns()] == [
        ("US-IL", 1),
        ("US-MO", 1),
    ]


def test_clinics_that_visitors_may_not_see_are_in_no_town(make_clinic):
    make_clinic("A", city="Austin", status="draft")
    make_clinic("B", city="")

    assert towns() == []


# --- Who treats there from elsewhere -------------------------------------------------


@pytest.fixture
def all_over(make_clinic):
    """Clinics that reach far, that do not, and that only seem to."""
    at = AUSTIN
    make_clinic("Texan", at=at, covers=["US-TX"], basis="assumed_home_region")
    make_clinic("In person alone", at=at, remote="no")
    make_clinic("Idahoan for Texas", region="US-ID", covers=["US-ID", "US-TX"])
    make_clinic("Everywhere", region="US-ID", covers=["US", "US-TX"])
    make_clinic("On unknown ground", region="US-ID", covers=["US-TX"], basis="unknown")
    make_clinic("Not said", region="US-ID", covers=["US-TX"], remote="unknown")
    make_clinic(
        "Only booking", region="US-ID", type="appointment-booking", covers=["US-TX"]
    )
    make_clinic("Abroad", region="CA-ON", covers=["CA-ON", "US-TX"])
    make_clinic("Draft", region="US-ID", covers=["US-TX"], status="draft")


@pytest.mark.parametrize("region", ["US-TX", "US-ID", "US-NY", "CA-ON", "US"])
def test_remote_care_counts_what_a_search_for_remote_visits_finds(all_over, region):
    query = SearchQuery(now=NOW, region=region, is_area=True, visit=Visit.REMOTE)

    assert Reach.into(region[:2]).of(region) == find(query).total


def test_remote_care_from_elsewhere_leaves_out_what_stands_there(all_over):
    reach = Reach.into("US")

    assert reach.of("US-TX") == 4
    assert reach.from_elsewhere("US-TX") == 3
    assert reach.from_elsewhere("US-ID") == 0
    assert reach.from_elsewhere("US-NY") == 1


def test_a_region_says_how_many_stand_there_and_how_many_more_treat(client, all_over):
    lead = page_at(client, "/browse/us/tx/").one("p", class_="lead")

    assert lead.text == (
        "The directory holds 2 clinics in Texas. "
        "3 more, elsewhere, offer remote care to patients in Texas."
    )


# --- Pages ---------------------------------------------------------------------------


def test_the_first_page_lists_countries_with_their_clinics(client, all_over):
    items = page_at(client, "/browse/").one("ul", class_="shelf").all("li")

    assert texts(items) == ["United States 7 clinics", "Canada 1 clinic"]


def test_a_country_lists_every_region_in_a_table(client, all_over):
    told = {name: numbers for name, *numbers in rows(page_at(client, "/browse/us/"))}

    assert told["Texas"] == ["2", "4"]
    assert told["Idaho"] == ["5", "2"]
    assert told["Guam"] == ["0", "1"]
    assert len(told) == len(catalogues.current().subdivisions("US"))


def test_the_drawing_has_the_links_of_the_table_and_none_for_the_tab_key(
    client, all_over
):
    page = page_at(client, "/browse/us/")

    table = {a.attrs["href"] for a in page.one("tbody").all("a")}
    drawn = page.one("svg", role="group").all("a")
    assert {a.attrs["href"] for a in drawn} == table - {"/browse/us/um/"}
    assert {a.attrs["tabindex"] for a in drawn} == {"-1"}
    assert "Texas: 2 clinics" in [a.attrs["aria-label"] for a in drawn]


def test_no_outline_of_india_is_drawn(client, make_clinic):
    make_clinic(region="IN-MH", covers=["IN"])

    page = page_at(client, "/browse/in/")

    assert page.all("svg", role="group") == []
    assert ["Maharashtra", "1", "1"] in rows(page)


def test_a_country_of_which_we_hold_no_regions_lists_its_towns(client, make_clinic):
    make_clinic("Liffey Care", region="IE", city="Dublin", covers=["IE"])

    country = page_at(client, "/browse/ie/")
    town = page_at(client, "/browse/ie/dublin/")

    assert country.all("a", href="/browse/ie/dublin/") != []
    assert town.one("h1").text == "Clinics in Dublin, Ireland"
    assert town.all("a", href="/clinics/liffey-care/") != []


def test_clinics_of_which_only_the_country_is_known_stand_below_it(client, make_clinic):
    make_clinic("A", region="US", city="Springfield", covers=["US"])

    page = page_at(client, "/browse/us/")

    assert page.all("a", href="/browse/us/springfield/") != []
    assert page_at(client, "/browse/us/springfield/").all("a", href="/clinics/a/") != []


def test_a_region_leads_to_its_towns_and_to_searches_with_their_filter_set(
    client, make_clinic
):
    make_clinic("A", at=AUSTIN, city="Austin", specialties=["mental-health"])
    make_clinic("B", at=AUSTIN, city="Austin", specialties=["mental-health", "skin"])

    page = page_at(client, "/browse/us/tx/")

    assert page.one("a", href="/browse/us/tx/austin/").text == "Austin"
    link = page.one("a", href="/clinics/?region=US-TX&specialty=skin")
    chosen = page_at(client, link.attrs["href"]).all("input", value="skin")
    assert [each.attrs["name"] for each in chosen if "checked" in each.attrs] == [
        "specialty"
    ]


def found_by(client, link) -> int:
    """How many clinics the search behind `link` finds."""
    url = link.attrs["href"].replace("/clinics/", "/clinics.geojson")
    return json.loads(client.get(url).content)["numberMatched"]


def test_counts_of_what_clinics_offer_are_those_of_the_search_behind_the_link(
    client, all_over, make_clinic
):
    make_clinic("Skin", at=AUSTIN, specialties=["skin"])

    page = page_at(client, "/browse/us/tx/")

    items = page.one(class_="popular").all("li")
    assert items
    for item in items:
        matched = found_by(client, item.one("a"))
        assert item.one("span").text.split()[0] == str(matched)


def test_a_town_gives_no_numbers_as_each_search_from_there_has_its_own_radius(
    client, make_clinic
):
    make_place("Austin", at=AUSTIN, population=961_855)
    for number in range(20):
        make_clinic(f"Near {number}", at=AUSTIN, city="Austin", remote="no")
    make_clinic("Skin", at=AUSTIN, remote="no", specialties=["skin"])
    make_clinic("Far", at=(31.6, -97.7), remote="no", specialties=["skin"])

    page = page_at(client, "/browse/us/tx/austin/")

    skin = page.one("a", href="/clinics/?place=Austin%2C+Texas&specialty=skin")
    assert found_by(client, skin) == 2
    assert texts(page.one(class_="popular").all("li")) == ["Mental health", "Skin"]


def test_a_region_shows_the_first_cards_and_leads_to_all(client, all_over):
    page = page_at(client, "/browse/us/tx/")

    names = texts(page.all("h3", class_="card__name"))
    assert "Idahoan for Texas" in names
    assert page.all("a", href="/clinics/?region=US-TX", class_="button")[0].text == (
        "Search and filter all 5 clinics"
    )


def test_a_region_without_clinics_says_that_there_may_be_some(client, make_clinic):
    make_clinic()

    page = page_at(client, "/browse/us/wy/")

    lead = page.one("p", class_="lead").text
    assert "no clinic in Wyoming. That does not mean that there are none" in lead
    assert page.all("a", href="/") != []


def test_a_town_lists_all_that_stands_there_and_searches_from_its_middle(
    client, make_clinic
):
    make_place("Austin", at=AUSTIN, population=961_855)
    make_clinic("A", at=AUSTIN, city="Austin", street="1 Sample Street")
    make_clinic("B", city="AUSTIN", street="2 Sample Street", address_is_private=True)
    make_clinic("C", at=(30.5, -97.8), city="Cedar Park")

    page = page_at(client, "/browse/us/tx/austin/")

    listed = page.one("ul", class_="shelf--wide").all("li")
    assert texts(listed) == ["A 1 Sample Street", "B"]
    assert page.all("a", href="/clinics/?place=Austin%2C+Texas", class_="button") != []
    assert "C" in texts(page.all("h3", class_="card__name"))


def test_a_town_that_no_map_has_is_searched_by_its_name(client, make_clinic):
    make_clinic("A", at=AUSTIN, city="Nowhere Springs")

    page = page_at(client, "/browse/us/tx/nowhere-springs/")

    urls = [a.attrs["href"] for a in page.all("a", class_="button")]
    assert urls == ["/clinics/?region=US-TX&q=Nowhere+Springs"]
    assert texts(page.all("h3", class_="card__name")) == ["A"]


def test_the_way_down_leads_back_up(client, make_clinic):
    make_clinic(city="Austin")

    trail = page_at(client, "/browse/us/tx/austin/").one("nav", class_="trail")

    assert texts(trail.all("li")) == ["All places", "United States", "Texas", "Austin"]
    assert [a.attrs["href"] for a in trail.all("a")] == [
        "/browse/",
        "/browse/us/",
        "/browse/us/tx/",
    ]
    assert trail.one(**{"aria-current": "page"}).text == "Austin"


def test_many_towns_begin_with_the_largest(client, make_clinic):
    for number in range(31):
        make_clinic(f"C{number}", city=f"Town {number:02}", phone="")
    make_clinic("Another", city="Town 30", phone="")

    page = page_at(client, "/browse/us/tx/")

    assert page.all("ul", class_="shelf")[-2].all("li")[0].text == "Town 30 2 clinics"
    assert page.one("summary").text == "All 31 towns"


# --- What we do not hold -------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/browse/zz/",
        "/browse/fr/",
        "/browse/us/zz/",
        "/browse/us/zz/austin/",
        "/browse/us/tx/nowhere/",
        "/browse/zz/tx/austin/",
        "/browse/us/tx/%F0%9F%92%A9/",
        "/browse/us/" + "x" * 5000 + "/",
    ],
)
def test_an_unknown_place_is_not_found_but_leads_on(client, make_clinic, path):
    make_clinic(city="Austin")

    response = client.get(path)

    assert response.status_code == 404
    assert response["X-Robots-Tag"] == "noindex"
    assert read(response).one("main").all("a", href="/") != []


def test_a_town_written_almost_right_is_offered(client, make_clinic):
    make_clinic(city="Houston")

    page = page_at(client, "/browse/us/tx/huston/", status=404)

    assert page.one("main").all("a", href="/browse/us/tx/houston/") != []


# --- Samples, speed, links ------------------------------------------------------------


def test_pages_that_may_show_samples_are_for_no_search_engine(client, make_clinic):
    make_clinic(city="Austin", is_sample=True)

    for path in ("/browse/", "/browse/us/", "/browse/us/tx/", "/browse/us/tx/austin/"):
        assert client.get(path)["X-Robots-Tag"] == "noindex"
    assert "Sample, not real" in page_at(client, "/browse/us/tx/austin/").text


def test_pages_of_real_clinics_may_be_listed_under_one_address(client, make_clinic):
    make_clinic(city="Austin")

    response = client.get("/browse/us/tx/?from=elsewhere")

    assert "X-Robots-Tag" not in response
    canonical = read(response).one("link", rel="canonical").attrs["href"]
    assert canonical == "http://testserver/browse/us/tx/"


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/browse/", 1),
        ("/browse/us/", 1),
        ("/browse/us/tx/", 5),
        ("/browse/us/tx/austin/", 10),
    ],
)
def test_a_page_costs_few_queries(
    client, make_clinic, django_assert_max_num_queries, path, queries
):
    make_place("Austin", at=AUSTIN, population=961_855)
    make_clinic(at=AUSTIN, city="Austin")
    client.get(path)

    with django_assert_max_num_queries(queries):
        client.get(path)


def test_what_is_kept_in_memory_follows_the_clinics(client, make_clinic):
    make_clinic("A", at=AUSTIN, specialties=["skin"])
    page_at(client, "/browse/us/")

    make_clinic("B", at=AUSTIN, specialties=["skin"], covers=["US-TX"])

    page = page_at(client, "/browse/us/")
    assert ["Texas", "2", "1"] in rows(page)
    assert page.one(class_="popular").one("li").text == "Skin 2 clinics"


def test_the_shelves_are_linked_from_every_page(client, make_clinic):
    make_clinic()

    for path in ("/", "/about/", "/clinics/?place=Nowhereville"):
        assert page_at(client, path).all("a", href="/browse/") != []


def test_a_country_is_held_where_its_patients_are_treated_from_abroad(make_clinic):
    make_clinic(region="US-TX", covers=["US-TX", "KE"])

    shelves = Shelves(catalogues.current(), holdings.current())

    assert [(each.code, each.clinics) for each in shelves.countries()] == [
        ("US", 1),
        ("KE", 0),
    ]
    assert shelves.country("ke") == "KE"
    assert Clinic.objects.filter(region="KE").count() == 0
