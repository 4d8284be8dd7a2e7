"""Every role at every address of the desk, whatever its pages offer.

The expectations stand in `matrix.txt`, a line a page: for each role what it may do
there, `r` for looking (GET) and `w` for sending (POST). A page is called as its address
is named, without `locator_`; models whose pages are for the same people share a line
(FAMILIES); what follows a colon is a certain thing, a published clinic say. A page
without a line fails, and says what it does now.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from locator.admin import site
from locator.models import (
    Clinic,
    ImportRun,
    Region,
    Source,
    SourceRecord,
    Specialty,
    User,
)
from locator.queues import QUEUES

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

ROLES = ["contributor", "curator", "manager", "auditor", "superuser"]

# Models whose pages are for the same people.
FAMILIES = {
    "catalogue": "agegroup accessibilityfeature caresetting eligibility groupserved "
    "language modality paymentoption servicetype specialty",
    "aid": "crisisphrase helpline officialfinder",
    "looked-at": "importrun place sourcerecord",
}
FAMILY_OF = {
    model: family for family, models in FAMILIES.items() for model in models.split()
}
# What everyone finds, signed in or not.
OPEN = {"login", "enrol"}
# Nothing has this id: a page that lets somebody in says that it finds nothing.
NOTHING = 987_654_321

# Without these a page asks for nothing that there is.
ASKED = {
    "autocomplete": "?app_label=locator&model_name=clinic&field_name=region&term=tex"
}

Pages = dict[str, list[str]]


def table() -> dict[str, list[str]]:
    """For each page, what each of ROLES may do there."""
    text = Path(__file__).with_name("matrix.txt").read_text("utf-8")
    lines = [line.split() for line in text.splitlines()]
    return {line[0]: line[1:] for line in lines if line and not line[0].startswith("#")}


# --- Every address -----------------------------------------------------------------


def routes(patterns, before: str = "") -> Iterator[tuple[str, str, dict]]:
    """Name, address and parameters of every page; the parameters are placeholders."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, before + str(pattern.pattern), pattern.pattern


def pages(special: Pages) -> Pages:
    """The addresses of every page of the desk, by its line in the table."""
    found: Pages = dict(special)
    for name, route, pattern in routes(site.get_urls()):
        for line, address in addresses(name, route, pattern):
            found.setdefault(line, []).append(f"/admin/{address}")
    return found


def addresses(name: str, route: str, pattern) -> Iterator[tuple[str, str]]:
    if "(?P<" in route:
        yield name, "locator/"
    elif "code" in pattern.converters:
        for code in QUEUES:
            line = f"{name}:{code}" if name == "queue" else name
            yield line, route.replace("<slug:code>", code)
    else:
        yield line_of(name), filled(route) + ASKED.get(name, "")


def filled(route: str) -> str:
    """`route` with something in the place of each parameter."""
    parts = []
    for part in route.replace("^", "").replace("$", "").split("/"):
        asked = part.strip("<>").partition(":")[0] if part.startswith("<") else ""
        if part == "([^/]+)" or asked in ("int", "path"):
            part = str(NOTHING)
        elif asked:
            part = "none"
        parts.append(part)
    return "/".join(parts)


def line_of(name: str) -> str:
    """`locator_specialty_add` is the line `catalogue.add`."""
    app, _, rest = name.partition("_")
    model, _, page = rest.partition("_")
    if app not in ("locator", "auth") or model not in MODELS:
        return name
    return f"{FAMILY_OF.get(model, model)}.{page}"


MODELS = {model._meta.model_name for model in (*apps.get_models(), Group)}


