"""Addresses of searches that are like one that was asked, but for something."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ..paths import path_of

Values = str | Iterable[str] | None


@dataclass(frozen=True, slots=True)
class Link:
    """Where a sentence leads, and in which words."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Pick(Link):
    """One of several things of that name; `detail` tells it apart further."""

    detail: str


@dataclass(frozen=True, slots=True)
class Switch(Link):
    """A way to see the same results otherwise, and what that means; `is_on` for now."""

    explanation: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class SearchLinks:
    """The parameters of a search, cleaned, as ways to other searches.

    A changed search starts at its first page. None or "" takes a parameter away.
    """

    params: Mapping[str, tuple[str, ...]]

    def url(self, view: str = "clinic_search", /, **changes: Values) -> str:
        """The path and query of this search with `changes`, answered by `view`."""
        changed = {"page": None, **changes}
        pairs = [
            (name, value)
            for name, values in {**self.params, **changed}.items()
            for value in _each(values)
        ]
        path = path_of(view)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def without(self, name: str, value: str) -> str:
        """This search without `value`, one of those asked for `name`."""
        kept = tuple(each for each in self.params.get(name, ()) if each != value)
        return self.url(**{name: kept})

    def only(self, *names: str, **changes: Values) -> str:
        """This search with the parameters of `names` alone, and with `changes`."""
        kept = {name: self.params[name] for name in names if name in self.params}
        return SearchLinks(kept).url(**changes)


def _each(values: Values) -> Iterable[str]:
    if not values:
        return ()
    return (values,) if isinstance(values, str) else values
