"""How the search form ties its questions to what is said of them."""

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from ..questions import Question

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
