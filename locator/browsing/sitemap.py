"""Every page that search engines may list, in each language, in parts.

A part holds at most 50,000 addresses (sitemaps.org), and a page has one for each
language. Samples are no clinics: neither they nor pages that count them are in it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ..languages.pages import address
from ..models import Clinic
from ..search.holdings import Holdings
from .towns import region_url, towns

PAGES_A_PART = 5000
READING = ("home", "explainer", "about")
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass
class Sitemap:
    """The pages of a site that holds `holdings`, as paths in its first language."""

    holdings: Holdings
    pages_a_part: int = PAGES_A_PART

    def parts(self) -> list[str]:
        """The names of all parts, as they stand in the addresses of their files."""
        counts = {
            "pages": 1,
            "towns": self._parts(len(self._towns)),
            "clinics": self._parts(self._clinics.count()),
        }
        return [
            f"{name}-{number}"
            for name, count in counts.items()
            for number in range(1, count + 1)
        ]

    def paths(self, part: str) -> list[str]:
        """The pages of `part`; none of a part that there is not."""
        name, _dash, number = part.rpartition("-")
        read: dict[str, Callable[[slice], list[str]]] = {
            "pages": self._page_paths,
            "towns": self._town_paths,
            "clinics": self._clinic_paths,
        }
        # Longer numbers than any database counts to are no parts either.
        if name not in read or not number.isdecimal() or len(number) > 6:
            return []
        first = (int(number) - 1) * self.pages_a_part
        return read[name](slice(first, first + self.pages_a_part)) if first >= 0 else []

    def _parts(self, pages: int) -> int:
        return -(-pages // self.pages_a_part)

    def _page_paths(self, part: slice) -> list[str]:
        paths = [reverse(f"locator:{view}") for view in READING]
        if not self.holdings.has_samples:
            paths.append(reverse("locator:browse"))
            codes = {*self.holdings.countries, *self.holdings.by_region} - {""}
            paths += [region_url(code) for code in sorted(codes)]
        return paths[part]

    def _town_paths(self, part: slice) -> list[str]:
        return [town.url for town in self._towns[part]]

    def _clinic_paths(self, part: slice) -> list[str]:
        slugs = self._clinics.order_by("pk").values_list("slug", flat=True)
        return [reverse("locator:clinic_detail", args=[slug]) for slug in slugs[part]]

    @cached_property
    def _towns(self):
        return [] if self.holdings.has_samples else towns()

    @property
    def _clinics(self):
        return Clinic.objects.published().real()


# --- As XML --------------------------------------------------------------------------


def index_xml(request: HttpRequest, sitemap: Sitemap) -> str:
    """The list of all parts, each by its address at the host of `request`."""
    told = "".join(
        f"<sitemap><loc>{_whole(request, reverse('sitemap_part', args=[part]))}</loc>"
        "</sitemap>\n"
        for part in sitemap.parts()
    )
    return _document("sitemapindex", f'xmlns="{SITEMAPS}"', told)


def part_xml(request: HttpRequest, paths: Iterable[str]) -> str:
    """`paths` in each language, each with its other languages beside it."""
    names = f'xmlns="{SITEMAPS}" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return _document("urlset", names, "".join(_pages(request, paths)))


def _pages(request: HttpRequest, paths: Iterable[str]) -> Iterator[str]:
    homes = {
        code: _whole(request, address(None, code)) for code, _name in settings.LANGUAGES
    }
    first = address(None, settings.LANGUAGE_CODE)
    for path in paths:
        rest = escape(path.removeprefix(first))
        urls = {code: f"{home}{rest}" for code, home in homes.items()}
        others = _alternates(urls) if len(urls) > 1 else ""
        for url in urls.values():
            yield f"<url><loc>{url}</loc>{others}</url>\n"


def _alternates(urls: dict[str, str]) -> str:
    told = {**urls, "x-default": urls[settings.LANGUAGE_CODE]}
    return "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{url}"/>'
        for code, url in told.items()
    )


def _whole(request: HttpRequest, path: str) -> str:
    return escape(request.build_absolute_uri(path))


def _document(root: str, names: str, inside: str) -> str:
    opened = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {names}>\n'
    return f"{opened}{inside}</{root}>\n"
