"""Catalogues, regions and helplines: what editors may word, and who then knows."""

import json

import pytest
from django.test import RequestFactory

from locator import catalogues
from locator.models import (
    AgeGroup,
    CrisisPhrase,
    DataVersion,
    Helpline,
    Language,
    Modality,
    Region,
    ServiceType,
    Specialty,
    Versioned,
)
from locator.models.catalogue import BITS_PER_COLUMN
from locator.search import entries
from tests.desk import Page, add_url, change_url, complaints, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(sign_in):
    return sign_in("manager")


def token() -> str:
    return DataVersion.objects.get(part=Versioned.CATALOGUES).token


def test_an_edit_is_known_to_every_process_at_once(editor):
    skin = Specialty.objects.get(code="skin")
    catalogues.current()

    saved(Page(editor, change_url(skin)).save(name="Skin and hair"))

    assert catalogues.current().specialties.by_code["skin"].name == "Skin and hair"


def test_code_and_bit_of_an_entry_are_for_ever(editor):
    skin = Specialty.objects.get(code="skin")

    Page(editor, change_url(skin)).save(code="hide", bit=60)

    assert list(Specialty.objects.filter(bit=skin.bit)) == [skin]
    assert not Specialty.objects.filter(code="hide").exists()


def test_a_new_entry_gets_the_next_bit(editor):
    highest = max(Modality.objects.values_list("bit", flat=True))

    saved(Page(editor, add_url(Modality)).save(code="fax", name="By fax", position=9))

    assert Modality.objects.get(code="fax").bit == highest + 1


def test_a_bit_is_not_given_again(editor):
    highest = Modality.objects.order_by("-bit").first()
    highest.is_retired = True
    highest.save()

    saved(Page(editor, add_url(Modality)).save(code="fax", name="By fax", position=9))

    assert Modality.objects.get(code="fax").bit == highest.bit + 1


def test_a_full_catalogue_refuses_in_a_sentence(editor):
    Modality.objects.create(code="last", name="Last", bit=BITS_PER_COLUMN - 1)

    response = Page(editor, add_url(Modality)).save(code="fax", name="Fax", position=9)

    assert complaints(response)[0].startswith("This catalogue is full: it holds 63")


def test_entries_are_retired_not_deleted(sign_in):
    boss = sign_in()
    skin = Specialty.objects.get(code="skin")

    response = boss.post(change_url(skin).replace("change", "delete"), {"post": "yes"})

    assert response.status_code == 403
    assert Specialty.objects.filter(code="skin").exists()


def test_everyday_words_are_written_one_a_line(editor):
    skin = Specialty.objects.get(code="skin")
    page = Page(editor, change_url(skin))

    saved(page.save(synonyms=" rash \n\nacne\nrash"))

    skin.refresh_from_db()
    assert skin.synonyms == ["rash", "acne"]
    assert Page(editor, change_url(skin)).sent["synonyms"] == "rash\nacne"


@pytest.mark.parametrize(
    "written", ["{", "[1]", '"es"', '{"es": "piel"}', '{"es": {"name": 5}}']
)
def test_translations_of_another_shape_are_refused(editor, written):
    skin = Specialty.objects.get(code="skin")

    response = Page(editor, change_url(skin)).save(translations=written)

    assert complaints(response)


def test_translations_are_kept(editor):
    skin = Specialty.objects.get(code="skin")
    wording = {"es": {"name": "Piel", "explanation": "Lo de la piel"}}

    saved(Page(editor, change_url(skin)).save(translations=json.dumps(wording)))

    assert Specialty.objects.get(code="skin").label("es") == "Piel"


# --- Search entries follow ---------------------------------------------------------


def test_the_entries_of_clinics_follow_the_category_of_their_type(editor, make_clinic):
    clinic = make_clinic(type="remote-monitoring", covers=["US-TX"])
    kind = ServiceType.objects.get(code="remote-monitoring")

    saved(Page(editor, change_url(kind)).save(category="telemedicine"))

    assert clinic.services.get().service_type.category == "telemedicine"
    assert entries.differences() == []


@pytest.mark.parametrize(
    "facts", [{"minimum_age": 10, "maximum_age": 15}, {"age_groups": ["child"]}]
)
def test_the_entries_of_clinics_follow_the_ages_of_a_group(editor, make_clinic, facts):
    make_clinic(covers=["US-TX"], **facts)
    child = AgeGroup.objects.get(code="child")

    saved(Page(editor, change_url(child)).save(maximum_age=9))

    assert entries.differences() == []


