"""How the search form ties its questions to what is said of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from ..questions import Answer, Question

register = template.Library()


@register.filter
def described(question: "Question") -> SafeString:
    """The attributes that lead from a control to the errors and the help beside it."""
    ids = []
    if question.errors:
        ids.append(f"{question.id}_error")
    if question.help:
        ids.append(f"{question.id}_help")
    if not ids:
        return SafeString("")
    is_wrong = SafeString(' aria-invalid="true"' if question.errors else "")
    return format_html('{} aria-describedby="{}"', is_wrong, " ".join(ids))


@register.filter
def narrowing(answers: Iterable["Answer"]) -> list["Answer"]:
    """Those of the answers that a visitor may take back and still be somewhere."""
    return [answer for answer in answers if answer.name != "place"]
