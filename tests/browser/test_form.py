"""The form in a browser: long lists that are searched, and what a phone folds away."""

import pytest

from tests.making import make_clinic, make_place

LANGUAGES = ["en", "es", "de", "fr", "it", "ja", "ko", "pl", "pt", "ru", "vi", "hi"]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def site(live_server):
    """Clinics that speak many languages; the address where they are served."""
    make_place("Austin", at=(30.267, -97.743), population=961_855)
    make_clinic("Clear Creek Care", covers=["US-TX"], languages=LANGUAGES)
    make_clinic("House of Words", covers=["US-TX"], languages=["en", "es", "ase"])
    make_clinic("Far Away", covers=["US-OH"], languages=["so"])
    return live_server.url


def open_languages(page, address):
    page.set_viewport_size(PHONE)
    page.goto(address)
    page.locator("#more > summary").click()
    page.locator("#id_language > summary").click()
    return page.locator("#id_language")


def shown(languages):
    labels = languages.locator(".choices > li:visible label").all_inner_texts()
    return [label.split()[0] for label in labels]


def test_a_long_list_is_narrowed_by_its_box(page, site, complaints):
    languages = open_languages(page, f"{site}/clinics/?place=Austin&language=es")

    languages.get_by_label("Find in this list").type("franc")

    # What is chosen stays, and a language is found by its own name.
    assert shown(languages) == ["Spanish", "French"]
    assert languages.get_by_role("status").inner_text() == "Shown: 2 of 14"
    assert not languages.get_by_text("Sign languages").is_visible()
    assert complaints == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ESPAN", ["Spanish"]),
        ("tieng viet", ["Vietnamese"]),
        ("हिन्दी", ["Hindi"]),
        ("clinics", []),
        ("erman", []),
        ("?!", [*LANGUAGES, "so", "ase"]),
    ],
)
def test_options_are_found_by_the_beginnings_of_their_words(page, site, typed, found):
    languages = open_languages(page, f"{site}/clinics/?place=Austin")

    languages.get_by_label("Find in this list").fill(typed)

    assert len(shown(languages)) == len(found)
    if len(found) == 1:
        assert shown(languages) == found


def test_the_box_sends_nothing_and_escape_shows_the_list_again(page, site):
    languages = open_languages(page, f"{site}/clinics/?place=Austin")
    address, all_of_them = page.url, shown(languages)
    box = languages.get_by_label("Find in this list")

    box.type("french")
    box.press("Enter")
    narrowed = shown(languages)
    box.press("Escape")

    assert narrowed == ["French"]
    assert shown(languages) == all_of_them
    assert page.url == address
    assert (
        page.evaluate(
            "[...new FormData(document.getElementById('search')).values()]"
        ).count("french")
        == 0
    )


def test_an_option_without_clinics_can_be_read_and_not_chosen(page, site):
    languages = open_languages(page, f"{site}/clinics/?place=Austin")

    somali = languages.get_by_label("Somali, 0 clinics")

    assert somali.is_visible()
    assert somali.is_disabled()
    assert languages.get_by_label("Spanish, 2 clinics").is_enabled()


def test_a_list_that_is_searched_keeps_the_rules(page, site, violations):
    languages = open_languages(page, f"{site}/clinics/?place=Austin&language=es")
    languages.get_by_label("Find in this list").fill("fr")

    assert violations() == []


@pytest.mark.parametrize("address", ["/", "/clinics/?place=Austin"])
def test_a_phone_shows_five_questions(page, site, address):
    page.set_viewport_size(PHONE)
    page.goto(site + address)
    form = page.get_by_role("search", name="Clinics")

    for group in ("Telemedicine or telehealth", "Kind of visit"):
        assert form.get_by_role("group", name=group).is_visible()
    assert form.get_by_label("Where are you?").is_visible()
    lists = form.locator("details.question--many:visible")
    assert [each.get_attribute("id") for each in lists.all()] == [
        *("id_specialty", "id_payment")
    ]


def test_a_phone_folds_the_other_questions(page, site):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/clinics/?place=Austin")
    others = page.locator("#id_language, #id_age, #id_type, #id_contact, #id_within")

    folded = [each.is_visible() for each in others.all()]
    page.locator("#more > summary").press("Enter")
    opened = [each.is_visible() for each in others.all()]

    assert (folded, opened) == ([False] * 5, [True] * 5)


def test_without_scripts_a_long_list_is_there_whole(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()

    languages = open_languages(page, f"{site}/clinics/?place=Austin")
    everything = shown(languages)
    languages.get_by_label("French, 1 clinic").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Show clinics").click()
    found = page.get_by_role("heading", level=3).all_inner_texts()
    context.close()

    assert len(everything) == 14
    assert found == ["Clear Creek Care"]


def test_the_region_beside_the_place_is_changed_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()

    page.goto(f"{site}/clinics/?place=Austin")
    page.get_by_text("You will be in:").click()
    page.get_by_label("Where will you be during the visit?").select_option("Ohio")
    with page.expect_navigation():
        page.get_by_role("button", name="Find clinics").click()
    told = page.locator("#region > summary").inner_text()
    found = page.get_by_role("heading", level=3).all_inner_texts()
    context.close()

    assert told.startswith("You will be in: Ohio")
    assert found == ["Far Away"]