def test_the_entries_of_clinics_follow_a_new_age_group(editor, make_clinic):
    make_clinic(covers=["US-TX"], minimum_age=0, maximum_age=2)

    saved(
        Page(editor, add_url(AgeGroup)).save(
            code="baby", name="Baby", minimum_age=0, maximum_age=1, position=9
        )
    )

    assert entries.differences() == []


# --- Choosing ----------------------------------------------------------------------


def suggested(client, term: str, field: str, model: str = "service") -> list[str]:
    response = client.get(
        "/admin/autocomplete/",
        {
            "term": term,
            "app_label": "locator",
            "model_name": model,
            "field_name": field,
        },
    )
    return [choice["text"] for choice in response.json()["results"]]


def test_entries_are_found_by_everyday_words_of_any_language(desk):
    skin = Specialty.objects.get(code="skin")
    skin.synonyms, skin.translations = ["eczéma"], {"hi": {"name": "त्वचा"}}
    skin.save()

    assert suggested(desk, "ECZEMA", "specialties") == [str(skin)]
    assert suggested(desk, "त्वचा", "specialties") == [str(skin)]
    assert suggested(desk, "xyzzy", "specialties") == []


def test_retired_entries_are_not_suggested_but_stay_chosen(desk, make_clinic):
    clinic = make_clinic(covers=["US-TX"], specialties=["skin"])
    Specialty.objects.filter(code="skin").update(is_retired=True)

    response = Page(desk, change_url(clinic)).save(name="Renamed")

    assert suggested(desk, "skin", "specialties") == []
    assert saved(response)
    assert clinic.services.get().specialties.get().code == "skin"


def test_regions_of_one_name_are_told_apart(desk):
    found = suggested(desk, "georgia", "region", "clinic")

    assert {"Georgia (GE)", "Georgia (US-GA)"} <= set(found)


def test_regions_are_found_by_code_and_alias(desk):
    assert "Texas (US-TX)" in suggested(desk, "us-tx", "region", "coveragearea")
    assert "Texas (US-TX)" in suggested(desk, "tex", "region", "coveragearea")


def test_languages_are_found_by_their_own_name(desk):
    spanish = Language.objects.get(code="es")

    assert str(spanish) in suggested(desk, "español", "languages", "clinic")


# --- Regions, helplines, crisis words ----------------------------------------------


def test_a_region_is_worded_but_its_code_stays(editor):
    texas = Region.objects.get(code="US-TX")
    before = token()

    saved(Page(editor, change_url(texas)).save(aliases="TX\nTex.", code="US-XX"))

    texas.refresh_from_db()
    assert texas.aliases == ["TX", "Tex."]
    assert not Region.objects.filter(code="US-XX").exists()
    assert token() != before


def test_regions_are_neither_added_nor_deleted(sign_in):
    boss = sign_in()
    texas = Region.objects.get(code="US-TX")

    assert boss.get(add_url(Region)).status_code == 403
    url = change_url(texas).replace("change", "delete")
    assert boss.post(url, {"post": "yes"}).status_code == 403


def test_a_helpline_that_is_changed_is_told_at_once(editor):
    line = Helpline.objects.filter(country="US").first()
    catalogues.current()

    saved(Page(editor, change_url(line)).save(name="Another line"))

    names = [each.name for each in catalogues.current().helplines("US")]
    assert "Another line" in names


def test_a_helpline_that_is_deleted_is_gone_at_once(editor):
    line = Helpline.objects.filter(country="US").first()
    catalogues.current()

    editor.post(change_url(line).replace("change", "delete"), {"post": "yes"})

    assert line.pk not in [each.pk for each in catalogues.current().helplines("US")]


def test_crisis_words_deleted_together_are_gone_at_once(editor):
    phrase = CrisisPhrase.objects.create(language="en", phrase="xyzzy plugh")
    DataVersion.bump(Versioned.CATALOGUES)
    before = catalogues.of(RequestFactory().get("/")).has_crisis_words("xyzzy plugh")

    editor.post(
        "/admin/locator/crisisphrase/",
        {"action": "delete_selected", "_selected_action": [phrase.pk], "post": "yes"},
    )

    assert before
    assert not catalogues.current().has_crisis_words("xyzzy plugh")
