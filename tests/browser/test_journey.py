"""The whole way of a patient on a phone: in each language, with scripts and without."""

import re

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import expect

from tests.making import make_clinic, make_place

PHONE = {"width": 390, "height": 844}
LANGUAGES = {"en": "", "es": "/es", "hi": "/hi"}


@pytest.fixture
def site(live_server):
    """Georgetown, of which there are two; clinics for either, few that fit."""
    make_place("Georgetown", at=(30.63, -97.68), population=67_000)
    kentucky = {"region": "US-KY", "population": 37_000}
    make_place("Georgetown", at=(38.21, -84.56), **kentucky)
    fits = {
        "modalities": ["video", "phone"],
        "languages": ["en", "es"],
        "payments": ["medicaid"],
        "specialties": ["mental-health"],
        "city": "Georgetown",
    }
    make_clinic("Clear Creek Care", at=(30.6, -97.7), covers=["US-TX"], **fits)
    make_clinic("Far Care", covers=["US-TX"], **fits | {"city": "Houston"})
    make_clinic("Without Medicaid", covers=["US-TX"], **fits | {"payments": []})
    make_clinic("Kentucky Care", at=(38.2, -84.5), covers=["US-KY"], **fits)
    return live_server.url


@pytest.fixture(params=[False, True], ids=["without scripts", "with scripts"])
def phone(request, browser):
    """A page on a phone."""
    context = browser.new_context(
        viewport=PHONE, java_script_enabled=request.param, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.fixture(params=LANGUAGES)
def language(request):
    """The language of the page, in which this test then names what it looks for."""
    with override(request.param):
        yield request.param


def choose(page, question, code):
    """Open the list of `question`, and tick `code` in it."""

    if not page.locator(f"#id_{question}_{code}").is_visible():
        page.locator(f"#id_{question} summary").first.click()
    page.locator(f"#id_{question}_{code}").check()


def names(page):
    return page.locator(".card__name").all_inner_texts()


def test_a_patient_finds_compares_reads_and_prints(site, phone, language):
    prefix = LANGUAGES[language]
    main = phone.get_by_role("main")

    # Search: the place has a namesake, so it is picked.
    phone.goto(f"{site}{prefix}/")
    phone.get_by_label(_("Where are you?")).fill("Georgetown")
    phone.get_by_role("button", name=_("Find clinics")).click()
    expect(main.locator(".picks a")).to_have_count(2)
    main.locator(".picks a").first.click()
    expect(phone.locator("h1")).to_contain_text("Georgetown")
    expect(phone.locator(".card")).to_have_count(4)

    # Filter: Spanish, Medicaid, by video or by phone, for one who will be in Texas.
    choose(phone, "payment", "medicaid")
    phone.get_by_text(_("More filters")).click()
    choose(phone, "language", "es")
    choose(phone, "modality", "video")
    phone.locator("#id_modality_phone").check()
    phone.locator("#search [type=submit]").last.click()
    expect(phone.locator(".card")).to_have_count(2)
    assert names(phone) == ["Clear Creek Care", "Far Care"]
    expect(phone.locator(".chosen li")).to_have_count(4)

    # Print: what is read stays, what is pressed goes.
    phone.emulate_media(media="print")
    expect(phone.get_by_text("(512) 555-0100").first).to_be_visible()
    expect(phone.locator("#search")).to_be_hidden()
    phone.emulate_media(media="screen")

    # Compare the two.
    for box in phone.locator("input[name=clinic][type=checkbox]").all():
        box.check()
    phone.get_by_role("button", name=_("Compare the chosen clinics")).last.click()
    expect(phone).to_have_url(re.compile(f"{prefix}/compare/"))
    expect(main.get_by_role("columnheader")).to_have_count(3)

    # The clinic, and what the word on it means.
    main.get_by_role("link", name="Far Care").first.click()
    expect(phone.locator("h1")).to_have_text("Far Care")
    main.locator("a.word--telemedicine").first.click()
    expect(phone).to_have_url(re.compile(r"telehealth-and-telemedicine/#telemedicine$"))
    expect(main.locator(".differences")).to_be_visible()

    # Which do I need? It ends in a search, which finds.
    main.locator("label[for=id_how_talk]").click()
    main.locator("label[for=id_device_phone]").click()
    main.get_by_role("button", name=_("Show what I need")).click()
    answer = main.locator("#answer")
    expect(answer).to_contain_text(
        _("You want to talk: we ask for visits by phone. Any telephone will do.")
    )
    answer.get_by_label(_("Where will you be during the visit?")).fill("Texas")
    answer.get_by_role("button", name=_("Show clinics")).click()
    expect(phone).to_have_url(re.compile(f"{prefix}/clinics/.*modality=phone"))
    assert set(names(phone)) == {"Clear Creek Care", "Far Care", "Without Medicaid"}
    expect(phone.locator("#id_modality_phone")).to_be_checked()
    assert phone.context.cookies() == []
