from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from locator import curation
from locator.curation import aging, kinds
from locator.models import (
    Change,
    Claim,
    Clinic,
    Inspection,
    Organization,
    SearchEntry,
    User,
    Verification,
)
from tests.making import at_once
from tests.markup import read

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
LISTED = {"source": "samhsa-mental-health", "source_date": "2022"}
HOURS = {"opening_hours": "Mo-Fr 09:00-17:00", "time_zone": "America/Chicago"}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def clinic(make_clinic):
    return make_clinic(
        "Clear Creek Care",
        covers=["US-TX", "US-OH"],
        website="https://creek.example",
        languages=["es"],
        accepting="yes",
        **HOURS,
        **LISTED,
    )


def page_of(clinic: Clinic) -> str:
    return reverse("admin:verify", args=[clinic.pk])


def send(desk, clinic: Clinic, **said):
    seen = read(desk.get(page_of(clinic))).one("input", name="seen")
    return desk.post(
        page_of(clinic),
        {
            "seen": seen.attrs.get("value", ""),
            "method": "phoned",
            "day": "2026-11-03",
            "checked": "all",
        }
        | said,
        follow=True,
    )


def complaints(response) -> list[str]:
    form = response.context["form"]
    return [str(said) for errors in form.errors.values() for said in errors]


# --- One clinic --------------------------------------------------------------------


def test_the_page_is_a_checklist_of_what_patients_are_told(desk, clinic):
    page = read(desk.get(page_of(clinic)))

    text = page.one("main").text if page.all("main") else page.text
    for words in (
        "(512) 555-0100",
        "Mo-Fr 09:00-17:00",
        "Spanish",
        "Texas (US-TX)",
        "Ohio (US-OH)",
        "Listed by SAMHSA, 2022; nobody has verified all of it yet.",
        "Nobody has checked this clinic yet.",
    ):
        assert words in text
    assert page.all("a", href="tel:+15125550100")
    assert len(page.all("input", name="groups")) == 4


def test_what_is_not_stated_is_to_be_asked(desk, make_clinic):
    silent = make_clinic("Silent")

    text = read(desk.get(page_of(silent))).text

    assert text.count("not stated: ask") >= 4


def test_everything_is_true_with_one_button(desk, clinic):
    done = send(desk, clinic, note="Spoke to Ann")

    clinic.refresh_from_db()
    check = clinic.verifications.get()
    assert (clinic.verified_at, clinic.verified_by) == (NOW, desk.person)
    assert (check.checked, check.method, check.note) == (
        "all",
        "phoned",
        "Spoke to Ann",
    )
    assert "Clear Creek Care is verified: everything." in done.text


def test_only_what_is_ticked_is_recorded(desk, clinic):
    send(desk, clinic, checked="groups", groups=["hours", "contact"], method="website")

    clinic.refresh_from_db()
    checked = clinic.verifications.values_list("checked", flat=True)
    assert sorted(checked) == ["contact", "hours"]
    assert clinic.verified_at is None


def test_all_groups_ticked_are_a_check_of_everything(desk, clinic):
    groups = ["contact", "hours", "services", "coverage"]

    send(desk, clinic, checked="groups", groups=groups)

    assert clinic.verifications.get().checked == "all"


def test_a_check_may_be_of_an_earlier_day(desk, clinic):
    send(desk, clinic, day="2026-10-01")

    assert clinic.verifications.get().at == datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"day": "2026-11-04"}, "This day has not come yet."),
        ({"day": "2025-11-03"}, "A check of more than a year ago"),
        ({"day": "soon"}, "Enter a valid date."),
        ({"method": ""}, "This field is required."),
        ({"method": "guessed"}, "Select a valid choice."),
        ({"checked": "groups"}, "Tick what you checked"),
        ({"checked": "groups", "groups": ["all"]}, "Tick what you checked"),
        ({"seen": "1"}, "Somebody changed this clinic meanwhile"),
    ],
)
def test_a_form_that_is_not_right_says_why_and_keeps_what_was_typed(
    desk, clinic, said, sentence
):
    refused = send(desk, clinic, note="Spoke to Ann", **said)

    assert any(sentence in each for each in complaints(refused))
    assert "Spoke to Ann" in refused.text
    assert not Verification.objects.exists()


