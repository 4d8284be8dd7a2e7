"""Who may enter the desk, and what each role may do there."""

import base64
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from locator.admin import site
from locator.admin.site import SHELVES
from locator.models import (
    Place,
    SourceRecord,
    User,
    Verification,
)

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
