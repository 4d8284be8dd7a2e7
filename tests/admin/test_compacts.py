"""Compacts: dated members, services that follow them, and agreeing before they do."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from locator.curation import covering
from locator.models import (
    Change,
    Clinic,
    Compact,
    CompactMember,
    CoverageArea,
    LoadedEntry,
    ServiceCompact,
)
from locator.search import entries
from tests.desk import Page, add_url, change_url, complaints, saved

pytestmark = pytest.mark.django_db

JULY = date(2026, 7, 15)


@pytest.fixture
def manager(sign_in):
    return sign_in()


@pytest.fixture
def compact():
    made = Compact.objects.create(
        code="river",
        name="River Compact",
        url="https://river.example/",
        checked_on=date(2026, 3, 1),
    )
    for code in ("US-TX", "US-OK"):
        made.members.create(region_id=code)
    return made


@pytest.fixture
def clinic(make_clinic):
    return make_clinic("River Clinic", covers=["US-TX"])


def join(clinic, compact, by, **facts):
    service = clinic.services.get()
    said = {"as_of": "2026-03", "source": None} | facts
    covering.join(service, compact, by=by, **said)
    return service


def areas(clinic) -> dict[str, str]:
    rows = CoverageArea.objects.filter(service__clinic=clinic)
    return dict(rows.values_list("region", "basis"))


# --- A service ---------------------------------------------------------------------


def test_a_service_that_joins_covers_the_members_and_keeps_its_licences(
    clinic, compact, curator
):
    join(clinic, compact, curator)

    assert areas(clinic) == {"US-TX": "license", "US-OK": "compact"}
    area = CoverageArea.objects.get(region="US-OK")
    assert (area.as_of, area.source) == ("2026-03", None)
    assert entries.differences() == []


def test_what_was_only_assumed_gives_way_to_the_compact(make_clinic, compact, curator):
    clinic = make_clinic("River", covers=["US-TX"], basis="assumed_home_region")

    join(clinic, compact, curator)

    assert areas(clinic) == {"US-TX": "compact", "US-OK": "compact"}


def test_a_service_that_leaves_keeps_what_another_compact_or_a_person_gave(
    clinic, compact, curator
):
    other = Compact.objects.create(
        code="lake", name="Lake", url="https://lake.example/", checked_on=JULY
    )
    for code in ("US-OK", "US-NM"):
        other.members.create(region_id=code)
    service = join(clinic, compact, curator)
    join(clinic, other, curator)
    service.coverage.create(region_id="US-UT", basis="compact", as_of="2026")

    covering.leave(service, other, by=curator)

    assert areas(clinic) == {
        "US-TX": "license",
        "US-OK": "compact",
        "US-UT": "compact",
    }


def test_joining_is_told_in_the_history_and_can_be_undone(clinic, compact, curator):
    from locator import curation

    join(clinic, compact, curator)
    change = Change.objects.get(clinic=clinic)
    curation.undo(change, by=curator)

    service = clinic.services.get()
    assert set(change.diff["services"][str(service.pk)]) == {"coverage", "compacts"}
    assert areas(clinic) == {"US-TX": "license"}
    assert not ServiceCompact.objects.exists()


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        ("", "", True),
        ("2026-07-15", "", True),
        ("2026-07-16", "", False),
        ("", "2026-07-15", True),
        ("", "2026-07-14", False),
        ("2025", "", True),
        ("2026", "", False),
        ("2026-07", "", False),
        ("", "2026", False),
        ("", "2026-08", True),
        ("2020", "2024", False),
    ],
)
def test_a_region_counts_on_days_on_which_it_surely_is_a_member(since, until, counts):
    member = CompactMember(since=since, until=until)

    assert covering.is_member(member, JULY) is counts


def test_a_member_to_come_is_no_area_until_its_day(clinic, compact, curator):
    compact.members.create(region_id="US-NM", since="2027-01-01")
    join(clinic, compact, curator)
    before = areas(clinic)

    covering.follow(day=date(2027, 1, 1))

    assert "US-NM" not in before
    assert areas(clinic)["US-NM"] == "compact"
    assert covering.follow(day=date(2027, 1, 1)) == {}
    assert Change.objects.filter(kind=Change.Kind.COMPACT, by=None).count() == 1


def test_a_member_that_left_takes_its_area_along(clinic, compact, curator):
    compact.members.filter(region="US-OK").update(until="2026-12-31")
    join(clinic, compact, curator)

    call_command("follow_compacts", dry_run=True)
    kept = areas(clinic)
    covering.follow(day=date(2027, 1, 1))

    assert "US-OK" in kept
    assert areas(clinic) == {"US-TX": "license"}


def test_a_clinic_whose_last_area_goes_becomes_a_draft(make_clinic, compact, curator):
    clinic = make_clinic("River", covers=["US-OK"], basis="compact")
    join(clinic, compact, curator)
    compact.members.all().delete()

    covering.apply(compact, by=curator, before=["US-OK", "US-TX"])

    clinic.refresh_from_db()
    assert clinic.status == Clinic.Status.DRAFT
    assert entries.differences() == []


def queries_to_apply(compact, by, region: str) -> int:
    compact.members.create(region_id=region)
    with CaptureQueriesContext(connection) as asked:
        covering.apply(compact, by=by)
    return len(asked)


def test_a_compact_is_applied_in_as_many_queries_for_twenty_services_as_for_two(
    make_clinic, compact, curator
):
    def join_many(count):
        for _number in range(count):
            join(make_clinic("River", covers=["US-TX"]), compact, curator)

    join_many(2)
    few = queries_to_apply(compact, curator, "US-NM")
    join_many(18)
    many = queries_to_apply(compact, curator, "US-UT")

    of_the_compact = Change.objects.filter(kind=Change.Kind.COMPACT)
    assert many <= few + 2
    assert of_the_compact.count() == 22
    assert of_the_compact.values("event").distinct().count() == 2


# --- The desk ----------------------------------------------------------------------


def test_a_change_of_members_is_applied_once_it_was_agreed_to(
    manager, clinic, compact, curator
):
    join(clinic, compact, curator)
    page = Page(manager, change_url(compact))
    page.add("members", region="US-NM")

    asked = page.save()
    untouched = areas(clinic)
    agreed = asked.context
    response = page.save(**{agreed["agreed"]: agreed["mark"]})

    assert asked.status_code == 200
    assert "New Mexico" in asked.text
    assert "touches 1 service:" in asked.text
    assert "US-NM" not in untouched
    assert saved(response)
    assert areas(clinic)["US-NM"] == "compact"
    change = Change.objects.get(kind=Change.Kind.COMPACT)
    assert change.by == manager.person
    assert "River Compact" in change.note


def test_the_page_that_asks_sends_all_that_was_typed(manager, clinic, compact, curator):
    join(clinic, compact, curator)
    page = Page(manager, change_url(compact))
    page.add("members", region="US-NM", since="2020-01-01")

    asked = page.save(notes="As they told us")

    sent = dict(asked.context["sent"])
    assert sent["notes"] == "As they told us"
    assert sent["members-2-since"] == "2020-01-01"
    assert compact.members.count() == 2


def test_agreeing_to_something_else_asks_again(manager, clinic, compact, curator):
    join(clinic, compact, curator)
    page = Page(manager, change_url(compact))
    page.add("members", region="US-NM")

    response = page.save(_agreed="another")

    assert "since you agreed, the services have changed" in response.text
    assert compact.members.count() == 2


def test_the_page_that_asks_names_clinics_that_would_be_hidden(
    manager, make_clinic, compact, curator
):
    clinic = make_clinic("River", covers=["US-OK"], basis="compact")
    join(clinic, compact, curator)
    compact.members.filter(region="US-TX").delete()
    clinic.services.get().coverage.exclude(region="US-OK").delete()
    page = Page(manager, change_url(compact))
    page.delete("members", 0)

    asked = page.save()

    assert [str(each) for each in asked.context["drafts"]] == ["River"]
    clinic.refresh_from_db()
    assert clinic.status == Clinic.Status.PUBLISHED
    assert "US-OK" in areas(clinic)


def test_a_change_that_touches_no_service_is_saved_at_once(manager, compact):
    page = Page(manager, change_url(compact))
    page.add("members", region="US-NM")

    assert saved(page.save(checked_on="2026-04-01"))
    assert compact.members.count() == 3


def test_a_new_compact_is_saved_with_its_members(manager):
    page = Page(manager, add_url(Compact))
    page.add("members", region="US-NM", since="2024")

    response = page.save(
        code="lake",
        name="Lake",
        url="https://lake.example/",
        checked_on="2026-03-01",
    )

    assert saved(response)
    assert Compact.objects.get(pk="lake").members.get().since == "2024"


def test_an_end_before_the_beginning_and_a_region_twice_are_told(manager, compact):
    page = Page(manager, change_url(compact))
    page.add("members", region="US-NM", since="2024-05", until="2023")
    page.add("members", region="US-TX")

    said = " ".join(complaints(page.save()))

    assert "It lies before" in said
    assert "duplicate" in said


def test_a_year_may_hold_beginning_and_end(manager, compact):
    page = Page(manager, change_url(compact))
    page.add("members", region="US-NM", since="2024-05-01", until="2024")

    assert saved(page.save())


# --- From fixtures -----------------------------------------------------------------


def test_the_fixtures_bring_compacts_with_their_source_and_day():
    psypact = Compact.objects.get(pk="psypact")

    assert psypact.url.startswith("https://")
    assert psypact.checked_on
    assert "Compare them with the source" in psypact.notes
    assert psypact.members.filter(region="US-TX").exists()


def test_loading_again_leaves_a_compact_as_curators_made_it():
    Compact.objects.get(pk="psypact").members.filter(region="US-TX").delete()
    Compact.objects.get(pk="nurse-licensure-compact").delete()

    call_command("load_catalogues", verbosity=0)

    assert not CompactMember.objects.filter(compact="psypact", region="US-TX").exists()
    assert not Compact.objects.filter(pk="nurse-licensure-compact").exists()


def test_a_fixture_with_a_region_that_there_is_not_is_refused(tmp_path):
    import json
    import shutil

    from django.conf import settings

    folder = shutil.copytree(settings.BASE_DIR / "fixtures", tmp_path / "fixtures")
    path = folder / "compacts.json"
    entries = json.loads(path.read_text("utf-8"))
    entries[0]["members"].append("US-ZZ")
    path.write_text(json.dumps(entries), "utf-8")
    Compact.objects.all().delete()
    LoadedEntry.objects.filter(model="compact").delete()

    with pytest.raises(CommandError, match="there is no US-ZZ"):
        call_command("load_catalogues", folder=folder, verbosity=0)

    assert not Compact.objects.exists()
