"""RULES 23: GeoNames' admin codes are not ISO 3166-2; this table makes them so."""

import pytest

from locator.gazetteer import cities
from locator.models import Region

# A city of each code of the table, and where it is.
CITIES = {
    "IN": {
        "Port Blair": "AN",
        "Visakhapatnam": "AP",
        "Guwahati": "AS",
        "Chandigarh": "CH",
        "Delhi": "DL",
        "Ahmedabad": "GJ",
        "Faridabad": "HR",
        "Shimla": "HP",
        "Srinagar": "JK",
        "Kochi": "KL",
        "Mumbai": "MH",
        "Imphal": "MN",
        "Shillong": "ML",
        "Bengaluru": "KA",
        "Kohima": "NL",
        "Bhubaneswar": "OD",
        "Puducherry": "PY",
        "Ludhiana": "PB",
        "Jaipur": "RJ",
        "Chennai": "TN",
        "Agartala": "TR",
        "Kolkata": "WB",
        "Gangtok": "SK",
        "Itanagar": "AR",
        "Aizawl": "MZ",
        "Mormugao": "GA",
        "Patna": "BR",
        "Indore": "MP",
        "Lucknow": "UP",
        "Raipur": "CG",
        "Ranchi": "JH",
        "Dehradun": "UK",
        "Hyderabad": "TS",
        "Leh": "LA",
        "Silvassa": "DH",
    },
    "CA": {
        "Calgary": "AB",
        "Vancouver": "BC",
        "Winnipeg": "MB",
        "Moncton": "NB",
        "St. John's": "NL",
        "Halifax": "NS",
        "Toronto": "ON",
        "Charlottetown": "PE",
        "Montréal": "QC",
        "Saskatoon": "SK",
        "Whitehorse": "YT",
        "Yellowknife": "NT",
    },
    "AU": {
        "Canberra": "ACT",
        "Sydney": "NSW",
        "Darwin": "NT",
        "Brisbane": "QLD",
        "Adelaide": "SA",
        "Hobart": "TAS",
        "Melbourne": "VIC",
        "Perth": "WA",
    },
    "GB": {"London": "ENG", "Belfast": "NIR", "Glasgow": "SCT", "Cardiff": "WLS"},
}
# The package holds no city of these.
WITHOUT_CITY = {("IN", "LD"), ("CA", "NU")}


@pytest.fixture(scope="module")
def rows():
    return list(cities.read())


@pytest.mark.parametrize("country", CITIES)
def test_every_code_of_the_table_is_the_region_of_its_cities(rows, country):
    largest = {}
    for row in sorted(rows, key=lambda row: row.population):
        if row.country == country:
            largest[row.name] = row.region

    found = {name: largest[name] for name in CITIES[country]}

    assert found == {name: f"{country}-{c}" for name, c in CITIES[country].items()}
    covered = set(CITIES[country].values())
    covered |= {code for of, code in WITHOUT_CITY if of == country}
    assert set(cities.ISO_OF_ADMIN[country].values()) == covered


def test_no_city_of_these_countries_is_left_without_its_region(rows):
    countries = {"US", *CITIES}

    left = [row for row in rows if row.country in countries and "-" not in row.region]

    assert left == []


@pytest.mark.django_db
def test_every_region_is_one_that_the_site_knows(rows):
    known = set(Region.objects.values_list("pk", flat=True))

    assert {row.region for row in rows} <= known


def test_territories_of_the_us_are_its_regions(rows):
    assert cities.placed("PR", "127") == ("US", "US-PR")
    assert {row.country for row in rows} & cities.US_TERRITORIES == set()


def test_elsewhere_the_region_is_the_country():
    assert cities.placed("FR", "11") == ("FR", "FR")
    assert cities.placed("IN", "00") == ("IN", "IN")


def test_names_that_people_still_use_are_official_ones(rows):
    former = {(row.country, row.name): row.official for row in rows if row.official}

    assert former == {
        city: frozenset(names) for city, names in cities.FORMER_NAMES.items()
    }
