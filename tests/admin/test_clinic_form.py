"""The form of a clinic: coverage by compact, and what it says of bad input."""

import pytest

from locator.models import Change, Clinic, Compact, CoverageArea, ServiceCompact
from locator.search import entries
from tests.desk import Page, add_url, change_url, complaints, saved

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def compact():
    made = Compact.objects.create(
        code="river",
        name="River Compact",
        url="https://river.example/",
        checked_on="2026-03-01",
    )
    for code in ("US-TX", "US-OK", "US-NM"):
        made.members.create(region_id=code)
    return made


@pytest.fixture
def clinic(make_clinic):
    return make_clinic("River Clinic", covers=["US-TX"], city="Austin")


def areas(clinic) -> dict[str, str]:
    rows = CoverageArea.objects.filter(service__clinic=clinic)
    return dict(rows.values_list("region", "basis"))


# --- Coverage ----------------------------------------------------------------------


def test_the_form_says_why_each_service_has_regions_of_its_own(desk, clinic):
    text = desk.get(change_url(clinic)).text

    assert "A clinician may generally treat only patients who are where" in text


def test_a_compact_that_is_ticked_covers_its_members(desk, client, clinic, compact):
    page = Page(desk, change_url(clinic))

    response = page.save(
        **{"services-0-by_compacts": ["river"], "services-0-new_as_of": "2026-02"}
    )

    assert saved(response)
    assert areas(clinic) == {
        "US-TX": "license",
        "US-OK": "compact",
        "US-NM": "compact",
    }
    joined = ServiceCompact.objects.get()
    assert (joined.compact, joined.as_of, joined.source) == (compact, "2026-02", None)
    found = client.get("/clinics.geojson", {"region": "US-NM"}).json()
    assert found["numberMatched"] == 1
    assert entries.differences() == []
    assert Change.objects.filter(clinic=clinic).count() == 1


def test_a_compact_that_is_unticked_takes_only_what_it_gave(desk, clinic, compact):
    page = Page(desk, change_url(clinic))
    page.save(**{"services-0-by_compacts": ["river"]})

    response = page.save(**{"services-0-by_compacts": None})

    assert saved(response)
    assert areas(clinic) == {"US-TX": "license"}
    assert not ServiceCompact.objects.exists()


def test_saving_again_leaves_what_a_compact_gives(desk, clinic, compact):
    page = Page(desk, change_url(clinic))
    page.save(**{"services-0-by_compacts": ["river"]})

    assert saved(page.save(name="Lake Clinic"))
    assert areas(clinic)["US-OK"] == "compact"
    assert page.sent["coverage-TOTAL_FORMS"] == 1


def test_what_a_compact_gives_is_told_beside_it_and_not_row_by_row(
    desk, clinic, compact
):
    page = Page(desk, change_url(clinic))
    page.save(**{"services-0-by_compacts": ["river"]})

    text = desk.get(change_url(clinic)).text

    assert "River Compact, told by the clinic" in text
    assert "They give it: New Mexico, Oklahoma." in text
    assert "River Compact: 3 regions" in text


def test_a_licence_that_is_stated_later_replaces_what_the_compact_gave(
    desk, clinic, compact
):
    page = Page(desk, change_url(clinic))
    page.save(**{"services-0-by_compacts": ["river"]})

    page.save(
        **{"services-0-new_regions": ["US-OK"], "services-0-new_basis": "license"}
    )
    page.save(**{"services-0-by_compacts": None})

    assert areas(clinic) == {"US-TX": "license", "US-OK": "license"}


def test_a_new_service_may_join_a_compact_at_once(desk, compact):
    page = Page(desk, add_url(Clinic))
    page.add("phones", number="(512) 555-0123", purpose="main", position=0)
    stated = dict.fromkeys(
        ["first_visit_in_person", "sound_only", "interpreter", "accepting", "referral"],
        "unknown",
    )
    page.add(
        "services",
        service_type="consultation",
        specialties=["mental-health"],
        remote="yes",
        in_person="no",
        by_compacts=["river"],
        **stated,
    )

    response = page.save(name="New", city="Austin", region="US-TX", status="published")

    assert saved(response)
    assert set(areas(Clinic.objects.get())) == {"US-TX", "US-OK", "US-NM"}


