"""Clinics that may be one: their list, the page of two, and merges taken back."""

import pytest
from django.urls import reverse

from locator import curation, inspecting
from locator.curation import Edit
from locator.models import Change, Claim, Clinic, Merge, PossibleDuplicate
from tests.desk import list_url, told
from tests.markup import read

LIST = "/admin/desk/duplicates/"
DOOR = {"street": "12 Main Street", "postal_code": "78701", "city": "Austin"}


@pytest.fixture
def pair(make_clinic):
    one = make_clinic("River Clinic", covers=["US-TX"], **DOOR)
    other = make_clinic("River Clinic Inc", covers=["US-OK"], email="a@b.org", **DOOR)
    inspecting.refresh([one.pk, other.pk])
    return PossibleDuplicate.objects.get(first=one, second=other)


def url(pair: PossibleDuplicate) -> str:
    return reverse("admin:duplicate", args=[pair.pk])


def url_of_two(one: Clinic, other: Clinic) -> str:
    return reverse("admin:merge", args=[one.pk, other.pk])


def seen(client, address: str) -> str:
    return client.get(address).context["form"].now_seen


def decide(client, address: str, decision: str, **sent):
    """Open the page, choose, and press a button."""
    form = client.get(address).context["form"]
    sent = {"keep": form.initial["keep"], "seen": form.now_seen} | sent
    return client.post(address, sent | {"decision": decision})


def problems(response) -> list[str]:
    assert response.status_code == 409
    return response.context["problems"]


# --- The list ----------------------------------------------------------------------


def test_the_list_says_who_and_why_the_likeliest_first(desk, pair, make_clinic):
    third = make_clinic("Counseling Associates", covers=["US-TX"], **DOOR)
    inspecting.refresh([third.pk])

    page = desk.get(LIST)

    (table,) = read(page).all("table", class_="pairs__table")
    rows = [row.text for row in table.all("tr")[1:]]
    assert "River Clinic" in rows[0]
    assert "River Clinic Inc" in rows[0]
    assert "the same phone, a like name, close by" in rows[0]
    assert "Counseling Associates" in rows[-1]


@pytest.mark.parametrize(
    "asked", ["", "?state=different", "?state=nonsense&p=x", "?p=99999"]
)
def test_the_list_takes_whatever_is_asked(desk, pair, asked):
    assert desk.get(LIST + asked).status_code == 200


def test_the_list_costs_the_same_for_many(
    desk, make_clinic, django_assert_max_num_queries
):
    clinics = [make_clinic("River Clinic", covers=["US-TX"], **DOOR) for _ in range(8)]
    inspecting.refresh([clinic.pk for clinic in clinics])

    with django_assert_max_num_queries(6):
        page = desk.get(LIST)

    assert len(page.context["pairs"]) == 28


def test_a_pair_stands_where_its_decision_puts_it(desk, pair):
    decide(desk, url(pair), "two", note="Two doors")

    assert not desk.get(LIST).context["pairs"]
    page = desk.get(LIST + "?state=different")
    assert "Two doors" in page.content.decode()


# --- Two clinics side by side ------------------------------------------------------


def test_differences_are_told_in_words(desk, pair):
    page = read(desk.get(url(pair)))

    (table,) = page.all("table", class_="pair__facts")
    rows = {row.all("th")[0].text: row for row in table.all("tr")[1:]}
    assert rows["Name"].all("td")[-1].text == "differs"
    assert rows["Town"].all("td")[-1].text == "same"
    assert rows["E-mail"].all("td")[-1].text == "only one says it"
    assert rows["E-mail"].all("mark")[0].text == "a@b.org"
    assert not rows["Town"].all("mark")


def test_services_of_one_kind_stand_beside_each_other(desk, pair):
    page = desk.get(url(pair))

    (service,) = [
        row for row in page.context["compared"].rows if "Service" in row.label
    ]
    ours, theirs = ([line.text for line in side] for side in service.sides)
    assert ours[0].startswith("Where it may treat patients: Texas")
    assert theirs[0].startswith("Where it may treat patients: Oklahoma")
    assert ours[-1] == theirs[-1]
    assert ours[-1].endswith("facts alike")


def test_the_page_says_why_they_may_be_one(desk, pair):
    page = desk.get(url(pair)).content.decode()

    assert "Both have the phone number (512) 555-0100." in page
    assert "Their street addresses are the same, suites aside." in page


@pytest.mark.parametrize(
    ("one", "other", "stays"),
    [
        ({"verified_at": "2026-03-14T12:00Z"}, {"email": "a@b.org"}, 0),
        ({}, {"email": "a@b.org"}, 1),
        ({}, {}, 0),
        ({"status": "draft", "email": "a@b.org"}, {}, 1),
    ],
)
def test_the_one_that_is_seen_verified_fuller_or_older_is_chosen(
    desk, make_clinic, one, other, stays
):
    two = [make_clinic("Twin", covers=["US-TX"], **said) for said in (one, other)]

    form = desk.get(url_of_two(*two)).context["form"]

    assert form.initial["keep"] == two[stays].pk


