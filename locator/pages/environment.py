"""The engine of the public pages; what it does otherwise than Jinja2 by itself.

Its templates are compiled to Python once, and know only what stands here: see
docs/decisions/templates.md. The curators' desk has Django's engine.
"""

from typing import Any

from django.template import defaultfilters
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
)

from ..paths import path_of
from . import frame, questions, taking, words
from .glossary import glossary_url
from .lines import LinesWithoutIndent
from .saying import SayingEnvironment, SayingsNow


def environment(
    *, loader: FileSystemLoader, is_strict: bool = False, **options: Any
) -> Environment:
    """The environment that settings.TEMPLATES names.

    Where `is_strict`, a name that nobody gave fails; else its place stays empty, since
    a visitor is better off with a page that lacks a word than with none.
    """
    options["undefined"] = StrictUndefined if is_strict else ChainableUndefined
    made = SayingEnvironment(
        loader=PublicLoader(loader.searchpath),
        extensions=["jinja2.ext.i18n", LinesWithoutIndent],
        **options,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.filters.update(FILTERS)
    made.globals.update(GLOBALS)
    return made


class PublicLoader(FileSystemLoader):
    """Finds what visitors see alone: base.html, pages of errors, all below locator/.

    Every other name is left to the engine of the desk.
    """

    def get_source(self, environment: Environment, template: str) -> Any:
        if not is_public(template):
            raise TemplateNotFound(template)
        return super().get_source(environment, template)

    def list_templates(self) -> list[str]:
        return [name for name in super().list_templates() if is_public(name)]


def is_public(template: str) -> bool:
    """Whether the template of that name is one of the public pages', or a part."""
    return "/" not in template or template.startswith("locator/")


def url(name: str, *args: Any) -> str:
    """The path of the page of that name, in the page's language."""
    space, _, view = name.rpartition(":")
    if space == "locator" and not args:
        return path_of(view)
    return reverse(name, args=args)


def today() -> str:
    """The day where the site is, in words."""
    return defaultfilters.date(timezone.localtime(), "DATE_FORMAT")


FILTERS = {
    # Django's own; of some Jinja2 has namesakes that do something else.
    "capfirst": defaultfilters.capfirst,
    "cut": defaultfilters.cut,
    "date": defaultfilters.date,
    "linebreaks": defaultfilters.linebreaks_filter,
    "linebreaksbr": defaultfilters.linebreaksbr,
    "urlencode": defaultfilters.urlencode,
    "urlize": defaultfilters.urlize,
    **questions.FILTERS,
    **taking.FILTERS,
    **words.FILTERS,
}
GLOBALS = {
    # What only some pages are given.
    "aid": None,
    "is_indexed": True,
    "request": None,
    "said": SayingsNow(),
    "glossary_url": glossary_url,
    "is_rtl": translation.get_language_bidi,
    "language": translation.get_language,
    "static": static,
    "today": today,
    "url": url,
    **frame.GLOBALS,
    **taking.GLOBALS,
}
