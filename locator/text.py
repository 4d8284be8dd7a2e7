"""One folded form for names and questions, so that accents and case never matter."""

import unicodedata

# Left out without a gap, so that "O'Fallon" and "OFallon" are one: the ways to type an
# apostrophe, the ʻokina of Hawaiʻi among them.
_APOSTROPHES = "'`´‘’‛′ʹʻʼʽ＇"
# Some of them decompose into a space, so they go before anything is decomposed.
_GONE_FIRST = dict.fromkeys(map(ord, _APOSTROPHES))


def counted(number: int, one: str, many: str) -> str:
    """`number` and its noun, as commands say it in English: "1 clinic", "2 clinics"."""
    return f"{number:,} {one if number == 1 else many}"


class _Signs(dict[int, str]):
    """What each sign of decomposed text becomes, by its code point."""

    # Beyond it lie CJK and rarer scripts: too many signs to keep in memory.
    KEPT_BELOW = 0x3000

    def __init__(self, categories: str) -> None:
        self.categories = categories

    def __missing__(self, code: int) -> str:
        becomes = self._becomes(chr(code))
        if code < self.KEPT_BELOW:
            self[code] = becomes
        return becomes

    def _becomes(self, sign: str) -> str:
        category = unicodedata.category(sign)
        if sign in _APOSTROPHES or category == "Cf":
            return ""
        if category[0] in self.categories:
            return sign
        return "" if category[0] == "M" else " "


_PLAIN = _Signs("LN")
_SPELLED = _Signs("LNM")


def fold(text: str) -> str:
    """`text` for comparing: no case, accents or punctuation, single spaces.

    Letters and digits of every script stay; marks (category M) go, the vowel signs of
    Indian scripts among them. Folding twice changes nothing.
    """
    return _folded(text, _PLAIN)


def spell(text: str) -> str:
    """`text` folded but for its marks, for scripts whose words they tell apart."""
    return _folded(text, _SPELLED)


def told_apart(text: str) -> str:
    """`text` folded, but with its marks where it is not of Latin letters alone.

    Vowel signs alone tell many words of Indian scripts apart.
    """
    folded = fold(text)
    return folded if folded.isascii() else spell(text)


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded, in order."""
    return tuple(fold(text).split())


def _folded(text: str, signs: _Signs) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_GONE_FIRST))
    plain = plain.translate(signs).casefold()
    # Folding the case can yield letters that decompose again.
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).translate(signs)
    return " ".join(plain.split())
