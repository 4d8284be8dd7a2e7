"""From what people write to what Django reads."""

import polib
import pytest
from django.core.management import call_command
from django.utils.translation import gettext, ngettext, override

from locator.languages import translations
from locator.languages.messages import Message


def write(root, language, **texts):
    """A file of translations below the folder `root`."""
    path = root / language / translations.CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    said = polib.POFile()
    said.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": translations.plurals(language),
    }
    for id_, text in texts.items():
        said.append(polib.POEntry(msgid=id_.replace("_", " "), msgstr=text))
    said.save(str(path))


@pytest.fixture
def folders(settings, tmp_path):
    """The overlay's folder, the site's, and the one where Django reads."""
    overlay, ours, made = (tmp_path / name for name in ("overlay", "ours", "made"))
    settings.LOCATOR_LOCALES = [overlay, ours]
    settings.LOCALE_PATHS = [made]
    return overlay, ours, made


def test_the_words_of_an_overlay_come_first(settings, folders):
    overlay, ours, made = folders
    write(ours, "es", Find_a_clinic="Encontrar una clínica", Privacy="Privacidad")
    write(overlay, "es", Find_a_clinic="Halle su clínica")

    call_command("compile_translations", verbosity=0)

    settings.LOCALE_PATHS = [str(made)]  # Django reads anew
    with override("es"):
        assert gettext("Find a clinic") == "Halle su clínica"
        assert gettext("Privacy") == "Privacidad"


def test_a_language_of_an_overlay_alone_is_a_language(client, db, settings, folders):
    overlay, _ours, made = folders
    write(overlay, "pt", Find_a_clinic="Encontrar uma clínica")
    settings.LANGUAGES = [("en", "English"), ("pt", "Portuguese")]

    call_command("compile_translations", verbosity=0)

    settings.LOCALE_PATHS = [str(made)]
    page = client.get("/pt/").content.decode()
    assert '<html lang="pt">' in page
    assert "Encontrar uma clínica" in page


def test_a_language_from_right_to_left_says_so(client, db, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]

    page = client.get("/ar/").content.decode()

    assert '<html lang="ar" dir="rtl">' in page


def test_what_is_not_translated_or_not_sure_is_not_shown(folders):
    _overlay, ours, made = folders
    write(ours, "es", a="A", b="")
    path = ours / "es" / translations.CATALOGUE
    said = polib.pofile(str(path))
    said.append(polib.POEntry(msgid="c", msgstr="C", flags=["fuzzy"]))
    said.save(str(path))

    translations.compile_language("es")

    read = polib.mofile(str(made / "es" / "LC_MESSAGES" / "django.mo"))
    assert [(entry.msgid, entry.msgstr) for entry in read] == [("a", "A")]


def test_translations_are_made_again_only_where_they_are_older(folders):
    _overlay, ours, _made = folders
    assert not translations.is_stale("es")

    write(ours, "es", a="A")
    assert translations.is_stale("es")

    translations.compile_language("es")
    assert not translations.is_stale("es")


def test_new_strings_come_in_empty_old_ones_stay_and_gone_ones_go():
    said = polib.POFile()
    said.append(polib.POEntry(msgid="kept", msgstr="guardado", comment="a hint"))
    said.append(polib.POEntry(msgid="gone", msgstr="ido"))
    found = {Message("kept"): ["b.py"], Message("a cat", plural="cats"): ["a.py"]}

    new = translations.catalogue("es", said, found)

    entries = [(each.msgid, each.msgstr, each.msgstr_plural) for each in new]
    assert entries == [
        ("kept", "guardado", {}),
        ("a cat", "", {0: "", 1: ""}),
    ]
    assert new[0].comment == "a hint"
    assert new.metadata["Plural-Forms"] == "nplurals=2; plural=(n != 1);"


def test_another_language_has_its_own_plurals():
    new = translations.catalogue("ar", polib.POFile(), {Message("a", "", "as"): []})

    assert new.metadata["Plural-Forms"].startswith("nplurals=6;")
    assert len(new[0].msgstr_plural) == 6


@pytest.mark.parametrize(
    ("id_", "text", "wrong"),
    [
        ("%(n)s of %(all)s", "%(all)s में से %(n)s", None),
        ("400 %% zoom", "zoom del 400 %%", None),
        ("", "", None),
        ("Find", "", "not translated"),
        ("%(n)s found", "%(N)s", "other placeholders"),
        ("%(n)s found", "n", "other placeholders"),
        (" or ", "o", "other spaces at the ends"),
        ("a <b>cat</b>", "un <b>gato</i>", "other tags"),
        ("a <cite>Cat</cite>", 'un <cite lang="en">Cat</cite>', None),
    ],
)
def test_what_is_wrong_with_a_translation_is_said(id_, text, wrong):
    said = polib.POFile()
    if id_:
        said.append(polib.POEntry(msgid=id_, msgstr=text))

    assert translations.holes(said) == ([f"{wrong}: {id_!r}"] if wrong else [])


def test_plurals_are_those_of_the_language():
    with override("es"):
        found = [
            ngettext("%(number)s mile", "%(number)s miles", count)
            for count in (0, 1, 2, 1_000_000)
        ]

    assert found == [
        "%(number)s millas",
        "%(number)s milla",
        "%(number)s millas",
        "%(number)s millas",
    ]


def test_the_command_lists_what_is_left_and_fails(tmp_path, capsys):
    with pytest.raises(SystemExit):
        call_command("collect_messages", "--locale", str(tmp_path), "--language", "pt")

    said = capsys.readouterr().out
    made = polib.pofile(str(tmp_path / "pt" / translations.CATALOGUE))
    assert "not translated: 'Find a clinic'" in said
    assert len(made) == len(made.untranslated_entries()) > 500
