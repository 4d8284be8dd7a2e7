"""Who may enter the desk, and what each role may do there."""

import base64
from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from locator.admin import site
from locator.admin.site import SHELVES
from locator.models import Place, SourceRecord, User, Verification
from tests.desk import change_url

pytestmark = pytest.mark.django_db

PASSWORD = "a long word of mine"


@pytest.fixture
def person(db):
    return User.objects.create_superuser("ana", password=PASSWORD)


def code_of(device: TOTPDevice) -> str:
    return f"{TOTP(device.bin_key).token():06d}"


def sign_in_with(client, **answers):
    sent = {"username": "ana", "password": PASSWORD, "next": "/admin/", **answers}
    return client.post("/admin/login/", sent)


# --- The second factor -------------------------------------------------------------


def test_on_ones_own_machine_the_password_is_enough(client, person):
    response = sign_in_with(client)

    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil"])
def test_a_login_leads_to_no_other_site(client, person, to):
    form = {"username": "ana", "password": PASSWORD, "next": to}

    response = client.post("/admin/login/", form)

    assert response["Location"] == "/admin/"


def test_elsewhere_the_code_of_an_authenticator_is_asked_for(client, person, settings):
    settings.LOCATOR_SECOND_FACTOR = True
    device = TOTPDevice.objects.create(user=person, name="app")

    without = sign_in_with(client)
    wrong = sign_in_with(client, otp_token="000000")
    shut = client.get("/admin/")
    device.throttle_reset()
    right = sign_in_with(client, otp_token=code_of(device))

    assert "Enter the code that your authenticator app shows." in without.text
    assert "This code is not right" in wrong.text
    assert shut.status_code == 302
    assert right.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_who_has_no_authenticator_is_told_how_to_get_one(client, person, settings):
    settings.LOCATOR_SECOND_FACTOR = True

    response = sign_in_with(client)

    assert "manage.py add_authenticator ana" in response.text


def test_a_wrong_password_says_nothing_of_authenticators(client, person, settings):
    settings.LOCATOR_SECOND_FACTOR = True

    response = sign_in_with(client, password="guessed")

    assert "authenticator" not in response.text.replace("your authenticator app", "")


def test_a_session_without_a_code_opens_nothing(client, person, settings):
    sign_in_with(client)
    settings.LOCATOR_SECOND_FACTOR = True

    for url in ("/admin/", "/admin/locator/clinic/", "/admin/autocomplete/"):
        assert client.get(url).status_code == 302


def test_the_code_of_another_does_not_open(client, person, settings):
    settings.LOCATOR_SECOND_FACTOR = True
    other = User.objects.create_superuser("bob", password=PASSWORD)
    TOTPDevice.objects.create(user=person, name="app")
    stolen = TOTPDevice.objects.create(user=other, name="app")

    response = sign_in_with(
        client, otp_token=code_of(stolen), otp_device=stolen.persistent_id
    )

    assert response.status_code == 200


def test_the_command_tells_an_app_what_it_needs(person):
    said = StringIO()

    call_command("add_authenticator", "ana", stdout=said)

    device = TOTPDevice.objects.get(user=person)
    secret = base64.b32encode(device.bin_key).decode()
    address = next(word for word in said.getvalue().split() if "otpauth" in word)
    assert secret in said.getvalue()
    assert parse_qs(urlsplit(address).query)["secret"] == [secret]
    assert "ana" in urlsplit(address).path


def test_an_authenticator_is_taken_away_only_when_told(person):
    call_command("add_authenticator", "ana", stdout=StringIO())
    first = TOTPDevice.objects.get()

    with pytest.raises(CommandError, match="has an authenticator already"):
        call_command("add_authenticator", "ana", stdout=StringIO())
    call_command("add_authenticator", "ana", "--replace", stdout=StringIO())

    assert TOTPDevice.objects.get().key != first.key


def test_the_command_knows_no_strangers():
    with pytest.raises(CommandError, match="There is no user 'eve'"):
        call_command("add_authenticator", "eve")


# --- Sessions ----------------------------------------------------------------------


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def test_a_session_ends_after_half_an_hour_without_a_click(client, person):
    sign_in_with(client)

    with later(minutes=29):
        soon = client.get("/admin/")
    with later(minutes=58):
        on = client.get("/admin/")
    with later(minutes=89):
        shut = client.get("/admin/locator/clinic/")
        page = client.get(shut["Location"])

    assert (soon.status_code, on.status_code) == (200, 200)
    assert shut["Location"] == "/admin/login/?next=/admin/locator/clinic/"
    assert "You were signed out after 30 minutes without a click." in page.text


def test_a_session_ends_after_eight_hours_whatever_is_done(client, person):
    sign_in_with(client)
    answers = []

    for minutes in range(20, 9 * 60, 20):
        with later(minutes=minutes):
            answers.append(client.get("/admin/").status_code)

    # 23 times within the eight hours, and not once after.
    assert answers == [200] * 23 + [302] * 3


def test_how_long_is_for_the_operator_to_say(client, person, settings):
    settings.LOCATOR_IDLE_MINUTES, settings.LOCATOR_SESSION_HOURS = 5, 1
    sign_in_with(client)

    with later(minutes=6):
        idle = client.get("/admin/")

    assert idle.status_code == 302


def test_looking_at_pages_in_a_row_writes_nothing_of_the_session(
    client, person, django_assert_num_queries
):
    sign_in_with(client)
    client.get("/admin/")

    # The session and the person.
    with django_assert_num_queries(2):
        client.get("/admin/jsi18n/")


def test_a_sign_in_is_given_a_session_of_its_own(client, person):
    client.get("/admin/login/")
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in_with(client)

    assert client.cookies["sessionid"].value != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_the_cookies_of_the_admin_go_nowhere_else(client, person):
    sign_in_with(client)

    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["path"] == "/admin/"
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    client.get("/admin/")
    assert set(client.cookies) == {"sessionid", "csrftoken"}


