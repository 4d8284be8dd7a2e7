"""Whatever happens to clinics, their entries are those of a directory made anew."""

from datetime import UTC
from itertools import count

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from locator.models import (
    Clinic,
    CoverageArea,
    HoursText,
    OtherName,
    Phone,
    SearchEntry,
    SearchWord,
    Service,
)
from locator.search import entries
from locator.search.entries import COLUMNS
from tests.making import curator, make_clinic

pytestmark = pytest.mark.django_db

facts = st.sampled_from(["yes", "no", "unknown"])
points = st.sampled_from([None, (30.267, -97.743), (90.0, 180.0), (0.0, 0.0)])
regions = st.sampled_from(["US-TX", "US-OK", "US", "IN-KA", "IN"])
types = st.sampled_from(["consultation", "remote-monitoring", "appointment-booking"])
hours = st.sampled_from(["", "24/7", "Mo-Fr 09:00-17:00", "nonsense"])


def codes(*choices):
    return st.lists(st.sampled_from(choices), unique=True)


def edited(change):
    """The rule `change` in one transaction with the rebuild of its clinic."""

    def write(self, clinic, **facts):
        with transaction.atomic():
            pk = clinic.pk
            change(self, clinic, **facts)
            entries.rebuild([pk])

    write.__name__ = change.__name__
    return write


class Edits(RuleBasedStateMachine):
    clinics = Bundle("clinics")

    def __init__(self):
        super().__init__()
        self.slugs = (f"clinic-{number}" for number in count())
        Clinic.objects.all().delete()
        entries.rebuild_all()

    @initialize(target=clinics)
    def begin(self):
        return self.make(at=(30.267, -97.743), covers=["US-TX"], type="consultation")

    @rule(target=clinics, at=points, covers=st.lists(regions, unique=True), type=types)
    def make(self, at, covers, type):
        return make_clinic(at=at, covers=covers, type=type, slug=next(self.slugs))

    @rule(
        clinic=clinics,
        name=st.sampled_from(["Ash", "Élm Clinic", "ओक", "x" * 200]),
        status=st.sampled_from(["published", "published", "draft"]),
        region=st.none() | regions,
        opening_hours=hours,
        email=st.sampled_from(["", "desk@example.org"]),
    )
    @edited
    def edit(self, clinic, **facts):
        Clinic.objects.filter(pk=clinic.pk).update(
            time_zone="America/Chicago",
            region_id=facts.pop("region"),
            **facts,
        )

    @rule(clinic=clinics, at=points)
    @edited
    def move(self, clinic, at):
        where = (
            {"point_source": "", "point_precision": ""}
            if at is None
            else {"point_source": "source", "point_precision": "city"}
        )
        latitude, longitude = at or (None, None)
        Clinic.objects.filter(pk=clinic.pk).update(
            latitude=latitude, longitude=longitude, **where
        )

    @rule(
        clinic=clinics,
        day=st.datetimes(timezones=st.just(UTC)),
    )
    @edited
    def verify(self, clinic, day):
        Clinic.objects.filter(pk=clinic.pk).update(
            verified_at=day, verified_by=curator(), verified_method="phoned"
        )

    @rule(
        clinic=clinics,
        languages=codes("en", "es", "hi"),
        payments=codes("medicaid", "self-pay"),
        accessibility=codes("step-free", "captions"),
    )
    @edited
    def choose(self, clinic, **chosen):
        for name, codes_of_it in chosen.items():
            getattr(clinic, name).set(codes_of_it)

    @rule(clinic=clinics, purpose=st.sampled_from(Phone.Purpose.values))
    @edited
    def call(self, clinic, purpose):
        clinic.phones.all().delete()
        clinic.phones.create(number="+15125550100", purpose=purpose)

    @rule(clinic=clinics, name=st.sampled_from(["Former name", "Other"]))
    @edited
    def rename(self, clinic, name):
        OtherName.objects.get_or_create(clinic=clinic, name=name)

    @rule(clinic=clinics, type=types, remote=facts, in_person=facts, accepting=facts)
    @edited
    def serve(self, clinic, type, **stated):
        if stated["remote"] == stated["in_person"] == "no":
            stated["in_person"] = "unknown"
        Service.objects.create(clinic=clinic, service_type_id=type, **stated)

    @rule(
        clinic=clinics,
        specialties=codes("mental-health", "skin"),
        modalities=codes("video", "phone"),
        languages=codes("hi"),
        payments=codes("medicare"),
        eligibility=codes("everyone", "veterans"),
        age_groups=codes("child", "adult"),
    )
    @edited
    def specify(self, clinic, **chosen):
        for service in clinic.services.all():
            for name, codes_of_it in chosen.items():
                getattr(service, name).set(codes_of_it)

    @rule(
        clinic=clinics,
        region=regions,
        basis=st.sampled_from(CoverageArea.Basis.values),
    )
    @edited
    def cover(self, clinic, region, basis):
        for service in clinic.services.all():
            service.coverage.update_or_create(
                region_id=region, defaults={"basis": basis, "as_of": "2026"}
            )

    @rule(clinic=clinics, region=regions)
    @edited
    def uncover(self, clinic, region):
        CoverageArea.objects.filter(service__clinic=clinic, region=region).delete()

    @rule(clinic=clinics)
    @edited
    def stop(self, clinic):
        for service in clinic.services.all()[:1]:
            service.delete()

    @rule(clinic=consumes(clinics))
    @edited
    def delete(self, clinic):
        clinic.delete()

    @rule()
    def change_and_think_better_of_it(self):
        with transaction.atomic():
            Clinic.objects.update(status="draft")
            entries.rebuild(Clinic.objects.values_list("pk", flat=True))
            transaction.set_rollback(True)

    @invariant()
    def nothing_differs_from_the_truth(self):
        assert entries.differences() == []

    def teardown(self):
        kept = derived()
        entries.rebuild_all()
        assert derived() == kept


def derived():
    """All derived rows, without the ids that mean nothing."""
    used = SearchEntry.objects.exclude(hours=None).values("hours")
    return (
        sorted(SearchEntry.objects.values_list(*COLUMNS), key=repr),
        sorted(SearchWord.objects.values_list()),
        sorted(HoursText.objects.filter(pk__in=used).values_list()),
    )


class TestEdits(TestCase):
    def test_entries_are_those_of_a_directory_made_anew(self):
        run_state_machine_as_test(
            Edits, settings=settings(max_examples=15, stateful_step_count=12)
        )
