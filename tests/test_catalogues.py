import threading
from itertools import pairwise

import pytest
from django.db import connection
from django.test import RequestFactory
from django.utils import translation

from locator import catalogues
from locator.models import (
    CrisisPhrase,
    DataVersion,
    Helpline,
    Region,
    ServiceType,
    Specialty,
    Versioned,
)

pytestmark = pytest.mark.django_db

TELEMEDICINE = ["consultation", "consultation-by-documents", "remote-prescribing"]
OTHER_TELEHEALTH = [
    "remote-monitoring",
    "long-term-support",
    "results-online",
    "appointment-booking",
    "reminders",
    "patient-education",
    "health-worker-training",
    "clinician-advice",
]


@pytest.fixture
def now():
    return catalogues.current()


def codes(entries):
    return [entry.code for entry in entries]


# --- What is in them ---------------------------------------------------------------


def test_the_service_types_are_the_closed_list_of_the_design(now):
    assert codes(now.service_types) == TELEMEDICINE + OTHER_TELEHEALTH


def test_each_service_type_has_its_category(now):
    categories = {each.code: each.category for each in now.service_types}

    assert categories == {
        **dict.fromkeys(TELEMEDICINE, "telemedicine"),
        **dict.fromkeys(OTHER_TELEHEALTH, "telehealth"),
    }


def test_a_mask_of_service_types_says_what_is_care(now):
    care = now.service_types.of(now.care_mask)

    assert codes(care) == [*TELEMEDICINE, *OTHER_TELEHEALTH[:2]]


CHOSEN_FROM = [
    "service_types",
    "specialties",
    "modalities",
    "payments",
    "eligibilities",
    "age_groups",
    "accessibility",
    "groups",
    "settings",
]


@pytest.mark.parametrize("name", CHOSEN_FROM)
def test_every_entry_is_explained_in_one_plain_sentence(now, name):
    for entry in getattr(now, name):
        assert entry.explanation.endswith("."), entry.code
        assert ". " not in entry.explanation, entry.code


@pytest.mark.parametrize("name", [*CHOSEN_FROM, "languages"])
def test_every_entry_is_named_in_spanish_and_hindi(now, name):
    for entry in getattr(now, name):
        assert entry.translations.keys() == {"es", "hi"}, entry.code


@pytest.mark.parametrize("name", [*CHOSEN_FROM, "languages"])
def test_every_entry_has_a_bit_of_its_own(now, name):
    entries = getattr(now, name).by_code.values()

    assert len({entry.bit for entry in entries}) == len(entries) > 0


@pytest.mark.parametrize("name", [*CHOSEN_FROM, "languages"])
def test_every_catalogue_leaves_room_for_a_curators_entries(now, name):
    entries = getattr(now, name).by_code.values()

    assert len(entries) <= 0.9 * 63 * type(next(iter(entries))).COLUMNS


def test_people_find_a_payment_option_by_their_everyday_words(now):
    def called(word):
        return [each.code for each in now.payments if word in each.synonyms]

    assert called("STAR") == ["medicaid"]
    assert called("CHIP") == ["chip"]
    assert called("Medi-Cal") == ["medicaid"]
    assert called("TRICARE") == ["military-insurance"]
    assert "self-pay" in called("no insurance")
    assert "sliding-fee" in called("no insurance")


def test_only_everyone_does_not_restrict(now):
    open_to_all = [each.code for each in now.eligibilities if not each.is_restriction]

    assert open_to_all == ["everyone"]


def test_the_age_groups_leave_no_gap(now):
    ages = list(now.age_groups)

    assert ages[0].minimum_age == 0
    assert ages[-1].maximum_age is None
    for younger, older in pairwise(ages):
        assert younger.maximum_age + 1 == older.minimum_age


