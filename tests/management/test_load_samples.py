import csv
import io
import re
from collections import Counter
from datetime import timedelta

import phonenumbers
import pytest
import zipcodes
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from locator import catalogues, curation
from locator.geo import Point, distance_km
from locator.management.commands import load_samples
from locator.models import Clinic, DataVersion, OldSlug, User, Verification
from locator.search import entries

FILE = settings.BASE_DIR / "fixtures" / "sample_clinics.csv"
STATES = """AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS
    MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"""


@pytest.fixture(scope="module")
def rows():
    """The services of the file, each with what its clinic says."""
    with FILE.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    clinics = {row["clinic"]: row for row in found if row["name"]}
    return [
        clinics[row["clinic"]] | {name: said for name, said in row.items() if said}
        for row in found
    ]


@pytest.fixture(scope="module")
def clinics(rows):
    """The clinics of the file, each once."""
    return list({row["clinic"]: row for row in rows}.values())


def said(rows, column):
    """How often each item of a list in `column` is said."""
    items = (item.strip() for row in rows for item in row[column].split(";"))
    return Counter(item for item in items if item)


def load(**options):
    out = io.StringIO()
    call_command("load_samples", stdout=out, **options)
    return out.getvalue().strip()


# --- The file ----------------------------------------------------------------------


def test_there_are_about_three_hundred_and_four_in_every_state(clinics):
    shown = [each for each in clinics if each["status"] == "published"]
    regions = Counter(each["region"] for each in shown)

    assert 290 <= len(clinics) <= 320
    assert min(regions[f"US-{state}"] for state in STATES.split()) >= 4
    assert sum(region.startswith("IN-") for region in regions) >= 12
    assert {"CA", "GB", "AU", "KE", "NZ"} <= {region[:2] for region in regions}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("service_type", "service_types"),
        ("specialties", "specialties"),
        ("modalities", "modalities"),
        ("payments", "payments"),
        ("eligibility", "eligibilities"),
        ("age_groups", "age_groups"),
        ("accessibility", "accessibility"),
        ("groups", "groups"),
        ("settings", "settings"),
    ],
)
def test_they_show_all_that_a_catalogue_has(rows, column, name):
    offered = {entry.code for entry in getattr(catalogues.current(), name)}

    assert said(rows, column).keys() == offered


def test_some_facts_are_unknown_and_some_hours_are_odd(rows, clinics):
    hours = Counter(each["opening_hours"] for each in clinics)

    assert all(hours[odd] for odd in ("", "24/7", "Mo-Su 18:00-02:00"))
    for column in ("accepting", "remote", "referral"):
        assert said(rows, column)["unknown"]
    for column in ("age_groups", "modalities", "languages", "payments"):
        assert any(not row[column] for row in rows)


def test_some_practices_have_no_address_and_cover_several_regions(rows):
    remote_only = [row for row in rows if row["point_source"] == "none"]

    assert {row["in_person"] for row in remote_only} == {"no"}
    assert not any(row["street"] or row["latitude"] for row in remote_only)
    assert len({row["clinic"] for row in remote_only}) >= 20
    assert any(row["coverage"].startswith("US clinic_stated") for row in remote_only)
    assert any(row["coverage"].count(";") >= 4 for row in remote_only)


def test_every_basis_of_coverage_is_shown(rows):
    shown = {item.split()[1] for item in said(rows, "coverage")}

    assert shown == {
        "license",
        "compact",
        "national_registration",
        "provider_country_rule",
        "clinic_stated",
        "assumed_home_region",
        "unknown",
    }


def test_websites_and_mail_lead_nowhere(clinics):
    for each in clinics:
        for column in ("website", "booking_url"):
            assert re.fullmatch(r"(https://[a-z0-9-]+\.example/(book)?)?", each[column])
        assert re.fullmatch(r"(desk@[a-z0-9-]+\.example)?", each["email"])


def test_phones_are_ones_that_nobody_has(clinics):
    for each in clinics:
        is_american = each["region"][:2] in ("US", "CA")
        assert bool(each["phones"]) == is_american
        for phone in filter(None, each["phones"].split("; ")):
            assert re.fullmatch(r"\+1 \d{3}-555-01\d\d( x20)? \([a-z]+\)", phone)
            assert phonenumbers.is_possible_number(phonenumbers.parse(phone[:15]))


def test_phones_have_extensions_text_and_tty(clinics):
    phones = " ".join(each["phones"] for each in clinics)

    assert all(what in phones for what in ("x20 (intake)", "(text)", "(tty)"))


