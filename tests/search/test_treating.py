"""Several regions where the patient will be: care must be allowed in each."""

import pytest

from locator.geo import Point
from locator.search import entries, find
from locator.search.query import Basis, SearchQuery, Visit

from .drawn import NOW

AUSTIN = Point(30.267, -97.743)


def asked(**parts):
    usual = {"point": AUSTIN, "region": "US-TX", "also": ("US-OK",)}
    return SearchQuery(now=NOW, **(usual | parts))


def found(results):
    return [hit.clinic_id for hit in results.hits]


def reason(results):
    service = results.hits[0].services[0]
    return service.basis, service.region


def licensed(*regions, basis="license"):
    return {"remote": "yes", "in_person": "no", "covers": regions, "basis": basis}


def test_a_remote_match_may_treat_in_every_region_of_the_patient(make_clinic):
    both = make_clinic(**licensed("US-TX", "US-OK"))
    make_clinic(**licensed("US-TX"))
    make_clinic(**licensed("US-OK"))

    assert found(find(asked())) == [both.pk]


def test_coverage_of_the_country_holds_in_each_region(make_clinic):
    nationwide = make_clinic(**licensed("US"))

    assert found(find(asked())) == [nationwide.pk]


def test_regions_that_two_services_cover_between_them_are_not_both_covered(make_clinic):
    make_clinic(services=[licensed("US-TX"), licensed("US-OK")])

    assert find(asked()).total == 0


def test_what_needs_no_coverage_reaches_every_region(make_clinic):
    booking = make_clinic(type="appointment-booking", remote="yes", in_person="no")

    results = find(asked(types=1 << booking.services.get().service_type.bit))

    assert found(results) == [booking.pk]


def test_further_regions_change_nothing_for_who_comes_in_person(make_clinic):
    near = make_clinic(at=(30.3, -97.7), remote="no", in_person="yes")

    assert (
        found(find(asked())) == found(find(asked(visit=Visit.IN_PERSON))) == [near.pk]
    )


@pytest.mark.parametrize(
    ("in_texas", "in_oklahoma", "expected"),
    [
        ("license", "license", (Basis.STATED, "US-TX")),
        ("license", "assumed_home_region", (Basis.ASSUMED, "US-OK")),
        ("assumed_home_region", "license", (Basis.ASSUMED, "US-TX")),
        ("assumed_home_region", "assumed_home_region", (Basis.ASSUMED, "US-TX")),
    ],
)
def test_the_reason_is_that_of_the_weaker_basis(
    make_clinic, in_texas, in_oklahoma, expected
):
    clinic = make_clinic(**licensed("US-TX", "US-OK"))
    make_basis(clinic, "US-TX", in_texas)
    make_basis(clinic, "US-OK", in_oklahoma)

    assert reason(find(asked())) == expected


def test_coverage_that_is_not_stated_for_a_further_region_is_silence(make_clinic):
    clinic = make_clinic(**licensed("US-TX", "US-OK"))
    make_basis(clinic, "US-OK", "unknown")

    results = find(asked())

    assert (results.total, results.left_out_unstated) == (0, 1)
    assert reason(find(asked(with_unstated=True))) == (Basis.UNKNOWN, "US-OK")


def make_basis(clinic, region, basis):
    areas = clinic.services.get().coverage
    areas.filter(region_id=region).update(basis=basis)
    entries.rebuild([clinic.pk])
