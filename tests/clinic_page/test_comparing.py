"""Clinics beside each other, as a visitor sees them."""

from datetime import UTC, datetime

import pytest

from locator.models import Clinic, OldSlug, Phone
from tests.making import make_place
from tests.markup import read

NEAR, FAR = (30.354, -97.7431), (32.78, -96.8)

pytestmark = pytest.mark.django_db


@pytest.fixture
def austin():
    return make_place("Austin", at=(30.2672, -97.7431), population=960_000)


@pytest.fixture
def compared(client):
    """The page that compares: `compared("clinic=a&clinic=b")`."""

    def compared(query):
        response = client.get(f"/compare/?{query}")
        assert response.status_code == 200
        return read(response).one("main")

    return compared


def heads_of(page):
    """The names of the clinics in the table, in order."""
    return [each.all("a")[0].text for each in page.all("th", scope="col")[1:]]


def row(page, label):
    """The cells of the row called `label`, and whether it says that they differ."""
    for each in page.all("tr"):
        head = each.all("th", scope="row")
        if head and head[0].text.removesuffix(" differs") == label:
            cells = [
                " ".join(
                    part
                    for part in cell.text.removeprefix(
                        cell.one("span", class_="compare__of").text
                    ).split()
                )
                for cell in each.all("td")
            ]
            return cells, head[0].text.endswith(" differs")
    raise AssertionError(f"no row {label}")


# --- Side by side --------------------------------------------------------------------


def test_the_same_facts_of_two_clinics_stand_in_the_same_rows(compared, make_clinic):
    make_clinic("First", covers=["US-TX"], modalities=["video"], languages=["en"])
    make_clinic("Second", at=NEAR, remote="no", languages=["en"], accepting="yes")

    page = compared("clinic=first&clinic=second")

    assert heads_of(page) == ["First", "Second"]
    assert row(page, "Remote visits") == (
        ["Remote only, by video", "No remote visits"],
        True,
    )
    assert row(page, "In person") == (["No visits in person", "In person"], True)
    assert row(page, "Languages") == (["English", "English"], False)


def test_what_a_clinic_does_not_state_is_no_no(compared, make_clinic):
    make_clinic("First", covers=["US-TX"])
    make_clinic("Second", covers=["US-TX"], accepting="yes", payments=["medicaid"])

    page = compared("clinic=first&clinic=second")

    assert row(page, "New patients") == (["Not stated", "Accepts new patients"], True)
    assert row(page, "Payment") == (["Not stated", "Medicaid"], True)
    assert row(page, "Accessibility") == (["Not stated", "Not stated"], False)


def test_a_stated_no_is_no_silence(compared, make_clinic):
    make_clinic("First", covers=["US-TX"], referral="no", interpreter="no")
    make_clinic("Second", covers=["US-TX"], referral="yes", interpreter="yes")

    page = compared("clinic=first&clinic=second")

    assert row(page, "Before any visit")[0] == ["No referral needed", "Referral needed"]
    assert row(page, "For a remote visit")[0] == [
        "No interpreter in the visit",
        "An interpreter can join the visit",
    ]


def test_what_not_all_of_them_state_is_marked_and_comes_first(compared, make_clinic):
    make_clinic("First", covers=["US-TX"], languages=["en", "es"])
    make_clinic("Second", covers=["US-TX"], languages=["en"])

    page = compared("clinic=first&clinic=second")

    assert row(page, "Languages") == (["Spanish English", "English"], True)
    assert "Spanish" in [each.text for each in page.all("strong")]
    assert "English" not in [each.text for each in page.all("strong")]


def test_a_fact_of_one_programme_alone_names_it(compared, make_clinic):
    make_clinic(
        "First",
        services=[
            {"covers": ["US-TX"], "modalities": ["video"]},
            {"specialties": ["skin"], "covers": ["US-TX"], "modalities": ["phone"]},
            {"type": "appointment-booking", "modalities": ["app"]},
        ],
    )

    cells, _differs = row(compared("clinic=first"), "Remote visits")

    assert cells == [
        "Remote only, by video (Mental health) Remote only, by phone (Skin)"
    ]


