"""What a visitor takes along: links to share, questions to send, the paper's foot."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.template.context import Context
from django.utils.translation import gettext as _

from ..asking.links import SearchLinks
from ..asking.questions import WHERE
from ..telling.sharing import Message, message

if TYPE_CHECKING:
    from ..asking.filters import ClinicFilter
    from ..clinic_page.comparing import Comparison
    from ..clinic_page.profile import Profile
    from ..results.cards import Card

register = template.Library()

# What an address says of where its sender is.
_WHERE = (*WHERE, "within")


@register.simple_tag(takes_context=True)
def page_url(context: Context) -> str:
    """The whole address of this page."""
    return context["request"].build_absolute_uri()


@register.simple_tag(takes_context=True)
def shared_search(context: Context, asked: "ClinicFilter", title: str) -> Message:
    """This search to send, with the place that it starts from."""
    return _of_search(context, asked.links.url(clinic=None), title)


@register.simple_tag(takes_context=True)
def shared_without_place(context: Context, asked: "ClinicFilter") -> Message | None:
    """This search to send without a word of where the sender is.

    None where it says nothing of that anyway.
    """
    if not any(name in asked.links.params for name in _WHERE):
        return None
    url = asked.links.url(clinic=None, **dict.fromkeys(_WHERE))
    return _of_search(context, url, _("Clinics"))


def _of_search(context: Context, url: str, title: str) -> Message:
    address = context["request"].build_absolute_uri(url)
    return message(f"{title}\n{address}", subject=title)


@register.simple_tag(takes_context=True)
def shared_comparison(context: Context, comparison: "Comparison") -> Message:
    """The clinics beside each other to send; of the search nothing but them."""
    url = SearchLinks({}).url("compare", clinic=comparison.slugs)
    names = [column.name for column in comparison.columns]
    address = context["request"].build_absolute_uri(url)
    return message("\n".join([*names, address]), subject=_("Compare clinics"))


@register.filter
def asked_pairs(asked: "ClinicFilter") -> list[tuple[str, str]]:
    """Name and value of all that is asked, for hidden inputs; no chosen clinics."""
    return [
        (name, value)
        for name, values in asked.links.params.items()
        if name != "clinic"
        for value in values
    ]


@register.filter
def but_on_page(slugs: tuple[str, ...], cards: Iterable["Card"]) -> list[str]:
    """Those of `slugs` that have no card, and so no box of their own."""
    shown = {card.slug for card in cards}
    return [slug for slug in slugs if slug not in shown]


@register.simple_tag(takes_context=True)
def shared_clinic(context: Context, profile: "Profile") -> Message:
    """The clinic to send: its name, its number, its page."""
    lines = [profile.name, *(phone.text for phone in profile.phones[:1])]
    if profile.is_sample:
        lines.append(_("Sample, not real"))
    lines.append(context["request"].build_absolute_uri(context["request"].path))
    return message("\n".join(lines), subject=profile.name)


@register.simple_tag
def sent_questions(profile: "Profile") -> Message:
    """The questions to the clinic itself where it takes messages, else to anybody."""
    about = _("Questions about %(clinic)s") % {"clinic": profile.name}
    body = "\n".join([_("Hello. I would like to know:"), *_dashed(profile.questions)])
    email = "" if profile.is_sample else profile.email
    return message(body, subject=about, number=profile.text_number, email=email)


def _dashed(lines: tuple[str, ...]) -> list[str]:
    return [f"- {line}" for line in lines]
