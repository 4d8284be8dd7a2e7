"""Samples give way to the first real clinic that an import publishes."""

import pytest

from locator.models import Clinic

from ..importing import directory_row, run, write_csv

SAMPLE = {
    "clinic": "sample-clinic",
    "name": "Sample Clinic",
    "region": "US-TX",
    "phones": "+1 512-555-0100",
    "service_type": "consultation",
    "specialties": "skin",
    "remote": "yes",
}


@pytest.fixture
def sample(postcodes, tmp_path):
    path = write_csv(tmp_path / "samples.csv", [SAMPLE])
    run("csv", path, as_of="2026", is_sample=True)
    return Clinic.objects.samples().get()


def test_a_sample_is_marked_and_is_the_samples_sources(sample):
    assert sample.status == Clinic.Status.PUBLISHED
    assert sample.source_id == "samples"


def test_the_first_real_published_clinic_withdraws_samples(sample, directory):
    outcome = directory(directory_row())

    sample.refresh_from_db()
    assert sample.status == Clinic.Status.WITHDRAWN
    assert sample.withdrawn_reason == Clinic.WithdrawnReason.SAMPLE
    assert outcome.tally["samples_withdrawn"] == 1


@pytest.mark.parametrize(
    ("codes", "options"),
    [
        ("MH * OP", {}),
        ("MH * TELE", {"keep_samples": True}),
        ("MH * TELE", {"is_dry_run": True}),
    ],
)
def test_drafts_dry_runs_and_an_operator_who_keeps_them_leave_samples(
    sample, directory, codes, options
):
    directory(directory_row(codes), **options)

    sample.refresh_from_db()
    assert sample.status == Clinic.Status.PUBLISHED


def test_a_real_listing_is_never_taken_for_a_sample_of_its_name(sample, own):
    own(SAMPLE | {"clinic": ""})

    real = Clinic.objects.real().get()
    assert real.pk != sample.pk
    assert real.slug == "sample-clinic-tx"
