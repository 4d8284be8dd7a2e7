"""A change taken back: the facts as they were, who said them, and what stands in it."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from locator import curation, facts
from locator.models import (
    Change,
    Clinic,
    ImportRun,
    Service,
    Source,
    SourceRecord,
    Specialty,
)
from locator.search import entries
from tests import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(make_clinic):
    return make_clinic("River Clinic", covers=["US-TX"], at=(30.27, -97.74))


def all_of(clinic):
    state = facts.read([clinic.pk], with_records=False)[clinic.pk]
    services = {
        pk: (each.facts, each.field_sources) for pk, each in state.services.items()
    }
    return state.facts | state.standing, state.field_sources, services


def make_record(clinic, service, written) -> SourceRecord:
    source = Source.objects.create(code="feed", name="Feed")
    run = ImportRun.objects.create(source=source, started_at="2026-01-01T00:00Z")
    return SourceRecord.objects.create(
        source=source,
        layout="csv",
        key="river",
        site_key="river",
        line=1,
        raw={},
        clinic=clinic,
        service=service,
        written=written,
        first_run=run,
        last_run=run,
    )


def edit(clinic, curator, said=None, **parts) -> Change:
    change = curation.Edit(said or {}, **parts)
    return curation.change(clinic, change, by=curator, kind=Change.Kind.EDIT)


SAID = {"record": 1, "at": "2026-01-01"}
EDITS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Lake Clinic", "Sea Clinic"]),
        "city": st.sampled_from(["", "Dallas"]),
        "region": st.sampled_from(["", "US-OK"]),
        "point": st.sampled_from([[], [36.1, -95.9, "curator", "street"]]),
        "languages": st.lists(st.sampled_from(["es", "hi"]), unique=True).map(sorted),
        "phones": st.sampled_from(
            [[["+15125550177", "", "main"]], [["+15125550178", "9", "intake"]]]
        ),
        "identifiers": st.sampled_from([[], [["NPI", "1234567893"]]]),
        "organization": st.sampled_from(["", "Blue River Health"]),
        "slug": st.sampled_from(["lake", "sea"]),
    },
)
OF_A_SERVICE = st.fixed_dictionaries(
    {},
    optional={
        "accepting": st.sampled_from(["yes", "no", "unknown"]),
        "modalities": st.lists(st.sampled_from(["video", "phone"]), unique=True).map(
            sorted
        ),
        "minimum_age": st.sampled_from([None, 3]),
        "coverage": st.sampled_from(
            [
                [["US-OK", "license", "2026", ""]],
                [["US-OK", "compact", "2026", ""], ["US-TX", "license", "2025", ""]],
            ]
        ),
    },
)


@given(
    st.lists(st.tuples(EDITS, OF_A_SERVICE, st.booleans(), st.booleans()), max_size=4)
)
@settings(max_examples=15)
def test_changes_taken_back_from_the_newest_leave_all_as_it_was(steps):
    # One database for all examples: addresses of earlier ones are taken.
    gone = list(Clinic.objects.values_list("pk", flat=True))
    Clinic.objects.all().delete()
    entries.rebuild(gone)
    curator = making.curator()
    clinic = making.make_clinic(covers=["US-TX"], at=(30.27, -97.74))
    before = all_of(clinic)
    changes = []
    for said, of_service, makes, removes in steps:
        services = list(clinic.services.values_list("pk", flat=True))
        made = (
            [all_of(clinic)[2][services[0]][0] | {"accepting": "yes"}] if makes else []
        )
        removed = services[1:] if removes else []
        changes.append(
            edit(
                clinic,
                curator,
                said,
                services={services[0]: of_service} if of_service else {},
                made=made,
                removed=removed,
            )
        )

    for change in reversed([change for change in changes if change]):
        curation.undo(change, by=curator)

    assert all_of(clinic) == before
    assert entries.differences() == []


def test_taking_back_is_itself_recorded_and_can_be_taken_back(clinic, curator):
    change = edit(clinic, curator, {"name": "Lake Clinic"})

    undo = curation.undo(change, by=curator, note="wrong clinic")
    curation.undo(undo, by=curator)

    assert (undo.kind, undo.undoes, undo.note) == ("undo", change, "wrong clinic")
    assert Clinic.objects.get().name == "Lake Clinic"


def test_a_service_comes_back_under_its_own_id(clinic, curator):
    service = clinic.services.get()
    twin = all_of(clinic)[2][service.pk][0]
    change = edit(clinic, curator, made=[twin], removed=[service.pk])

    curation.undo(change, by=curator)

    assert clinic.services.get().pk == service.pk


def test_a_service_that_comes_back_is_its_source_s_again(clinic, curator):
    service = clinic.services.get()
    Service.objects.filter(pk=service.pk).update(field_sources={"notes": SAID})
    fields = {"notes": service.notes}
    entry = {facts.ID: service.pk, facts.IS_OWN: True, facts.FIELDS: fields}
    record = make_record(clinic, service, {facts.SERVICES: {"mental-health": entry}})
    before = all_of(clinic)
    twin = before[2][service.pk][0]
    change = edit(clinic, curator, made=[twin], removed=[service.pk])

    curation.undo(change, by=curator)

    record.refresh_from_db()
    assert all_of(clinic) == before
    assert record.service == service


def test_facts_that_were_changed_again_are_named(clinic, curator):
    first = edit(clinic, curator, {"name": "Lake Clinic", "city": "Dallas"})
    edit(clinic, curator, {"city": "Austin"})

    with pytest.raises(ValidationError) as refusal:
        curation.undo(first, by=curator)

    assert refusal.value.messages == [
        "Changed again since: town. Take that back first."
    ]
    assert Clinic.objects.get().name == "Lake Clinic"


def test_an_entry_that_is_gone_is_named(clinic, curator):
    service = clinic.services.get()
    gone = Specialty.objects.create(code="phrenology", name="Phrenology", bit=62)
    service.specialties.set([gone])
    change = edit(
        clinic, curator, services={service.pk: {"specialties": ["mental-health"]}}
    )
    Specialty.objects.filter(code="phrenology").delete()

    with pytest.raises(ValidationError) as refusal:
        curation.undo(change, by=curator)

    assert refusal.value.messages == [
        "The list “specialties” has no entry “phrenology” (any more)."
    ]


def test_a_clinic_is_not_left_on_show_without_what_it_needs(clinic, curator):
    service = clinic.services.get()
    Service.objects.filter(pk=service.pk).update(remote="no")
    change = edit(clinic, curator, services={service.pk: {"remote": "yes"}})

    with pytest.raises(curation.NotPublicError, match="says yes to remote"):
        curation.undo(change, by=curator)

    assert clinic.services.get().remote == "yes"


def test_publishing_is_taken_back_too(clinic, curator, client):
    before = all_of(clinic)
    curation.withdraw(clinic, reason="closed", by=curator)

    curation.undo(clinic.changes.first(), by=curator)

    assert all_of(clinic) == before
    assert client.get(clinic.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("facts_of_change", "sentence"),
    [
        ({"is_first": True, "kind": "edit"}, "It made the clinic."),
        ({"kind": "merge"}, "It was a merge."),
    ],
)
def test_what_has_another_way_back_says_which(
    clinic, curator, facts_of_change, sentence
):
    change = clinic.changes.create(at="2026-01-01T00:00Z", **facts_of_change)

    with pytest.raises(ValidationError, match=sentence):
        curation.undo(change, by=curator)


def test_a_merge_taken_back_is_not_made_again_by_the_history(
    clinic, make_clinic, curator
):
    other = make_clinic("Lake Clinic", covers=["US-OK"])
    merge = curation.merge(clinic, other, by=curator)
    curation.unmerge(merge, by=curator)
    before = all_of(clinic), all_of(other)

    with pytest.raises(ValidationError, match="Merge the two clinics again"):
        curation.undo(clinic.changes.first(), by=curator)

    assert (all_of(clinic), all_of(other)) == before
    assert entries.differences() == []
