"""Strings for visitors: found, all of them translated, and nothing else."""

import re
from pathlib import Path

import polib
import pytest

from locator.languages import translations
from locator.languages.messages import (
    Message,
    in_choices,
    in_code,
    in_template,
    messages,
)

ROOT = Path(__file__).parent.parent.parent
CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext

LATER = gettext_lazy("of two "
                     "parts")

def f(n):
    return _("one"), ngettext("%(n)s cat", "%(n)s cats", n), pgettext("sea", "bank")
"""


def test_strings_are_found_in_code():
    assert set(in_code(CODE, "a.py")) == {
        Message("of two parts"),
        Message("one"),
        Message("%(n)s cat", plural="%(n)s cats"),
        Message("bank", context="sea"),
    }


@pytest.mark.parametrize("call", ["_(name)", '_(f"a {b}")', '_("a" + b)', "_()"])
def test_what_nobody_could_translate_is_refused(call):
    with pytest.raises(ValueError, match=r"a\.py:1 marks what is no plain text"):
        list(in_code(call, "a.py"))


def test_of_models_only_labels_of_choices_and_sentences_are_found():
    code = (
        "class Clinic(models.Model):\n"
        '    name = models.CharField(_("name"))\n'
        "    class Status(models.TextChoices):\n"
        '        DRAFT = "draft", _("draft")\n'
        "def worded():\n"
        '    return _("never")\n'
    )

    assert list(in_choices(code, "a.py")) == [Message("draft"), Message("never")]


def test_strings_are_found_in_templates():
    template = """
    {% if a %}{{ _("at 400 %% zoom") }}{% else %}{% trans %}100 % sure{% endtrans %}
    {% set bank = pgettext("sea", "bank") %}{% endif %}
    {% trans n=n, a=b %}
      {{ n }} <b>cat</b> of {{ a }}
    {% pluralize %}
      {{ n }} <b>cats</b> of {{ a }}
    {% endtrans %}"""

    assert set(in_template(template, "a.html")) == {
        Message("at 400 %% zoom"),
        Message("100 %% sure"),
        Message("bank", context="sea"),
        Message("%(n)s <b>cat</b> of %(a)s", plural="%(n)s <b>cats</b> of %(a)s"),
    }


@pytest.mark.parametrize("template", ["{{ _(name) }}", '{{ _("a" ~ b) }}'])
def test_a_template_marks_plain_texts_alone(template):
    with pytest.raises(ValueError, match=r"a\.html:1 marks what is no plain text"):
        list(in_template(template, "a.html"))


def test_the_desks_strings_are_not_the_visitors():
    found = messages(ROOT)

    files = {file for names in found.values() for file in names}
    assert not [file for file in files if "/admin/" in file or "importers" in file]
    assert Message("Find a clinic") in found
    assert Message("Publish") not in found


@pytest.mark.parametrize("language", ["es", "hi"])
def test_no_string_is_left_untranslated(language):
    path = ROOT / "locale" / language / translations.CATALOGUE
    said = polib.pofile(str(path))

    wanted = translations.catalogue(language, said, messages(ROOT))

    assert translations.holes(said) == []
    assert {(each.msgctxt, each.msgid, each.msgid_plural) for each in said} == {
        (each.msgctxt, each.msgid, each.msgid_plural) for each in wanted
    }, "`make messages` brings locale/ to the strings of the site"
    assert not said.obsolete_entries()


@pytest.mark.parametrize("language", ["es", "hi"])
def test_translations_stand_in_order_without_days_and_lines(language):
    text = (ROOT / "locale" / language / translations.CATALOGUE).read_text("utf-8")
    said = polib.pofile(text)

    ids = [(each.msgid, each.msgctxt or "") for each in said]
    assert ids == sorted(ids)
    assert not [line for each in said for _file, line in each.occurrences if line]
    assert "-Date" not in text


NO_WORDS = re.compile(r"%\(\w+\)[sd]|%%n|<[^>]*>|km")
# Words that both languages have.
ALIKE = {
    "es": {"Chat", "Error:", "no", "fax", "%(number)s ext. %(extension)s"},
    "hi": {"AM", "PM"},
}


@pytest.mark.parametrize("language", ["es", "hi"])
def test_no_translation_is_the_english_again(language):
    said = polib.pofile(str(ROOT / "locale" / language / translations.CATALOGUE))

    same = {
        entry.msgid
        for entry in said
        if re.search(r"[a-z]{2}|[A-Z]{2}", NO_WORDS.sub("", entry.msgid))
        and entry.msgid in (entry.msgstr, *entry.msgstr_plural.values())
    }
    assert same - ALIKE[language] == set()


def test_hindi_is_written_in_its_own_script():
    said = polib.pofile(str(ROOT / "locale" / "hi" / translations.CATALOGUE))

    foreign = {
        entry.msgid
        for entry in said
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if re.search(r"\b[a-z]{3,}\b", NO_WORDS.sub("", text))
        and not re.search("[\u0900-\u097f]", text)
    }
    assert foreign == set()
