"""The words of other languages: `.po` files that people write, as Django reads them.

`LOCATOR_LOCALES` are folders like `locale/`, the overlay's first; what is made of them
stands in the site's own folder, so that the code may lie where nobody can write. No
program of the system is needed.
"""

from collections.abc import Iterable
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import to_locale

CATALOGUE = Path("LC_MESSAGES", "django.po")


def compile_language(language: str) -> bool:
    """Make what Django reads in `language`; False where nobody wrote any.

    Where two folders translate the same words, the first one's stand.
    """
    written = _written(language)
    if not written:
        return False
    merged = polib.POFile()
    for path in reversed(written):
        said = polib.pofile(str(path), encoding="utf-8")
        merged.metadata |= said.metadata
        _lay_over(merged, (each for each in said if each.translated()))
    target = _made(language)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In one move: a server may be reading the old one.
    unfinished = target.with_suffix(".part")
    merged.save_as_mofile(str(unfinished))
    unfinished.replace(target)
    return True


def _lay_over(merged: polib.POFile, entries: Iterable[polib.POEntry]) -> None:
    known = {(each.msgctxt, each.msgid): each for each in merged}
    for entry in entries:
        if same := known.get((entry.msgctxt, entry.msgid)):
            merged.remove(same)
        merged.append(entry)


def is_stale(language: str) -> bool:
    """Whether there are words in `language` that Django does not read yet."""
    written, made = _written(language), _made(language)
    if not written:
        return False
    newest = max(path.stat().st_mtime for path in written)
    return not made.exists() or made.stat().st_mtime < newest


def _written(language: str) -> list[Path]:
    """The files with words in `language`, the one that wins first."""
    places = [Path(root) / to_locale(language) for root in settings.LOCATOR_LOCALES]
    return [place / CATALOGUE for place in places if (place / CATALOGUE).exists()]


def _made(language: str) -> Path:
    home = Path(settings.LOCALE_PATHS[0]) / to_locale(language)
    return home / CATALOGUE.with_suffix(".mo")
