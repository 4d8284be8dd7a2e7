"""The desk's first page and the pages of its queues, as a curator goes through them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from locator import queues
from locator.models import (
    Change,
    Claim,
    Clinic,
    ImportRun,
    Report,
    Source,
    SourceRecord,
    Task,
    User,
)
from tests.desk import Page, change_url, saved, told
from tests.markup import read


@pytest.fixture
def ben(db):
    """Another person at the desk."""
    return User.objects.create(username="ben", first_name="Ben")


@pytest.fixture
def report(make_clinic):
    """A function: an open report of a new clinic of that name."""

    def make(name: str, **facts) -> Report:
        clinic = make_clinic(name, **facts)
        return Report.objects.create(
            clinic=clinic, topics=["phone"], text="x", sent_at=timezone.now()
        )

    return make


def queue_url(code: str, action: str = "queue") -> str:
    return reverse(f"admin:{action}", args=[code])


def claim(client, item, code="reports", action="queue_claim", **extra):
    return client.post(queue_url(code, action), {"item": item}, **extra)


def text(response) -> str:
    return " ".join(response.content.decode().split())


# --- The first page ----------------------------------------------------------------


def test_the_first_page_says_what_needs_one_now(desk, report):
    report("River")

    page = text(desk.get("/admin/"))

    assert "What needs me now?" in page
    for queue in queues.QUEUES.values():
        assert str(queue.title) in page
        assert str(queue.why) in page
    assert "How far our pace carries" in page


def test_the_first_page_lists_what_one_has(desk, report):
    item = report("River")
    claim(desk, item.pk)

    page = text(desk.get("/admin/"))

    assert "What I have" in page
    assert f'href="{reverse("admin:report", args=[item.pk])}"' in page


def test_the_first_page_folds_away_what_one_has_beyond_five(desk, report):
    for number in range(7):
        claim(desk, report(f"River {number}").pk)

    page = read(desk.get(reverse("admin:index")))

    mine = page.one("section", class_="mine")
    assert "2 more" in mine.one("summary").text
    assert len(mine.one("details").all("a")) == 2
    assert len(mine.all("a")) == 7


@pytest.mark.parametrize("number", [1, 5])
def test_the_first_page_costs_the_same_however_much_waits(
    desk, report, number, django_assert_max_num_queries
):
    for each in range(number):
        claim(desk, report(f"No. {each}").pk)

    with django_assert_max_num_queries(48):
        desk.get("/admin/")


def test_an_auditor_sees_the_queues_and_has_no_button(sign_in, report):
    report("River")
    auditor = sign_in("auditor")

    first, page = auditor.get("/admin/"), auditor.get(queue_url("reports"))

    assert "Reports from the public" in text(first)
    assert "River" in text(page)
    for each in (first, page):
        assert "Next item" not in text(each)
        assert "Claim</button>" not in text(each)


# --- A queue -----------------------------------------------------------------------


def test_a_queue_lists_its_items_in_order_of_work(desk, report):
    first, second = report("River"), report("Hill")

    page = text(desk.get(queue_url("reports")))

    assert page.index("River") < page.index("Hill")
    assert "Something is wrong: the phone number" in page
    assert "2 wait." in page
    for each in (first, second):
        assert reverse("admin:report", args=[each.pk]) in page


@pytest.mark.parametrize("code", queues.QUEUES)
def test_an_empty_queue_says_so(desk, code):
    assert "Nothing waits here." in text(desk.get(queue_url(code)))


def test_a_queue_is_narrowed_by_region_kind_and_claim(desk, report):
    river, _hill = report("River", region="US-TX"), report("Hill", region="US-OH")
    claim(desk, river.pk)

    def shown(**asked):
        items = desk.get(queue_url("reports"), asked).context["page"].items
        return [item.title for item in items]

    assert shown(region="US-OH") == ["Hill"]
    assert shown(who="mine") == ["River"]
    assert shown(step="missing") == []
    assert len(shown(region="US-XX", step="nonsense", who="x", page="0")) == 2
    assert len(shown(page="none")) == 2
    assert shown(page="99999999999") == ["River", "Hill"]
    assert shown(page="3") == []


def test_what_others_have_is_left_out_where_asked(desk, report, ben):
    river = report("River")
    report("Hill")
    queues.claim("reports", str(river.pk), by=ben)

    page = desk.get(queue_url("reports"), {"who": "free"})

    assert [item.title for item in page.context["page"].items] == ["Hill"]


def test_long_queues_have_pages(desk, report):
    from locator.admin.queues import ITEMS_A_PAGE

    one = report("River")
    Report.objects.bulk_create(
        Report(clinic=one.clinic, topics=[], sent_at=timezone.now())
        for _ in range(ITEMS_A_PAGE)
    )

    first = desk.get(queue_url("reports"))
    second = desk.get(queue_url("reports") + first.context["page"].after)

    assert len(first.context["page"].items) == ITEMS_A_PAGE
    assert len(second.context["page"].items) == 1
    assert second.context["page"].after == ""
    assert 'start="51"' in text(second)


@pytest.mark.parametrize("number", [2, 12])
def test_a_queue_costs_the_same_however_long_it_is(
    desk, report, number, django_assert_max_num_queries
):
    for each in range(number):
        report(f"No. {each}")
    desk.get(queue_url("reports"))

    with django_assert_max_num_queries(14):
        desk.get(queue_url("reports"))


def test_there_is_no_queue_of_another_name(desk):
    assert desk.get(queue_url("nonsense")).status_code == 404
    assert desk.post(queue_url("nonsense", "queue_next")).status_code == 404


# --- Claiming ----------------------------------------------------------------------


def test_a_curator_claims_and_releases_an_item_and_stays_on_the_page(desk, report):
    item = report("River")
    came = "http://testserver" + queue_url("reports") + "?region=US-TX"

    response = claim(desk, item.pk, HTTP_REFERER=came)

    assert response.url == came
    assert Claim.objects.get().by == desk.person
    assert "Yours until" in text(desk.get(queue_url("reports")))

    claim(desk, item.pk, action="queue_release")

    assert not Claim.objects.exists()


def test_nobody_is_sent_to_another_site(desk, report):
    response = claim(desk, report("River").pk, HTTP_REFERER="https://evil.example/")

    assert response.url == queue_url("reports")


def test_what_another_has_says_who_and_is_not_taken(desk, report, ben):
    item = report("River")
    queues.claim("reports", str(item.pk), by=ben)

    response = desk.post(
        queue_url("reports", "queue_claim"), {"item": item.pk}, follow=True
    )

    assert told(response)[0].startswith("Ben is at work on this until")
    assert "Ben is at work on this until" in text(response)
    assert Claim.objects.get().by == ben


def test_who_takes_an_expired_claim_is_told(desk, report, ben):
    item = report("River")
    queues.claim("reports", str(item.pk), by=ben)
    Claim.objects.update(until=timezone.now())

    response = desk.post(
        queue_url("reports", "queue_claim"), {"item": item.pk}, follow=True
    )

    assert told(response)[0].startswith("Ben had taken this")
    assert Claim.objects.get().by == desk.person


@pytest.mark.parametrize("item", ["", "0", "nonsense", "9" * 30])
def test_what_does_not_wait_cannot_be_claimed(desk, item):
    response = desk.post(
        queue_url("reports", "queue_claim"), {"item": item}, follow=True
    )

    assert told(response) == ["This no longer waits: somebody has done it."]
    assert not Claim.objects.exists()


def test_releasing_what_one_does_not_have_says_so(desk, report):
    response = desk.post(
        queue_url("reports", "queue_release"), {"item": report("R").pk}, follow=True
    )

    assert told(response) == ["It was not yours any more."]


@pytest.mark.parametrize("role", ["auditor", "contributor"])
@pytest.mark.parametrize("action", ["queue_claim", "queue_release", "queue_next"])
def test_who_may_only_look_claims_nothing(sign_in, report, role, action):
    item = report("River")

    response = claim(sign_in(role), item.pk, action=action)

    assert response.status_code == 403
    assert not Claim.objects.exists()


# --- Next --------------------------------------------------------------------------


def next_of(client, code="reports", **data):
    return client.post(queue_url(code, "queue_next"), data)


def item_url(report: Report) -> str:
    return reverse("admin:report", args=[report.pk])


def test_next_claims_the_first_free_item_and_opens_it(desk, report, ben):
    taken, free = report("River"), report("Hill")
    queues.claim("reports", str(taken.pk), by=ben)

    response = next_of(desk)

    assert response.url == item_url(free)
    assert Claim.objects.get(item=free.pk).by == desk.person


def test_next_lets_the_last_one_go(desk, report):
    first, second = report("River"), report("Hill")
    next_of(desk)

    response = next_of(desk, after=first.pk)

    assert response.url == item_url(second)
    assert [each.item for each in Claim.objects.all()] == [str(second.pk)]


def test_pages_send_on_to_the_next_by_its_address(desk, report):
    item = report("River")

    assert desk.get(queues.next_address("reports")).url == item_url(item)


def test_next_stays_in_the_part_that_one_looked_at(desk, report):
    report("River", region="US-TX")
    hill = report("Hill", region="US-OH")
    desk.get(queue_url("reports"), {"region": "US-OH"})

    assert next_of(desk).url == item_url(hill)
    assert next_of(desk, after=hill.pk).url == queue_url("reports") + "?region=US-OH"


def test_where_nothing_is_left_the_queue_says_so(desk):
    response = desk.post(queue_url("reports", "queue_next"), follow=True)

    assert told(response) == ["Nothing else waits here that nobody else has."]


# --- Items that are clinics --------------------------------------------------------


def test_a_clinic_of_a_queue_shows_who_has_it_and_saving_goes_on(desk, make_clinic):
    first = make_clinic("River", street="1 Main St", covers=["US-TX"])
    second = make_clinic("Hill", street="2 Oak St", covers=["US-TX"])
    queue = queues.QUEUES["no-point"]
    address = next_of(desk, "no-point").url
    assert address == queue.address(str(first.pk))

    page = text(desk.get(address))
    form = Page(desk, change_url(first))
    response = desk.post(address, form.sent | {"street": "3 Elm St"})

    assert "Clinics without a point" in page
    assert "Yours until" in page
    assert saved(response)
    assert desk.get(response.url).url == queue.address(str(second.pk))


def test_a_clinic_that_is_opened_otherwise_shows_no_claim(desk, make_clinic):
    clinic = make_clinic("River")

    page = text(desk.get(f"/admin/locator/clinic/{clinic.pk}/change/?queue=nonsense"))

    assert 'class="claim"' not in page


# --- Gone from their source --------------------------------------------------------


@pytest.fixture
def gone(make_clinic):
    """A clinic that a newer edition of its source lacks."""
    clinic = make_clinic("River", covers=["US-TX"])
    _listing(clinic, is_missing=True)
    return clinic


def _listing(clinic: Clinic, *, is_missing: bool, source: str = "") -> SourceRecord:
    sources = Source.objects.filter(holds_clinics=True).order_by("pk")
    run = ImportRun.objects.create(
        source=sources.first() if is_missing else sources.last(),
        layout="csv",
        file_name="a.csv",
        as_of="2026",
        started_at=timezone.now(),
    )
    return SourceRecord.objects.create(
        source=run.source,
        layout="csv",
        key=f"river {run.pk}",
        site_key="river",
        line=1,
        raw={},
        content_hash="0",
        as_of="2022",
        first_run=run,
        last_run=run,
        clinic=clinic,
        vanished_in=run if is_missing else None,
    )


def answer(client, clinic, said, **extra):
    address = reverse("admin:gone", args=[clinic.pk])
    return client.post(address, {"answer": said}, follow=True, **extra)


def test_the_page_says_which_edition_lacks_it(desk, gone):
    page = text(desk.get(reverse("admin:gone", args=[gone.pk])))

    assert "in its edition of 2022, and no longer in that of 2026" in page
    assert "+15125550100" in page


def test_what_has_gone_is_withdrawn_and_the_queue_goes_on(desk, gone, client):
    response = answer(desk, gone, "gone")

    gone.refresh_from_db()
    assert (gone.status, gone.withdrawn_reason) == ("withdrawn", "source")
    assert told(response)[0] == "River was withdrawn: “its source withdrew it”."
    assert client.get(gone.get_absolute_url()).status_code == 410
    assert Change.objects.get(clinic=gone).by == desk.person


def test_what_stays_is_not_asked_again(desk, gone):
    answer(desk, gone, "keep")

    gone.refresh_from_db()
    assert gone.is_public
    assert not queues.QUEUES["gone"].waiting().exists()


def test_what_another_source_lists_stays_public(desk, gone):
    _listing(gone, is_missing=False)

    response = answer(desk, gone, "gone")

    gone.refresh_from_db()
    assert gone.is_public
    assert told(response)[0] == "River stays: another source still lists it."


@pytest.mark.parametrize("said", ["", "nonsense"])
def test_no_answer_changes_nothing(desk, gone, said):
    response = answer(desk, gone, said)

    assert told(response) == ["Choose whether it has gone or stays."]
    assert queues.QUEUES["gone"].waiting().exists()


def test_the_second_of_two_is_told_that_it_was_decided(desk, gone):
    answer(desk, gone, "keep")

    response = answer(desk, gone, "gone")

    assert told(response)[0].startswith("Nothing is to be decided any more")
    gone.refresh_from_db()
    assert gone.is_public


def test_what_another_works_on_is_left_to_them(desk, gone, ben):
    queues.claim("gone", str(gone.pk), by=ben)

    response = answer(desk, gone, "gone")

    assert told(response)[0].startswith("Ben is at work on this")
    gone.refresh_from_db()
    assert gone.is_public


def test_who_may_only_look_decides_nothing(sign_in, gone):
    auditor = sign_in("auditor")

    assert auditor.get(reverse("admin:gone", args=[gone.pk])).status_code == 200
    assert answer(auditor, gone, "gone").status_code == 403


# --- Looking for more --------------------------------------------------------------


def test_a_manager_has_a_machine_look_for_more_once_at_a_time(sign_in):
    manager = sign_in("manager")
    look = queue_url("misplaced", "queue_look")

    first, second = manager.post(look), manager.post(look)

    task = Task.objects.get()
    assert (task.kind, task.by) == ("inspect", manager.person)
    assert first.url == second.url == reverse("admin:task", args=[task.pk])
    assert look in text(manager.get(queue_url("misplaced")))


def test_websites_are_asked_only_where_the_operator_allows_it(sign_in, settings):
    manager, look = sign_in("manager"), queue_url("websites", "queue_look")

    assert manager.post(look).status_code == 404
    assert look not in text(manager.get(queue_url("websites")))

    settings.LOCATOR_CHECK_WEBSITES = True

    assert manager.post(look).status_code == 302
    assert Task.objects.get().kind == "websites"


def test_no_machine_looks_for_reports(sign_in):
    assert (
        sign_in("manager").post(queue_url("reports", "queue_look")).status_code == 404
    )


def test_who_may_ask_for_no_task_has_no_machine_look(desk):
    look = queue_url("misplaced", "queue_look")

    assert desk.post(look).status_code == 403
    assert look not in text(desk.get(queue_url("misplaced")))