@pytest.fixture
def special(make_clinic) -> Pages:
    """Pages of things that a role may touch or not, as they are."""
    draft = make_clinic("Draft", covers=["US-TX"], status=Clinic.Status.DRAFT)
    public = make_clinic("Public", covers=["US-TX"])
    withdrawn = make_clinic(
        "Gone", covers=["US-TX"], status="withdrawn", withdrawn_reason="closed"
    )
    chief = User.objects.create_superuser("chief")
    helper = User.objects.create_user("helper", is_staff=True)
    group = Group.objects.create(name="Volunteers")
    skin = Specialty.objects.get(code="skin")
    skin.save()
    version = skin.history.first().pk
    texas = Region.objects.get(code="US-TX")
    specialty = f"/admin/locator/specialty/{skin.pk}"
    clinic, user = "/admin/locator/clinic", "/admin/locator/user"
    return {
        "clinic.change:draft": [f"{clinic}/{draft.pk}/change/"],
        "clinic.change:published": [f"{clinic}/{public.pk}/change/"],
        "clinic.change:withdrawn": [f"{clinic}/{withdrawn.pk}/change/"],
        "clinic.delete:draft": [f"{clinic}/{draft.pk}/delete/"],
        "clinic.history:published": [f"{clinic}/{public.pk}/history/"],
        "verify:published": [f"/admin/desk/verify/{public.pk}/"],
        "gone:published": [f"/admin/desk/gone/{public.pk}/"],
        "merge:two": [f"/admin/desk/merge/{draft.pk}/{public.pk}/"],
        "match:matched": [f"/admin/desk/matches/{record_of(public).pk}/"],
        "user.change:superuser": [f"{user}/{chief.pk}/change/"],
        "user.change:other": [f"{user}/{helper.pk}/change/"],
        "user.history:other": [f"{user}/{helper.pk}/history/"],
        "group.history:own": [f"/admin/auth/group/{group.pk}/history/"],
        "enrolment_link:superuser": [f"/admin/desk/people/{chief.pk}/link/"],
        "enrolment_link:other": [f"/admin/desk/people/{helper.pk}/link/"],
        "catalogue.change:skin": [f"{specialty}/change/"],
        "catalogue.simple_history:skin": [f"{specialty}/history/{version}/"],
        "region.change:texas": [f"/admin/locator/region/{texas.pk}/change/"],
    }


def record_of(clinic: Clinic) -> SourceRecord:
    source = Source.objects.create(code="list", name="A list", publisher="Somebody")
    run = ImportRun.objects.create(
        source=source, layout="csv", as_of="2024", started_at=timezone.now()
    )
    return SourceRecord.objects.create(
        source=source,
        layout="csv",
        key="one",
        site_key="one",
        line=2,
        as_of="2024",
        raw={},
        match=SourceRecord.Match.PERSON,
        clinic=clinic,
        first_run=run,
        last_run=run,
    )


# --- Who is there ------------------------------------------------------------------


def may(response) -> bool:
    return response.status_code not in (403, 405)


def cell(client, address: str) -> str:
    """What the person of `client` may do at `address`."""
    looks, sends = may(client.get(address)), may(client.post(address))
    return ("r" if looks else "-") + ("w" if sends else "-")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_its_column_says_and_nothing_else(sign_in, special, role):
    client = sign_in(*([role] if role != "superuser" else []))
    expected, column = table(), ROLES.index(role)

    found = {
        line: {cell(client, address) for address in addresses}
        for line, addresses in pages(special).items()
        # Out at last: whoever leaves is nobody.
        if line not in ("logout", *OPEN)
    }

    wrong = {
        line: " ".join(sorted(cells))
        for line, cells in found.items()
        if cells != {expected.get(line, ["?"] * len(ROLES))[column]}
    }
    assert wrong == {}


def test_the_table_speaks_of_no_page_that_is_not_there(special):
    assert set(table()) - set(pages(special)) == set()


@pytest.mark.parametrize("who", ["nobody", "deactivated", "no staff"])
def test_nobody_else_comes_in_anywhere(sign_in, special, who):
    client = Client()
    if who != "nobody":
        client = sign_in("manager")
        fact = {"is_active": False} if who == "deactivated" else {"is_staff": False}
        User.objects.filter(pk=client.person.pk).update(**fact)

    came_in = {
        address: (response.status_code, response.get("Location"))
        for line, addresses in pages(special).items()
        for address in addresses
        for send in (client.get, client.post)
        if line not in OPEN and not turned_away(response := send(address))
    }

    assert came_in == {}


def turned_away(response) -> bool:
    # From /admin/logout/ to the first page, which sends on to the same.
    led_to = response.get("Location", "")
    return response.status_code == 302 and (
        led_to.startswith("/admin/login/?next=") or led_to == "/admin/"
    )


# --- Actions of the list of clinics ------------------------------------------------

ACTIONS = {
    "publish": "curator manager superuser",
    "to_draft": "curator manager superuser",
    "withdraw": "curator manager superuser",
    "verify": "curator manager superuser",
    "merge_chosen": "curator manager superuser",
    "delete_selected": "manager superuser",
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_given_its_actions_alone(sign_in, make_clinic, role):
    client = sign_in(*([role] if role != "superuser" else []))
    clinic = make_clinic("Draft", covers=["US-TX"], status=Clinic.Status.DRAFT)
    address = "/admin/locator/clinic/"

    given = {
        action
        for action in ACTIONS
        if may(client.post(address, {"action": action, "_selected_action": clinic.pk}))
    }

    assert given == {name for name, roles in ACTIONS.items() if role in roles.split()}


def test_every_action_of_the_list_has_its_line(sign_in, rf):
    boss = sign_in()
    request = rf.get("/admin/locator/clinic/")
    request.user = boss.person

    offered = site._registry[Clinic].get_actions(request)

    assert set(offered) == set(ACTIONS)