def test_the_page_costs_the_same_for_many_services(
    desk, make_clinic, django_assert_max_num_queries
):
    services = [{"covers": ["US-TX", "US-OK"], "notes": str(n)} for n in range(6)]
    two = [make_clinic("Twin", services=services, **DOOR) for _ in range(2)]
    inspecting.refresh([clinic.pk for clinic in two])
    pair = PossibleDuplicate.objects.get()

    with django_assert_max_num_queries(60):
        desk.get(url(pair))


# --- Merging -----------------------------------------------------------------------


def test_a_merge_leads_to_the_next_pair_and_can_be_taken_back(desk, pair):
    response = decide(desk, url(pair), "merge", keep=pair.first_id, note="Same door")

    merge = Merge.objects.get()
    assert (merge.winner, merge.loser) == (pair.first, pair.second)
    assert (merge.by, merge.note) == (desk.person, "Same door")
    assert response["Location"] == reverse("admin:queue_next", args=["duplicates"])
    after = desk.get(reverse("admin:merges"))
    assert any(
        reverse("admin:unmerge", args=[merge.pk]) in said for said in told(after)
    )


def test_either_may_be_kept(desk, pair):
    decide(desk, url(pair), "merge", keep=pair.second_id)

    assert Merge.objects.get().winner == pair.second


def test_two_that_were_chosen_from_the_list_of_clinics_can_be_merged(desk, make_clinic):
    one, other = (make_clinic(name, covers=["US-TX"]) for name in ("Oak", "Elm"))
    sent = {"action": "merge_chosen", "_selected_action": [one.pk, other.pk]}

    response = desk.post(list_url(Clinic), sent)
    decide(desk, response["Location"], "merge", keep=other.pk)

    assert Merge.objects.get().winner == other


@pytest.mark.parametrize("number", [1, 3])
def test_any_other_number_than_two_is_not_merged(desk, make_clinic, number):
    chosen = [make_clinic(f"Clinic {n}").pk for n in range(number)]
    sent = {"action": "merge_chosen", "_selected_action": chosen}

    response = desk.post(list_url(Clinic), sent, follow=True)

    assert "Choose exactly two clinics to merge." in told(response)


def test_a_clinic_is_not_merged_with_itself(desk, make_clinic):
    clinic = make_clinic()

    response = desk.get(url_of_two(clinic, clinic), follow=True)

    assert "A clinic cannot be merged with itself." in told(response)


def test_a_merge_that_cannot_be_keeps_what_was_typed(desk, make_clinic):
    seen_one = make_clinic("Seen", covers=["US-TX"])
    draft = make_clinic("Draft", status="draft", covers=["US-TX"])

    response = decide(
        desk, url_of_two(seen_one, draft), "merge", keep=draft.pk, note="Long note"
    )

    (problem,) = problems(response)
    assert problem.startswith("Patients see “Seen”")
    assert "Long note" in response.content.decode()
    assert not Merge.objects.exists()


def test_a_sample_and_a_real_clinic_offer_no_merge(desk, make_clinic):
    two = make_clinic("Real"), make_clinic("Sample", is_sample=True)

    page = desk.get(url_of_two(*two))

    assert page.context["why_not"] == "A sample and a real clinic are never the same."
    assert not page.context["may_merge"]


def test_two_that_were_changed_meanwhile_are_shown_again_first(desk, pair, curator):
    form = desk.get(url(pair)).context["form"]
    edit = Edit(clinic={"email": "new@b.org"})
    curation.change(pair.first, edit, by=curator, kind=Change.Kind.EDIT)
    sent = {"keep": pair.first_id, "seen": form.now_seen, "decision": "merge"}

    first = desk.post(url(pair), sent)
    again = desk.post(url(pair), sent | {"seen": first.context["form"].data["seen"]})

    assert problems(first)[0].startswith("One of the two was changed")
    assert "new@b.org" in first.content.decode()
    assert again.status_code == 302


def test_a_pair_that_somebody_else_is_at_work_on_is_theirs(desk, sign_in, pair):
    Claim.objects.create(
        queue="duplicates",
        item=str(pair.pk),
        by=sign_in("manager").person,
        until="2100-01-01T00:00Z",
    )

    response = decide(desk, url(pair), "merge")

    assert problems(response) == [
        "Somebody else is at work on this pair. Take another one."
    ]


