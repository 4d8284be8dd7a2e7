"""The first page of the desk leads to all that a person may do there."""

import pytest
from django.urls import reverse

from tests.markup import read

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.mark.parametrize(
    ("role", "is_offered", "is_kept_away"),
    [
        ("manager", {"imports", "tasks", "verify_kinds", "reports"}, set()),
        ("curator", {"verify_kinds", "merges", "matches"}, {"imports", "tasks"}),
        ("contributor", {"sheets"}, {"imports", "tasks"}),
    ],
)
def test_the_first_page_leads_to_every_tool_that_a_role_may_open(
    sign_in, role, is_offered, is_kept_away
):
    person = sign_in(role)

    page = read(person.get(reverse("admin:index")))

    links = {link.attrs.get("href") for link in page.all("a")}
    assert {reverse(f"admin:{name}") for name in is_offered} <= links
    assert not {reverse(f"admin:{name}") for name in is_kept_away} & links


def test_what_the_first_page_offers_opens(sign_in):
    manager = sign_in("manager")

    tools = manager.get(reverse("admin:index")).context["tools"]

    addresses = [address for _, pages in tools for _, address in pages]
    assert len(addresses) == 9
    assert {manager.get(address).status_code for address in addresses} == {200}
