"""Search entries say what the clinics say, after every kind of change."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from locator.models import (
    AgeGroup,
    Clinic,
    CoverageArea,
    DataVersion,
    Door,
    Eligibility,
    HoursText,
    Organization,
    OtherName,
    Phone,
    SearchEntry,
    SearchWord,
    Service,
    Versioned,
)
from locator.search import entries
from locator.search.query import Basis, Contact, Fact, Trait, pack_region
from tests.making import at_once

from ..others import going_on_once_waited_for, somebody_holds

one_writer_at_a_time = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one writer in at a time"
)

AUSTIN = (30.267, -97.743)


def rows(clinic, **which):
    return SearchEntry.objects.filter(clinic=clinic, **which).order_by("door", "region")


def doors(clinic):
    """The doors of a clinic: which, to where, whether it leads."""
    return [(Door(row.door).name, row.region, row.is_lead) for row in rows(clinic)]


def rebuilt(clinic):
    entries.rebuild([clinic.pk])
    return rows(clinic).first()


# --- Doors: rule 32 ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "remote", "in_person", "covers", "expected"),
    [
        (AUSTIN, "no", "yes", [], ["SITE"]),
        (AUSTIN, "yes", "yes", ["US-OK", "US-TX"], ["SITE", "COVERAGE", "COVERAGE"]),
        (AUSTIN, "yes", "unknown", ["US-TX"], ["SITE", "COVERAGE"]),
        (AUSTIN, "unknown", "no", ["US-TX"], ["COVERAGE"]),
        (AUSTIN, "no", "unknown", ["US-TX"], ["SITE"]),
        (None, "yes", "no", ["US-TX"], ["COVERAGE"]),
        (None, "yes", "yes", ["US-TX"], ["PLAIN", "COVERAGE"]),
        (None, "yes", "no", [], ["PLAIN"]),
        (AUSTIN, "yes", "no", [], ["PLAIN"]),
    ],
)
def test_a_service_has_these_doors(
    make_clinic, at, remote, in_person, covers, expected
):
    clinic = make_clinic(at=at, remote=remote, in_person=in_person, covers=covers)

    found = doors(clinic)

    assert sorted(door for door, *_ in found) == sorted(expected)
    assert [door for door, _, is_lead in found if is_lead] == expected[:1]
    covered = [region for door, region, _ in found if door == "COVERAGE"]
    assert covered == [pack_region(r) for r in covers][: expected.count("COVERAGE")]


def test_what_needs_no_coverage_has_a_door_to_everywhere(make_clinic):
    clinic = make_clinic(type="appointment-booking", in_person="no", covers=["US-TX"])

    assert doors(clinic) == [
        ("COVERAGE", 0, True),
        ("COVERAGE", pack_region("US-TX"), False),
    ]
    assert rows(clinic)[0].basis == Basis.NONE


def test_only_a_site_door_lies_on_the_grid_and_every_row_has_the_point(make_clinic):
    clinic = make_clinic(at=AUSTIN, covers=["US-TX"])

    site, coverage = rows(clinic)

    assert (site.band, site.longitude) == (1202, -97.743)
    assert (coverage.band, coverage.longitude) == (None, None)
    assert (site.x, site.y, site.z) == (coverage.x, coverage.y, coverage.z)
    assert site.x**2 + site.y**2 + site.z**2 == pytest.approx(1)


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_clinic_that_is_not_published_has_no_rows(make_clinic, status):
    clinic = make_clinic(covers=["US-TX"], opening_hours="24/7", time_zone="UTC")
    reason = "closed" if status == "withdrawn" else ""
    Clinic.objects.update(status=status, withdrawn_reason=reason)

    entries.rebuild([clinic.pk])

    assert not SearchEntry.objects.exists()
    assert not SearchWord.objects.exists()


# --- Facts -------------------------------------------------------------------------


def test_a_rows_facts_are_those_of_its_service_and_clinic(make_clinic):
    clinic = make_clinic(
        at=AUSTIN,
        covers=["US-TX"],
        remote="yes",
        in_person="unknown",
        accepting="no",
        email="desk@example.org",
        verified_at=datetime(2026, 3, 14, 23, 59, tzinfo=UTC),
    )

    row = rows(clinic).first()

    assert (row.remote, row.in_person, row.accepting) == (
        Fact.YES,
        Fact.UNKNOWN,
        Fact.NO,
    )
    consultation = Trait.CARE | Trait.TELEMEDICINE | Trait.FOR_PATIENTS
    assert row.traits == consultation | Trait.BESIDE_CARE
    assert row.home_region == pack_region("US-TX")
    assert row.contacts == 1 << Contact.PHONE | 1 << Contact.EMAIL
    assert row.verified_on == (datetime(2026, 3, 14) - datetime(1970, 1, 1)).days
    assert row.name == "clear creek care"


def test_a_services_own_languages_and_payments_replace_the_clinics(make_clinic):
    clinic = make_clinic(
        languages=["en", "es"],
        payments=["medicaid"],
        services=[
            {"covers": ["US-TX"]},
            {"covers": ["US-TX"], "languages": ["hi"], "payments": ["self-pay"]},
        ],
    )
    bits = entries.Bits.read()

    inheriting, own = (row for row in rows(clinic).order_by("service"))

    assert both(inheriting) == bits.languages["en"] | bits.languages["es"]
    assert both(own) == bits.languages["hi"]
    assert inheriting.payments == bits.payments["medicaid"]
    assert own.payments == bits.payments["self-pay"]


def both(row):
    return row.languages_0 | row.languages_1 << 63


@pytest.mark.parametrize(
    ("groups", "youngest", "oldest", "expected"),
    [
        ([], None, None, []),
        (["adult"], None, None, ["adult"]),
        (["adult"], 13, None, ["adult"]),
        ([], 13, 17, ["adolescent"]),
        ([], 18, None, ["adult", "senior", "young-adult"]),
        ([], None, 12, ["child"]),
        ([], 10, 13, ["adolescent", "child"]),
    ],
)
def test_ages_in_years_stand_in_for_age_groups(
    make_clinic, groups, youngest, oldest, expected
):
    clinic = make_clinic(age_groups=groups, minimum_age=youngest, maximum_age=oldest)

    mask = rows(clinic).first().ages

    found = [each.code for each in AgeGroup.objects.all() if mask >> each.bit & 1]
    assert sorted(found) == expected


@pytest.mark.parametrize(
    ("eligibility", "is_restricted"),
    [([], False), (["everyone"], False), (["veterans"], True)],
)
def test_only_a_stated_restriction_is_one(make_clinic, eligibility, is_restricted):
    clinic = make_clinic(eligibility=eligibility)

    row = rows(clinic).first()

    assert bool(row.traits & Trait.RESTRICTED) is is_restricted


def test_every_basis_is_stated_but_two(make_clinic):
    expected = dict.fromkeys(CoverageArea.Basis.values, Basis.STATED) | {
        "assumed_home_region": Basis.ASSUMED,
        "unknown": Basis.UNKNOWN,
    }

    found = {
        basis: rows(make_clinic(covers=["US-TX"], basis=basis), door=Door.COVERAGE)
        .get()
        .basis
        for basis in CoverageArea.Basis.values
    }

    assert found == expected


def test_hours_are_kept_once_however_many_share_them(make_clinic):
    hours = {"opening_hours": "Mo-Fr 09:00-17:00", "time_zone": "America/Chicago"}
    one, other = make_clinic("One", **hours), make_clinic("Two", **hours)

    kept = HoursText.objects.get()

    assert kept.opening_hours == "Mo-Fr 09:00-17:00"
    assert (kept.time_zone, kept.country) == ("America/Chicago", "US")
    assert {rows(one).first().hours_id, rows(other).first().hours_id} == {kept.pk}


def test_a_clinic_is_found_by_all_that_it_is_called(make_clinic):
    clinic = make_clinic(
        "Ñandú Clínica",
        programme="O'Fallon Programme",
        city="San José",
        organization=Organization.objects.create(name="Nandu Health"),
    )
    OtherName.objects.create(clinic=clinic, name="दीप Clinic")

    entries.rebuild([clinic.pk])

    words = SearchWord.objects.values_list("word", flat=True)
    told = "nandu clinica ofallon programme health san jose दप clinic"
    assert sorted(words) == sorted(told.split())


# --- Keeping true ------------------------------------------------------------------


def test_a_rebuild_says_that_clinics_changed(make_clinic):
    clinic = make_clinic()
    before = DataVersion.objects.get(part=Versioned.CLINICS).token

    entries.rebuild([clinic.pk])

    assert DataVersion.objects.get(part=Versioned.CLINICS).token != before


def test_a_rebuild_of_none_changes_nothing(db):
    before = DataVersion.token_of(Versioned.CLINICS)

    entries.rebuild([])

    assert DataVersion.token_of(Versioned.CLINICS) == before


def test_a_rebuild_leaves_other_clinics_alone(make_clinic):
    one, other = make_clinic("One"), make_clinic("Other")
    kept = rows(other).get().pk
    Clinic.objects.update(name="New name")

    entries.rebuild([one.pk, one.pk, 0])

    assert rows(one).get().name == "new name"
    assert (rows(other).get().pk, rows(other).get().name) == (kept, "other")


def test_a_hundred_clinics_cost_as_many_queries_as_one(make_clinic):
    with at_once():
        clinics = [
            make_clinic(f"Clinic {n}", at=AUSTIN, covers=["US-TX"], languages=["en"])
            for n in range(100)
        ]
    pks = [clinic.pk for clinic in clinics]

    with CaptureQueriesContext(
        connection,
    ) as one:
        entries.rebuild(pks[:1])
    with CaptureQueriesContext(connection) as all_of_them:
        entries.rebuild(pks)

    assert len(all_of_them) == len(one)


CHANGES = {
    "the name": lambda c: Clinic.objects.update(name="Another name"),
    "the town": lambda c: Clinic.objects.update(city="Waco"),
    "the point": lambda c: Clinic.objects.update(latitude=31),
    "the hours": lambda c: Clinic.objects.update(opening_hours="24/7"),
    "the verification": lambda c: Clinic.objects.update(
        verified_at=datetime(2026, 1, 1, tzinfo=UTC)
    ),
    "the status": lambda c: Clinic.objects.update(status="draft"),
    "a language": lambda c: c.languages.add("es"),
    "a phone": lambda c: Phone.objects.create(
        clinic=c, number="+15125550101", purpose="text"
    ),
    "a fact": lambda c: Service.objects.update(remote="unknown"),
    "a modality": lambda c: c.services.get().modalities.add("video"),
    "a coverage area": lambda c: CoverageArea.objects.update(basis="unknown"),
    "a coverage area less": lambda c: CoverageArea.objects.all().delete(),
    "a service more": lambda c: Service.objects.create(
        clinic=c, service_type_id="reminders"
    ),
    "an age group's years": lambda c: AgeGroup.objects.filter(pk="adult").update(
        minimum_age=90, maximum_age=99
    ),
    "who may come": lambda c: Eligibility.objects.update(is_restriction=False),
    "a row": lambda c: SearchEntry.objects.filter(door=Door.SITE).delete(),
    "a row's column": lambda c: SearchEntry.objects.update(payments=1 << 40),
    "the words": lambda c: SearchWord.objects.filter(word="care").update(word="no"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_raw_write_is_found_and_a_rebuild_mends_it(make_clinic, curator, change):
    clinic = make_clinic(
        at=AUSTIN,
        covers=["US-TX"],
        minimum_age=30,
        maximum_age=40,
        eligibility=["veterans"],
        opening_hours="Mo-Fr 09:00-17:00",
        time_zone="America/Chicago",
        verified_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
    assert entries.differences() == []

    CHANGES[change](clinic)

    assert entries.differences() != []
    entries.rebuild([clinic.pk])
    assert entries.differences() == []


def test_hours_that_say_another_thing_are_found_and_made_anew(make_clinic):
    make_clinic(opening_hours="24/7", time_zone="UTC")
    HoursText.objects.update(time_zone="Asia/Kolkata")

    assert "should be ('24/7', 'UTC', 'US')" in " ".join(entries.differences())
    entries.rebuild_all()
    assert entries.differences() == []


def test_all_is_made_anew_and_what_nobody_uses_goes(make_clinic):
    clinic = make_clinic(covers=["US-TX"], opening_hours="24/7", time_zone="UTC")
    HoursText.objects.create(pk=7, opening_hours="off", time_zone="UTC", country="US")
    SearchEntry.objects.all().delete()
    SearchWord.objects.all().delete()

    entries.rebuild_all()

    assert entries.differences() == []
    assert rows(clinic).count() == 1
    assert [each.opening_hours for each in HoursText.objects.all()] == ["24/7"]


HOURS = {"opening_hours": "24/7", "time_zone": "UTC"}


@pytest.fixture
def unused_hours(make_clinic):
    """Hours that no entry has any more."""
    clinic = make_clinic(**HOURS)
    Clinic.objects.filter(pk=clinic.pk).update(status=Clinic.Status.DRAFT)
    entries.rebuild([clinic.pk])
    return HoursText.objects.get()


@pytest.mark.django_db(transaction=True)
@one_writer_at_a_time
def test_hours_that_somebody_just_took_up_stay(unused_hours, make_clinic):
    with (
        somebody_holds(
            SearchEntry.objects.all(), after=lambda: make_clinic("New", **HOURS)
        ) as may_end,
        going_on_once_waited_for(may_end),
    ):
        entries.rebuild_all()

    assert SearchEntry.objects.get().hours == unused_hours
    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
@one_writer_at_a_time
def test_hours_are_left_to_the_next_time_where_somebody_writes_all_the_time(
    unused_hours, make_clinic
):
    with somebody_holds(
        SearchEntry.objects.all(), after=lambda: make_clinic("New", **HOURS)
    ):
        entries.rebuild_all()
        assert HoursText.objects.get() == unused_hours

    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
@one_writer_at_a_time
def test_making_all_anew_and_an_import_wait_in_one_order(make_clinic):
    make_clinic(**HOURS)

    with (
        somebody_holds(
            DataVersion.objects.all(), then=lambda: make_clinic("New", **HOURS)
        ) as may_end,
        going_on_once_waited_for(may_end),
    ):
        entries.rebuild_all()

    assert SearchEntry.objects.values("clinic").distinct().count() == 2
    assert entries.differences() == []


@pytest.mark.django_db(transaction=True)
@one_writer_at_a_time
def test_two_who_change_one_clinic_at_once_leave_true_entries(make_clinic):
    clinic = make_clinic(covers=["US-TX"])
    both_have_changed = Barrier(2)

    def change(do):
        with transaction.atomic():
            do()
            both_have_changed.wait(timeout=10)
            entries.rebuild([clinic.pk])
        connection.close()

    changes = [
        lambda: clinic.phones.create(number="+15125550101", purpose="text"),
        lambda: CoverageArea.objects.update(basis="unknown"),
    ]
    with ThreadPoolExecutor() as pool:
        list(pool.map(change, changes))

    assert entries.differences() == []
    assert rows(clinic).get().contacts == 1 << Contact.PHONE | 1 << Contact.TEXT
    assert rows(clinic).get().basis == Basis.UNKNOWN
