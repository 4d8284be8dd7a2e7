"""A new curator's first day: newer facts over old ones, and all that this asks for.

After each decision a visitor looks at the clinic's page and searches: both follow.
"""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from locator.models import Clinic, User
from tests import importing

PASSWORD = "a long word of mine"
# One town, so that one search shows them all; no name is like another's.
TREES = ["Alder", "Beech", "Chestnut", "Dogwood", "Elder", "Filbert", "Ginkgo", "Hazel"]
CEDAR = {
    "name1": "Cedar Row Clinic",
    "street1": "7 Invented Road",
    "phone": "512-555-0103",
}


@pytest.fixture
def site(live_server, tmp_path):
    """The national edition: ten clinics of Austin, and what a desk stands on."""
    importing.make_postcodes()
    call_command("sync_roles", verbosity=0)
    listed = [
        {"name1": "Juniper Bend Counseling"},
        CEDAR,
        *(
            {"name1": tree, "street1": f"{n} Made Up Lane", "phone": f"512555011{n}"}
            for n, tree in enumerate(TREES)
        ),
    ]
    rows = [importing.directory_row(**cells) for cells in listed]
    importing.import_directory(tmp_path, *rows)
    return live_server.url


@pytest.fixture
def texas(tmp_path):
    """The state's file: a site that is known, one that may be, one that it has twice.

    The first has a website now; the second has moved down its street.
    """
    stair = {"street1": "9 Other Street", "phone": "512-555-0120"}
    rows = [
        {"name1": "Juniper Bend Counseling", "website": "https://juniper.example"},
        CEDAR | {"street1": "17 Invented Road"},
        {"name1": "Winding Stair House"} | stair,
        {"name1": "The Winding Stair"} | stair,
    ]
    listed = [importing.facility_row(**cells) for cells in rows]
    return importing.write_facilities(tmp_path / "texas.csv", listed)


@pytest.fixture
def mia(page, site):
    """The desk's first page, where a manager has signed in."""
    person = User.objects.create_user("mia", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="manager"))
    page.goto("/admin/")
    page.get_by_label("Username").fill("mia")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return page


class Visitor:
    """Somebody without account or cookie, who reads a page and searches."""

    def __init__(self, page) -> None:
        self.page = page

    def reads(self, slug: str) -> str:
        self.page.goto(f"/clinics/{slug}/")
        return self.page.inner_text("main")

    def finds(self) -> set[str]:
        """The slugs that a search for Austin answers."""
        answer = self.page.request.get("/clinics.geojson?place=Austin").json()
        return {clinic["id"] for clinic in answer["features"]}

    def reports_phone(self, slug: str, number: str) -> None:
        self.page.goto(f"/clinics/{slug}/")
        self.page.get_by_role("link", name="Something wrong here?").click()
        self.page.get_by_label("The phone number", exact=True).check()
        self.page.get_by_label("The right number, if you know it").fill(number)
        # The server's clock is this one: the page is older than the least time.
        with time_machine.travel(timezone.now() + timedelta(seconds=9)):
            self.page.get_by_role("button", name="Send").click()
            self.page.get_by_role("heading", name="Thank you").wait_for()


@pytest.fixture
def visitor(browser, base_url):
    context = browser.new_context(base_url=base_url)
    yield Visitor(context.new_page())
    assert context.cookies() == []
    context.close()


def said(desk) -> str:
    """What the desk answers on top of the page."""
    return desk.inner_text(".messagelist")


def begin(desk, queue: str) -> None:
    """Take the next item of a queue, from the desk's first page."""
    desk.goto("/admin/")
    desk.get_by_role("button", name=f"Next item: {queue}").click()
    desk.get_by_text("Yours until").wait_for()


def import_file(desk, file) -> None:
    desk.get_by_role("link", name="Import a file").click()
    desk.get_by_label("File:").set_input_files(file)
    desk.get_by_label("Edition:").fill("2023-11")
    desk.get_by_role("button", name="Compare").click()
    desk.get_by_role("button", name="Apply: write it").click()
    desk.get_by_text("It is written").wait_for()


def verify(desk, visitor, how_many: int) -> None:
    """Go through the queue of what nobody checked, from item to item."""
    begin(desk, "Clinics to check again")
    for _ in range(how_many):
        public = desk.get_by_role("link", name="As patients see it")
        slug = public.get_attribute("href").strip("/").rpartition("/")[2]
        desk.get_by_label("I phoned").check()
        desk.get_by_role("button", name="Everything is true").click()
        desk.get_by_text("is verified: everything").wait_for()
        assert "by phone" in visitor.reads(slug)


def test_a_new_curator_makes_old_listings_true(
    mia, texas, visitor, complaints, foreign_requests
):
    juniper, cedar, stair, twin = (
        "juniper-bend-counseling-austin-tx",
        "cedar-row-clinic-austin-tx",
        "winding-stair-house-austin-tx",
        "the-winding-stair-austin-tx",
    )
    assert "never verified" in visitor.reads(juniper)

    # Newer facts of a site that is known, one listing that waits, one clinic twice.
    import_file(mia, texas)
    assert "juniper.example" in visitor.reads(juniper)
    assert {stair, twin} <= visitor.finds()

    begin(mia, "Listings that may be a clinic we have")
    assert "17 Invented Road" in mia.inner_text("main")
    assert "7 Invented Road" in visitor.reads(cedar)
    mia.get_by_role("button", name="It is this clinic").click()
    assert "Matched with Cedar Row Clinic" in said(mia)
    assert "17 Invented Road" in visitor.reads(cedar)

    begin(mia, "Clinics that may be one")
    mia.get_by_label("A: Winding Stair House").check()
    mia.get_by_role("button", name="Merge").click()
    assert "is merged into" in said(mia)
    assert {stair, twin} & visitor.finds() == {stair}
    visitor.reads(twin)
    assert visitor.page.url.endswith(f"/clinics/{stair}/")

    verify(mia, visitor, 10)

    visitor.reports_phone(juniper, "(512) 555-0142")
    assert "555-0142" not in visitor.reads(juniper)
    begin(mia, "Reports from the public")
    mia.get_by_role("button", name="Accept", exact=True).click()
    assert "accepted" in said(mia)
    assert "(512) 555-0142" in visitor.reads(juniper)

    mia.goto("/admin/")
    mia.get_by_role("link", name="Merges").click()
    mia.get_by_role("link", name="Take it back").click()
    mia.get_by_role("button", name="Take the merge back").click()
    assert "stands by itself again" in said(mia)
    assert {stair, twin} <= visitor.finds()
    assert "9 Other Street" in visitor.reads(twin)

    call_command("reindex", check=True)
    assert Clinic.objects.filter(verified_by__username="mia").count() == 10
    assert complaints == []
    assert foreign_requests == []