def test_each_clinic_can_be_taken_away_and_another_added(compared, make_clinic):
    make_clinic("First", covers=["US-TX"])
    make_clinic("Second", covers=["US-TX"])

    page = compared("clinic=first&clinic=second&specialty=mental-health")

    away = [each for each in page.all("a") if each.text.startswith("Remove")]
    assert [each.text for each in away] == ["Remove First", "Remove Second"]
    assert away[0].attrs["href"] == ("/compare/?specialty=mental-health&clinic=second")
    another = next(each for each in page.all("a") if "Choose another" in each.text)
    assert another.attrs["href"] == (
        "/clinics/?specialty=mental-health&clinic=first&clinic=second"
    )


def test_a_sample_says_so_and_cannot_be_called(compared, make_clinic):
    make_clinic("First", covers=["US-TX"], is_sample=True, email="a@b.example")

    page = compared("clinic=first")

    assert "Sample, not real" in page.all("th", scope="col")[1].text
    assert not [
        a for a in page.all("a") if a.attrs["href"].startswith(("tel:", "mailto:a"))
    ]


def test_hours_are_told_for_now_and_for_the_week(compared, make_clinic, time_machine):
    time_machine.move_to(datetime(2026, 4, 1, 15, tzinfo=UTC), tick=False)
    make_clinic(
        "First",
        covers=["US-TX"],
        opening_hours="Mo-Fr 08:00-17:00",
        time_zone="America/Chicago",
    )

    cells, _differs = row(compared("clinic=first"), "When it is open")

    assert cells == [
        "Open now · closes at 5 p.m. (Central time) Mon–Fri 8 a.m.–5 p.m.; "
        "Sat–Sun Closed"
    ]


# --- Where the patient will be -------------------------------------------------------


def test_each_clinic_says_whether_it_treats_where_the_patient_will_be(
    compared, make_clinic, austin
):
    make_clinic("First", covers=["US-TX"], modalities=["video"])
    make_clinic("Second", at=NEAR, remote="no")
    make_clinic("Third", covers=["US-OH"])

    page = compared("clinic=first&clinic=second&clinic=third&place=Austin")

    assert row(page, "For a patient in Texas")[0] == [
        "Remote only, by video: licensed for patients in Texas (clinic, March 2026)",
        "In person: 6 miles from the centre of Austin",
        "Not stated that it treats patients there",
    ]


def test_further_regions_count_too(compared, make_clinic):
    make_clinic("First", covers=["US-TX", "US-OK"], modalities=["video"])
    make_clinic("Second", covers=["US-TX"], modalities=["video"])

    page = compared("clinic=first&clinic=second&region=US-TX&also=US-OK")

    assert row(page, "For a patient in Texas and Oklahoma")[0] == [
        "Remote only, by video: licensed for patients in Texas and Oklahoma "
        "(clinic, March 2026)",
        "Not stated that it treats patients there",
    ]


def test_a_clinic_says_whether_it_fits_all_that_was_asked(compared, make_clinic):
    make_clinic("First", covers=["US-TX"], languages=["es"])
    make_clinic("Second", covers=["US-TX"])

    page = compared("clinic=first&clinic=second&region=US-TX&language=es")

    assert row(page, "Fits all that you asked") == (
        ["Yes", "Not all of it, or not stated"],
        True,
    )
    without = compared("clinic=first&clinic=second&region=US-TX").text
    assert "Fits all that you asked" not in without


@pytest.mark.parametrize("query", ["place=Nowhere", "place=Austin&within=far", ""])
def test_without_a_usable_place_nothing_is_said_of_it(
    compared, make_clinic, austin, query
):
    make_clinic("First", covers=["US-TX"])

    page = compared(f"clinic=first&{query}")

    assert heads_of(page) == ["First"]
    assert "For a patient in" not in page.text


# --- What cannot be shown ------------------------------------------------------------


def test_a_fifth_clinic_is_named_and_nothing_else_is_lost(compared, make_clinic):
    for name in ("First", "Second", "Third", "Fourth", "Fifth"):
        make_clinic(name, covers=["US-TX"])

    page = compared(
        "clinic=first&clinic=second&clinic=third&clinic=fourth&clinic=fifth"
    )

    assert heads_of(page) == ["First", "Second", "Third", "Fourth"]
    assert "Four clinics fit beside each other. Left out: Fifth." in page.text
    assert "Choose another" not in page.text


