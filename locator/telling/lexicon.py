"""The names of catalogue entries and regions, each looked up once for a page.

The same masks come up again and again among the results of one search.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar

from ..catalogues import Catalogues, Choices
from ..models import Catalogue

Told = TypeVar("Told")

CATALOGUE_OF_NOUN = {
    "types": "service_types",
    "specialties": "specialties",
    "modalities": "modalities",
    "languages": "languages",
    "payments": "payments",
    "ages": "age_groups",
    "eligibility": "eligibilities",
    "accessibility": "accessibility",
}


class Lexicon:
    """Names in the page's language. Nouns are the masks of a `ServiceHit`."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._told: dict[Hashable, object] = {}

    def once(self, key: Hashable, tell: Callable[[], Told]) -> Told:
        """What `tell` gives, asked only the first time that `key` comes up."""
        if key not in self._told:
            self._told[key] = tell()
        return self._told[key]

    def entries(self, noun: str, mask: int) -> tuple[Catalogue, ...]:
        choices: Choices = getattr(self._catalogues, CATALOGUE_OF_NOUN[noun])
        return self.once(("entries", noun, mask), lambda: tuple(choices.of(mask)))

    def labels(self, noun: str, mask: int) -> tuple[str, ...]:
        entries = self.entries(noun, mask)
        return self.once(
            ("labels", noun, mask), lambda: tuple(each.label() for each in entries)
        )

    def region(self, code: str | None) -> str:
        """The region's name; "" for none."""
        if not code:
            return ""
        return self.once(("region", code), lambda: self._catalogues.region_label(code))

    def region_phrase(self, code: str) -> str:
        """The region's name as it stands inside a sentence."""
        return self.once(("phrase", code), lambda: self._catalogues.region_phrase(code))
