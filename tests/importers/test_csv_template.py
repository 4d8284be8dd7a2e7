"""Our own layout, row by row; tests/importers/test_export.py writes it."""

import csv

import pytest
from django.conf import settings

from locator import curation
from locator.importers import csv_template
from locator.importers.listing import Listing, Rejection
from locator.importers.reading import UnreadableFileError
from locator.models import Clinic, Identifier, OldSlug, Organization, Phone

from .. import importing
from ..importing import codes, the_clinic

CLINIC = {"name": "Juniper Bend", "region": "US-TX", "phones": "512-555-0101"}
VISITS = {
    "service_type": "consultation",
    "specialties": "mental-health",
    "remote": "yes",
}


@pytest.fixture
def read(tmp_path):
    def read(*rows):
        return list(csv_template.rows(importing.write_csv(tmp_path / "own.csv", rows)))

    return read


def test_rows_with_one_address_are_one_clinic_wherever_they_stand(read):
    rows = read(
        CLINIC | VISITS | {"clinic": "juniper-bend"},
        {"clinic": "cedar-row", "name": "Cedar Row"},
        {"clinic": "juniper-bend", "service_type": "reminders", "remote": "yes"},
    )

    assert [(row.slug, len(row.services)) for row in rows] == [
        ("juniper-bend", 2),
        ("cedar-row", 0),
    ]


def test_a_second_row_that_says_otherwise_rejects_the_clinic_and_says_where(read):
    rows = read(
        CLINIC | VISITS | {"clinic": "juniper-bend"},
        {"clinic": "juniper-bend", "name": "Juniper", "service_type": "reminders"},
        CLINIC | {"clinic": "cedar-row", "name": "Cedar Row"},
    )

    assert [(row.line, row.reason) for row in rows[:2]] == [
        (2, "Line 3: name: another than in line 2."),
        (3, "name: another than in line 2."),
    ]
    assert isinstance(rows[2], Listing)


def test_empty_cells_state_nothing(read):
    (listing,) = read(CLINIC | {"service_type": "consultation"})

    (service,) = listing.services
    assert service.remote == service.in_person == service.accepting == "unknown"
    assert service.coverage is None
    assert listing.time_zone is None
    assert listing.status == ""


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name": ""}, "It has no name."),
        ({"clinic": "Juniper Bend!"}, "clinic: “Juniper Bend!” is not an address of"),
        ({"remote": "perhaps"}, "remote: “perhaps” is none of yes, no, unknown."),
        ({"remote": "no", "in_person": "no"}, "both say no."),
        ({"minimum_age": "18", "maximum_age": "12"}, "minimum_age is above"),
        ({"latitude": "95", "longitude": "0"}, "are not degrees of a point."),
        ({"latitude": "30", "point_source": "none"}, "has no coordinates."),
        (
            {"latitude": "30", "longitude": "-97", "address_is_private": "yes"},
            "A private address has a town's point",
        ),
        ({"status": "open"}, "status: “open” is none of draft, published, withdrawn."),
        ({"status": "withdrawn"}, "A withdrawn clinic, and no other, says why."),
        ({"withdrawn_reason": "closed"}, "A withdrawn clinic, and no other, says why."),
        ({"phones": "call us"}, "phones: “call us” is not a phone number."),
        ({"service_type": ""}, "It tells of a service without a service_type."),
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_with_its_reason(read, cells, reason):
    (row,) = read(CLINIC | VISITS | cells)

    assert isinstance(row, Rejection)
    assert reason in row.reason


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"payments": "gold; medicaid"}, "No catalogue has gold."),
        ({"specialties": "luck"}, "No catalogue has luck."),
        ({"service_type": "magic"}, "There is no service type “magic”."),
        ({"region": "US-ZZ"}, "There is no region US-ZZ."),
        ({"coverage": "XX-1 license 2026"}, "There is no region XX-1."),
        ({"source": "rumour"}, "There is no source “rumour”: add it in the admin"),
        ({"time_zone": "Mars/Base"}, "There is no time zone “Mars/Base”."),
        ({"opening_hours": "sometimes"}, "opening_hours: "),
        ({"city": "x" * 121}, "city is longer than 120 signs."),
        ({"organization": "x" * 201}, "organization is longer than 200 signs."),
        ({"other_names": "x" * 201}, "other_names: longer than 200 signs."),
        ({"platform": "x" * 121}, "platform is longer than 120 signs."),
        ({"identifiers": f"NPI={'1' * 101}"}, "identifiers: longer than 100 signs."),
    ],
)
def test_what_the_database_has_no_room_for_is_rejected(own, cells, reason):
    good = CLINIC | VISITS | {"name": "Cedar Row"}

    outcome = own(good, CLINIC | VISITS | cells)

    (rejection,) = outcome.rejections
    assert reason in rejection.reason
    assert the_clinic().name == "Cedar Row"