def test_what_somebody_changed_meanwhile_is_looked_at_first(desk, clinic, curator):
    seen = read(desk.get(page_of(clinic))).one("input", name="seen")
    edit = curation.Edit({"website": "https://other.example"})
    curation.change(clinic, edit, by=curator, kind=Change.Kind.EDIT)

    refused = desk.post(
        page_of(clinic),
        {
            "seen": seen.attrs.get("value", ""),
            "method": "phoned",
            "day": "2026-11-03",
            "checked": "all",
        },
    )

    assert "Somebody changed this clinic meanwhile" in complaints(refused)[0]
    assert "https://other.example" in refused.text


def test_a_check_is_taken_back_from_the_page(desk, clinic):
    send(desk, clinic)
    check = clinic.verifications.get()

    done = desk.post(reverse("admin:unverify", args=[check.pk]), follow=True)
    again = desk.post(reverse("admin:unverify", args=[check.pk]), follow=True)

    clinic.refresh_from_db()
    assert clinic.verified_at is None
    assert "The check is taken back." in done.text
    assert "took this check back already" in again.text


def test_a_clinic_that_left_for_its_age_is_back_with_its_check(desk, clinic, curator):
    long_ago = NOW - timedelta(days=400)
    curation.verify(clinic, by=curator, method="phoned", at=long_ago)
    aging.grow_older(now=NOW, may_be_many=True)
    before = desk.get(page_of(clinic)).text

    done = send(desk, clinic)

    assert "It left the public list for its age." in before
    assert "Patients find it again." in done.text
    assert SearchEntry.objects.filter(clinic=clinic).exists()


def test_a_check_of_some_of_it_says_that_patients_do_not_find_it_yet(
    desk, clinic, curator
):
    long_ago = NOW - timedelta(days=400)
    curation.verify(clinic, by=curator, method="phoned", at=long_ago)
    aging.grow_older(now=NOW, may_be_many=True)

    done = send(desk, clinic, checked="groups", groups=["hours"])

    assert "Patients do not find it yet." in done.text


def test_a_clinic_that_has_closed_is_withdrawn_at_once(desk, clinic):
    url = reverse("admin:verify_closed", args=[clinic.pk])

    desk.post(url)
    again = desk.post(url, follow=True)

    clinic.refresh_from_db()
    assert (clinic.status, clinic.withdrawn_reason) == ("withdrawn", "closed")
    assert "Patients do not see this clinic any more." in again.text


def test_a_clinic_that_was_merged_away_points_to_the_other(desk, make_clinic, clinic):
    loser = make_clinic("Gone", status="withdrawn", merged_into=clinic)

    page = desk.get(page_of(loser)).text

    assert page_of(clinic) in page
    assert 'name="checked"' not in page


def test_whoever_has_claimed_it_goes_on_to_the_next(desk, clinic):
    Claim.objects.create(
        queue="stale",
        item=str(clinic.pk),
        by=desk.person,
        until=NOW + timedelta(minutes=9),
    )
    seen = read(desk.get(page_of(clinic))).one("input", name="seen")

    done = desk.post(
        page_of(clinic),
        {
            "seen": seen.attrs.get("value", ""),
            "method": "phoned",
            "day": "2026-11-03",
            "checked": "all",
        },
    )

    assert done["Location"] == reverse("admin:queue_next", args=["stale"])
    assert not Claim.objects.exists()


