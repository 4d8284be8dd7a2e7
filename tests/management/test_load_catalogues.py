import io
import json
import shutil
from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from locator.models import (
    CrisisPhrase,
    DataVersion,
    Helpline,
    LoadedEntry,
    PaymentOption,
    Region,
    Source,
    Specialty,
    Versioned,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """A copy of the fixtures that a test may change."""
    return shutil.copytree(settings.BASE_DIR / "fixtures", tmp_path / "fixtures")


def load(folder=None):
    said = io.StringIO()
    options = {"folder": folder} if folder else {}
    call_command("load_catalogues", stdout=said, **options)
    return said.getvalue().strip()


def edit(folder, name, change):
    """Let `change` alter the list of entries in the file `name`."""
    path = folder / f"{name}.json"
    entries = json.loads(path.read_text("utf-8"))
    change(entries)
    path.write_text(json.dumps(entries), "utf-8")


def token():
    return DataVersion.objects.get(part=Versioned.CATALOGUES).token


def test_loading_again_changes_nothing_and_says_so():
    before = token()

    said = load()

    assert said.endswith("entries, nothing new.")
    assert token() == before


def test_loading_again_is_quick(django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        load()


def test_a_new_entry_of_the_fixtures_is_added_with_a_bit_of_its_own(folder):
    before = token()
    highest = max(Specialty.objects.values_list("bit", flat=True))
    edit(
        folder,
        "specialties",
        lambda entries: entries.insert(0, {"code": "feet", "name": "Feet"}),
    )

    said = load(folder)

    assert Specialty.objects.get(pk="feet").bit == highest + 1
    assert "1 new" in said
    assert token() != before


def test_bits_stay_where_they_are_when_the_order_changes(folder):
    bits = dict(Specialty.objects.values_list("code", "bit"))
    edit(folder, "specialties", list.reverse)

    load(folder)

    assert dict(Specialty.objects.values_list("code", "bit")) == bits
    assert Specialty.objects.first().code == list(bits)[-1]


def test_an_entry_that_nobody_edited_follows_the_fixtures(folder):
    def renumber(entries):
        next(one for one in entries if one["number"] == "988")["number"] = "989"
        entries[0]["checked_on"] = "2026-01-31"
        entries[0]["languages"] = ["es", "en", "fr"]

    edit(folder, "helplines", renumber)

    said = load(folder)

    emergency = Helpline.objects.get(country="US", number="911")
    assert emergency.checked_on == date(2026, 1, 31)
    assert {each.pk for each in emergency.languages.all()} == {"en", "es", "fr"}
    assert "1 new, 1 changed" in said
    assert load(folder).endswith("nothing new.")


def test_what_a_curator_edited_stays_and_the_rest_of_the_entry_follows(folder):
    PaymentOption.objects.filter(pk="medicaid").update(name="Medicaid (STAR)")

    def change(entries):
        medicaid = next(one for one in entries if one["code"] == "medicaid")
        medicaid |= {"name": "Medicaid!", "explanation": "New words."}

    edit(folder, "payment_options", change)

    said = load(folder)

    medicaid = PaymentOption.objects.get(pk="medicaid")
    assert medicaid.name == "Medicaid (STAR)"
    assert medicaid.explanation == "New words."
    assert "1 kept as edited here" in said


def test_an_edit_that_was_taken_back_follows_the_fixtures_again(folder):
    Specialty.objects.filter(pk="skin").update(name="Skin and hair")
    load(folder)
    Specialty.objects.filter(pk="skin").update(name="Skin")
    edit(
        folder,
        "specialties",
        lambda entries: next(one for one in entries if one["code"] == "skin").update(
            name="Skin, hair, nails"
        ),
    )

    load(folder)

    assert Specialty.objects.get(pk="skin").name == "Skin, hair, nails"


def test_a_curator_who_was_ahead_of_the_fixtures_is_followed_again(folder):
    Helpline.objects.filter(country="US", number="911").update(name="Emergencies")
    edit(folder, "helplines", lambda some: some[0].update(name="Emergencies"))

    assert load(folder).endswith("nothing new.")

    edit(folder, "helplines", lambda some: some[0].update(name="Emergency!"))
    assert "1 changed" in load(folder)


def test_what_a_curator_deleted_does_not_come_back():
    Helpline.objects.filter(country="US", number="741741").delete()
    CrisisPhrase.objects.filter(phrase="overdose").delete()

    said = load()

    assert not Helpline.objects.filter(number="741741").exists()
    assert not CrisisPhrase.objects.filter(phrase="overdose").exists()
    assert "2 kept deleted" in said


def test_what_a_curator_added_first_stays_theirs(folder):
    Source.objects.create(code="county", name="County list")
    edit(
        folder,
        "sources",
        lambda entries: entries.append({**entries[0], "code": "county"}),
    )

    load(folder)

    assert Source.objects.get(pk="county").name == "County list"


def test_entries_that_left_the_fixtures_stay_in_the_database(folder):
    edit(folder, "specialties", lambda entries: entries.pop())
    count = Specialty.objects.count()

    load(folder)

    assert Specialty.objects.count() == count


def test_a_full_catalogue_refuses_with_a_sentence(folder):
    edit(
        folder,
        "specialties",
        lambda entries: entries.extend(
            {"code": f"more-{number}", "name": f"More {number}"}
            for number in range(64 - len(entries))
        ),
    )

    with pytest.raises(CommandError, match=r"specialties.*entry 64: .* is full"):
        load(folder)

    assert not Specialty.objects.filter(code__startswith="more-").exists()


def test_languages_have_two_columns_of_bits(folder):
    edit(
        folder,
        "languages",
        lambda entries: entries.extend(
            {"code": f"x-{number}", "name": f"Language {number}"}
            for number in range(126 - len(entries))
        ),
    )

    load(folder)

    assert LoadedEntry.objects.filter(model="language").count() == 126


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("regions", None, "There is no file"),
        ("regions", "[{", "regions.json cannot be read"),
        ("regions", b"\xff\xfe", "regions.json cannot be read"),
        ("regions", "{}", "must hold a list of objects"),
        ("regions", '["US"]', "must hold a list of objects"),
        ("regions", '[{"name": "Nowhere"}]', "entry 1: code is missing"),
        ("regions", '[{"code": "usa", "name": "US"}]', "entry 1: .*iso_3166"),
        ("specialties", '[{"code": "a", "nom": "A"}]', "entry 1: .* field nom"),
        (
            "specialties",
            '[{"code": "a", "name": "A"}, {"code": "a", "name": "A"}]',
            "entry 2: a is there twice",
        ),
        ("payment_options", '[{"code": "a", "name": "A", "country": "ZZ"}]', "ZZ"),
        ("age_groups", '[{"code": "a", "name": "A", "minimum_age": "x"}]', "entry 1"),
        (
            "helplines",
            '[{"country": "FR", "kind": "emergency", "number": "15", "name": "SAMU",'
            ' "url": "https://example.org", "checked_on": "2026-01-01",'
            ' "languages": ["xx"]}]',
            "languages: there is no xx",
        ),
        (
            "helplines",
            '[{"country": "FR", "kind": "emergency", "number": "15", "name": "SAMU",'
            ' "url": "https://example.org"}]',
            "checked_on",
        ),
    ],
)
def test_a_bad_fixture_is_refused_with_a_sentence_and_nothing_is_written(
    folder, name, text, sentence
):
    before = LoadedEntry.objects.count(), token()
    path = folder / f"{name}.json"
    edit(folder, "modalities", lambda some: some.append({"code": "fax", "name": "Fax"}))
    if text is None:
        path.unlink()
    else:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(CommandError, match=sentence):
        load(folder)

    assert (LoadedEntry.objects.count(), token()) == before


def test_an_empty_database_is_filled_in_one_go():
    LoadedEntry.objects.all().delete()
    CrisisPhrase.objects.all().delete()
    phrases = json.loads(
        (settings.BASE_DIR / "fixtures/crisis_phrases.json").read_text()
    )

    said = load()

    assert CrisisPhrase.objects.count() == len(phrases)
    assert f"{len(phrases)} new" in said
    assert Region.objects.filter(pk="US-TX", parent="US").exists()
