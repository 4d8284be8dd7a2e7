from datetime import UTC, datetime, timedelta

import pytest

from locator.geo import km_from_miles
from locator.models import (
    AgeGroup,
    Clinic,
    CoverageArea,
    Eligibility,
    Phone,
    ServiceType,
    Source,
)
from locator.telling import wording

MAY = datetime(2026, 5, 1, tzinfo=UTC)

CHILD = AgeGroup(name="Children", minimum_age=0, maximum_age=12)
TEEN = AgeGroup(name="Teenagers", minimum_age=13, maximum_age=17)
ADULT = AgeGroup(name="Adults", minimum_age=18, maximum_age=64)
OLDER = AgeGroup(name="Older adults", minimum_age=65)
CONSULTATION = ServiceType(code="consultation", category="telemedicine")
BOOKING = ServiceType(code="appointment-booking", category="telehealth")


@pytest.mark.parametrize(
    ("miles", "words"),
    [
        (0, "less than a mile"),
        (0.94, "less than a mile"),
        (1, "1 mile"),
        (1.04, "1 mile"),
        (1.4, "1 mile"),
        (5.6, "6 miles"),
        (6.4, "6 miles"),
        (1234.4, "1,234 miles"),
    ],
)
def test_a_distance_in_miles(miles, words):
    assert wording.distance(km_from_miles(miles), "mi", is_rough=False) == words


@pytest.mark.parametrize(
    ("km", "words"), [(0.4, "less than 1 km"), (2.34, "2 km"), (40.2, "40 km")]
)
def test_a_distance_in_kilometres(km, words):
    assert wording.distance(km, "km", is_rough=False) == words


def test_a_rough_point_gives_a_rough_distance():
    assert wording.distance(km_from_miles(6.4), "mi", is_rough=True) == "about 6 miles"


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        ("license", "licensed for patients in Texas (clinic, March 2026)"),
        (
            "compact",
            "may treat patients in Texas by a compact between states "
            "(clinic, March 2026)",
        ),
        ("clinic_stated", "treats patients in Texas (clinic, March 2026)"),
        (
            "unknown",
            "listed for patients in Texas, on what ground is not stated "
            "(clinic, March 2026): ask",
        ),
    ],
)
def test_coverage_says_on_what_basis_who_says_so_and_when(basis, words):
    assert wording.coverage(basis, "Texas", source="", as_of="2026-03") == words


def test_only_a_licence_is_worded_as_one():
    told = {
        basis: wording.coverage(basis, "Texas", source="", as_of="2026")
        for basis in set(CoverageArea.Basis) - {CoverageArea.Basis.ASSUMED}
    }

    licensed = {basis for basis, words in told.items() if "licensed" in words}
    assert licensed == {CoverageArea.Basis.LICENSE}
    assert "licensed" not in wording.assumed_coverage("Texas")


def test_assumed_coverage_has_no_wording_as_stated():
    with pytest.raises(KeyError):
        wording.coverage("assumed_home_region", "Texas", source="", as_of="2026")

    assert wording.assumed_coverage("Texas") == (
        "Based in Texas, so probably treats patients there: ask."
    )


@pytest.mark.parametrize("basis", CoverageArea.Basis)
def test_of_what_is_no_telemedicine_nobody_says_that_it_treats(basis):
    if basis == CoverageArea.Basis.ASSUMED:
        told = wording.assumed_coverage("Texas", treats=False)
    else:
        told = wording.coverage(basis, "Texas", source="", as_of="2026", treats=False)

    assert "Texas" in told
    assert "treat" not in told


def test_only_is_said_of_remote_without_in_person():
    assert wording.remote_ways(["Video"], is_only=True) == "Remote only, by video"
    assert wording.remote_ways(["Video", "Phone", "Messages"], is_only=False) == (
        "By video, phone or messages"
    )
    assert wording.remote_ways([], is_only=False) == (
        "Remote visits offered (video or phone: not stated)"
    )
    assert wording.remote_ways([], is_only=True) == (
        "Remote visits only (video or phone: not stated)"
    )


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([CHILD, TEEN, ADULT, OLDER], "All ages"),
        ([ADULT, OLDER], "From 18 years"),
        ([TEEN, CHILD], "Up to 17 years"),
        ([TEEN, ADULT], "From 13 to 64 years"),
        ([CHILD, ADULT], "Children, Adults"),
        ([OLDER], "Older adults"),
        ([ADULT, AgeGroup(name="Students")], "Adults, Students"),
        ([], ""),
    ],
)
def test_ages_without_a_gap_are_told_as_one_span(groups, words):
    assert wording.ages(groups) == words


