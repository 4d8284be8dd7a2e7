"""The walk of docs/operators.md: own clinics, name, logo, words, a fourth language."""

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests import built_site

from .running import ask, bound, server

CSV = built_site.ROOT / "docs" / "csv-template.csv"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"/>'
# A dozen strings of the pages that are asked for below.
FRENCH = {
    "Telehealth": "Télésanté",
    "Telemedicine": "Télémédecine",
    "Remote": "À distance",
    "In person": "Sur place",
    "Find a clinic": "Trouver une clinique",
    "Find clinics": "Trouver des cliniques",
    "Sources": "Sources",
    "Privacy": "Vie privée",
    "Accessibility": "Accessibilité",
    "Clinics": "Cliniques",
    "About": "À propos",
    "About this site": "À propos de ce site",
}
TERMS = """
<h2>{{ _("Terms") }}</h2>
<p>Our own terms. <a href="{{ url("locator:explainer") }}">More</a></p>
"""
ENGLISH = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "Privacy"
msgstr "What we know about you"
"""


def manage(told, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=built_site.ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(built, tmp_path_factory):
    """A site of an operator's own: its settings, its overlay, its database."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copy(Path(built["LOCATOR_VAR"]) / "site.sqlite3", folder)
    return built | {
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "LOCATOR_VAR": str(folder),
        "LOCATOR_OVERLAY": str(overlay(folder / "overlay")),
        "LOCATOR_LANGUAGES": "en,es,hi,fr",
        "LOCATOR_NAME": "Prairie Care Finder",
        "LOCATOR_OPERATOR": "Prairie Health Trust",
        "LOCATOR_ACCENT": "#7a3b1d",
        "LOCATOR_LOGO": "brand/logo.svg",
        "LOCATOR_ABOUT": "We are a charity.",
        "LOCATOR_CONTACT_EMAIL": "desk@prairie.example",
    }


def overlay(folder):
    (folder / "static" / "brand").mkdir(parents=True)
    (folder / "static" / "brand" / "logo.svg").write_text(LOGO)
    (folder / "templates" / "locator").mkdir(parents=True)
    terms = folder / "templates" / "locator" / "_about_terms.html"
    terms.write_text(TERMS)
    words = folder / "locale" / "en" / "LC_MESSAGES" / "django.po"
    words.parent.mkdir(parents=True)
    words.write_text(ENGLISH)
    return folder


@pytest.fixture(scope="module")
def site(told):
    """The port of the operator's site, after everything that the guide says."""
    locale = Path(told["LOCATOR_OVERLAY"]) / "locale"
    manage(told, "collect_messages", "--language", "fr", "--locale", locale)
    translate(locale / "fr" / "LC_MESSAGES" / "django.po")
    built_site.manage(
        told,
        ["compile_translations"],
        ["collectstatic", "--no-input"],
        ["import_clinics", "csv", str(CSV), "--as-of", "2026-11"],
    )
    status, said = manage(told, "serve", "--check")
    assert status == 0, said
    with bound() as listener, server(told, listener):
        yield listener.getsockname()[1]


def translate(path):
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        if entry.msgid in FRENCH:
            entry.msgstr = FRENCH[entry.msgid]
    catalogue.save()


def page(port, path):
    status, body = ask(port, path)
    assert status == 200
    return body.decode()


def test_pages_bear_the_name_the_logo_and_the_colour(site):
    home = page(site, "/")

    assert "Prairie Care Finder" in home
    assert "/static/brand/logo." in home
    assert "#7a3b1d" in page(site, "/brand.css")


def test_the_operator_speaks_for_itself_on_the_page_about_the_site(site):
    about = page(site, "/about/")

    assert "We are a charity." in about
    assert "desk@prairie.example" in about


def test_its_own_clinics_have_taken_the_place_of_the_samples(site):
    found = page(site, "/clinics/?place=Texas")

    assert "River Bend Counseling" in found
    assert "Sample, not real" not in found


def test_a_template_of_the_overlay_is_the_one_that_is_drawn(site):
    about = page(site, "/about/")

    assert 'Our own terms. <a href="/telehealth-and-telemedicine/">' in about


def test_a_sentence_may_say_something_else_in_english_too(site):
    assert "What we know about you" in page(site, "/about/")


def test_a_fourth_language_is_there_as_far_as_it_is_translated(site):
    french = page(site, "/fr/")

    assert '<html lang="fr"' in french
    assert "À propos" in french
    assert 'hreflang="fr"' in page(site, "/")