def test_addresses_are_invented_and_towns_are_real(clinics):
    for each in clinics:
        assert re.fullmatch(r"(\d+ Sample Street)?", each["street"])
        if each["region"].startswith("US-") and each["street"]:
            found = zipcodes.matching(each["postal_code"])[0]
            assert (found["city"], f"US-{found['state']}") == (
                each["city"],
                each["region"],
            )
            here = Point(float(each["latitude"]), float(each["longitude"]))
            there = Point(float(found["lat"]), float(found["long"]))
            assert distance_km(here, there) < 1


def test_names_are_not_given_twice_in_a_country_of_coined_names(clinics):
    names = [each["name"] for each in clinics if not each["region"].startswith("IN")]

    assert len(set(names)) == len(names)


def test_indian_clinics_have_their_names_in_hindi(clinics):
    indian = [each for each in clinics if each["region"].startswith("IN")]

    assert all(each["other_names"].startswith("translation@hi: ") for each in indian)


# --- Loading it --------------------------------------------------------------------


@pytest.mark.django_db
def test_samples_stay_out_where_real_clinics_are_published(make_clinic):
    make_clinic("Clear Creek Care")

    told = load()

    assert told == "Samples: real clinics are published, so none was loaded."
    assert not Clinic.objects.samples().exists()


@pytest.mark.django_db
@override_settings(LOCATOR_HTTP=False)
def test_a_production_site_never_loads_them():
    with pytest.raises(CommandError, match="a production site never loads them"):
        load(force=True)

    assert not Clinic.objects.exists()


@pytest.mark.django_db
def test_a_file_that_does_not_fit_is_refused_with_a_sentence(tmp_path):
    broken = tmp_path / "sample_clinics.csv"
    text = FILE.read_text("utf-8")
    broken.write_text(text.replace("video; phone", "video; telegraph", 1), "utf-8")

    with pytest.raises(CommandError, match=r"line 2: .* telegraph"):
        load(file=broken)

    assert not Clinic.objects.exists()


# --- Loaded: from here on they are there, and each test leaves them so --------------


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """What loading said. It takes seconds, so it is done once for the tests below."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_loading_shows_every_sample_as_a_sample(told, clinics):
    samples = Clinic.objects.samples()

    assert told == f"Samples: {len(clinics)} clinics, {len(clinics)} new."
    assert samples.count() == len(clinics) == Clinic.objects.count()
    assert set(samples.values_list("source", flat=True)) == {"samples"}
    statuses = Counter(samples.values_list("status", flat=True))
    assert statuses == {"published": len(clinics) - 3, "withdrawn": 2, "draft": 1}
    assert OldSlug.objects.filter(slug="sample-street-clinic").exists()
    assert entries.differences() == []


@pytest.mark.django_db
def test_the_published_ones_may_be_public(told):
    published = Clinic.objects.published()

    for clinic in curation.with_public_facts(published):
        assert curation.why_not_public(clinic) == [], clinic.name


@pytest.mark.django_db
def test_some_were_checked_lately_some_long_ago_and_some_never(told):
    fresh = timezone.now() - timedelta(days=180)
    samples = Clinic.objects.samples()

    assert samples.filter(verified_at__gte=fresh).count() > 80
    assert samples.filter(verified_at__lt=fresh).count() > 40
    assert samples.filter(verified_at=None).count() > 80
    checks = Verification.objects.filter(clinic__in=samples)
    assert checks.count() == samples.exclude(verified_at=None).count()


@pytest.mark.django_db
def test_nobody_can_log_in_as_the_one_who_checked_them(told):
    checker = User.objects.get(username=load_samples.CHECKER)

    assert not checker.is_active
    assert not checker.has_usable_password()


@pytest.mark.django_db
def test_loading_again_changes_nothing(told):
    tokens = set(DataVersion.objects.values_list("part", "token"))

    again = load()

    assert again.endswith("clinics, nothing new.")
    assert set(DataVersion.objects.values_list("part", "token")) == tokens


@pytest.mark.django_db
def test_a_sample_that_left_the_file_is_withdrawn(told, tmp_path, clinics):
    left = clinics[0]["clinic"]
    lines = FILE.read_text("utf-8").splitlines(keepends=True)
    shorter = tmp_path / "sample_clinics.csv"
    shorter.write_text(
        "".join(line for line in lines if not line.startswith(left)), "utf-8"
    )

    again = load(file=shorter, force=True)

    assert again == f"Samples: {len(clinics) - 1} clinics, 1 withdrawn."
    gone = Clinic.objects.get(slug=left)
    assert (gone.status, gone.withdrawn_reason) == ("withdrawn", "sample")
    assert entries.differences() == []


@pytest.mark.django_db
def test_samples_that_gave_way_come_back_when_forced(told, make_clinic, clinics):
    make_clinic("Clear Creek Care")
    curation.withdraw_samples()

    again = load(force=True)

    shown = Clinic.objects.samples().published().count()
    assert f"{shown} shown again" in again
    assert shown == len(clinics) - 3
    assert entries.differences() == []
