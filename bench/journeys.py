"""What visitors under load ask for: searches and what follows them."""

import random
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from .visitors import Visit

COUNT = 4000
TOWNS = 400
CLINICS = 400
# How many of a hundred visits are of each kind.
MIX = {
    "search": 35,
    "page 2": 10,
    "answers": 15,
    "clinic": 20,
    "explainer": 3,
    "suggestions": 12,
    "geojson": 5,
}
# Those that answer with a page of results.
SEARCHES = ("search", "page 2", "answers")
FORMS = (
    {},
    {"within": "25mi"},
    {"within": "100mi"},
    {"visit": "remote"},
    {"visit": "in-person"},
)
CHOICES = (
    {"specialty": "mental-health"},
    {"language": "es"},
    {"payment": ["medicaid", "sliding-fee"]},
    {"specialty": "ptsd", "age": "adult"},
    {"category": "telemedicine", "payment": "medicare"},
    {"accessibility": "sign-language"},
    {"visit": "remote", "specialty": "substance-use", "unstated": "include"},
)


def plan() -> list[Visit]:
    """Visits to the clinics of this database, the same ones at every run."""
    from .questions import real_towns

    chance = random.Random(6)
    towns, clinics = real_towns(TOWNS), _clinics(chance)
    kinds = chance.choices(list(MIX), list(MIX.values()), k=COUNT)
    return [_visit(kind, chance, towns, clinics) for kind in kinds]


def _clinics(chance: random.Random) -> list[tuple[str, str]]:
    from locator.models import Clinic

    published = Clinic.objects.published()
    pks = list(published.values_list("pk", flat=True))
    drawn = chance.sample(pks, min(CLINICS, len(pks)))
    rows = published.filter(pk__in=drawn).order_by("pk")
    return list(rows.values_list("slug", "name"))


def _visit(
    kind: str,
    chance: random.Random,
    towns: Sequence[str],
    clinics: Sequence[tuple[str, str]],
) -> Visit:
    town = chance.choice(towns)
    match kind:
        case "clinic":
            slug, name = chance.choice(clinics)
            return kind, f"/clinics/{slug}/", _plain(name)
        case "explainer":
            return kind, "/telehealth-and-telemedicine/", "<title>Telehealth and"
        case "suggestions":
            begun = town[: chance.randint(2, 6)].rstrip(" ,")
            return kind, f"/places/?{urlencode({'q': begun})}", '"places": ['
        case "geojson":
            asked = {"place": town}
            return kind, _address("/clinics.geojson", asked), '"FeatureCollection"'
    asked = {"place": town, **chance.choice(FORMS)}
    if kind == "answers":
        asked |= chance.choice(CHOICES)
    if kind == "page 2":
        asked["page"] = "2"
    return kind, _address("/clinics/", asked), f"patients in {_plain(town)}"


def _address(path: str, asked: dict) -> str:
    return f"{path}?{urlencode(asked, doseq=True)}"


def _plain(text: str) -> str:
    """The beginning of `text` that HTML leaves as it is."""
    return re.match(r"[A-Za-z ]*", text)[0]
