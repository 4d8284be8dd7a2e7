"""The real files, where ../shared/data is there. Nothing of them is kept here."""

from collections import Counter

import pytest
from django.conf import settings

from locator.importers import findtreatment, samhsa_directory
from locator.importers.listing import Listing, numbered
from locator.importers.sites import grouped
from locator.models import Clinic, SourceRecord
from locator.search import entries

from ..importing import run

DATA = settings.BASE_DIR.parent / "shared" / "data"
DIRECTORY = DATA / "samhsa_mental_health_2022" / "directory.csv"
TEXAS = DATA / "findtreatment_texas_2023" / "facilities.csv"

pytestmark = pytest.mark.skipif(
    not DIRECTORY.exists() or not TEXAS.exists(),
    reason="the real files are not beside the project, in ../shared/data",
)


@pytest.fixture(scope="module")
def directory():
    return list(numbered(samhsa_directory.rows(DIRECTORY)))


@pytest.fixture(scope="module")
def texas():
    return list(numbered(findtreatment.rows(TEXAS)))


def with_telehealth(listings):
    return {
        each.site_key
        for each in listings
        if any(service.remote == "yes" for service in each.services)
    }


def test_every_row_of_the_national_directory_is_a_listing(directory):
    assert len(directory) == len({each.key for each in directory}) == 9_037
    assert all(isinstance(each, Listing) for each in directory)
    assert not [remark for each in directory for remark in each.remarks]
    assert len(with_telehealth(directory)) == 7_049


def test_every_row_of_the_texas_export_is_a_listing(texas):
    kinds = Counter(each.record_type for each in texas)

    assert kinds == {"SU": 458, "MH": 315, "OTP": 98}
    assert len(grouped(texas)) == 787


@pytest.mark.django_db
def test_both_are_imported_searchable_and_the_same_again():
    first = run("samhsa-directory", DIRECTORY, as_of="2022")
    published = Clinic.objects.published().count()
    texas = run("findtreatment", TEXAS, as_of="2023-11")

    assert first.tally["clinics_new"] == 9_032
    assert published == 7_049
    matched = texas.tally["clinics_new"] + texas.tally["clinics_changed"]
    assert matched + texas.tally["waiting"] == 787
    assert texas.tally["linked by name-and-address"] == 200
    assert 20 <= texas.tally["waiting"] <= 60
    of_texas = SourceRecord.objects.filter(layout="findtreatment")
    assert of_texas.values("clinic").exclude(clinic=None).distinct().count() == matched
    assert entries.differences() == []
    assert run("samhsa-directory", DIRECTORY, as_of="2022").run is None
    assert run("findtreatment", TEXAS, as_of="2023-11").run is None
