"""What each role may do: by address, whatever the pages offer."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client

from locator.management.commands import sync_roles
from locator.models import Clinic, Organization, Phone, User
from tests.desk import Page, add_url, change_url, saved

pytestmark = pytest.mark.django_db


def held(name: str) -> set[str]:
    group = Group.objects.get(name=name)
    return set(group.permissions.values_list("codename", flat=True))


def synced(capsys=None) -> str:
    call_command("sync_roles")
    return capsys.readouterr().out if capsys else ""


# --- sync_roles --------------------------------------------------------------------


def test_roles_are_the_same_however_often_they_are_synced():
    synced()
    first = held("curator")
    Group.objects.get(name="curator").permissions.clear()
    Group.objects.create(name="Volunteers")

    synced()

    assert held("curator") == first
    assert sorted(Group.objects.values_list("name", flat=True)) == [
        "Volunteers",
        "auditor",
        "contributor",
        "curator",
        "manager",
    ]


def test_every_permission_that_a_role_names_exists():
    for role in sync_roles.roles().values():
        named = sum(len(verbs.split()) for verbs in role.grants.values())
        assert len(sync_roles.permissions(role.grants)) == named


def test_each_role_but_the_auditor_holds_what_the_one_before_it_does():
    synced()

    assert held("contributor") < held("curator") < held("manager")


def test_an_auditor_sees_what_anyone_sees_and_nothing_else():
    synced()

    seen = {code for code in held("manager") if code.startswith("view_")}
    assert seen <= held("auditor")
    assert all(code.startswith("view_") for code in held("auditor"))


def test_no_role_deletes_or_changes_a_check():
    synced()

    forbidden = {f"{verb}_verification" for verb in ("change", "delete")}
    for name in sync_roles.roles():
        assert not held(name) & forbidden


@pytest.mark.parametrize(
    ("former", "role"), [("Curators", "curator"), ("Operators", "manager")]
)
@pytest.mark.parametrize("role_is_there", [False, True])
def test_people_of_a_former_group_work_on_in_its_role(
    capsys, former, role, role_is_there
):
    if role_is_there:
        synced()
    person = User.objects.create(username="ana", is_staff=True)
    person.groups.add(Group.objects.create(name=former))

    said = synced(capsys)

    assert [group.name for group in person.groups.all()] == [role]
    assert not Group.objects.filter(name=former).exists()
    assert f"{former} are now the role {role}, with 1 person." in said


def test_an_editor_keeps_what_it_allowed_and_gains_nothing(capsys):
    person = User.objects.create(username="ana", is_staff=True)
    editors = Group.objects.create(name="Editors")
    editors.permissions.add(Permission.objects.get(codename="change_specialty"))
    person.groups.add(editors)

    said = synced(capsys)

    assert person.get_all_permissions() == {"locator.change_specialty"}
    assert "Editors is no role any more. Its 1 person keeps what it allowed" in said


def test_a_former_group_without_people_goes(capsys):
    Group.objects.create(name="Editors")

    said = synced(capsys)

    assert not Group.objects.filter(name="Editors").exists()
    assert "the empty group is gone" in said


# --- Contributors: drafts, and nothing that patients see ---------------------------


@pytest.fixture
def contributor(sign_in):
    return sign_in("contributor")


def test_a_contributor_writes_a_draft(contributor):
    page = Page(contributor, add_url(Clinic))

    page.add(
        "phones", number="+1 512 555 0100", purpose=Phone.Purpose.INTAKE, position=0
    )
    response = page.save(name="Clear Creek Care", city="Austin")

    assert saved(response)
    clinic = Clinic.objects.get()
    assert (clinic.status, clinic.phones.count()) == (Clinic.Status.DRAFT, 1)


def test_a_contributor_does_not_publish_by_sending_the_field(contributor, make_clinic):
    clinic = make_clinic(covers=["US-TX"], status=Clinic.Status.DRAFT)

    saved(Page(contributor, change_url(clinic)).save(name="New", status="published"))

    clinic.refresh_from_db()
    assert (clinic.name, clinic.status) == ("New", Clinic.Status.DRAFT)


@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_a_contributor_only_looks_at_what_is_or_was_public(
    contributor, make_clinic, status
):
    why = "closed" if status == "withdrawn" else ""
    clinic = make_clinic(covers=["US-TX"], status=status, withdrawn_reason=why)
    url = change_url(clinic)

    page = contributor.get(url)
    sent = contributor.post(url, {"name": "Mine", "_save": "1"})

    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    assert sent.status_code == 403
    clinic.refresh_from_db()
    assert clinic.name != "Mine"


def test_a_contributor_records_no_check(contributor, make_clinic):
    clinic = make_clinic(covers=["US-TX"], status=Clinic.Status.DRAFT)
    page = Page(contributor, change_url(clinic))

    page.add("verifications", checked="all", method="phoned")
    page.save()

    assert not clinic.verifications.exists()


def test_a_contributor_does_not_rename_who_runs_public_clinics(contributor):
    named = Organization.objects.create(name="Care Group")

    response = contributor.post(change_url(named), {"name": "Mine"})

    assert response.status_code == 403


# --- Others ------------------------------------------------------------------------


def test_staff_without_a_role_sees_nothing():
    person = User.objects.create(username="new", is_staff=True)
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")

    assert client.get("/admin/").context["app_list"] == []
    assert client.get("/admin/locator/clinic/").status_code == 403


def test_an_auditor_looks_at_a_clinic_and_changes_nothing(sign_in, make_clinic):
    clinic = make_clinic(covers=["US-TX"])
    auditor = sign_in("auditor")

    page = auditor.get(change_url(clinic))
    sent = auditor.post(change_url(clinic), {"name": "Mine"})

    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    assert sent.status_code == 403


def test_people_are_deactivated_and_never_deleted(sign_in, curator):
    boss = sign_in()

    response = boss.post(
        change_url(curator).replace("change", "delete"), {"post": "yes"}
    )
    page = boss.get(change_url(curator))

    assert response.status_code == 403
    assert 'name="is_active"' in page.text
    assert User.objects.filter(pk=curator.pk).exists()
