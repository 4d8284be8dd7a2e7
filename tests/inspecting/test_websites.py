"""Which websites are asked, and what is kept of their answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from locator.inspecting import websites
from locator.models import WebsiteCheck

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def check(web, days=0):
    return websites.check(asker=web.asker(), now=NOW + timedelta(days=days))


def test_what_is_found_is_kept_with_the_clinic(web, make_clinic):
    there = make_clinic("There", website="http://there.example/")
    gone = make_clinic("Gone", website="http://gone.example/")
    make_clinic("Without")
    web.page("there.example")

    tally = check(web)

    assert tally == {"asked": 2, "broken": 1}
    assert there.website_check.failures == 0
    assert gone.website_check.failures == 1
    assert gone.website_check.problem == "its name leads nowhere"


def test_it_is_asked_again_the_next_day_and_counts_how_often_it_was_away(
    web, make_clinic
):
    clinic = make_clinic("Gone", website="http://gone.example/")

    check(web), check(web, days=0.5), check(web, days=2)

    assert WebsiteCheck.objects.get(clinic=clinic).failures == 2


def test_one_answer_forgets_what_was(web, make_clinic):
    clinic = make_clinic("Back", website="http://back.example/")
    check(web)
    web.page("back.example")

    check(web, days=2)

    kept = WebsiteCheck.objects.get(clinic=clinic)
    assert (kept.failures, kept.problem) == (0, "")


def test_another_address_begins_anew(web, make_clinic):
    clinic = make_clinic("Moved", website="http://old.example/")
    check(web), check(web, days=2)
    clinic.website = "http://new.example/"
    clinic.save()

    check(web, days=2)

    kept = WebsiteCheck.objects.get(clinic=clinic)
    assert (kept.url, kept.failures) == ("http://new.example/", 1)


def test_one_that_is_there_is_left_alone_for_a_week(web, make_clinic):
    make_clinic("There", website="http://there.example/")
    web.page("there.example")

    check(web), check(web, days=6)
    assert web.hosts() == {"there.example": 1}

    check(web, days=8)
    assert web.hosts() == {"there.example": 2}


def test_clinics_that_share_a_website_ask_it_once(web, make_clinic):
    clinics = [make_clinic(f"No. {n}", website="http://all.example/") for n in "123"]
    web.page("all.example")

    check(web)

    assert web.hosts() == {"all.example": 1}
    assert WebsiteCheck.objects.filter(clinic__in=clinics).count() == 3


def test_drafts_and_samples_are_not_asked(web, make_clinic):
    make_clinic("Draft", website="http://a.example/", status="draft")
    make_clinic("Sample", website="http://b.example/", is_sample=True)

    assert check(web) == {"asked": 0, "broken": 0}


def test_where_nothing_answers_it_is_we_who_are_cut_off(web, make_clinic):
    for number in range(websites.NEVER_ALL_GONE):
        make_clinic(f"No. {number}", website=f"http://{number}.example/")

    with pytest.raises(websites.CutOffError, match="on the net"):
        check(web)

    assert not WebsiteCheck.objects.exists()


def test_the_number_of_queries_does_not_grow_with_clinics(
    web, make_clinic, django_assert_max_num_queries
):
    for number in range(15):
        make_clinic(f"No. {number}", website=f"http://{number}.example/")
        web.page(f"{number}.example")

    with django_assert_max_num_queries(6):
        check(web)


def test_the_command_asks_only_where_the_operator_allows_it():
    with pytest.raises(CommandError, match="LOCATOR_CHECK_WEBSITES"):
        call_command("inspect_clinics", "--websites")


def test_who_asks_says_so(settings):
    settings.LOCATOR_NAME = "Clínicas\nX: y"
    settings.LOCATOR_CONTACT_EMAIL = "desk@example.org"

    agent = websites.asker().user_agent

    assert agent == "ClnicasX: y website check (desk@example.org)"
