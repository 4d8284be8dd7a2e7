from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from locator import catalogues
from locator.asking.filters import ClinicFilter
from locator.models import (
    CareSetting,
    Clinic,
    CoverageArea,
    Organization,
    Phone,
    Region,
)
from locator.results.cards import cards
from locator.search import entries, find, holdings
from tests.making import make_place

NOW = datetime(2026, 4, 1, 15, tzinfo=UTC)
# Two clinics about 6 and 60 miles north of the centre of Austin.
NEAR, FAR = (30.354, -97.7431), (31.136, -97.7431)


@pytest.fixture
def places(db):
    make_place("Austin", at=(30.2672, -97.7431), population=960_000)
    make_place("78701", kind="postcode", at=(30.2672, -97.7431))
    make_place("560001", kind="postcode", at=(12.97, 77.59), region="IN-KA")


@pytest.fixture
def shown(places):
    """The cards of a search by name: `shown("place=Austin")["Clear Creek Care"]`."""

    def shown(query):
        asked = ClinicFilter(
            QueryDict(query),
            catalogues=catalogues.current(),
            holdings=holdings.current(),
            now=NOW,
        )
        return {card.name: card for card in cards(find(asked.query), asked)}

    return shown


# --- Why a clinic is there -----------------------------------------------------------


def test_a_licence_is_told_with_who_says_so_and_when(shown, make_clinic):
    make_clinic(covers=["US-TX", "US-OH"], modalities=["video", "phone"])

    card = shown("place=Austin&visit=remote")["Clear Creek Care"]

    assert card.reasons == (
        "Remote only, by video or phone: licensed for patients in Texas "
        "(clinic, March 2026)",
    )
    assert not card.assumed


def test_assumed_coverage_is_never_worded_as_stated(shown, make_clinic):
    make_clinic(at=FAR, covers=["US-TX"], basis="assumed_home_region")

    card = shown("place=Austin&visit=remote")["Clear Creek Care"]

    assert card.assumed
    assert card.reasons == (
        "Remote visits offered (video or phone: not stated). Based in Texas, so "
        "probably treats patients there: ask.",
    )


def test_coverage_of_the_country_is_told_as_such(shown, make_clinic):
    make_clinic(covers=["IN"], region="IN-KA", basis="national_registration")

    card = shown("place=560001&visit=remote")["Clear Creek Care"]

    assert card.reasons == (
        "Remote visits only (video or phone: not stated): registered to treat patients "
        "in all of India (clinic, March 2026)",
    )


def test_each_clinic_is_told_by_the_area_that_its_own_match_came_by(shown, make_clinic):
    make_clinic("State", covers=["US-TX", "US-OH"], modalities=["video"])
    make_clinic("Country", covers=["US"], basis="clinic_stated", modalities=["video"])

    found = shown("place=Austin&visit=remote")

    assert "in Texas" in found["State"].reasons[0]
    assert "in the United States" in found["Country"].reasons[0]


# --- Where else the patient will be --------------------------------------------------


def test_regions_of_one_standing_are_told_together(shown, make_clinic):
    make_clinic(covers=["US-TX", "US-OK", "US-OH"], modalities=["video"])

    card = shown("region=US-TX&also=US-OK")["Clear Creek Care"]

    assert card.reasons == (
        "Remote only, by video: licensed for patients in Texas and Oklahoma "
        "(clinic, March 2026)",
    )


def test_regions_of_different_standing_are_told_apart(shown, make_clinic):
    clinic = make_clinic(covers=["US-TX"], modalities=["video"])
    service = clinic.services.get()
    CoverageArea.objects.create(
        service=service, region_id="US-OK", basis="compact", as_of="2025"
    )
    CoverageArea.objects.create(
        service=service, region_id="US-OH", basis="assumed_home_region", as_of="2025"
    )
    entries.rebuild([clinic.pk])

    card = shown("region=US-TX&also=US-OK&also=US-OH")["Clear Creek Care"]

    assert card.reasons == (
        "Remote only, by video: licensed for patients in Texas (clinic, March 2026); "
        "may treat patients in Oklahoma by a compact between states (clinic, 2025). "
        "Based in Ohio, so probably treats patients there: ask.",
    )