def test_an_auditor_sees_the_page_and_can_do_nothing(sign_in, clinic):
    auditor = sign_in("auditor")

    page = auditor.get(page_of(clinic))
    refused = auditor.post(page_of(clinic), {"checked": "all"})

    assert page.status_code == 200
    assert 'name="checked"' not in page.text
    assert refused.status_code == 403


def test_the_page_costs_the_same_for_many_services_and_checks(
    desk, make_clinic, curator, django_assert_max_num_queries
):
    clinic = make_clinic(services=[{"covers": ["US-TX", "US-OH"]}] * 6, **LISTED)
    for day in range(6):
        at = NOW - timedelta(days=day)
        curation.verify(clinic, by=curator, method="phoned", at=at)

    with django_assert_max_num_queries(45):
        desk.get(page_of(clinic))


# --- Asking the clinic -------------------------------------------------------------


def test_a_clinic_with_an_address_can_be_asked_by_a_letter(desk, make_clinic):
    clinic = make_clinic("Clear Creek Care", email="desk@creek.example")

    page = read(desk.get(page_of(clinic)))

    letter = page.one("textarea", id="letter-body").text
    assert "/attest/" in letter
    assert "good for 14 days" in letter
    links = [each.attrs["href"] for each in page.all("a") if "href" in each.attrs]
    assert any(url.startswith("mailto:desk@creek.example?subject=") for url in links)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"email": "a@b.example", "is_sample": True},
        {"email": "a@b.example", "status": "draft"},
    ],
)
def test_nobody_is_asked_where_there_is_nobody_to_ask(desk, make_clinic, facts):
    clinic = make_clinic(**facts)

    assert "letter-body" not in desk.get(page_of(clinic)).text


# --- An hour -----------------------------------------------------------------------


def test_an_hour_has_twenty_clinics_in_order_of_use(desk, make_clinic):
    with at_once():
        for number in range(25):
            clinic = make_clinic(f"Clinic {number:02}", **LISTED)
            Inspection.objects.create(clinic=clinic, at=NOW, alternatives=number)

    page = read(desk.get(reverse("admin:verify_today")))

    rows = page.one("table", id="hour").all("a")
    assert [row.text for row in rows] == [f"Clinic {n:02}" for n in range(20)]


def test_an_hour_may_be_of_one_region(desk, make_clinic):
    make_clinic("Texan", region="US-TX")
    make_clinic("Ohioan", region="US-OH")

    page = read(desk.get(reverse("admin:verify_today"), {"region": "US-OH"}))

    assert [row.text for row in page.one("table", id="hour").all("a")] == ["Ohioan"]


def test_a_region_that_is_none_shows_nothing_and_does_not_fail(desk, make_clinic):
    make_clinic("Texan", region="US-TX")

    page = desk.get(reverse("admin:verify_today"), {"region": "XX-\0"})

    assert page.status_code in (200, 400)
    assert "Texan" not in page.text


def test_twenty_that_one_claims_are_not_offered_to_another(desk, sign_in, make_clinic):
    with at_once():
        for number in range(22):
            make_clinic(f"Clinic {number:02}")
    url = reverse("admin:verify_today")

    desk.post(url)

    other = read(sign_in("manager").get(url))
    assert len(other.one("table", id="hour").all("a")) == 2
    assert len(read(desk.get(url)).one("table", id="hour").all("a")) == 20


def test_an_hour_goes_back_to_itself(desk, clinic):
    done = send(desk, clinic, back="today")

    assert done.redirect_chain[-1][0] == reverse("admin:verify_today")


def test_an_hour_of_one_region_stays_in_it(desk, clinic):
    listed = read(desk.get(reverse("admin:verify_today"), {"region": "US-TX"}))
    (link,) = listed.one("table", id="hour").all("a")
    page = read(desk.get(link.attrs["href"]))
    sent = {each.attrs["value"] for each in page.all("input", name="region")}

    done = send(desk, clinic, back="today", region=sent.pop())

    (last, _) = done.redirect_chain[-1]
    assert last == reverse("admin:verify_today", query={"region": "US-TX"})