def test_a_new_password_ends_the_sessions_elsewhere(client, person):
    elsewhere = Client()
    sign_in_with(client)
    sign_in_with(elsewhere)
    new = "another long word"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    client.post("/admin/password_change/", sent)

    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302


def test_who_is_deactivated_is_out_and_stays_out(client, person, sign_in):
    User.objects.filter(pk=person.pk).update(is_superuser=False, is_staff=True)
    sign_in_with(client)
    url = change_url(person)
    boss = sign_in()

    boss.post(url, {"username": "ana", "is_staff": "on"})
    out = client.get("/admin/")
    boss.post(url, {"username": "ana", "is_staff": "on", "is_active": "on"})

    assert out.status_code == 302
    assert User.objects.get(pk=person.pk).is_active
    assert client.get("/admin/").status_code == 302


# --- Wrong passwords, and other bad input ------------------------------------------


def test_a_name_is_locked_where_it_was_guessed_and_nowhere_else(client, person):
    for _try in range(5):
        guessed = sign_in_with(client, password="guessed")
    locked = sign_in_with(client)

    elsewhere = sign_in_with(Client(REMOTE_ADDR="203.0.113.9"))

    assert guessed.status_code == locked.status_code == 429
    assert "It is locked here for 1 hour after the last try" in locked.text
    assert "Ask a manager" in locked.text
    assert 'id="header"' in locked.text
    assert elsewhere.status_code == 302


def test_a_lock_opens_after_its_hour(client, person):
    for _try in range(5):
        sign_in_with(client, password="guessed")

    with later(minutes=61):
        assert sign_in_with(client).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/admin/locator/clinic/?status__exact=%00",
        "/admin/locator/clinic/?q=%00",
        "/admin/locator/clinic/?%00=1",
        "/admin/locator/helpline/?kind__exact=a%00b",
        "/admin/locator/region/%00/change/",
        "/admin/locator/specialty/_00/change/",
        "/admin/login/?next=%00",
    ],
)
def test_a_null_byte_is_refused_and_not_sent_to_the_database(sign_in, address):
    response = sign_in().get(address)

    assert response.status_code == (302 if "_00" in address else 400)


def test_more_than_the_largest_files_is_refused_unread_from_whoever_sends_it(
    client, settings
):
    settings.LOCATOR_LARGEST_UPLOAD = 1

    response = client.post(
        "/admin/login/", {"file": SimpleUploadedFile("a.csv", bytes(4 * 1024 * 1024))}
    )

    # Another page would say that the sign-in failed: it was read then.
    assert response.status_code == 400


def test_a_null_byte_in_what_is_sent_is_refused(sign_in):
    sent = {"action": "publish", "_selected_action": "1\0"}

    response = sign_in("curator").post("/admin/locator/clinic/", sent)

    assert response.status_code == 400


NONSENSE = [
    "p=99999",
    "p=x",
    "o=99.x",
    "id__exact=99999999999999999999999",
    "pk__in=a,b",
    "started_at__year=99999999",
    "checked_on__year=0",
    "checked_on__year=2026&checked_on__month=13&checked_on__day=32",
    "region__id__exact=-1",
    "status__exact=%ED%A0%80",
    "verified=never&verified=nobody",
    "is_sample__exact=maybe",
    "q=%22%27%5C%25_%3B--",
    "e=1",
]


def lists() -> list[str]:
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in site._registry
    ]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_an_address_breaks_no_list(sign_in, query):
    boss = sign_in()

    answers = {
        address: boss.get(f"{address}?{query}").status_code for address in lists()
    }

    assert set(answers.values()) <= {200, 302, 400}, answers


def test_a_refusal_stands_in_the_frame_of_the_desk(sign_in):
    contributor = sign_in("contributor")

    refused = contributor.get("/admin/locator/helpline/add/")
    nowhere = contributor.get("/admin/nowhere/")

    assert (refused.status_code, nowhere.status_code) == (403, 404)
    assert "You may not do this" in refused.text
    assert "There is no such page" in nowhere.text
    assert 'id="header"' in refused.text
    assert 'id="header"' in nowhere.text


# --- What nobody changes here ------------------------------------------------------


@pytest.mark.parametrize("model", [Place, SourceRecord, Group, Verification])
def test_what_commands_fill_is_only_looked_at(sign_in, model):
    boss = sign_in()
    opts = model._meta
    base = f"/admin/{opts.app_label}/{opts.model_name}/"

    assert boss.get(f"{base}add/").status_code in (403, 404)
    assert boss.post(f"{base}add/", {}).status_code in (403, 404)


def test_every_page_of_the_desk_stands_on_a_shelf(sign_in):
    shelved = [model for _name, models in SHELVES for model in models]

    assert set(site._registry) == set(shelved)
    assert len(shelved) == len(set(shelved))


def test_every_page_of_the_desk_opens(sign_in, make_clinic):
    make_clinic(covers=["US-TX"])
    boss = sign_in()

    for model in site._registry:
        opts = model._meta
        base = f"/admin/{opts.app_label}/{opts.model_name}/"
        assert boss.get(base, {"q": "river"}).status_code == 200, base
        if thing := model.objects.first():
            assert boss.get(f"{base}{thing.pk}/change/").status_code == 200, base
            assert boss.get(f"{base}{thing.pk}/history/").status_code == 200, base


def test_the_desk_bears_the_operators_name(client, settings):
    settings.LOCATOR_NAME = "Care for Ohio"

    response = client.get("/admin/login/")

    assert "Care for Ohio" in response.text
    assert "Django" not in response.text.split("</header>")[0]