def test_a_country_holds_for_all_of_its_regions_and_is_told_once(shown, make_clinic):
    make_clinic(covers=["US"], basis="clinic_stated", modalities=["video"])

    card = shown("region=US-TX&also=US-OK")["Clear Creek Care"]

    assert card.reasons == (
        "Remote only, by video: treats patients in the United States "
        "(clinic, March 2026)",
    )


# --- What nobody says ----------------------------------------------------------------


def test_without_a_region_nobody_is_said_to_treat_there(shown, make_clinic):
    make_clinic(covers=["US-TX"], modalities=["video"])

    card = shown("")["Clear Creek Care"]

    assert card.reasons == ("Remote only, by video",)


def test_a_flag_of_the_whole_clinic_is_no_fact_of_the_programme(shown, make_clinic):
    make_clinic(covers=["US-TX"], remote_is_clinic_wide=True)

    card = shown("place=Austin")["Clear Creek Care"]

    assert card.reasons[1:] == (
        "Remote visits are stated for the clinic, not for this programme",
    )


def test_it_is_not_said_where_another_matching_programme_states_it(shown, make_clinic):
    make_clinic(
        services=[
            {"covers": ["US-TX"]},
            {
                "covers": ["US-TX"],
                "specialties": ["substance-use"],
                "remote_is_clinic_wide": True,
            },
        ]
    )

    both = shown("place=Austin")["Clear Creek Care"]
    asked = shown("place=Austin&specialty=substance-use")["Clear Creek Care"]

    assert not any("this programme" in each for each in both.reasons)
    assert any("this programme" in each for each in asked.reasons)


@pytest.mark.parametrize(
    ("place", "start"),
    [
        ("place=Austin", "from the centre of Austin"),
        ("place=78701", "from ZIP 78701"),
        ("lat=30.27&lon=-97.74", "from your location"),
    ],
)
def test_a_distance_says_from_where(shown, make_clinic, place, start):
    make_clinic(at=NEAR, remote="no")

    card = shown(place)["Clear Creek Care"]

    assert card.reasons == (f"In person: 6 miles {start}",)
    assert (card.distance, card.distance_from) == ("6 miles", start)


def test_an_indian_postcode_is_a_pin_and_distances_are_in_kilometres(
    shown, make_clinic
):
    make_clinic(at=(13.06, 77.59), region="IN-KA", remote="no")

    card = shown("place=560001")["Clear Creek Care"]

    assert card.reasons == ("In person: 10 km from PIN 560001",)


def test_the_unit_asked_for_is_the_one_told(shown, make_clinic):
    make_clinic(at=NEAR, remote="no")

    assert shown("place=Austin&unit=km")["Clear Creek Care"].distance == "10 km"


def test_a_rough_point_gives_a_rough_distance(shown, make_clinic):
    make_clinic(at=NEAR, remote="no", point_precision="postcode", point_source="source")

    card = shown("place=Austin")["Clear Creek Care"]

    assert card.reasons == ("In person: about 6 miles from the centre of Austin",)


def test_in_a_region_there_are_no_distances(shown, make_clinic):
    make_clinic(at=NEAR, remote="no", city="Round Rock")

    card = shown("place=Texas")["Clear Creek Care"]

    assert card.reasons == ("In person: in Round Rock",)
    assert (card.km, card.miles, card.distance, card.distance_from) == (
        None,
        None,
        "",
        "",
    )