def test_the_sheet_has_each_clinic_with_boxes_and_no_patient(desk, clinic, make_clinic):
    other = make_clinic("Other", phone="+15125550133")
    url = reverse("admin:verify_sheet")

    page = read(desk.get(url, {"clinics": f"{other.pk},{clinic.pk}"}))

    heads = [each.text for each in page.all("section", class_="sheet__clinic")]
    assert [head.split(".")[0].strip() for head in heads] == ["1", "2"]
    assert "Other" in heads[0]
    assert "(512) 555-0133" in heads[0]
    assert "Mo-Fr 09:00-17:00" in heads[1]
    assert len(page.all("span", class_="sheet__box")) == 2 * (4 + 3)


def test_a_sheet_of_nonsense_is_empty(desk):
    url = reverse("admin:verify_sheet")

    page = desk.get(url, {"clinics": "a,-1,99999999999999999999"})

    assert page.status_code == 200
    assert "Choose clinics" in page.text


def test_a_sheet_of_twenty_costs_what_one_costs(
    desk, make_clinic, django_assert_max_num_queries
):
    with at_once():
        pks = [
            make_clinic(f"Clinic {n}", services=[{"covers": ["US-TX"]}] * 2).pk
            for n in range(20)
        ]
    url = reverse("admin:verify_sheet")

    with django_assert_max_num_queries(40):
        page = desk.get(url, {"clinics": ",".join(map(str, pks))})

    assert page.text.count("sheet__clinic") == 20


def test_an_hour_costs_the_same_for_many(
    desk, make_clinic, django_assert_max_num_queries
):
    with at_once():
        for number in range(30):
            make_clinic(f"Clinic {number}", **LISTED)

    with django_assert_max_num_queries(20):
        desk.get(reverse("admin:verify_today"))


# --- Many of one kind --------------------------------------------------------------


@pytest.fixture
def sites(make_clinic):
    """Thirty clinics of one organization."""
    owner = Organization.objects.create(name="Pine Rest")
    with at_once():
        return [
            make_clinic(f"Site {number:02}", organization=owner, **LISTED)
            for number in range(30)
        ]


def drawn(desk, **kind):
    """The page of a sample, and the ids in it."""
    response = desk.get(reverse("admin:verify_kind"), kind)
    page = read(response)
    names = {
        each.attrs["name"]
        for each in page.all("input", type="radio")
        if each.attrs["name"].startswith("answer-")
    }
    return page, sorted(int(name.partition("-")[2]) for name in names)


def answer(desk, page, answers: dict[int, str], **said):
    return desk.post(
        reverse("admin:verify_kind"),
        {
            "drawn": page.one("input", name="drawn").attrs["value"],
            "method": "website",
            "day": "2026-11-03",
            **{f"answer-{pk}": value for pk, value in answers.items()},
        }
        | said,
        follow=True,
    )


def test_kinds_are_offered_with_how_many_wait(desk, sites):
    text = read(desk.get(reverse("admin:verify_kinds"))).text

    assert "Pine Rest: 30 wait" in text
    assert "SAMHSA, 2022: Texas: 30 wait" in text


def test_a_sample_of_twenty_that_is_right_lets_all_of_the_kind_in(desk, sites):
    page, sample = drawn(desk, organization=sites[0].organization_id)

    done = answer(desk, page, dict.fromkeys(sample, "right"), note="Their list")

    assert len(sample) == 20
    assert "30 clinics are verified." in done.text
    assert Clinic.objects.filter(verified_at=NOW).count() == 30
    check = Verification.objects.first()
    assert check.note == (
        "Accepted with all 30 of “Pine Rest” after a look at 20 of them. Their list"
    )


