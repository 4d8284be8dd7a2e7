"""Paths of this site's pages in the page's language, each worked out once."""

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

# A slug that stands for any: slugs need no quoting.
_ANY = "-"


def path_of(view: str) -> str:
    """The path of `locator:view`, which takes no arguments."""
    return _path(view, (), get_language(), get_script_prefix(), get_urlconf())


def path_of_clinic(slug: str) -> str:
    """The path of the page of the clinic with that slug."""
    asked = ("clinic_detail", (_ANY,))
    path = _path(*asked, get_language(), get_script_prefix(), get_urlconf())
    return f"{path.removesuffix(f'{_ANY}/')}{slug}/"


@lru_cache(maxsize=1_000)
def _path(
    view: str,
    args: tuple[str, ...],
    language: str | None,
    prefix: str,
    urlconf: str | None,
) -> str:
    return reverse(f"locator:{view}", args=args)
