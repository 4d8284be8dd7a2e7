from datetime import UTC, datetime

import pytest
from django.utils.html import strip_tags

from locator import catalogues
from locator.clinic_page.profile import clinic_at, profile
from locator.models import CoverageArea, OtherName, Phone, Service, Source

NOW = datetime(2026, 4, 1, 15, tzinfo=UTC)  # a Wednesday, 10 o'clock in Austin
AT = (30.354, -97.7431)
URL = "https://clinics.example/clinics/clear-creek-care/"


@pytest.fixture
def told(db):
    """What the page of a clinic says."""

    def told(clinic):
        return profile(clinic_at(clinic.slug), catalogues.current(), now=NOW, url=URL)

    return told


def test_a_page_tells_where_a_clinic_is_and_how_to_reach_it(told, make_clinic):
    clinic = make_clinic(
        at=AT,
        programme="Night desk",
        street="12 Creek Road",
        unit="Suite 4",
        city="Austin",
        postal_code="78701",
        email="desk@creek.example",
        website="https://creek.example/",
        languages=["es", "en"],
        payments=["medicaid"],
        accessibility=["step-free"],
    )
    OtherName.objects.create(clinic=clinic, name="Old Creek")
    Phone.objects.create(
        clinic=clinic, number="+15125550107", purpose="tty", position=1
    )

    page = told(clinic)

    assert page.address == (
        "12 Creek Road",
        "Suite 4",
        "Austin, Texas 78701",
        "United States",
    )
    assert page.town == "Austin, Texas"
    assert [each.name for each in page.other_names] == ["Old Creek"]
    assert [phone.label for phone in page.phones] == ["Phone", "Text relay (TTY)"]
    assert {each.label for each in page.languages} == {"English", "Spanish"}
    assert [each.code for each in page.payments] == ["medicaid"]
    assert page.payments[0].explanation
    assert page.directions_url.startswith("https://www.openstreetmap.org/directions")
    assert page.directions_target == "OpenStreetMap"


@pytest.mark.parametrize(
    ("region", "line"),
    [
        ("US-TX", "Riverside, Texas 4711"),
        ("IN-KA", "Riverside 4711, Karnataka"),
        ("DE", "Riverside 4711"),
    ],
)
def test_an_address_is_written_in_the_order_of_its_country(
    told, make_clinic, region, line
):
    clinic = make_clinic(at=AT, region=region, city="Riverside", postal_code="4711")

    address = told(clinic).address

    assert address[0] == line
    assert len(address) == 2


def test_a_private_address_is_a_town(told, make_clinic):
    clinic = make_clinic(
        at=AT,
        point_precision="city",
        address_is_private=True,
        street="17 Hidden Lane",
        unit="Door 4",
        city="Austin",
        postal_code="78999",
    )

    page = told(clinic)

    assert page.address == ("Austin, Texas", "United States")
    assert page.directions_url == page.point_note == ""
    for secret in ("Hidden", "Door 4", "78999", "30.354"):
        assert secret not in page.json_ld


def test_a_remote_only_practice_has_no_address(told, make_clinic):
    page = told(make_clinic(covers=["US-TX"]))

    assert page.address == ()
    assert page.directions_url == ""


def test_a_rough_point_says_so(told, make_clinic):
    clinic = make_clinic(at=AT, point_precision="postcode", point_source="source")

    assert "postcode" in told(clinic).point_note
    assert '"geo"' not in told(clinic).json_ld


def test_hours_are_told_in_the_clinics_own_zone(told, make_clinic):
    clinic = make_clinic(
        opening_hours="Mo-Fr 09:00-17:00", time_zone="America/Chicago", at=AT
    )

    page = told(clinic)

    assert page.open_now.is_open
    assert page.open_now.text == "Open now · closes at 5 p.m. (Central time)"
    assert len(page.hours.days) == 7
    assert told(make_clinic("Silent")).hours is None
    assert told(make_clinic("Silent too")).open_now is None


