"""What the frame around every page shows: emergency line, banner, languages.

Without a request, as on a page made while something is broken, none of it asks the
database.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from .. import catalogues
from ..aid import Aid, aid_for
from ..languages import pages
from ..languages.pages import SOURCE_LANGUAGE, Edition, needs_review
from ..search import holdings


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """What is to be said of a page's language, if anything.

    `other` is the edition that is offered instead, `invitation` says so in its words.
    """

    needs_review: bool
    other: Edition | None
    invitation: str


def home_aid(request: HttpRequest | None) -> Aid | None:
    """The aid of the operator's country; None without a request."""
    return aid_for(catalogues.of(request)) if request else None


def elsewhere_question(aid: Aid) -> str:
    """What asks those who are not where `aid` is for."""
    if aid.country == "US":
        return _("Not in the US?")
    return _("Not in %(country)s?") % {"country": aid.country_label}


def has_samples(request: HttpRequest | None) -> bool:
    """Whether sample clinics are listed, which every page has to say."""
    return bool(request and holdings.of(request).has_samples)


def editions(request: HttpRequest | None, *, is_whole: bool = False) -> list[Edition]:
    """The same page in each language, as `languages.pages.editions`."""
    return pages.editions(request, get_language(), is_whole=is_whole)


def language_line(request: HttpRequest | None) -> LanguageLine:
    """Offers the browser's language; says of a translation that nobody reviewed it."""
    is_unread = needs_review(get_language())
    wanted = getattr(request, "offered_language", "") or (
        SOURCE_LANGUAGE if is_unread else ""
    )
    other = next((each for each in editions(request) if each.code == wanted), None)
    return LanguageLine(is_unread, other, _invitation(other) if other else "")


def _invitation(edition: Edition) -> str:
    with override(edition.code):
        # Said in the language that it leads to, by the language's own name.
        return _("Read this page in %(language)s") % {"language": edition.native_name}


GLOBALS = {
    "editions": editions,
    "elsewhere_question": elsewhere_question,
    "has_samples": has_samples,
    "home_aid": home_aid,
    "language_line": language_line,
}