def test_a_clinic_that_matches_both_ways_says_both(shown, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"], modalities=["video"])

    card = shown("place=Austin")["Clear Creek Care"]

    assert card.match == ("remote", "in-person")
    assert card.reasons == (
        "In person: 6 miles from the centre of Austin",
        "By video: licensed for patients in Texas (clinic, March 2026)",
    )
    assert not card.is_remote_only


def test_only_is_said_of_a_clinic_that_cannot_be_visited_for_any_of_it(
    shown, make_clinic
):
    remote_only = {"covers": ["US-TX"], "modalities": ["message"], "in_person": "no"}
    make_clinic("Only", services=[remote_only])
    make_clinic("Both", at=NEAR, services=[remote_only, {"specialties": ["skin"]}])

    found = shown("place=Austin")

    assert found["Only"].reasons[0].startswith("Remote only, by messages")
    assert found["Only"].is_remote_only
    assert not found["Both"].is_remote_only
    assert any(each.startswith("By messages") for each in found["Both"].reasons)
    assert not any("only" in each for each in found["Both"].reasons)


def test_who_treats_remotely_elsewhere_is_not_thought_to_treat_here(shown, make_clinic):
    make_clinic("Ohio", at=NEAR, covers=["US-OH"], modalities=["video", "phone"])
    make_clinic("Silent", at=NEAR, covers=["US-OH"])
    make_clinic("Texas", at=NEAR, covers=["US-TX"])
    make_clinic("Site", at=NEAR, remote="no")

    here, on_site = shown("place=Austin"), shown("place=Austin&visit=in-person")

    assert {name: card.remote_elsewhere for name, card in here.items()} == {
        "Ohio": "by video or phone, but not stated for patients in Texas",
        "Silent": "offered, but not stated for patients in Texas",
        "Texas": "",
        "Site": "",
    }
    assert {card.remote_elsewhere for card in on_site.values()} == {""}


def test_of_a_whole_country_remote_visits_to_a_part_of_it_are_not_denied(
    shown, make_clinic
):
    make_clinic(at=NEAR, covers=["US-TX"], modalities=["video"])

    card = shown("place=United States")["Clear Creek Care"]

    assert (
        card.remote_elsewhere == "offered, but not stated for all of the United States"
    )


def test_a_distance_that_a_reason_tells_need_not_be_told_again(shown, make_clinic):
    make_clinic("Visited", at=NEAR)
    make_clinic("Remote", at=NEAR, in_person="no", covers=["US-TX"])

    found = shown("place=Austin")

    assert found["Visited"].is_distance_told
    assert not found["Remote"].is_distance_told


def test_what_is_not_stated_is_called_so(shown, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"], remote="unknown", in_person="unknown")

    card = shown("place=Austin&unstated=include")["Clear Creek Care"]

    assert card.reasons == (
        "In-person visits not stated: ask the clinic",
        "Remote visits not stated: ask the clinic",
    )


def test_other_telehealth_names_what_it_does_and_never_treats(shown, make_clinic):
    make_clinic(
        "Books",
        services=[
            {"type": "appointment-booking", "specialties": (), "in_person": "unknown"},
            {"type": "reminders", "specialties": (), "in_person": "unknown"},
        ],
    )
    make_clinic(
        "Books and sees",
        at=NEAR,
        services=[
            {"type": "appointment-booking", "specialties": (), "in_person": "unknown"},
            {"type": "consultation", "remote": "no"},
        ],
    )

    found = shown("place=Austin&category=telehealth-only")

    assert found["Books"].reasons == (
        "Appointment booking online, Reminders; remote visits not stated",
    )
    assert found["Books and sees"].reasons == (
        "Appointment booking online; no remote visits listed",
    )
    assert {line.category for line in found["Books"].services} == {"telehealth"}


def test_other_telehealth_that_is_care_says_whom_it_reaches_and_never_treats(
    shown, make_clinic
):
    monitoring = {"type": "remote-monitoring", "in_person": "no", "covers": ["US-TX"]}
    booking = {"type": "appointment-booking", "specialties": ()}
    for name, basis in [
        ("Licensed", "license"),
        ("Says so", "clinic_stated"),
        ("Compact", "compact"),
        ("Assumed", "assumed_home_region"),
    ]:
        make_clinic(name, services=[{**monitoring, "basis": basis}, booking])

    found = shown("place=Austin&category=telehealth-only")

    date = "(clinic, March 2026)"
    beside = "Appointment booking online; remote visits not stated"
    assert {name: card.reasons for name, card in found.items()} == {
        "Licensed": (
            f"Remote monitoring: licensed for patients in Texas {date}",
            beside,
        ),
        "Says so": (
            f"Remote monitoring: offered to patients in Texas {date}",
            beside,
        ),
        "Compact": (
            "Remote monitoring: may be offered to patients in Texas by a compact "
            f"between states {date}",
            beside,
        ),
        "Assumed": (
            "Remote monitoring. Based in Texas, so probably offered there: ask.",
            beside,
        ),
    }
    assert [name for name, card in found.items() if card.assumed] == ["Assumed"]


def test_the_in_person_half_of_a_consultation_has_no_category_word(shown, make_clinic):
    make_clinic("Site", at=NEAR, remote="no")
    make_clinic("Far away", covers=["US-TX"])

    found = shown("place=Austin")

    assert found["Site"].services[0].category == ""
    assert found["Far away"].services[0].category_label == "Telemedicine"
    assert found["Far away"].services[0].category_url == (
        "/telehealth-and-telemedicine/#telemedicine"
    )


# --- What people choose by -----------------------------------------------------------


def test_a_card_tells_what_the_matching_services_state(shown, make_clinic):
    make_clinic(
        at=NEAR,
        city="Austin",
        languages=["en", "es"],
        payments=["medicaid"],
        services=[
            {
                "specialties": ["mental-health", "ptsd"],
                "covers": ["US-TX"],
                "modalities": ["video"],
                "age_groups": ["adult"],
                "accepting": "yes",
            },
            {"specialties": ["substance-use"], "remote": "no", "accepting": "no"},
        ],
    )

    card = shown("place=Austin&specialty=ptsd")["Clear Creek Care"]

    assert card.town == "Austin, Texas"
    assert [line.specialties for line in card.services] == [
        ("Mental health", "Trauma and PTSD")
    ]
    assert card.modalities == ("Video",)
    assert card.languages == ("English", "Spanish")
    assert card.payments == ("Medicaid",)
    assert card.ages == ("Adults (26–64)",)
    assert card.ages_text == "Adults (26–64)"
    assert card.accepting == "yes"


def test_restrictions_stand_on_the_card_where_they_hold_for_all_of_it(
    shown, make_clinic
):
    make_clinic("Veterans", at=NEAR, eligibility=["veterans"])
    make_clinic("Everyone", at=NEAR, eligibility=["everyone", "veterans"])
    make_clinic("Silent", at=NEAR)
    make_clinic(
        "Partly",
        at=NEAR,
        services=[{"eligibility": ["students"]}, {"specialties": ["skin"]}],
    )

    found = shown("place=Austin")

    assert found["Veterans"].restrictions == ("Open to: Veterans",)
    assert found["Veterans"].services[0].restriction == ""
    assert found["Everyone"].restrictions == found["Silent"].restrictions == ()
    assert found["Partly"].restrictions == ()
    assert {line.restriction for line in found["Partly"].services} == {
        "Open to: Students",
        "",
    }


@pytest.mark.parametrize(
    ("settings", "needs"),
    [
        (["residential"], ("Overnight stay",)),
        (["residential", "hospital-inpatient"], ("Overnight stay",)),
        (["residential", "outpatient"], ()),
        ([], ()),
    ],
)
def test_overnight_care_alone_is_said_on_the_card(shown, make_clinic, settings, needs):
    assert CareSetting.objects.filter(code__in=settings).count() == len(settings)
    make_clinic(at=NEAR, remote="no", settings=settings)

    assert shown("place=Austin")["Clear Creek Care"].needs == needs


def test_overnight_care_is_not_said_of_remote_visits(shown, make_clinic):
    make_clinic(at=NEAR, covers=["US-TX"], settings=["residential"])

    card = shown("place=Austin")["Clear Creek Care"]

    assert card.needs == ("Overnight stay in person",)


def test_what_stands_before_the_first_visit_is_said(shown, make_clinic):
    make_clinic(covers=["US-TX"], first_visit_in_person="yes", referral="yes")

    card = shown("place=Austin")["Clear Creek Care"]

    assert card.needs == ("Referral needed",)
    assert card.visit == ("First visit in person",)


def test_the_phone_is_the_one_that_a_patient_calls_first(shown, make_clinic):
    clinic = make_clinic(at=NEAR, phone="")
    for position, (purpose, number) in enumerate(
        [
            ("fax", "+15125550101"),
            ("tty", "+15125550102"),
            ("intake", "+15125550103"),
            ("main", "+15125550104"),
        ]
    ):
        Phone.objects.create(
            clinic=clinic, purpose=purpose, number=number, position=position
        )
    make_clinic("Silent", at=NEAR, phone="")

    found = shown("place=Austin")

    assert found["Clear Creek Care"].phone.number == "+15125550103"
    assert found["Clear Creek Care"].phone.label == "New patients"
    assert found["Silent"].phone is None


def test_an_extension_stays_with_its_number(shown, make_clinic):
    clinic = make_clinic(at=NEAR, phone="")
    Phone.objects.create(clinic=clinic, number="+15125550103", extension="206")

    phone = shown("place=Austin")["Clear Creek Care"].phone

    assert (phone.number, phone.extension) == ("+15125550103", "206")


def test_ways_to_reach_it_without_a_voice_call_are_told(shown, make_clinic):
    clinic = make_clinic(at=NEAR, email="desk@creek.example")
    Phone.objects.create(
        clinic=clinic, number="+15125550101", purpose="text", position=1
    )
    entries.rebuild([clinic.pk])
    make_clinic("Voice alone", at=NEAR)

    found = shown("place=Austin")

    card = found["Clear Creek Care"]
    assert (card.phone.url, card.text_phone.url) == (
        "tel:+15125550100",
        "sms:+15125550101",
    )
    assert card.email_url == "mailto:desk@creek.example"
    assert card.relay == ""
    assert found["Voice alone"].relay == "US relay: dial 711"


def test_a_card_says_whether_the_clinic_is_open_and_when(shown, make_clinic):
    make_clinic(at=NEAR, opening_hours="Mo-Fr 08:00-17:00", time_zone="America/Chicago")
    make_clinic("Silent", at=NEAR)

    found = shown("place=Austin")

    card = found["Clear Creek Care"]
    assert card.open_now.text == "Open now · closes at 5 p.m. (Central time)"
    assert card.week == "Mon–Fri 8 a.m.–5 p.m.; Sat–Sun Closed"
    assert found["Silent"].open_now is None


def test_a_card_has_the_address_in_one_line_unless_it_is_private(shown, make_clinic):
    facts = {"street": "12 Creek Road", "city": "Austin", "postal_code": "78701"}
    make_clinic(at=NEAR, **facts)
    make_clinic(
        "Private", at=NEAR, point_precision="city", address_is_private=True, **facts
    )

    found = shown("place=Austin")

    assert found["Clear Creek Care"].address == "12 Creek Road, Austin, Texas 78701"
    assert found["Private"].address == "Austin, Texas"


def test_what_a_remote_visit_needs_is_that_of_the_first_service(shown, make_clinic):
    make_clinic(
        accessibility=["captions", "sign-language"],
        services=[
            {
                "covers": ["US-TX"],
                "modalities": ["video"],
                "platform": "any browser",
                "interpreter": "yes",
            },
            {"covers": ["US-TX"], "specialties": ["skin"], "platform": "our own app"},
        ],
    )

    card = shown("place=Austin&specialty=mental-health&specialty=skin")[
        "Clear Creek Care"
    ]

    assert card.visit == (
        "Device with camera and internet",
        "App or browser: any browser",
        "An interpreter can join the visit",
        "Captions in video visits",
    )


def test_ages_are_told_in_years_where_they_are_stated_so(shown, make_clinic):
    make_clinic(at=NEAR, minimum_age=16)

    assert shown("place=Austin")["Clear Creek Care"].ages_text == "From 16 years"


def test_a_category_word_leads_to_its_paragraph_once_on_a_card(shown, make_clinic):
    make_clinic(
        services=[
            {"covers": ["US-TX"]},
            {"covers": ["US-TX"], "specialties": ["skin"]},
        ]
    )

    card = shown("place=Austin")["Clear Creek Care"]

    assert [line.category for line in card.services] == ["telemedicine"] * 2
    assert [bool(line.category_url) for line in card.services] == [True, False]


def test_a_card_is_dated_by_its_source_or_by_a_person(shown, make_clinic):
    make_clinic("Listed", at=NEAR, source="samhsa-mental-health")
    make_clinic("Checked", at=NEAR, verified_at=datetime(2026, 3, 1, tzinfo=UTC))

    found = shown("place=Austin")

    assert found["Listed"].dated == "Listed by SAMHSA, 2022; never verified here"
    assert found["Checked"].dated == "Verified March 2026 by phone"
    assert found["Checked"].dated_note == "We do not check licences or quality"


def test_a_sample_is_marked_and_cannot_be_called(shown, make_clinic):
    make_clinic(at=NEAR, is_sample=True)

    card = shown("place=Austin")["Clear Creek Care"]

    assert card.is_sample
    assert card.phone.url == ""


def test_an_organization_of_the_same_name_is_not_told_twice(shown, make_clinic):
    organization = Organization.objects.create(name="Clear Creek Care")
    make_clinic(at=NEAR, organization=organization)
    make_clinic("Clear Creek Care, Night desk", at=NEAR, organization=organization)
    make_clinic("Branch", at=NEAR, organization=organization)

    found = shown("place=Austin")

    assert found["Clear Creek Care"].organization == ""
    assert found["Clear Creek Care, Night desk"].organization == ""
    assert found["Branch"].organization == "Clear Creek Care"


def test_a_clinic_gone_since_is_left_out(places, make_clinic):
    make_clinic("Stays", at=NEAR)
    goes = make_clinic("Goes", at=NEAR)
    asked = ClinicFilter(
        QueryDict("place=Austin"),
        catalogues=catalogues.current(),
        holdings=holdings.current(),
        now=NOW,
    )
    results = find(asked.query)
    Clinic.objects.filter(pk=goes.pk).delete()

    assert [card.name for card in cards(results, asked)] == ["Stays"]


@pytest.mark.parametrize("clinics", [1, 5, 20])
def test_a_page_of_cards_is_read_at_once(
    places, make_clinic, clinics, django_assert_num_queries
):
    for number in range(clinics):
        made = make_clinic(
            f"Clinic {number}",
            at=NEAR,
            services=[{"covers": ["US-TX", "US"]}, {"specialties": ["skin"]}],
            languages=["es"],
        )
        CoverageArea.objects.filter(region=Region.objects.get(pk="US")).update(
            basis="clinic_stated"
        )
        entries.rebuild([made.pk])
    asked = ClinicFilter(
        QueryDict("place=Austin"),
        catalogues=catalogues.current(),
        holdings=holdings.current(),
        now=NOW,
    )
    results = find(asked.query)

    with django_assert_num_queries(1):
        made = cards(results, asked)

    assert len(made) == clinics
    assert [card.number for card in made] == list(range(1, clinics + 1))