def test_the_second_of_two_people_learns_that_the_first_has_merged(desk, pair, curator):
    now_seen = seen(desk, url(pair))
    curation.merge(pair.first, pair.second, by=curator)
    sent = {"keep": pair.first_id, "seen": now_seen, "decision": "merge"}

    response = desk.post(url(pair), sent)

    assert response.status_code == 409
    assert "was merged into" in response.content.decode()
    assert Merge.objects.count() == 1


@pytest.mark.parametrize("decision", ["", "burn"])
def test_a_decision_that_there_is_not_is_asked_for(desk, pair, decision):
    (problem,) = problems(decide(desk, url(pair), decision))

    assert problem.startswith("Choose what to do")


def test_a_clinic_that_is_not_of_the_pair_cannot_be_kept(desk, pair, make_clinic):
    other = make_clinic("Other", covers=["US-TX"])

    response = decide(desk, url(pair), "merge", keep=other.pk)

    assert len(problems(response)) == 1
    assert not Merge.objects.exists()


def test_a_pair_that_is_gone_is_not_there(desk):
    assert desk.get("/admin/desk/duplicates/77/").status_code == 404
    assert desk.get("/admin/desk/merge/77/78/").status_code == 404


# --- Two clinics after all ---------------------------------------------------------


def test_two_that_were_told_apart_say_by_whom_and_can_be_asked_again(desk, pair):
    decide(desk, url(pair), "two", note="Two doors")
    page = desk.get(url(pair))
    apart = page.content.decode()

    decide(desk, url(pair), "again")

    assert "that these are two clinics." in apart
    assert "Two doors" in apart
    pair.refresh_from_db()
    assert pair.state == "open"


# --- Taken back --------------------------------------------------------------------


@pytest.fixture
def merge(pair, curator):
    return curation.merge(pair.first, pair.second, by=curator, note="Same door")


def undo_url(merge: Merge) -> str:
    return reverse("admin:unmerge", args=[merge.pk])


def test_a_merge_can_be_taken_back_from_the_list_of_merges(desk, merge):
    listed = desk.get(reverse("admin:merges")).content.decode()
    page = desk.get(undo_url(merge)).content.decode()

    response = desk.post(undo_url(merge), {"note": "No", "two": "on"}, follow=True)

    assert undo_url(merge) in listed
    assert "What “River Clinic” loses" in page
    assert "stands by itself again (published)." in told(response)[0]
    pair = PossibleDuplicate.objects.get()
    assert (pair.state, pair.note) == ("different", "No")


def test_the_two_may_be_offered_again_after_an_undo(desk, merge):
    desk.post(undo_url(merge), {"note": ""})

    assert PossibleDuplicate.objects.get().state == "open"


@pytest.mark.parametrize("side", ["winner", "loser"])
def test_the_clinics_page_and_the_pairs_lead_to_the_undo(desk, merge, pair, side):
    clinic = getattr(merge, side)

    page = desk.get(reverse("admin:locator_clinic_change", args=[clinic.pk]))

    assert undo_url(merge) in page.content.decode()
    assert undo_url(merge) in desk.get(url(pair)).content.decode()


def test_what_was_changed_since_is_named_and_kept_only_if_asked(desk, merge, curator):
    edit = Edit(clinic={"email": "new@b.org"})
    curation.change(merge.winner, edit, by=curator, kind=Change.Kind.EDIT)

    page = desk.get(undo_url(merge)).content.decode()
    refused = desk.post(undo_url(merge), {"note": "My reason"})
    desk.post(undo_url(merge), {"keep": "on"})

    assert "Take it back all the same" in page
    assert problems(refused) == ["Changed since the merge: e-mail."]
    assert "My reason" in refused.content.decode()
    merge.refresh_from_db()
    assert merge.undone_by == desk.person
    assert Clinic.objects.get(pk=merge.winner_id).email == "new@b.org"


def test_a_merge_is_taken_back_once(desk, merge):
    desk.post(undo_url(merge))

    page = desk.get(undo_url(merge))
    again = desk.post(undo_url(merge))

    assert page.context["why_not"] == "This merge was taken back already."
    assert problems(again) == ["This merge was taken back already."]


# --- Who may -----------------------------------------------------------------------


def test_an_auditor_looks_and_decides_nothing(sign_in, pair, merge):
    auditor = sign_in("auditor")

    page = auditor.get(url(pair))

    assert page.status_code == 200
    assert not page.context["may_merge"]
    for address in (url(pair), undo_url(merge)):
        sent = {"decision": "merge", "keep": pair.first_id}
        assert auditor.post(address, sent).status_code == 403


def test_a_contributor_sees_no_pairs_and_merges_nothing(sign_in, pair):
    contributor = sign_in("contributor")
    sent = {"decision": "merge", "keep": pair.first_id}

    assert contributor.post(url(pair), sent).status_code == 403
    assert not Merge.objects.exists()