def test_of_those_that_nobody_looked_at_the_pages_say_so(desk, sites, client):
    page, sample = drawn(desk, organization=sites[0].organization_id)

    answer(desk, page, dict.fromkeys(sample, "right"))

    methods = dict(Clinic.objects.values_list("pk", "verified_method"))
    others = {pk for pk, method in methods.items() if method == "sampled"}
    unseen = Clinic.objects.filter(pk__in=others).first()
    public = client.get(unseen.get_absolute_url()).text
    assert others == set(methods) - set(map(int, sample))
    assert "Others like it checked" in public
    assert "Accepted with others like it, of which a sample was checked" in public


def test_a_batch_of_a_source_is_a_kind_too(desk, sites, make_clinic):
    make_clinic("Elsewhere", region="US-OH", **LISTED)
    kind = {"source": "samhsa-mental-health", "edition": "2022", "region": "US-TX"}
    page, sample = drawn(desk, **kind)

    answer(desk, page, dict.fromkeys(sample, "right"))

    assert Clinic.objects.filter(verified_at=NOW).count() == 30


def test_one_that_is_wrong_stops_it(desk, sites):
    page, sample = drawn(desk, organization=sites[0].organization_id)
    answers = dict.fromkeys(sample, "right") | {sample[3]: "wrong"}

    refused = answer(desk, page, answers, note="Nearly")

    assert "1 of the sample is wrong" in complaints(refused)[0]
    assert "Nearly" in refused.text
    assert not Verification.objects.exists()


def test_every_one_of_the_sample_is_answered(desk, sites):
    page, sample = drawn(desk, organization=sites[0].organization_id)

    refused = answer(desk, page, dict.fromkeys(sample[1:], "right"))

    assert complaints(refused) == ["Answer for every clinic of the sample."]
    assert not Verification.objects.exists()


def test_more_that_came_meanwhile_want_another_sample(desk, sites, make_clinic):
    page, sample = drawn(desk, organization=sites[0].organization_id)
    make_clinic("New", organization=sites[0].organization)

    refused = answer(desk, page, dict.fromkeys(sample, "right"))

    assert "look at another sample" in complaints(refused)[0]
    assert not Verification.objects.exists()


def test_a_sample_is_the_persons_own_and_of_the_day(desk, sites, sign_in, time_machine):
    page, sample = drawn(desk, organization=sites[0].organization_id)
    answers = dict.fromkeys(sample, "right")

    other = answer(sign_in("manager"), page, answers)
    forged = answer(desk, page, answers, drawn="forged")
    time_machine.shift(timedelta(days=2))
    late = answer(desk, page, answers)

    assert other.status_code == 403
    assert "too old, or not from here" in forged.text
    assert "too old, or not from here" in late.text or late.status_code == 200
    assert not Verification.objects.exists()


def test_a_kind_that_is_too_large_is_refused(desk, sites, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_OF_A_KIND", 29)

    url = reverse("admin:verify_kind")
    refused = desk.get(url, {"organization": sites[0].organization_id}, follow=True)

    assert "30 are too many to accept at once" in refused.text


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"organization": "x"},
        {"source": "a"},
        {"source": "a\0", "edition": "2022", "region": "US-TX"},
    ],
)
def test_what_is_no_kind_is_not_found(desk, kind):
    assert desk.get(reverse("admin:verify_kind"), kind).status_code in (400, 404)


def test_a_kind_of_nothing_says_so(desk):
    url = reverse("admin:verify_kind")

    page = desk.get(url, {"organization": 999}, follow=True)

    assert "Nothing of this kind waits any more." in page.text


def test_whoever_may_not_verify_accepts_nothing(sign_in, sites):
    auditor = sign_in("auditor")

    page = auditor.get(reverse("admin:verify_kinds"))
    refused = auditor.get(
        reverse("admin:verify_kind"), {"organization": sites[0].organization_id}
    )

    assert page.status_code == 200
    assert refused.status_code == 403
    assert User.objects.filter(pk=auditor.person.pk).exists()