def test_each_service_tells_how_where_and_for_whom(told, make_clinic):
    clinic = make_clinic(
        at=AT,
        services=[
            {
                "specialties": ["mental-health", "ptsd"],
                "modalities": ["video", "phone"],
                "settings": ["outpatient"],
                "covers": ["US-TX", "US-OH", "US-ID"],
                "minimum_age": 13,
                "maximum_age": 17,
                "accepting": "yes",
                "eligibility": ["students"],
                "groups": ["lgbtq"],
                "first_visit_in_person": "yes",
                "platform": "any browser",
                "languages": ["ase"],
                "sound_only": "yes",
                "interpreter": "yes",
            }
        ],
    )

    (service,) = told(clinic).services

    assert service.type == "Consultation"
    assert (service.category, service.category_label) == (
        "telemedicine",
        "Telemedicine",
    )
    assert service.specialties == ("Mental health", "Trauma and PTSD")
    assert service.how == (
        "By video or phone",
        "In person: Outpatient",
    )
    assert service.where == (
        "Licensed for patients in Idaho, Ohio, Texas (clinic, March 2026)",
    )
    assert service.whom == (
        "Open to: Students",
        "From 13 to 17 years",
        "Accepts new patients",
    )
    assert service.groups == ("LGBTQ people",)
    assert service.needs == ()
    assert service.visit == (
        "By video: a smartphone, tablet or computer with camera, and internet",
        "By phone: any telephone, no internet",
        "App or browser: any browser",
        "Possible by sound alone",
        "An interpreter can join the visit",
        "From 13 years",
        "First visit in person",
    )
    assert service.languages == ("American Sign Language",)
    assert service.search_url == "/clinics/?type=consultation"


@pytest.mark.parametrize(
    ("facts", "whom"),
    [
        ({"minimum_age": 18}, "From 18 years"),
        ({"maximum_age": 17}, "Up to 17 years"),
        ({"age_groups": ["child", "adult"]}, "Children (0–12), Adults (26–64)"),
        ({"eligibility": ["everyone"]}, "Open to everyone"),
        ({"eligibility": ["everyone", "veterans"]}, "Open to: Veterans, and to others"),
        ({"accepting": "no"}, "Does not accept new patients now"),
    ],
)
def test_whom_a_service_is_for_is_told_as_far_as_stated(told, make_clinic, facts, whom):
    (service,) = told(make_clinic(**facts)).services

    assert service.whom == (whom,)


def test_what_a_source_does_not_list_is_never_worded_as_no(told, make_clinic):
    listed = make_clinic(
        at=AT, remote="no", field_sources={"remote": {"record": 7, "at": "2026-03-01"}}
    )
    edited = make_clinic(
        at=AT, remote="no", field_sources={"remote": {"user": 7, "at": "2026-03-01"}}
    )

    assert told(listed).services[0].how == ("Remote visits: not listed", "In person")
    assert told(edited).services[0].how == ("No remote visits", "In person")


def test_monitoring_reaches_people_and_is_not_said_to_treat_them(told, make_clinic):
    monitoring = {"type": "remote-monitoring", "in_person": "no", "covers": ["US-TX"]}
    stated = make_clinic(services=[{**monitoring, "basis": "clinic_stated"}])
    assumed = make_clinic(services=[{**monitoring, "basis": "assumed_home_region"}])

    assert told(stated).services[0].where == (
        "Offered to patients in Texas (clinic, March 2026)",
    )
    assert told(assumed).services[0].where == (
        "Based in Texas, so probably offered there: ask.",
    )


def test_a_service_without_remote_visits_says_so_and_covers_nothing(told, make_clinic):
    clinic = make_clinic(at=AT, remote="no", covers=["US-TX"], settings=["residential"])

    (service,) = told(clinic).services

    assert service.how == (
        "No remote visits",
        "In person: Residential (overnight stay)",
    )
    assert service.where == ()
    assert service.category == ""
    assert service.needs == ("Overnight stay",)


def test_a_flag_of_the_whole_clinic_is_told_as_one(told, make_clinic):
    clinic = make_clinic(covers=["US-TX"], remote_is_clinic_wide=True)

    assert told(clinic).services[0].how == (
        "Remote visits only (video or phone: not stated)",
        "Remote visits are stated for the clinic, not for this programme",
    )


def test_training_for_health_workers_asks_nothing_for_patients(told, make_clinic):
    clinic = make_clinic(type="health-worker-training", specialties=())

    assert told(clinic).services[0].not_stated == ()


def test_coverage_of_different_standing_is_told_apart(told, make_clinic):
    clinic = make_clinic(covers=["US-TX"], basis="assumed_home_region")
    service = Service.objects.get()
    for region, source in (("US-OH", None), ("US-ID", "samhsa-mental-health")):
        CoverageArea.objects.create(
            service=service,
            region_id=region,
            basis="license",
            as_of="2025",
            source_id=source,
        )

    assert set(told(clinic).services[0].where) == {
        "Based in Texas, so probably treats patients there: ask.",
        "Licensed for patients in Ohio (clinic, 2025)",
        "Licensed for patients in Idaho (SAMHSA, 2025)",
    }


