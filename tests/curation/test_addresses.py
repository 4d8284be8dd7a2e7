import pytest
from django.core.exceptions import ValidationError

from locator import curation
from locator.models import Clinic, OldSlug

pytestmark = pytest.mark.django_db


def test_an_address_is_made_of_name_town_and_state():
    slug = curation.free_slug("O'Fallon Care & Co.", "Saint Louis", "US-MO")

    assert slug == "ofallon-care-co-saint-louis-mo"


def test_an_address_that_a_clinic_has_or_had_is_not_given_again(make_clinic):
    clinic = make_clinic(slug="river-clinic-austin-tx")
    OldSlug.objects.create(slug="river-clinic-austin-tx-2", clinic=clinic)

    slug = curation.free_slug("River Clinic", "Austin", "US-TX")

    assert slug == "river-clinic-austin-tx-3"


def test_a_name_in_another_script_still_gets_an_address():
    assert curation.free_slug("मन क्लिनिक", "", "") == "clinic"


@pytest.mark.parametrize("length", [1, 107, 113, 114, 115, 200])
def test_an_address_with_its_number_fits_the_column(length):
    first = curation.free_slug("a" * length, "", "", taken=set())

    second = curation.free_slug("a" * length, "", "", taken={first})

    assert second == f"{first}-2"
    assert len(second) <= Clinic._meta.get_field("slug").max_length


def test_free_addresses_can_be_found_without_asking_the_database_each_time(
    make_clinic, django_assert_num_queries
):
    make_clinic(slug="river-clinic")
    taken = curation.all_slugs()

    with django_assert_num_queries(0):
        slug = curation.free_slug("River Clinic", "", "", taken=taken)

    assert slug == "river-clinic-2"


def test_a_clinic_that_moves_leaves_its_old_address_behind(make_clinic, curator):
    clinic = make_clinic(slug="old")

    curation.move(clinic, slug="new", by=curator)

    clinic.refresh_from_db()
    assert clinic.slug == "new"
    assert list(clinic.old_slugs.values_list("slug", flat=True)) == ["old"]


def test_a_clinic_that_moves_back_has_its_first_address_once(make_clinic, curator):
    clinic = make_clinic(slug="first")
    curation.move(clinic, slug="second", by=curator)

    curation.move(clinic, slug="first", by=curator)

    assert list(clinic.old_slugs.values_list("slug", flat=True)) == ["second"]


def test_moving_to_the_present_address_leaves_no_old_one(make_clinic, curator):
    clinic = make_clinic(slug="here")

    curation.move(clinic, slug="here", by=curator)

    assert not clinic.old_slugs.exists()


def test_a_clinic_cannot_take_an_address_that_another_has_or_had(make_clinic, curator):
    make_clinic(slug="taken")
    OldSlug.objects.create(slug="once", clinic=Clinic.objects.get(slug="taken"))
    clinic = make_clinic(slug="here")

    for slug in ("taken", "once"):
        with pytest.raises(ValidationError):
            curation.move(clinic, slug=slug, by=curator)

    assert Clinic.objects.get(pk=clinic.pk).slug == "here"