def test_telemedicine_is_a_word_for_what_is_done_at_a_distance():
    assert wording.category_of(CONSULTATION, is_remote=True) == "telemedicine"
    assert wording.category_of(CONSULTATION, is_remote=False) == ""
    assert wording.category_of(BOOKING, is_remote=False) == "telehealth"


def test_a_category_word_leads_to_its_paragraph():
    assert wording.category_url("telehealth") == (
        "/telehealth-and-telemedicine/#telehealth"
    )
    assert wording.category_url("") == ""


@pytest.mark.parametrize(
    ("phone", "text", "url"),
    [
        ({"number": "+15125550123"}, "(512) 555-0123", "tel:+15125550123"),
        (
            {"number": "+15125550123", "extension": "206"},
            "(512) 555-0123 ext. 206",
            "tel:+15125550123;ext=206",
        ),
        ({"number": "+999"}, "+999", "tel:+999"),
        ({"number": "+918022221234"}, "+91 80 2222 1234", "tel:+918022221234"),
        ({"number": "+15125550123", "purpose": "fax"}, "(512) 555-0123", ""),
    ],
)
def test_a_phone_number_is_written_as_in_its_country(phone, text, url):
    line = wording.phone_line(Phone(**phone), is_sample=False)

    assert (line.text, line.url) == (text, url)


def test_a_phone_number_says_what_it_is_for():
    line = wording.phone_line(
        Phone(number="+15125550123", purpose="intake"), is_sample=False
    )

    assert line.label == "New patients"


def test_a_samples_phone_is_no_link():
    line = wording.phone_line(Phone(number="+15125550123"), is_sample=True)

    assert (line.text, line.url) == ("(512) 555-0123", "")


def test_a_check_by_a_person_is_dated_with_its_year_and_way():
    clinic = Clinic(
        verified_at=datetime(2026, 3, 14, tzinfo=UTC), verified_method="phoned"
    )

    assert wording.dated(clinic, MAY) == "Verified March 2026 by phone"
    assert wording.dated_note(clinic) == "We do not check licences or quality"


def test_a_check_of_ninety_days_ago_is_told_as_what_was_not_done_since():
    clinic = Clinic(
        verified_at=datetime(2026, 3, 14, tzinfo=UTC), verified_method="phoned"
    )

    last_day = datetime(2026, 6, 11, 23, tzinfo=UTC)
    next_day = datetime(2026, 6, 12, 1, tzinfo=UTC)

    assert wording.dated(clinic, last_day) == "Verified March 2026 by phone"
    assert wording.dated(clinic, next_day) == "Not verified since March 2026"


def test_a_sample_is_never_told_as_a_check_of_this_clinic_however_old():
    clinic = Clinic(
        verified_at=datetime(2026, 3, 14, tzinfo=UTC), verified_method="sampled"
    )

    told = [wording.dated(clinic, MAY + timedelta(days=days)) for days in (0, 90, 300)]

    assert told == [
        "Others like it checked, March 2026",
        "Not verified; others like it checked, March 2026",
        "Not verified; others like it checked, March 2026",
    ]


def test_an_import_is_never_a_check():
    clinic = Clinic(source=Source(short_name="SAMHSA"), source_date="2022")

    assert wording.dated(clinic, MAY) == "Listed by SAMHSA, 2022; never verified here"
    assert wording.dated_note(clinic) == ""
    assert wording.source_line(clinic) == "SAMHSA, 2022"


def test_a_clinic_that_nobody_vouches_for_says_so():
    assert wording.dated(Clinic(), MAY) == "Never verified here"
    assert wording.source_line(Clinic()) == ""


def test_a_restriction_is_one_only_where_everyone_is_not_named():
    veterans = Eligibility(code="veterans", name="Veterans")
    everyone = Eligibility(code="everyone", name="Everyone", is_restriction=False)

    assert wording.restriction([veterans]) == "Open to: Veterans"
    assert wording.restriction([everyone, veterans]) == ""
    assert wording.restriction([]) == ""


def test_labels_in_a_sentence_start_small_but_names_stay():
    assert wording.any_of(["Video", "Phone"]) == "video or phone"
    assert wording.any_of(["Video"]) == "video"
