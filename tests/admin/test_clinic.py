"""A clinic's page in the desk, and what patients then see."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from locator import curation
from locator.models import (
    Clinic,
    CoverageArea,
    DataVersion,
    Organization,
    Phone,
    Place,
    PlaceName,
    SearchEntry,
    Service,
    Source,
    Versioned,
)
from locator.search import entries
from tests.desk import Page, add_url, change_url, complaints, saved, told

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 14, 15, 0, tzinfo=UTC)


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "River Clinic", covers=["US-TX"], at=(30.27, -97.74), city="Austin"
    )


def found_by(client, **asked) -> list[str]:
    response = client.get("/clinics.geojson", asked)
    return [feature["properties"]["name"] for feature in response.json()["features"]]


# --- What is saved is seen ---------------------------------------------------------


def test_a_page_that_is_sent_back_as_it_came_changes_nothing(desk, clinic):
    before = Clinic.objects.filter(pk=clinic.pk).values().get()

    response = Page(desk, change_url(clinic)).save()

    after = Clinic.objects.filter(pk=clinic.pk).values().get()
    assert saved(response)
    assert {key for key in before if before[key] != after[key]} == {"updated_at"}
    assert entries.differences() == []


def test_an_edit_is_on_the_clinics_public_page_at_once(desk, client, clinic):
    page = Page(desk, change_url(clinic))

    page.save(name="Lake Clinic", opening_hours="Mo-Fr 09:00-17:00")

    public = client.get(clinic.get_absolute_url())
    assert "Lake Clinic" in public.text
    assert "9 a.m.–5 p.m." in public.text


def test_an_edit_is_in_the_search_at_once(desk, client, clinic):
    page = Page(desk, change_url(clinic))
    page.save(name="Lake Clinic")
    seen = found_by(client, q="lake")

    page.save(name="Lake Clinic", status="draft")

    assert seen == ["Lake Clinic"]
    assert found_by(client, q="lake") == []


def test_a_new_clinic_is_whole_in_one_go(desk, client):
    page = Page(desk, add_url(Clinic))
    page.add("phones", number="(512) 555-0123", purpose="main", position=0)
    page.add(
        "services",
        service_type="consultation",
        specialties=["mental-health"],
        remote="yes",
        in_person="no",
        first_visit_in_person="unknown",
        sound_only="unknown",
        interpreter="unknown",
        accepting="yes",
        referral="unknown",
        new_regions=["US-TX", "US-OK"],
        new_basis="license",
        new_as_of="2026-03",
    )

    response = page.save(
        name="New Clinic", city="Austin", region="US-TX", status="published"
    )

    assert saved(response)
    clinic = Clinic.objects.get()
    assert clinic.slug == "new-clinic-austin-tx"
    assert clinic.phones.get().number == "+15125550123"
    covered = set(CoverageArea.objects.values_list("region", "basis", "as_of"))
    assert covered == {("US-TX", "license", "2026-03"), ("US-OK", "license", "2026-03")}
    assert found_by(client, region="US-OK") == ["New Clinic"]
    assert entries.differences() == []


def test_a_changed_address_leads_to_the_new_one(desk, client, clinic):
    old = clinic.get_absolute_url()

    Page(desk, change_url(clinic)).save(slug="a-better-name")

    assert client.get("/clinics/a-better-name/").status_code == 200
    response = client.get(old)
    assert response.status_code == 301
    assert response["Location"] == "/clinics/a-better-name/"


def test_an_address_that_another_clinic_had_is_refused(desk, clinic, make_clinic):
    other = make_clinic("Other", covers=["US-TX"])
    other.old_slugs.create(slug="once-other")

    response = Page(desk, change_url(clinic)).save(slug="once-other")

    assert any("leads there for ever" in said for said in complaints(response))


def test_only_a_published_clinic_links_to_its_page(desk, clinic, make_clinic):
    draft = make_clinic("Draft", status="draft")

    published_page = desk.get(change_url(clinic))
    draft_page = desk.get(change_url(draft))

    assert f'href="{clinic.get_absolute_url()}"' in published_page.text
    assert "View on site" not in draft_page.text


def test_a_page_that_is_older_than_its_clinic_is_refused(desk, clinic):
    mine, theirs = (Page(desk, change_url(clinic)) for _page in range(2))
    theirs.save(email="desk@river.example")

    response = mine.save(name="Mine")

    assert any("changed since you opened" in said for said in complaints(response))
    clinic.refresh_from_db()
    assert (clinic.name, clinic.email) == ("River Clinic", "desk@river.example")


# --- What may not be public --------------------------------------------------------


def test_publishing_says_in_sentences_what_is_missing(desk, make_clinic):
    clinic = make_clinic(status="draft", phone="", services=[])

    response = Page(desk, change_url(clinic)).save(status="published")

    said = " ".join(complaints(response))
    assert "There is no way to contact it" in said
    assert "None of its services says yes to remote" in said
    assert Clinic.objects.get().status == "draft"


def test_a_refused_page_keeps_what_was_typed_and_saves_none_of_it(desk, make_clinic):
    clinic = make_clinic(status="draft", phone="", covers=["US-TX"], name="Before")
    page = Page(desk, change_url(clinic))
    page.add("other_names", name="Another name", kind="also")

    response = page.save(name="After", status="published")

    assert "After" in response.text
    assert "Another name" in response.text
    assert Clinic.objects.get().name == "Before"
    assert not clinic.other_names.exists()


def test_a_published_clinic_cannot_lose_its_last_contact(desk, clinic):
    page = Page(desk, change_url(clinic))
    page.delete("phones")

    response = page.save()

    assert any("no way to contact" in said for said in complaints(response))
    assert clinic.phones.exists()
    assert entries.differences() == []


def test_a_published_clinic_cannot_lose_its_last_coverage(desk, clinic):
    page = Page(desk, change_url(clinic))
    page.delete("coverage")

    response = page.save()

    assert any("no region says" in said for said in complaints(response))
    assert CoverageArea.objects.exists()


def test_missing_facts_can_be_given_while_publishing(desk, make_clinic):
    clinic = make_clinic(status="draft", phone="", covers=["US-TX"])
    page = Page(desk, change_url(clinic))
    page.add("phones", number="512-555-0123", purpose="main", position=0)

    response = page.save(status="published")

    assert saved(response)
    assert SearchEntry.objects.filter(clinic=clinic).exists()


def test_withdrawing_asks_for_the_reason(desk, client, clinic):
    page = Page(desk, change_url(clinic))

    refused = page.save(status="withdrawn")
    accepted = page.save(status="withdrawn", withdrawn_reason="closed")

    assert "Say why it is withdrawn." in complaints(refused)
    assert saved(accepted)
    assert client.get(clinic.get_absolute_url()).status_code == 410


def test_publishing_again_forgets_the_reason(desk, make_clinic):
    clinic = make_clinic(
        status="withdrawn", withdrawn_reason="unconfirmed", covers=["US-TX"]
    )

    Page(desk, change_url(clinic)).save(status="published")

    clinic.refresh_from_db()
    assert clinic.withdrawn_reason == ""


def test_a_merged_clinic_stays_withdrawn_but_its_page_can_be_saved(
    desk, clinic, make_clinic
):
    loser = make_clinic("Loser", status="withdrawn", merged_into=clinic)
    page = Page(desk, change_url(loser))

    untouched = page.save()
    published = page.save(status="published")

    assert saved(untouched)
    assert any("stays withdrawn" in said for said in complaints(published))


# --- Points, hours, sources --------------------------------------------------------


def test_a_pin_that_a_curator_sets_says_so(desk, make_clinic):
    clinic = make_clinic(covers=["US-TX"])

    Page(desk, change_url(clinic)).save(latitude="0", longitude="-97.74")

    clinic.refresh_from_db()
    assert (clinic.latitude, clinic.longitude) == (0, -97.74)
    assert clinic.point_source == "curator"
    assert clinic.point_precision == "address"
    assert entries.differences() == []


def test_a_point_of_a_source_stays_the_sources_until_it_is_moved(desk, make_clinic):
    clinic = make_clinic(
        covers=["US-TX"],
        at=(30.27, -97.74),
        point_source="source",
        point_precision="street",
    )
    page = Page(desk, change_url(clinic))
    page.save(name="Renamed")
    kept = Clinic.objects.get().point_source

    page.save(latitude="30.28")

    assert kept == "source"
    assert Clinic.objects.get().point_source == "curator"


def test_a_point_can_be_taken_away(desk, clinic):
    Page(desk, change_url(clinic)).save(latitude=None, longitude=None)

    clinic.refresh_from_db()
    assert clinic.point is None
    assert clinic.point_source == clinic.point_precision == ""
    assert entries.differences() == []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"latitude": "90.1"}, "It lies between -90 and 90 degrees."),
        ({"longitude": "181"}, "It lies between -180 and 180 degrees."),
        ({"longitude": None}, "A point needs latitude and longitude."),
        ({"latitude": "nan"}, "Enter a number."),
        ({"address_is_private": "on"}, "A private address may be pinned to its town"),
        ({"opening_hours": "nine to five"}, "hours"),
        ({"time_zone": "Texas/Austin"}, "There is no such zone"),
        ({"source": "samhsa"}, "Say from when the source is."),
        ({"source_date": "2022"}, "Say whose date this is"),
        ({"source_date": "22"}, "Write a year, a month or a day"),
        ({"slug": "no spaces please"}, "valid “slug”"),
        ({"name": " "}, "This field is required."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(desk, clinic, sent, sentence):
    Source.objects.get_or_create(code="samhsa", defaults={"name": "SAMHSA"})

    response = Page(desk, change_url(clinic)).save(**sent)

    said = complaints(response)
    assert any(sentence in each for each in said), said
    assert not any("Constraint" in each for each in said)


def test_a_private_address_is_pinned_to_its_town(desk, clinic):
    response = Page(desk, change_url(clinic)).save(
        address_is_private="on", point_precision="city"
    )

    assert saved(response)
    assert Clinic.objects.get().address_is_private


@pytest.fixture
def postcodes(db):
    """Two postcodes of Texas, one of them in another zone."""
    for code, latitude, longitude, zone in (
        ("78701", 30.27, -97.74, "America/Chicago"),
        ("79901", 31.76, -106.48, "America/Denver"),
    ):
        place = Place.objects.create(
            kind="postcode",
            name=code,
            country="US",
            region_id="US-TX",
            latitude=latitude,
            longitude=longitude,
            time_zone=zone,
        )
        place.names.create(folded=code, kind=PlaceName.Kind.POSTCODE)


def test_a_new_postcode_brings_its_own_point(desk, make_clinic, postcodes):
    clinic = make_clinic(covers=["US-TX"])
    page = Page(desk, change_url(clinic))

    page.save(postal_code="78701-1234")
    first = Clinic.objects.get()
    Page(desk, change_url(clinic)).save(postal_code="79901")
    second = Clinic.objects.get()

    assert first.latitude == 30.27
    assert (first.point_source, first.point_precision) == ("geocoder", "postcode")
    assert second.latitude == 31.76
    assert entries.differences() == []


def test_a_new_postcode_moves_no_pin_and_tells_no_private_address(
    desk, make_clinic, postcodes
):
    pinned = make_clinic("Pinned", covers=["US-TX"], at=(30.5, -97.5))
    private = make_clinic("Private", covers=["US-TX"], address_is_private=True)

    for clinic in (pinned, private):
        saved(Page(desk, change_url(clinic)).save(postal_code="78701"))

    pinned.refresh_from_db()
    private.refresh_from_db()
    assert pinned.latitude == 30.5
    assert private.point is None


def test_a_point_that_was_taken_away_stays_away(desk, make_clinic, postcodes):
    clinic = make_clinic(covers=["US-TX"], at=(30.5, -97.5), postal_code="78701")
    Page(desk, change_url(clinic)).save(latitude=None, longitude=None)

    Page(desk, change_url(clinic)).save(name="Renamed")

    assert Clinic.objects.get().point is None


def test_hours_take_their_zone_from_the_postcode(desk, make_clinic, postcodes):
    clinic = make_clinic(covers=["US-TX"], postal_code="79901")

    Page(desk, change_url(clinic)).save(opening_hours="Mo-Fr 09:00-17:00")

    assert Clinic.objects.get().time_zone == "America/Denver"


def test_hours_take_their_zone_from_the_point(desk, clinic):
    Page(desk, change_url(clinic)).save(opening_hours="Mo-Fr 09:00-17:00")

    assert Clinic.objects.get().time_zone == "America/Chicago"


def test_hours_without_a_zone_or_a_point_are_refused(desk, make_clinic):
    clinic = make_clinic(covers=["US-TX"])

    response = Page(desk, change_url(clinic)).save(opening_hours="Mo-Fr 09:00-17:00")

    assert "Opening hours need a time zone." in complaints(response)


# --- Phones ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "written", "number", "extension"),
    [
        ("US-TX", "512.555.0123", "+15125550123", ""),
        ("US-TX", "1 (512) 555-0123 ext. 45", "+15125550123", "45"),
        ("US-PR", "787 555 0123", "+17875550123", ""),
        ("IN-KA", "080 2345 6789", "+918023456789", ""),
        ("US-TX", "+91 80 2345 6789", "+918023456789", ""),
    ],
)
def test_a_number_is_understood_as_people_write_it(
    desk, make_clinic, region, written, number, extension
):
    clinic = make_clinic(covers=["US-TX"], region=region)
    page = Page(desk, change_url(clinic))
    page.add("phones", number=written, purpose="intake", position=1)

    response = page.save()

    assert saved(response)
    phone = clinic.phones.get(purpose="intake")
    assert (phone.number, phone.extension) == (number, extension)


@pytest.mark.parametrize("written", ["ask for Ann", "12", "+1 512 555 0123 4567 89"])
def test_what_is_no_number_is_refused(desk, clinic, written):
    page = Page(desk, change_url(clinic))
    page.add("phones", number=written, purpose="intake", position=1)

    response = page.save()

    assert any("no telephone number" in said for said in complaints(response))


def test_the_same_number_twice_is_refused(desk, clinic):
    page = Page(desk, change_url(clinic))
    for _time in range(2):
        page.add("phones", number="512 555 0123", purpose="intake", position=1)

    response = page.save()

    assert complaints(response)
    assert clinic.phones.count() == 1


# --- Services and coverage ---------------------------------------------------------


def test_regions_are_added_to_a_service_and_replace_what_was_said(desk, clinic):
    page = Page(desk, change_url(clinic))

    page.save(
        **{
            "services-0-new_regions": ["US-TX", "US-NM"],
            "services-0-new_basis": "compact",
            "services-0-new_as_of": "2026",
        }
    )

    said = set(CoverageArea.objects.values_list("region", "basis", "as_of"))
    assert said == {("US-TX", "compact", "2026"), ("US-NM", "compact", "2026")}
    assert entries.differences() == []


def test_regions_need_a_basis(desk, clinic):
    response = Page(desk, change_url(clinic)).save(
        **{"services-0-new_regions": ["US-NM"]}
    )

    assert "Say why it may treat patients there." in complaints(response)


def test_a_region_without_a_date_is_of_today(desk, clinic, time_machine):
    time_machine.move_to(MARCH)

    Page(desk, change_url(clinic)).save(
        **{"services-0-new_regions": ["US-NM"], "services-0-new_basis": "license"}
    )

    assert CoverageArea.objects.get(region="US-NM").as_of == "2026-03-14"


@pytest.mark.parametrize("written", ["March", "2026-02-30"])
def test_a_region_needs_a_date_that_there_is(desk, clinic, written):
    response = Page(desk, change_url(clinic)).save(
        **{
            "services-0-new_regions": ["US-NM"],
            "services-0-new_basis": "license",
            "services-0-new_as_of": written,
        }
    )

    assert complaints(response)


def test_coverage_is_changed_added_and_deleted_in_its_table(desk, make_clinic):
    clinic = make_clinic(covers=["US-NM", "US-TX"])
    service = clinic.services.get()
    page = Page(desk, change_url(clinic))
    page.add(
        "coverage", service=service.pk, region="US-OK", basis="license", as_of="2026"
    )
    page.delete("coverage", 0)

    response = page.save(**{"coverage-1-basis": "clinic_stated"})

    assert saved(response)
    said = set(CoverageArea.objects.values_list("region", "basis"))
    assert said == {("US-TX", "clinic_stated"), ("US-OK", "license")}
    assert entries.differences() == []


def test_a_region_twice_for_one_service_is_refused(desk, clinic):
    service = clinic.services.get()
    page = Page(desk, change_url(clinic))
    page.add(
        "coverage", service=service.pk, region="US-TX", basis="license", as_of="2026"
    )

    response = page.save()

    assert complaints(response)
    assert CoverageArea.objects.count() == 1


def test_a_region_in_the_table_and_added_at_once_is_one_area(desk, clinic):
    service = clinic.services.get()
    page = Page(desk, change_url(clinic))
    page.add(
        "coverage", service=service.pk, region="US-OK", basis="license", as_of="2026"
    )

    response = page.save(
        **{"services-0-new_regions": ["US-OK"], "services-0-new_basis": "compact"}
    )

    assert saved(response)
    assert CoverageArea.objects.get(region="US-OK").basis == "compact"


def test_coverage_goes_to_this_clinics_services_only(desk, clinic, make_clinic):
    other = make_clinic("Other", covers=["US-TX"])
    page = Page(desk, change_url(clinic))
    page.add(
        "coverage",
        service=other.services.get().pk,
        region="US-OK",
        basis="license",
        as_of="2026",
    )

    response = page.save()

    assert complaints(response)
    assert not CoverageArea.objects.filter(region="US-OK").exists()


def test_coverage_of_another_clinic_cannot_be_sent_along(desk, clinic, make_clinic):
    other = make_clinic("Other", covers=["US-TX"]).services.get().coverage.get()
    page = Page(desk, change_url(clinic))

    page.save(**{"coverage-0-id": other.pk, "coverage-0-region": "US-OK"})

    assert CoverageArea.objects.get(pk=other.pk).region_id == "US-TX"


def test_a_service_is_deleted_while_its_coverage_is_edited(desk, make_clinic):
    clinic = make_clinic(services=[{"covers": ["US-TX"]}, {"covers": ["US-OK"]}])
    page = Page(desk, change_url(clinic))
    page.delete("services", 0)

    response = page.save(**{"coverage-0-basis": "clinic_stated"})

    assert saved(response)
    assert Service.objects.count() == 1
    assert CoverageArea.objects.get().region_id == "US-OK"
    assert entries.differences() == []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"remote": "no", "in_person": "no"}, "it cannot be neither"),
        ({"minimum_age": 20, "maximum_age": 10}, "It lies below the lowest age."),
    ],
)
def test_a_service_that_cannot_be_is_refused_in_a_sentence(
    desk, clinic, sent, sentence
):
    page = Page(desk, change_url(clinic))

    response = page.save(
        **{f"services-0-{name}": value for name, value in sent.items()}
    )

    said = complaints(response)
    assert any(sentence in each for each in said)
    assert not any("Constraint" in each for each in said)


def test_services_are_told_apart_in_the_table(desk, make_clinic):
    clinic = make_clinic(
        services=[
            {"covers": ["US-TX"], "specialties": ["mental-health"]},
            {"covers": ["US-TX"], "specialties": ["skin"]},
        ]
    )

    response = desk.get(change_url(clinic))

    assert "Consultation: Mental health" in response.text
    assert "Consultation: Skin" in response.text


def test_a_practice_with_every_state_is_opened_and_saved(desk, make_clinic):
    states = [code for code in _states() if code != "US-TX"]
    clinic = make_clinic(services=[{"covers": states}, {"covers": states}])
    page = Page(desk, change_url(clinic))

    response = page.save()

    assert saved(response)
    assert len(page.sent) > 400


def _states() -> list[str]:
    from locator.models import Region

    return list(Region.objects.filter(parent="US").values_list("code", flat=True))


# --- Checks ------------------------------------------------------------------------


def test_a_check_is_recorded_with_who_and_when(desk, clinic, time_machine):
    time_machine.move_to(MARCH)
    page = Page(desk, change_url(clinic))
    page.add("verifications", checked="all", method="phoned", note="Spoke to Ann")

    response = page.save()

    assert saved(response)
    clinic.refresh_from_db()
    assert clinic.verified_at - MARCH < timedelta(minutes=1)
    assert clinic.verified_by == desk.person
    assert clinic.verified_method == "phoned"
    assert clinic.verifications.get().note == "Spoke to Ann"
    assert entries.differences() == []


def test_a_check_that_was_made_cannot_be_changed_or_deleted(desk, clinic, curator):
    check = clinic.verifications.create(
        at=MARCH, by=curator, method="phoned", checked="all", note="As it was"
    )
    page = Page(desk, change_url(clinic))
    page.delete("verifications")

    page.save(
        **{
            "verifications-0-id": check.pk,
            "verifications-0-note": "Otherwise",
            "verifications-0-method": "website",
            "verifications-0-checked": "hours",
        }
    )

    check.refresh_from_db()
    assert (check.note, check.method) == ("As it was", "phoned")


# --- Whose a field is --------------------------------------------------------------


def test_what_a_person_changed_is_theirs_field_by_field(desk, clinic, time_machine):
    time_machine.move_to(MARCH)
    clinic.field_sources = {"city": {"record": 7, "at": "2022-01-01"}}
    clinic.save()
    page = Page(desk, change_url(clinic))
    page.add("phones", number="512 555 0123", purpose="intake", position=1)

    page.save(name="Lake Clinic", **{"services-0-accepting": "yes"})

    clinic.refresh_from_db()
    theirs = {"user": desk.person.pk, "at": "2026-03-14"}
    assert clinic.field_sources == {
        "city": {"record": 7, "at": "2022-01-01"},
        "name": theirs,
        "phones": theirs,
    }
    assert clinic.services.get().field_sources == {"accepting": theirs}


def test_coverage_and_points_that_a_person_set_are_theirs(desk, make_clinic):
    clinic = make_clinic(covers=["US-TX", "US-OK"])
    page = Page(desk, change_url(clinic))
    page.delete("coverage")

    page.save(latitude="30", longitude="-97")

    clinic.refresh_from_db()
    assert set(clinic.field_sources) == {
        "latitude",
        "longitude",
        "point_precision",
        "point_source",
    }
    assert set(clinic.services.get().field_sources) == {"coverage"}


def test_a_service_that_a_person_deleted_is_noted(desk, make_clinic):
    clinic = make_clinic(services=[{"covers": ["US-TX"]}, {"covers": ["US-TX"]}])
    page = Page(desk, change_url(clinic))
    page.delete("services", 1)

    page.save()

    clinic.refresh_from_db()
    assert "services" in clinic.field_sources


def test_the_page_tells_who_wrote_what(desk, clinic):
    Page(desk, change_url(clinic)).save(name="Lake Clinic")

    response = desk.get(change_url(clinic))

    today = timezone.localdate().isoformat()
    assert f"<tr><th>curator, {today}</th><td>name</td></tr>" in response.text


# --- The page itself ---------------------------------------------------------------


def test_a_page_costs_a_bounded_number_of_queries(
    desk, make_clinic, django_assert_max_num_queries
):
    clinic = make_clinic(
        services=[{"covers": ["US-TX", "US-OK"]}, {"covers": ["US-TX"]}],
        languages=["en", "es"],
    )

    with django_assert_max_num_queries(80):
        response = desk.get(change_url(clinic))

    assert response.status_code == 200


def test_an_organization_that_is_renamed_is_found_by_its_new_name(desk, client, clinic):
    clinic.organization = Organization.objects.create(name="Old Trust")
    clinic.save()
    entries.rebuild([clinic.pk])

    Page(desk, change_url(clinic.organization)).save(name="New Trust")

    assert found_by(client, q="new trust") == ["River Clinic"]
    assert entries.differences() == []


def test_a_draft_that_was_never_checked_can_be_deleted_by_a_manager(
    sign_in, desk, clinic, curator
):
    manager = sign_in("manager")
    curation.to_draft(clinic, by=curator)
    url = change_url(clinic).replace("change", "delete")
    before = DataVersion.objects.get(part=Versioned.CLINICS).token

    refused = desk.post(url, {"post": "yes"})
    deleted = manager.post(url, {"post": "yes"}, follow=True)

    assert refused.status_code == 403
    assert deleted.status_code == 200, told(deleted)
    assert not Clinic.objects.exists()
    assert not SearchEntry.objects.exists()
    # Processes that keep counts in memory count anew.
    assert DataVersion.objects.get(part=Versioned.CLINICS).token != before


def test_a_clinic_that_somebody_checked_is_withdrawn_instead(sign_in, clinic, curator):
    clinic.verifications.create(at=MARCH, by=curator, method="phoned", checked="all")

    response = sign_in().post(
        change_url(clinic).replace("change", "delete"), {"post": "yes"}
    )

    assert response.status_code == 403
    assert Clinic.objects.exists()


def test_a_number_of_a_clinic_without_a_region_is_of_the_home_country(
    desk, make_clinic, settings
):
    settings.LOCATOR_HOME_COUNTRY = "IN"
    clinic = make_clinic(covers=["US-TX"], region=None, phone="")
    page = Page(desk, change_url(clinic))
    page.add("phones", number="080 2345 6789", purpose="main", position=0)

    page.save()

    assert Phone.objects.get().number == "+918023456789"