def test_an_unknown_column_is_a_typing_error(read):
    with pytest.raises(UnreadableFileError, match="does not know: fone"):
        read(CLINIC | {"fone": "1"})


def test_everything_that_a_clinic_can_say_arrives(own):
    own(
        {
            "clinic": "juniper-bend",
            "name": "Juniper Bend",
            "programme": "Day Programme",
            "organization": "Juniper Inc",
            "organization_website": "https://juniper.example",
            "description": "Two rooms\nand a garden.",
            "other_names": "former: Bend Clinic",
            "street": "1200 Sample Street",
            "unit": "Suite 4",
            "city": "Austin",
            "postal_code": "78701",
            "region": "us-tx",
            "latitude": "30.27",
            "longitude": "-97.74",
            "point_source": "curator",
            "point_precision": "street",
            "time_zone": "America/Chicago",
            "phones": "512-555-0101; 512-555-0102 x4 (intake)",
            "email": "desk@juniper.example",
            "website": "https://juniper.example/austin",
            "booking_url": "https://juniper.example/book",
            "opening_hours": "Mo-Fr 09:00-17:00; PH off",
            "languages": "en; es; ase",
            "payments": "medicaid; self-pay",
            "accessibility": "step-free",
            "status": "draft",
            "identifiers": "NPI=1234567893",
            "old_addresses": "bend-clinic",
            "source_date": "2026-02",
            "service_type": "consultation",
            "specialties": "mental-health; ptsd",
            "remote": "yes",
            "remote_is_clinic_wide": "yes",
            "in_person": "yes",
            "modalities": "video; phone",
            "settings": "outpatient",
            "first_visit_in_person": "no",
            "platform": "any browser",
            "sound_only": "yes",
            "interpreter": "yes",
            "accepting": "yes",
            "referral": "no",
            "eligibility": "everyone",
            "age_groups": "adult; senior",
            "minimum_age": "18",
            "groups": "veterans",
            "service_languages": "es",
            "service_payments": "medicaid",
            "notes": "Ask for the garden.",
            "coverage": "US-OK compact 2026 own; US-TX license",
        }
    )

    clinic = the_clinic()
    visits = clinic.services.get()
    assert clinic.slug == "juniper-bend"
    assert clinic.status == Clinic.Status.DRAFT
    assert clinic.organization.website == "https://juniper.example"
    assert clinic.description == "Two rooms\nand a garden."
    assert [(each.name, each.kind) for each in clinic.other_names.all()] == [
        ("Bend Clinic", "former")
    ]
    assert (clinic.latitude, clinic.point_precision) == (30.27, "street")
    assert [(str(p), p.purpose) for p in clinic.phones.all()] == [
        ("+15125550101", Phone.Purpose.MAIN),
        ("+15125550102 x4", Phone.Purpose.INTAKE),
    ]
    assert codes(clinic.languages) == {"en", "es", "ase"}
    assert Identifier.objects.get().value == "1234567893"
    assert OldSlug.objects.get().slug == "bend-clinic"
    assert (clinic.source_id, clinic.source_date) == ("own", "2026-02")
    assert (visits.remote, visits.remote_is_clinic_wide) == ("yes", True)
    assert codes(visits.modalities) == {"video", "phone"}
    assert (visits.platform, visits.sound_only) == ("any browser", "yes")
    assert (visits.minimum_age, visits.maximum_age) == (18, None)
    assert codes(visits.languages) == {"es"}
    assert [
        (area.region_id, area.basis, area.as_of, area.source_id)
        for area in visits.coverage.all()
    ] == [
        ("US-OK", "compact", "2026", "own"),
        ("US-TX", "license", "2026-02", None),
    ]


def test_care_without_coverage_gets_its_own_region_as_an_assumption(own):
    row = CLINIC | VISITS | {"clinic": "juniper-bend"}
    booking = {"clinic": "juniper-bend", "service_type": "appointment-booking"}

    own(row, booking | {"remote": "yes"})

    care = the_clinic().services.get(service_type="consultation")
    assert care.coverage.get().basis == "assumed_home_region"
    assert not the_clinic().services.exclude(pk=care.pk).get().coverage.exists()
    assert the_clinic().status == Clinic.Status.PUBLISHED


def test_none_is_kept_as_none(own):
    own(
        CLINIC
        | VISITS
        | {
            "postal_code": "78701",
            "coverage": "none",
            "point_source": "none",
            "time_zone": "none",
        }
    )

    clinic = the_clinic()
    assert clinic.point is None
    assert clinic.time_zone == ""
    assert not clinic.services.get().coverage.exists()
    assert clinic.status == Clinic.Status.DRAFT


def test_what_may_not_be_public_is_a_draft_and_said(own):
    outcome = own(CLINIC | VISITS | {"phones": "", "status": "published"})

    assert the_clinic().status == Clinic.Status.DRAFT
    assert outcome.notes["not_public"] == ["Juniper Bend: kept as a draft."]


