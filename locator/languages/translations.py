"""The words of other languages: `.po` files that people write, as Django reads them.

`LOCATOR_LOCALES` are folders like `locale/`, the overlay's first; what is made of them
stands in the site's own folder, so that the code may lie where nobody can write. No
program of the system is needed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import django
import polib
from django.conf import settings
from django.utils.translation import to_locale

from .messages import Message

CATALOGUE = Path("LC_MESSAGES", "django.po")
# How many plural forms a language has, and which of them a number takes. For others
# than these Django's own are copied.
PLURALS = {
    "es": "nplurals=2; plural=(n != 1);",
    "hi": "nplurals=2; plural=(n > 1);",
}
TAG = re.compile(r"</?\w+")
PLACEHOLDER = re.compile(r"%(?:\(\w+\)[sd]|%)|\{\w*\}")


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


# --- What people write -------------------------------------------------------------


def catalogue(
    language: str, known: polib.POFile, found: Mapping[Message, list[str]]
) -> polib.POFile:
    """The strings of `found` in order, with what `known` says of them.

    Nothing in it hangs on the day or on lines, so that a change shows only itself.
    """
    said = {(each.msgctxt or "", each.msgid): each for each in known}
    kept = polib.POFile(wrapwidth=88)
    kept.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": known.metadata.get("Plural-Forms") or plurals(language),
    }
    forms = int(re.search(r"nplurals=(\d+)", kept.metadata["Plural-Forms"])[1])
    for (context, id_), (plural, files) in _by_key(found).items():
        old = said.get((context, id_)) or polib.POEntry()
        entry = polib.POEntry(
            msgid=id_,
            msgid_plural=plural,
            msgctxt=context or None,
            comment=old.comment,
            tcomment=old.tcomment,
            occurrences=[(file, "") for file in files],
            flags=["fuzzy"] if old.fuzzy else [],
        )
        if plural:
            said_before = old.msgstr_plural or {0: "", 1: ""}
            entry.msgstr_plural = {n: said_before.get(n, "") for n in range(forms)}
        else:
            entry.msgstr = old.msgstr
        kept.append(entry)
    return kept


def _by_key(
    found: Mapping[Message, list[str]],
) -> dict[tuple[str, str], tuple[str, list[str]]]:
    """Plural and files by context and string: one with a plural serves one without."""
    keyed: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for message, files in found.items():
        key = (message.context, message.id)
        plural, others = keyed.get(key, ("", []))
        keyed[key] = (message.plural or plural, sorted({*files, *others}))
    return keyed


def plurals(language: str) -> str:
    """The plural rule of `language`, ours or Django's own."""
    if rule := PLURALS.get(language):
        return rule
    home = Path(django.__file__).parent / "conf" / "locale" / to_locale(language)
    path = home / CATALOGUE
    if not path.exists():
        return "nplurals=2; plural=(n != 1);"
    return polib.pofile(str(path)).metadata["Plural-Forms"]


def holes(said: polib.POFile) -> list[str]:
    """What of `said` is not translated well enough to be shown, a sentence each."""
    return [
        f"{wrong}: {entry.msgid!r}" for entry in said for wrong in _wrong_with(entry)
    ]


def _wrong_with(entry: polib.POEntry) -> Iterable[str]:
    """What keeps a translation from being shown, in words."""
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if entry.fuzzy:
        yield "not sure"
    if not all(texts):
        yield "not translated"
        return
    ids = filter(None, (entry.msgid, entry.msgid_plural))
    allowed = [_placeholders(text) for text in ids]
    if not all(_placeholders(text) in allowed for text in texts):
        yield "other placeholders"
    if any(_tags(text) != _tags(entry.msgid) for text in texts):
        yield "other tags"
    if any(_edges(text) != _edges(entry.msgid) for text in texts):
        yield "other spaces at the ends"


def _placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def _tags(text: str) -> Counter[str]:
    return Counter(TAG.findall(text))


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()