def test_languages_have_native_names_and_sign_languages_are_among_them(now):
    assert all(each.native_name for each in now.languages)
    signed = codes(each for each in now.languages if each.is_signed)
    assert {"ase", "ins", "bfi"} <= set(signed)
    assert now.languages.by_code["hi"].native_name == "हिन्दी"


def test_a_territory_of_the_us_exists_once(now):
    for code in ("PR", "GU", "VI", "AS", "MP", "UM"):
        assert code not in now.regions
        assert code in now.regions[f"US-{code}"].aliases


def test_every_state_and_province_is_there(now):
    counts = {
        country: len(now.subdivisions(country))
        for country in ("US", "IN", "CA", "GB", "AU")
    }

    assert counts == {"US": 51 + 6, "IN": 36, "CA": 13, "GB": 4, "AU": 8}


def test_subdivisions_come_by_name(now):
    names = [region.name for region in now.subdivisions("CA")]

    assert names == sorted(names)


def test_every_region_is_named_in_spanish_and_hindi(now):
    for region in now.regions.values():
        assert region.translations.keys() == {"es", "hi"}, region.code


def test_codes_that_were_in_force_lead_to_the_present_ones(now):
    for old, new in {
        "IN-OR": "IN-OD",
        "IN-CT": "IN-CG",
        "IN-TG": "IN-TS",
        "IN-UT": "IN-UK",
        "IN-DN": "IN-DH",
        "IN-DD": "IN-DH",
        "CA-NF": "CA-NL",
    }.items():
        assert old in now.regions[new].aliases


def test_an_alias_means_one_region_of_a_country(now):
    for country in ("US", "IN", "CA", "GB", "AU"):
        meant = {}
        for region in now.subdivisions(country):
            for name in {
                catalogues.fold(name) for name in [region.name, *region.aliases]
            }:
                assert meant.setdefault(name, region.code) == region.code


# --- Where to turn -----------------------------------------------------------------


def test_helplines_are_the_countrys_own(now):
    def numbers(region, kind):
        return [each.number for each in now.helplines(region) if each.kind == kind]

    assert numbers("US-TX", "emergency") == ["911"]
    assert numbers("US-PR", "crisis")[0] == "988"
    assert numbers("IN-KA", "emergency")[0] == "112"
    assert numbers("IN", "crisis") == ["14416"]
    assert now.helplines("BR") == []
    assert now.helplines("") == []


def test_the_lifeline_says_how_it_can_be_reached(now):
    lifeline = next(each for each in now.helplines("US") if each.number == "988")

    assert lifeline.can_call
    assert lifeline.can_text
    assert lifeline.chat_url
    assert lifeline.sign_url
    assert {each.code for each in lifeline.languages.all()} == {"en", "es", "ase"}


def test_every_helpline_and_finder_says_where_it_can_be_read_and_when_it_was(now):
    for region in now.regions:
        for each in [*now.helplines(region), *now.finders(region)]:
            assert each.url.startswith("https://")
            assert each.checked_on.year >= 2025


@pytest.mark.parametrize("country", ["US", "IN", "GB", "CA", "AU"])
def test_the_main_countries_have_an_official_finder(now, country):
    assert now.finders(country)


@pytest.mark.parametrize(
    "text",
    [
        "suicide",
        "I want to DIE",
        "I don’t want to live",
        "thinking of killing myself",
        "me quiero morir",
        "línea de crisis",
        "Linea de crisis",
        "आत्महत्या",
        "मैं मरना चाहता हूँ।",
        "khudkushi",
        "मुझे मरना है",
        "mujhe marna hai",
        "me quiero matar",
        "mi hijo se quiere suicidar",
        "my son wants to kill himself",
        "austin, suicide",
    ],
)
def test_crisis_words_are_heard(now, text):
    assert now.has_crisis_words("", text)


