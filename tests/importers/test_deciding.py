"""Which clinic a listing is about: a machine says so only where it is sure."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from locator.models import Clinic, RecordMatch, SourceRecord

from ..importing import directory_row, facility_row, the_clinic

# The same house and number as the rows of the directory, under a longer name.
LONGER = {"name1": "Juniper Bend Counseling LLC", "name2": "Day Programme"}


def waiting():
    return SourceRecord.objects.filter(match="waiting")


def test_a_like_name_at_one_address_with_one_phone_is_one_clinic(directory, facilities):
    directory(directory_row(street1="1200 North Sample Street"))

    outcome = facilities(facility_row(**LONGER, street1="1200 Sample St. N, Suite 4"))

    clinic = the_clinic()
    assert clinic.records.count() == 2
    assert outcome.tally["linked by name-and-address"] == 1
    match = RecordMatch.objects.get(record__layout="findtreatment")
    assert match.clinic == clinic
    assert match.reasons == ["name-and-address", "phone"]
    assert match.run == outcome.run


def test_a_like_name_with_another_phone_waits(directory, facilities):
    directory(directory_row())

    outcome = facilities(facility_row(**LONGER, phone="512-555-0177"))

    assert Clinic.objects.count() == 1
    record = waiting().get()
    assert (record.clinic, record.written) == (None, {})
    assert record.candidates == [
        {"clinic": the_clinic().pk, "reasons": ["address", "name", "other-phone"]}
    ]
    assert outcome.tally["waiting"] == 1
    assert outcome.waiting[0]["candidates"][0]["slug"] == the_clinic().slug


def test_the_same_name_and_address_outweigh_another_phone(directory, facilities):
    directory(directory_row())

    facilities(facility_row(phone="512-555-0177", street1="1200 Sample St"))

    assert the_clinic().records.count() == 2


def test_another_name_at_one_address_with_one_phone_waits(directory, facilities):
    directory(directory_row())

    facilities(facility_row(name1="Elm Grove Recovery"))

    assert waiting().get().candidates[0]["reasons"] == [
        "address",
        "phone",
        "other-name",
    ]


def test_a_like_name_with_one_phone_across_the_town_waits(directory, facilities):
    directory(directory_row())

    facilities(facility_row(street1="9 Elsewhere Road", zip="78704"))

    assert waiting().get().candidates[0]["reasons"] == [
        "name",
        "phone",
        "other-address",
    ]


def test_a_neighbour_in_the_same_house_is_a_new_clinic(directory, facilities):
    directory(directory_row())

    outcome = facilities(facility_row(name1="Elm Grove Recovery", phone="512-555-0177"))

    assert outcome.tally["clinics_new"] == 1
    assert not waiting().exists()


def test_two_sites_of_a_file_are_never_made_one(directory, facilities):
    directory(directory_row())

    facilities(
        facility_row(**LONGER),
        facility_row(name1="Juniper Bend Counseling LLC", name2="Night Programme"),
    )

    assert waiting().count() == 2
    assert the_clinic().records.count() == 1


def test_a_site_of_a_file_leaves_its_clinic_to_no_other_site(directory, facilities):
    directory(directory_row())

    outcome = facilities(facility_row(), facility_row(**LONGER))

    assert outcome.tally["clinics_new"] == 1
    assert not waiting().exists()


def test_a_listing_with_a_new_name_in_a_newer_edition_keeps_its_clinic(facilities):
    facilities(facility_row())

    facilities(facility_row(**LONGER), as_of="2025")

    assert the_clinic().name == "Juniper Bend Counseling LLC, Day Programme"
    assert the_clinic().records.filter(vanished_in__isnull=False).count() == 1


def test_of_two_clinics_that_are_as_like_none_is_chosen(make_clinic, facilities):
    for _ in range(2):
        make_clinic(
            "Juniper Bend Counseling",
            street="1200 Sample Street",
            city="Austin",
            postal_code="78701",
            phone="+15125550101",
        )

    facilities(facility_row())

    assert len(waiting().get().candidates) == 2


def test_a_number_of_an_authority_finds_a_clinic_that_moved(make_clinic, own):
    clinic = make_clinic("Juniper Bend", postal_code="75211", city="Dallas")
    clinic.identifiers.create(authority="NPI", value="1234567890")

    own(
        {
            "name": "Juniper Bend",
            "street": "1 New Road",
            "city": "Austin",
            "postal_code": "78701",
            "region": "US-TX",
            "identifiers": "NPI=1234567890",
        }
    )

    assert the_clinic().records.get().matches.get().reasons == ["identifier"]


def test_a_number_that_nothing_else_bears_out_waits(make_clinic, own):
    clinic = make_clinic("Elm Grove Recovery", postal_code="75211", city="Dallas")
    clinic.identifiers.create(authority="NPI", value="1234567890")

    own(
        {
            "name": "Juniper Bend",
            "street": "1 New Road",
            "city": "Austin",
            "postal_code": "78701",
            "region": "US-TX",
            "identifiers": "NPI=1234567890",
        }
    )

    assert waiting().get().candidates == [
        {"clinic": clinic.pk, "reasons": ["identifier"]}
    ]


def test_a_sample_is_never_taken_for_a_real_clinic(make_clinic, facilities):
    make_clinic(
        "Juniper Bend Counseling",
        street="1200 Sample Street",
        city="Austin",
        postal_code="78701",
        phone="+15125550101",
        is_sample=True,
    )

    outcome = facilities(facility_row(), keep_samples=True)

    assert outcome.tally["clinics_new"] == 1


def test_a_clinic_that_was_merged_is_met_as_the_one_it_became(
    make_clinic, facilities, curator
):
    from locator import curation

    kept = make_clinic("Elm Grove Recovery", postal_code="78701")
    gone = make_clinic(
        "Juniper Bend Counseling",
        street="1200 Sample Street",
        city="Austin",
        postal_code="78701",
        phone="+15125550101",
    )
    curation.merge(kept, gone, by=curator)

    facilities(facility_row())

    assert SourceRecord.objects.get().clinic == kept


def test_two_addresses_on_this_site_are_two_clinics_however_alike(own):
    said = {
        "name": "Juniper Bend",
        "street": "1 New Road",
        "city": "Austin",
        "postal_code": "78701",
        "region": "US-TX",
    }
    own(said | {"clinic": "juniper-bend"})

    own(said | {"clinic": "juniper-bend"}, said | {"clinic": "juniper-bend-annex"})

    assert Clinic.objects.count() == 2


# --- Again -------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing_while_a_listing_waits(
    directory, facilities
):
    directory(directory_row())
    row = facility_row(**LONGER, phone="512-555-0177")
    facilities(row)

    outcome = facilities(row)

    assert outcome.run is None
    assert outcome.tally["records_unchanged"] == 1
    assert waiting().count() == 1


def test_a_waiting_listing_whose_doubt_is_gone_is_linked(directory, facilities):
    directory(directory_row())
    facilities(facility_row(**LONGER, phone="512-555-0177"))
    the_clinic().phones.update(number="+15125550177")

    facilities(facility_row(**LONGER, phone="512-555-0177"))

    assert not waiting().exists()
    assert the_clinic().records.count() == 2


def test_a_waiting_listing_whose_candidates_are_gone_is_a_new_clinic(
    directory, facilities
):
    directory(directory_row())
    row = facility_row(**LONGER, phone="512-555-0177")
    facilities(row)
    the_clinic().delete()

    facilities(row)

    assert the_clinic().name == "Juniper Bend Counseling LLC, Day Programme"


def test_a_waiting_listing_takes_newer_content_and_goes_on_waiting(
    directory, facilities
):
    directory(directory_row())
    facilities(facility_row(**LONGER, phone="512-555-0177"))

    facilities(facility_row(**LONGER, phone="512-555-0188"), as_of="2025")

    record = waiting().get()
    assert record.raw["phone"] == "512-555-0188"
    assert record.versions.get().raw["phone"] == "512-555-0177"


def test_a_second_record_of_a_waiting_site_waits_with_it(directory, facilities):
    directory(directory_row())
    first = facility_row(**LONGER, phone="512-555-0177")
    facilities(first)

    facilities(first, facility_row("SU", "sa op", **LONGER, phone="512-555-0177"))

    assert waiting().count() == 2
    assert Clinic.objects.count() == 1


def test_matching_asks_as_much_for_forty_sites_as_for_four(directory, facilities):
    def queries(count):
        rows = [facility_row(name1=f"Invented {n}") for n in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as context:
            facilities(*rows, is_dry_run=True)
        return len(context)

    directory(directory_row())

    assert queries(40) == queries(4)
