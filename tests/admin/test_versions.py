"""What is one row, a catalogue entry or a helpline: its versions, and back to one."""

import pytest
from django.urls import reverse

from locator import catalogues
from locator.models import Eligibility, Helpline, Organization
from tests.desk import Page, change_url, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(sign_in):
    return sign_in()


def history_of(thing) -> str:
    return reverse(f"admin:locator_{thing._meta.model_name}_history", args=[thing.pk])


def version_of(thing, number: int) -> str:
    """The page of the version `number`, from the oldest."""
    versions = list(thing.history.order_by("history_id"))
    name = f"admin:locator_{thing._meta.model_name}_simple_history"
    return reverse(name, args=[thing.pk, versions[number].history_id])


def test_every_version_is_kept_with_who_wrote_it(manager):
    entry = Eligibility.objects.get(code="veterans")

    Page(manager, change_url(entry)).save(name="People who served")

    newest = entry.history.first()
    assert (newest.name, newest.history_user) == ("People who served", manager.person)
    assert "People who served" in manager.get(history_of(entry)).text


def test_a_version_is_put_back_and_what_hangs_on_it_follows(
    manager, make_clinic, client
):
    entry = Eligibility.objects.get(code="veterans")
    before = catalogues.current().eligibilities.by_code["veterans"].name
    Page(manager, change_url(entry)).save(name="People who served")

    response = Page(manager, version_of(entry, 0)).save()

    assert saved(response)
    assert catalogues.current().eligibilities.by_code["veterans"].name == before


def test_an_organization_that_is_called_as_before_is_found_so(
    manager, make_clinic, client
):
    organization = Organization.objects.create(name="Blue River Health")
    make_clinic("Lake Clinic", covers=["US-TX"], organization=organization)
    Page(manager, change_url(organization)).save(name="Red Hill Health")

    Page(manager, version_of(organization, 0)).save()

    found = client.get("/clinics.geojson", {"q": "blue river", "place": "US-TX"})
    assert found.json()["numberMatched"] == 1


def test_what_an_import_made_has_its_first_version_too(manager):
    [made] = Organization.objects.bulk_create([Organization(name="Blue River")])

    Page(manager, change_url(made)).save(name="Red Hill")

    versions = made.history.order_by("history_id")
    assert [one.name for one in versions] == ["Blue River", "Red Hill"]


def test_a_helpline_keeps_its_languages_in_its_history(manager):
    line = Helpline.objects.filter(languages__isnull=False).first()

    Page(manager, change_url(line)).save(languages=["en"])

    newest = line.history.first()
    assert [one.language_id for one in newest.languages.all()] == ["en"]


def test_who_may_not_change_an_entry_puts_no_version_back(sign_in, manager):
    entry = Eligibility.objects.get(code="veterans")
    Page(manager, change_url(entry)).save(name="People who served")
    page = version_of(entry, 0)

    response = sign_in("curator").post(page, {"name": "Veterans"})

    assert response.status_code == 403


@pytest.mark.parametrize("version", ["x", "0", "9" * 5000])
def test_a_version_that_there_is_not_is_said_to_be_none(manager, version):
    line = Helpline.objects.first()

    response = manager.get(f"{history_of(line)}{version}/")

    assert response.status_code == 404
