"""What happened to a clinic, on its page: diffs, undo, and two curators at once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from locator import curation
from locator.models import Change, Clinic
from tests.desk import Page, change_url, complaints, saved, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "River Clinic", covers=["US-TX"], at=(30.27, -97.74), city="Austin"
    )


def history_of(clinic) -> str:
    return reverse("admin:locator_clinic_history", args=[clinic.pk])


def undo_of(change) -> str:
    return reverse("admin:undo_change", args=[change.pk])


def newest(clinic) -> Change:
    return clinic.changes.first()


# --- What is recorded --------------------------------------------------------------


def test_what_a_page_changes_is_recorded_with_both_values(desk, clinic):
    page = Page(desk, change_url(clinic))

    page.save(name="Lake Clinic", **{"services-0-accepting": "yes"})

    change = newest(clinic)
    service = clinic.services.get()
    assert (change.kind, change.by) == ("edit", desk.person)
    assert change.diff["clinic"] == {"name": ["River Clinic", "Lake Clinic"]}
    assert change.diff["services"] == {
        str(service.pk): {"accepting": ["unknown", "yes"]}
    }


def test_a_page_sent_back_as_it_came_records_nothing(desk, clinic):
    Page(desk, change_url(clinic)).save()

    assert not clinic.changes.exists()


def test_a_refused_page_records_nothing(desk, clinic):
    page = Page(desk, change_url(clinic))
    page.delete("services")

    response = page.save()

    assert response.status_code == 200
    assert not clinic.changes.exists()


def test_a_new_clinic_has_its_beginning_in_its_history(desk):
    from tests.desk import add_url

    page = Page(desk, add_url(Clinic))

    page.save(name="Hill Clinic")

    clinic = Clinic.objects.get(name="Hill Clinic")
    assert [change.is_first for change in clinic.changes.all()] == [True]


# --- The page ----------------------------------------------------------------------


def test_the_history_tells_facts_before_and_after_and_who(desk, clinic):
    Page(desk, change_url(clinic)).save(name="Lake Clinic")

    response = desk.get(history_of(clinic))

    assert "<del>River Clinic</del>" in response.text
    assert "<ins>Lake Clinic</ins>" in response.text
    assert desk.person.username in response.text


def test_the_history_costs_few_queries_however_long(
    desk, clinic, django_assert_max_num_queries
):
    page = Page(desk, change_url(clinic))
    for number in range(20):
        page.save(name=f"Lake Clinic {number}")

    with django_assert_max_num_queries(30):
        response = desk.get(history_of(clinic))

    assert response.text.count("<ins>Lake Clinic") == 20


def test_checks_stand_between_the_changes_with_how_and_by_whom(desk, clinic, curator):
    Page(desk, change_url(clinic)).save(name="Lake Clinic")
    check = curation.verify(
        clinic, by=curator, method="phoned", at=timezone.now(), note="Spoke with Ana"
    )
    Page(desk, change_url(clinic)).save(name="Sea Clinic")
    curation.unverify(check, by=curator)

    text = desk.get(history_of(clinic)).text

    places = [
        text.index(said)
        for said in (
            "<ins>Sea Clinic",
            "Checked by phone: everything",
            "<ins>Lake Clin",
        )
    ]
    assert places == sorted(places)
    assert "Spoke with Ana" in text
    assert f"by {curator}." in text


# --- Undo --------------------------------------------------------------------------


def test_a_change_is_taken_back_by_one_page(desk, clinic, client):
    Page(desk, change_url(clinic)).save(name="Lake Clinic")

    response = desk.post(undo_of(newest(clinic)), {"note": "wrong clinic"}, follow=True)

    public = client.get(clinic.get_absolute_url())
    assert told(response)[-1:] == ["Taken back. The clinic says what it did."]
    assert "River Clinic" in public.text
    assert newest(clinic).note == "wrong clinic"


def test_a_change_is_taken_back_once(desk, clinic):
    Page(desk, change_url(clinic)).save(name="Lake Clinic")
    change = newest(clinic)
    desk.post(undo_of(change))

    response = desk.post(undo_of(change))

    assert response.status_code == 409
    assert "It was taken back already." in response.text


def test_what_was_changed_again_since_is_named(desk, clinic):
    Page(desk, change_url(clinic)).save(name="Lake Clinic")
    first = newest(clinic)
    Page(desk, change_url(clinic)).save(name="Sea Clinic")

    response = desk.post(undo_of(first), {"note": "my words"})

    assert "Changed again since: name." in response.text
    assert "my words" in response.text
    assert Clinic.objects.get().name == "Sea Clinic"


# --- Two curators ------------------------------------------------------------------


def test_the_second_of_two_sees_what_the_first_wrote_and_loses_nothing(
    desk, sign_in, clinic
):
    mine = Page(desk, change_url(clinic))
    other = sign_in()
    Page(other, change_url(clinic)).save(city="Dallas")

    response = mine.save(name="Lake Clinic")

    assert "was changed since you opened this page" in complaints(response)[0]
    meanwhile = response.context["meanwhile"]
    assert meanwhile.who == [other.person.username]
    assert [(row.fact, row.after) for row in meanwhile.rows] == [("city", ("Dallas",))]
    form = response.context["adminform"].form
    assert form["name"].value() == "Lake Clinic"
    assert form["city"].value() == "Dallas"


def test_the_second_may_then_save_and_keeps_what_the_first_wrote(desk, sign_in, clinic):
    mine = Page(desk, change_url(clinic))
    Page(sign_in(), change_url(clinic)).save(city="Dallas")
    form = mine.save(name="Lake Clinic").context["adminform"].form

    response = mine.save(
        name=form["name"].value(),
        city=form["city"].value(),
        as_of=form["as_of"].value(),
    )

    assert saved(response)
    stored = Clinic.objects.get()
    assert (stored.name, stored.city) == ("Lake Clinic", "Dallas")


def test_where_rows_were_changed_the_second_must_open_the_page_again(
    desk, sign_in, clinic
):
    mine = Page(desk, change_url(clinic))
    Page(sign_in(), change_url(clinic)).save(**{"phones-0-number": "+15125550177"})
    form = mine.save(name="Lake Clinic").context["adminform"].form

    response = mine.save(name="Lake Clinic", as_of=form["as_of"].value())

    assert response.status_code == 200
    assert clinic.phones.get().number == "+15125550177"


def test_an_invented_moment_is_answered_with_the_whole_history(desk, clinic):
    Page(desk, change_url(clinic)).save(city="Dallas")

    response = Page(desk, change_url(clinic)).save(as_of="yesterday")

    assert response.status_code == 200
    assert [row.fact for row in response.context["meanwhile"].rows] == ["city"]


def test_a_change_by_somebody_unknown_is_the_sites_own(desk, clinic):
    edit = curation.Edit({"city": "Dallas"})
    curation.change(clinic, edit, by=None, kind=Change.Kind.AGE)

    response = desk.get(history_of(clinic))

    assert "the site itself" in response.text
