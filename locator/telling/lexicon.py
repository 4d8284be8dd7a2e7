"""The names of catalogue entries and regions, each looked up once for a language.

The same masks come up again and again among the results of searches.
"""

from collections.abc import Callable, Hashable
from typing import Self, TypeVar

from django.utils.translation import get_language

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


# Masks and sentences to keep; a page of results needs a hundred or two.
MOST_KEPT = 20_000


class Lexicon:
    """Names in the page's language. Nouns are the masks of a `ServiceHit`."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self._told: dict[Hashable, object] = {}

    @classmethod
    def of(cls, catalogues: Catalogues) -> Self:
        """The one of these catalogues in the page's language, shared by all pages."""
        language = get_language()
        return catalogues.once(("lexicon", language), lambda: cls(catalogues))

    def once(self, key: Hashable, tell: Callable[[], Told]) -> Told:
        """What `tell` gives, asked only the first time that `key` comes up.

        It must hang on nothing but the key, the language and the catalogues.
        """
        found = self._told.get(key)
        if found is None:
            found = tell()
            if len(self._told) >= MOST_KEPT:
                self._told.clear()
            self._told[key] = found
        return found

    def entries(self, noun: str, mask: int) -> tuple[Catalogue, ...]:
        return self.once(("entries", noun, mask), lambda: self._entries(noun, mask))

    def _entries(self, noun: str, mask: int) -> tuple[Catalogue, ...]:
        choices: Choices = getattr(self._catalogues, CATALOGUE_OF_NOUN[noun])
        return tuple(choices.of(mask))

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