def test_what_is_not_stated_becomes_a_question_to_the_clinic(told, make_clinic):
    clinic = make_clinic(at=AT, remote="unknown", in_person="unknown")

    (service,) = told(clinic).services

    assert service.how == service.where == service.whom == ()
    assert "Do you offer this remotely?" in service.not_stated
    assert "Do you see people in person?" in service.not_stated
    assert "Do you take new patients?" in service.not_stated
    assert len(service.not_stated) == 9


def test_what_the_clinic_states_is_not_asked_of_each_service(told, make_clinic):
    clinic = make_clinic(at=AT, languages=["en"], payments=["medicaid"])

    (service,) = told(clinic).services

    assert not any("language" in each for each in service.not_stated)
    assert not any("pay" in each for each in service.not_stated)


def test_only_is_said_of_remote_yes_and_in_person_no(told, make_clinic):
    only = told(make_clinic("Only", covers=["US-TX"], modalities=["video"]))
    both = told(make_clinic("Both", at=AT, covers=["US-TX"], modalities=["video"]))
    silent = told(
        make_clinic(
            "Silent", covers=["US-TX"], modalities=["video"], in_person="unknown"
        )
    )
    books = told(make_clinic("Books", type="appointment-booking"))

    assert only.services[0].how == ("Remote only, by video",)
    assert both.services[0].how == ("By video", "In person")
    assert silent.services[0].how == ("By video",)
    assert books.services[0].how == ("Online only",)


def test_a_restriction_stands_first_where_it_holds_for_everything(told, make_clinic):
    whole = make_clinic("Whole", eligibility=["veterans"])
    part = make_clinic("Part", services=[{"eligibility": ["veterans"]}, {}])

    assert told(whole).restrictions == ("Open to: Veterans",)
    assert told(part).restrictions == ()


def test_the_source_is_named(told, make_clinic):
    page = told(make_clinic(source="samhsa-mental-health"))

    assert page.source == Source.objects.get(pk="samhsa-mental-health")
    assert page.dated == "Listed by SAMHSA, 2022; never verified here"


def test_a_check_does_not_hide_the_date_of_the_source(
    client, make_clinic, time_machine
):
    time_machine.move_to(NOW)
    clinic = make_clinic(source="samhsa-mental-health", verified_at=NOW)

    response = client.get(clinic.get_absolute_url())

    text = " ".join(strip_tags(response.content.decode()).split())
    assert "Verified April 2026" in text
    assert "Directory of Mental Health Treatment Facilities (2022)" in text


def test_a_page_costs_the_same_whatever_the_clinic_offers(
    told, make_clinic, django_assert_max_num_queries
):
    clinic = make_clinic(
        at=AT, services=[{"covers": ["US-TX", "US-OH"]} for _ in range(6)]
    )
    catalogues.current()

    with django_assert_max_num_queries(20):
        told(clinic)


# --- Questions to ask ----------------------------------------------------------------


def test_what_one_programme_leaves_unsaid_is_asked_of_that_one(told, make_clinic):
    stated = {
        "covers": ["US-TX"],
        "modalities": ["video"],
        "platform": "any browser",
        "accepting": "yes",
        "minimum_age": 18,
        "referral": "no",
        "interpreter": "no",
    }
    clinic = make_clinic(
        languages=["en"],
        payments=["medicaid"],
        accessibility=["step-free"],
        opening_hours="24/7",
        time_zone="America/Chicago",
        email="desk@creek.example",
        services=[
            stated,
            {**stated, "specialties": ["skin"], "accepting": "unknown"},
            {**stated, "specialties": ["heart"], "accepting": "unknown"},
        ],
    )

    assert told(clinic).questions == (
        "Skin, Heart and blood pressure: Do you take new patients?",
    )


def test_what_no_programme_states_is_asked_once(told, make_clinic):
    clinic = make_clinic(
        services=[{"covers": ["US-TX"]}, {"covers": ["US-TX"], "specialties": ["skin"]}]
    )

    questions = told(clinic).questions

    assert questions.count("Do you take new patients?") == 1
    assert questions[-3:] == (
        "When are you open?",
        "Can you offer what I need?",
        "How can I reach you without calling?",
    )