def test_a_clinic_whose_only_coverage_is_unticked_stays_as_it_was(
    desk, make_clinic, compact
):
    clinic = make_clinic("River Clinic", covers=["US-OK"], basis="compact")
    page = Page(desk, change_url(clinic))
    page.save(**{"services-0-by_compacts": ["river"]})

    response = page.save(**{"services-0-by_compacts": None}, name="Typed")

    assert any("no region says where" in said for said in complaints(response))
    assert 'value="Typed"' in response.text
    assert "US-OK" in areas(clinic)


def test_the_page_reads_compacts_once_for_all_services(
    desk, make_clinic, compact, django_assert_max_num_queries
):
    services = [{"covers": ["US-TX"]} for _number in range(6)]
    clinic = make_clinic("Many", services=services)
    few = make_clinic("Few", covers=["US-TX"])
    desk.get(change_url(few))

    with django_assert_max_num_queries(130):
        desk.get(change_url(clinic))


# --- Bad input ---------------------------------------------------------------------


def test_a_half_filled_form_keeps_all_that_was_typed(desk):
    page = Page(desk, add_url(Clinic))
    page.add("phones", number="12", purpose="main", position=0)
    page.add("services", notes="Ask for Ana", minimum_age=30, maximum_age=20)

    response = page.save(
        name="",
        city="Austin",
        opening_hours="Mo-Fr nine",
        latitude="95",
        description="Two rooms",
    )

    said = " ".join(complaints(response))
    assert "The opening hours cannot be read from" in said
    assert "It lies between -90 and 90 degrees." in said
    assert "no telephone number" in said
    assert "below the lowest age" in said
    for typed in ("Austin", "Mo-Fr nine", "Two rooms", "Ask for Ana", "95"):
        assert typed in response.text
    assert not Clinic.objects.exists()


def test_a_slug_that_is_taken_is_told_in_one_sentence(desk, clinic, make_clinic):
    make_clinic("Other", covers=["US-TX"], slug="other")

    response = Page(desk, change_url(clinic)).save(slug="other", name="Typed")

    said = [each for each in complaints(response) if "address" in each]
    assert said == ["Another clinic has this address."]
    assert 'value="Typed"' in response.text


def test_regions_that_there_are_not_are_named(desk, clinic):
    page = Page(desk, change_url(clinic))

    response = page.save(
        region="US-ZZ",
        **{"services-0-new_regions": ["US-YY"], "services-0-new_basis": "license"},
    )

    said = complaints(response)
    assert "There is no region US-ZZ: choose one of the list." in said
    assert "There is no region US-YY: choose one of the list." in said


def test_a_compact_that_there_is_not_is_refused(desk, clinic, compact):
    page = Page(desk, change_url(clinic))

    response = page.save(**{"services-0-by_compacts": ["lake"]})

    assert any("lake" in said for said in complaints(response))
    assert areas(clinic) == {"US-TX": "license"}


def test_who_may_only_look_sees_the_hours_and_no_buttons_that_ask(sign_in, clinic):
    Clinic.objects.update(opening_hours="Mo-Fr 09:00-17:00", time_zone="UTC")

    text = sign_in("auditor").get(change_url(clinic)).text

    assert "Monday to Friday" in text
    assert 'name="_locate"' not in text
    assert 'name="_hours"' not in text


def test_who_wrote_what_is_told_by_act_in_the_words_of_the_form(desk, clinic):
    page = Page(desk, change_url(clinic))
    page.add("phones", number="+1 512 555 0177", purpose="main", position=1)

    page.save(city="Waco", website="https://river.example/")

    text = desk.get(change_url(clinic)).text
    assert "phone numbers, town, website" in text


def test_the_history_names_a_compact(desk, clinic, compact):
    Page(desk, change_url(clinic)).save(**{"services-0-by_compacts": ["river"]})

    text = desk.get(f"{change_url(clinic).replace('change', 'history')}").text

    assert "River Compact, the clinic" in text
