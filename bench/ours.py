"""Our own search as a contender, and the questions as the others get them."""

from collections.abc import Mapping
from typing import Any

from .questions import Answer, Parameters

# What the counts of our search are called, and the catalogue of their bits.
NOUNS = {
    "type": "service_types",
    "specialty": "specialties",
    "modality": "modalities",
    "language": "languages",
    "payment": "payments",
    "age": "age_groups",
    "eligibility": "eligibilities",
    "accessibility": "accessibility",
}
CONTACTS = {0: "phone", 1: "email", 2: "text"}
WORDS = ("visit", "category", "accepting")


def query_of(parameters: Parameters) -> Any:
    """The `SearchQuery` of an address; None where its place is not known."""
    from urllib.parse import urlencode

    from django.http import QueryDict

    from locator import catalogues
    from locator.asking.filters import ClinicFilter
    from locator.search import holdings

    asked = ClinicFilter(
        QueryDict(urlencode(parameters, doseq=True)),
        catalogues=catalogues.current(),
        holdings=holdings.current(),
    )
    return asked.query if asked.is_ready else None


def search(query: Any) -> Any:
    """Total, first page, every count and what was left out."""
    from locator.search import find

    return find(query, counted=True)


def answer(results: Any) -> Answer:
    """What `search` found, as the others say it."""
    return Answer(
        total=results.total,
        page=[hit.clinic_id for hit in results.hits],
        counts=_named(results.counts),
        used_km=results.used_km,
        more_remote_beyond=results.more_remote_beyond,
        more_other_telehealth=results.more_other_telehealth,
        left_out_unstated=results.left_out_unstated,
    )


def _named(counts: Mapping[str, Mapping]) -> dict[str, dict[str, int]]:
    from locator import catalogues

    known = catalogues.current()
    found = {word: dict(counts[word]) for word in WORDS}
    for parameter, noun in NOUNS.items():
        entries = getattr(known, noun).by_code.values()
        codes = {entry.bit: entry.code for entry in entries}
        found[parameter] = {codes[b]: n for b, n in counts[parameter].items()}
    found["contact"] = {CONTACTS[b]: n for b, n in counts["contact"].items()}
    return found
