"""What every site starts with, in every language of the site."""

import json
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"
# By file: the fields that pages show in words.
TRANSLATED = {
    "regions": ["name"],
    "service_types": ["name", "explanation"],
    "specialties": ["name", "explanation"],
    "modalities": ["name", "explanation"],
    "languages": ["name"],
    "payment_options": ["name", "explanation"],
    "eligibilities": ["name", "explanation"],
    "age_groups": ["name", "explanation"],
    "accessibility_features": ["name", "explanation"],
    "groups_served": ["name", "explanation"],
    "care_settings": ["name", "explanation"],
    "helplines": ["name"],
    "official_finders": ["purpose"],
}


def entries(name):
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("language", ["es", "hi"])
@pytest.mark.parametrize("name", TRANSLATED)
def test_every_entry_is_told_in_every_language(name, language):
    missing = [
        (entry.get("code") or entry["name"], field)
        for entry in entries(name)
        for field in TRANSLATED[name]
        if not entry.get("translations", {}).get(language, {}).get(field)
    ]

    assert missing == []


@pytest.mark.parametrize("name", [name for name in TRANSLATED if name != "languages"])
def test_an_entry_that_is_explained_in_english_is_explained(name):
    fields = [field for field in TRANSLATED[name] if field != "name"]

    assert [e for e in entries(name) if not all(e.get(f) for f in fields)] == []


@pytest.mark.parametrize("name", ["specialties", "groups_served", "helplines"])
def test_hindi_is_written_in_its_own_script(name):
    texts = [
        text
        for entry in entries(name)
        for text in entry["translations"]["hi"].values()
        if isinstance(text, str)
    ]

    assert [
        t for t in texts if not any("\u0900" <= sign <= "\u097f" for sign in t)
    ] == []