def test_booking_alone_may_be_published_if_the_file_says_so(own):
    booking = {"service_type": "appointment-booking", "remote": "yes"}

    own(CLINIC | booking)
    assert the_clinic().status == Clinic.Status.DRAFT

    own(CLINIC | booking | {"status": "published"})
    assert the_clinic().status == Clinic.Status.PUBLISHED


def test_a_clinic_is_found_again_by_its_address_though_its_name_changes(own):
    own(CLINIC | VISITS | {"clinic": "juniper-bend"})

    own(CLINIC | VISITS | {"clinic": "juniper-bend", "name": "Juniper Bend Clinic"})

    assert the_clinic().name == "Juniper Bend Clinic"


def test_a_clinic_gets_the_address_later_that_it_was_given_at_first(own):
    own(CLINIC | VISITS)

    own(CLINIC | VISITS | {"clinic": "juniper-bend-tx", "name": "Juniper"})

    assert the_clinic().name == "Juniper"
    assert the_clinic().records.count() == 1


def test_an_old_address_finds_its_clinic(own):
    own(CLINIC | VISITS | {"clinic": "juniper-bend", "old_addresses": "bend"})

    own(CLINIC | VISITS | {"clinic": "bend", "name": "Juniper"})

    assert the_clinic().name == "Juniper"
    assert the_clinic().slug == "juniper-bend"


def test_a_directory_and_our_own_file_meet_in_one_clinic(own, directory):
    directory(importing.directory_row("MH * TELE * MD"))

    own(
        {
            "name": "Juniper Bend Counseling",
            "street": "1200 Sample Street",
            "city": "Austin",
            "postal_code": "78701",
            "region": "US-TX",
            "email": "desk@juniper.example",
            "phones": "512-555-0199",
        }
        | VISITS
        | {"modalities": "video"},
        as_of="2026",
    )

    clinic = the_clinic()
    assert clinic.records.count() == 2
    assert clinic.email == "desk@juniper.example"
    assert clinic.phones.get().number == "+15125550199"
    assert codes(clinic.payments) == {"medicaid"}
    assert codes(clinic.services.get().modalities) == {"video"}


def test_the_newest_date_of_the_file_is_its_edition(own):
    outcome = own(
        CLINIC | {"source_date": "2025"},
        CLINIC | {"name": "Cedar Row", "source_date": "2026-02"},
        as_of="",
    )

    assert outcome.as_of == "2026-02"


def test_the_template_is_of_all_columns_and_can_be_imported(own):
    path = settings.BASE_DIR / "docs" / "csv-template.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))

    outcome = importing.run("csv", path, as_of="2026-03")

    assert tuple(header) == csv_template.COLUMNS
    assert outcome.tally["clinics_new"] == 2
    assert outcome.rejections == []


def test_the_page_of_the_layout_names_every_column():
    page = (settings.BASE_DIR / "docs" / "csv-layout.md").read_text("utf-8")

    missing = [name for name in csv_template.COLUMNS if f"`{name}`" not in page]
    assert missing == []


def test_hours_without_a_zone_are_left_out_and_listed(own):
    outcome = own({"name": "Juniper", "opening_hours": "Mo-Fr 09:00-17:00"})

    assert the_clinic().opening_hours == ""
    assert outcome.notes["hours_without_zone"] == ["Juniper: hours without a zone."]


def test_ages_that_cannot_be_beside_a_persons_are_left_out(own):
    own(CLINIC | VISITS | {"minimum_age": "18"})
    the_clinic().services.update(maximum_age=30)

    own(CLINIC | VISITS | {"minimum_age": "40"})

    visits = the_clinic().services.get()
    assert (visits.minimum_age, visits.maximum_age) == (18, 30)


def test_a_status_that_a_person_set_is_left_alone_and_listed(own, curator):
    row = CLINIC | VISITS | {"status": "published"}
    own(row)
    curation.to_draft(the_clinic(), by=curator)

    outcome = own(row | {"city": "Austin"})

    assert the_clinic().status == Clinic.Status.DRAFT
    assert outcome.notes["left_to_person"] == ["Juniper Bend: status."]


def test_an_organization_gets_a_website_that_it_has_not(own):
    row = CLINIC | {"organization": "Juniper Inc"}
    own(row)

    own(
        row | {"name": "Second", "organization_website": "https://juniper.example"},
        row | {"name": "Third", "organization_website": "https://other.example"},
    )

    organization = Organization.objects.get()
    assert organization.website == "https://juniper.example"
    assert organization.clinics.count() == 3


def test_an_old_address_of_another_clinic_stays_with_it(own):
    own(CLINIC | {"clinic": "juniper-bend", "old_addresses": "bend"})

    own(CLINIC | {"clinic": "cedar-row", "name": "Cedar", "old_addresses": "bend"})

    assert OldSlug.objects.get().clinic.slug == "juniper-bend"
