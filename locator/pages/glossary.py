"""Ways from a word to its sentence."""

from ..paths import path_of


def glossary_url(code: str) -> str:
    """Where the explainer says what the term of `code` means.

    `code` is a parameter of the search, the entry of a catalogue or one of
    `explaining.glossary`.
    """
    return f"{path_of('explainer')}#term-{code}"