@pytest.mark.parametrize(
    "text",
    [
        "Killeen, TX",
        "Kill Devil Hills",
        "Coffin Bay",
        "Die, France",
        "dermatologist",
        "Matarraña",
        "Marana, AZ",
        "फीस लगी",
        "जाना नहीं चाहता",
        "",
    ],
)
def test_places_and_plain_words_are_not_taken_for_a_crisis(now, text):
    assert not now.has_crisis_words(text)


def test_crisis_words_are_not_read_across_two_answers(now):
    assert not now.has_crisis_words("I want to", "die")


def test_a_crisis_phrase_of_no_letters_is_not_heard_everywhere():
    CrisisPhrase.objects.create(language="en", phrase="!!!")
    DataVersion.bump(Versioned.CATALOGUES)

    assert not catalogues.current().has_crisis_words("austin")


# --- Choices -----------------------------------------------------------------------


def test_a_mask_leads_back_to_its_entries_in_order(now):
    mask = now.modalities.mask(["phone", "video"])

    assert codes(now.modalities.of(mask)) == ["video", "phone"]
    assert now.modalities.labels(mask) == ["Video", "Phone"]
    assert now.modalities.of(0) == []


def test_an_unknown_code_has_no_mask(now):
    with pytest.raises(KeyError):
        now.modalities.mask(["video", "telegraph"])


def test_a_retired_entry_is_not_offered_but_still_named():
    Specialty.objects.filter(pk="eyes").update(is_retired=True)
    DataVersion.bump(Versioned.CATALOGUES)

    specialties = catalogues.current().specialties

    assert "eyes" not in codes(specialties)
    assert specialties.labels(specialties.mask(["eyes"])) == ["Eyes"]


def test_labels_follow_the_pages_language(now):
    with translation.override("es"):
        assert now.specialties.labels(now.specialties.mask(["skin"])) == ["Piel"]
        assert now.region_label("US-NY") == "Nueva York"

    assert now.region_label("US-NY") == "New York"


def test_an_unknown_region_is_called_by_its_code(now):
    assert now.region_label("ZZ-9") == "ZZ-9"


# --- Kept in memory ----------------------------------------------------------------


def test_the_catalogues_cost_one_query_while_nothing_changes(
    now, django_assert_num_queries
):
    with django_assert_num_queries(1):
        again = catalogues.current()

    assert again is now


def test_a_change_shows_at_the_next_question(now):
    ServiceType.objects.filter(pk="consultation").update(name="Visit")
    DataVersion.bump(Versioned.CATALOGUES)

    changed = catalogues.current()

    assert changed.service_types.by_code["consultation"].name == "Visit"
    assert now.service_types.by_code["consultation"].name == "Consultation"


def test_a_request_asks_once(now, django_assert_num_queries):
    request = RequestFactory().get("/")

    with django_assert_num_queries(1):
        first, second = catalogues.of(request), catalogues.of(request)

    assert first is second


def test_naming_everything_asks_the_database_nothing(now, django_assert_num_queries):
    with django_assert_num_queries(0):
        for helpline in now.helplines("US"):
            [language.label() for language in helpline.languages.all()]
        now.finders("US")
        now.region_label("US-TX")
        now.has_crisis_words("austin")


def test_catalogues_without_a_token_are_read_each_time():
    DataVersion.objects.all().delete()
    assert "US" in catalogues.current().regions

    Helpline.objects.all().delete()

    assert catalogues.current().helplines("US") == []


def test_regions_added_by_a_curator_are_there_after_the_token_moved(now):
    Region.objects.create(code="FR-IDF", name="Île-de-France", parent_id="FR")
    DataVersion.bump(Versioned.CATALOGUES)

    assert catalogues.current().region_label("FR-IDF") == "Île-de-France"


@pytest.mark.django_db(transaction=True)
def test_threads_agree_on_the_catalogues():
    seen = []

    def ask():
        seen.append(catalogues.current().service_types.by_code.keys())
        connection.close()

    DataVersion.bump(Versioned.CATALOGUES)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 4
    assert all(keys == seen[0] for keys in seen)
