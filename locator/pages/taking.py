"""What a visitor takes along: links to share, questions to send, the paper's foot."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ..asking.links import SearchLinks
from ..asking.questions import WHERE
from ..telling.sharing import Message, message

if TYPE_CHECKING:
    from ..asking.filters import ClinicFilter
    from ..clinic_page.comparing import Comparison
    from ..clinic_page.profile import Profile
    from ..results.cards import Card

# What an address says of where its sender is.
_WHERE = (*WHERE, "within")


def page_url(request: HttpRequest) -> str:
    """The whole address of this page."""
    return request.build_absolute_uri()


def shared_search(request: HttpRequest, asked: "ClinicFilter", title: str) -> Message:
    """This search to send, with the place that it starts from."""
    return _of_search(request, asked.links.url(clinic=None), title)


def shared_without_place(request: HttpRequest, asked: "ClinicFilter") -> Message | None:
    """This search to send without a word of where the sender is.

    None where it says nothing of that anyway.
    """
    if not any(name in asked.links.params for name in _WHERE):
        return None
    url = asked.links.url(clinic=None, **dict.fromkeys(_WHERE))
    return _of_search(request, url, _("Clinics"))


def _of_search(request: HttpRequest, url: str, title: str) -> Message:
    address = request.build_absolute_uri(url)
    return message(f"{title}\n{address}", subject=title)


def shared_comparison(request: HttpRequest, comparison: "Comparison") -> Message:
    """The clinics beside each other to send; of the search nothing but them."""
    url = SearchLinks({}).url("compare", clinic=comparison.slugs)
    names = [column.name for column in comparison.columns]
    address = request.build_absolute_uri(url)
    return message("\n".join([*names, address]), subject=_("Compare clinics"))


def asked_pairs(asked: "ClinicFilter") -> list[tuple[str, str]]:
    """Name and value of all that is asked, for hidden inputs; no chosen clinics."""
    return [
        (name, value)
        for name, values in asked.links.params.items()
        if name != "clinic"
        for value in values
    ]


def but_on_page(slugs: tuple[str, ...], cards: Iterable["Card"]) -> list[str]:
    """Those of `slugs` that have no card, and so no box of their own."""
    shown = {card.slug for card in cards}
    return [slug for slug in slugs if slug not in shown]


def shared_clinic(request: HttpRequest, profile: "Profile") -> Message:
    """The clinic to send: its name, its number, its page."""
    lines = [profile.name, *(phone.text for phone in profile.phones[:1])]
    if profile.is_sample:
        lines.append(_("Sample, not real"))
    lines.append(request.build_absolute_uri(request.path))
    return message("\n".join(lines), subject=profile.name)


def sent_questions(profile: "Profile") -> Message:
    """The questions to the clinic itself where it takes messages, else to anybody."""
    about = _("Questions about %(clinic)s") % {"clinic": profile.name}
    body = "\n".join([_("Hello. I would like to know:"), *_dashed(profile.questions)])
    email = "" if profile.is_sample else profile.email
    return message(body, subject=about, number=profile.text_number, email=email)


def _dashed(lines: tuple[str, ...]) -> list[str]:
    return [f"- {line}" for line in lines]


FILTERS = {"asked_pairs": asked_pairs, "but_on_page": but_on_page}
GLOBALS = {
    "page_url": page_url,
    "sent_questions": sent_questions,
    "shared_clinic": shared_clinic,
    "shared_comparison": shared_comparison,
    "shared_search": shared_search,
    "shared_without_place": shared_without_place,
}
