"""Ways from a word to its sentence."""

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def glossary_url(code: str) -> str:
    """Where the explainer says what the term of `code` means.

    `code` is a parameter of the search, the entry of a catalogue or one of
    `explaining.glossary`.
    """
    return f"{reverse('locator:explainer')}#term-{code}"