def test_a_clinic_that_is_not_there_is_told_and_the_others_stay(compared, make_clinic):
    make_clinic("First", covers=["US-TX"])
    make_clinic("Draft", covers=["US-TX"], status=Clinic.Status.DRAFT)
    make_clinic(
        "Closed",
        covers=["US-TX"],
        status=Clinic.Status.WITHDRAWN,
        withdrawn_reason="closed",
    )
    make_clinic(
        "Shy",
        covers=["US-TX"],
        status=Clinic.Status.WITHDRAWN,
        withdrawn_reason="request",
    )

    page = compared("clinic=nobody&clinic=draft&clinic=closed&clinic=shy&clinic=first")

    assert heads_of(page) == ["First"]
    assert "We know no clinic with the address “nobody”." in page.text
    assert "We know no clinic with the address “draft”." in page.text
    assert "Closed is no longer listed." in page.text
    assert "A clinic that you chose is no longer listed." in page.text
    assert "Shy" not in page.text


def test_a_clinic_that_went_into_another_is_shown_as_that_once(compared, make_clinic):
    winner = make_clinic("Winner", covers=["US-TX"])
    make_clinic(
        "Loser",
        covers=["US-TX"],
        status=Clinic.Status.WITHDRAWN,
        merged_into=winner,
    )
    OldSlug.objects.create(slug="formerly", clinic=winner)

    page = compared("clinic=loser&clinic=winner&clinic=formerly")

    assert heads_of(page) == ["Winner"]
    assert "Loser is now listed as Winner." in page.text


def test_without_a_choice_the_page_says_how_to_make_one(compared):
    page = compared("")

    assert "No clinic is chosen yet." in page.text
    assert page.one("a", class_="button").attrs["href"] == "/clinics/"


@pytest.mark.parametrize(
    "value", ["", "%00", "..%2F", "a" * 3000, "<b>", "%F0%9F%92%A9"]
)
def test_hostile_choices_are_harmless(compared, value):
    assert not compared(f"clinic={value}&clinic={value}").all("table")


# --- The page ------------------------------------------------------------------------


def test_the_page_is_not_for_search_engines(client):
    response = client.get("/compare/")

    assert response.headers["X-Robots-Tag"] == "noindex"


def test_four_clinics_cost_no_more_queries_than_one(
    client, make_clinic, django_assert_max_num_queries
):
    for name in ("First", "Second", "Third", "Fourth"):
        clinic = make_clinic(name, covers=["US-TX"], languages=["en"])
        Phone.objects.create(clinic=clinic, number="+15125550199", purpose="text")
    asked = "&".join(
        f"clinic={slug}" for slug in ("first", "second", "third", "fourth")
    )
    client.get("/compare/")

    with django_assert_max_num_queries(26):
        client.get(f"/compare/?{asked}&region=US-TX&language=en")


def test_where_nothing_is_shared_nothing_is_marked(compared, make_clinic):
    make_clinic("First", covers=["US-TX"], languages=["es"])
    make_clinic("Second", covers=["US-TX"], languages=["en"])

    page = compared("clinic=first&clinic=second")

    assert row(page, "Languages") == (["Spanish", "English"], True)
    assert page.all("strong") == []


def test_the_choice_travels_with_the_search(client, make_clinic, austin):
    for number in range(25):
        make_clinic(f"Clinic {number:02}", at=NEAR, covers=["US-TX"])

    page = read(client.get("/clinics/?place=Austin&clinic=clinic-00&clinic=clinic-24"))

    (box,) = [
        each for each in page.all("input", type="checkbox") if "checked" in each.attrs
    ]
    assert (box.attrs["value"], box.attrs["form"]) == ("clinic-00", "compare")
    form = page.one("form", id="compare")
    assert [each.attrs["value"] for each in form.all("input", name="clinic")] == [
        "clinic-24"
    ]
    assert form.one("input", name="place").attrs["value"] == "Austin"
    following = page.one("a", rel="next").attrs["href"]
    assert "clinic=clinic-00&clinic=clinic-24" in following
    search = page.one("form", id="search")
    assert len(search.all("input", name="clinic")) == 2


def test_a_choice_asks_nothing(client, make_clinic):
    make_clinic("First", covers=["US-TX"])

    page = read(client.get("/clinics/?clinic=first&clinic=nobody")).one("main")

    assert "1 clinic is listed." in page.text
    assert not page.all("ul", class_="chosen__list")
