"""Enrolling, signing in by a recovery code, and what people do about their own app."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from locator import second_factor
from locator.admin.second_factor import AuthenticatorForm
from locator.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long word of mine"


@pytest.fixture(autouse=True)
def _asked(settings):
    settings.LOCATOR_SECOND_FACTOR = True


@pytest.fixture
def ana():
    person = User.objects.create_user("ana", password=PASSWORD, is_staff=True)
    person.groups.add(Group.objects.get(name="manager"))
    return person


def code(key: str, *, steps: int = 0) -> str:
    """What an app that holds `key` shows so many steps from now."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time() + 30 * steps
    return f"{totp.token():06d}"


def sign_in(client, token: str, name: str = "ana", password: str = PASSWORD):
    sent = {"username": name, "password": password, "otp_token": token}
    return client.post("/admin/login/", {**sent, "next": "/admin/"})


@pytest.fixture
def inside(client, ana):
    """A client that ana signed in with, a minute ago; her app and her codes."""
    key = second_factor.new_key()
    second_factor.set_up(ana, key=key)
    client.codes = second_factor.new_codes(ana)
    client.key, client.person = key, ana
    assert sign_in(client, code(key)).status_code == 302
    # The code of the sign-in is spent: one of the next step comes after it.
    client.next_code = code(key, steps=1)
    return client


def key_on(page) -> str:
    """The key that a page shows, in hexadecimal digits."""
    return page.context["new"].secret


def signed_key_on(page) -> str:
    return page.context["new"]["key"].value()


# --- Recovery codes at the door ----------------------------------------------------


def test_a_recovery_code_opens_in_the_field_of_the_code(client, ana):
    second_factor.set_up(ana, key=second_factor.new_key())
    first, second, *_ = second_factor.new_codes(ana)

    by_first = sign_in(client, first)
    page = client.get("/admin/")
    as_typed = sign_in(Client(), f" {second.upper().replace('-', ' ')} ")

    assert by_first.status_code == 302
    assert page.status_code == 200
    assert "You used a recovery code, and have 9 more" in page.text
    assert as_typed.status_code == 302
    assert second_factor.codes_left(ana) == 8


def test_a_recovery_code_opens_once(client, ana):
    second_factor.set_up(ana, key=second_factor.new_key())
    first, *_ = second_factor.new_codes(ana)
    sign_in(client, first)

    again = sign_in(Client(), first)

    assert again.status_code == 200
    assert "This code is not right" in again.text


def test_a_wrong_recovery_code_does_not_slow_down_the_app(client, ana):
    key = second_factor.new_key()
    second_factor.set_up(ana, key=key)
    second_factor.new_codes(ana)

    wrong = sign_in(client, "aaaa-aaaa")
    right = sign_in(client, code(key))

    assert wrong.status_code == 200
    assert right.status_code == 302


def test_the_recovery_code_of_another_does_not_open(client, ana):
    bob = User.objects.create_user("bob", password=PASSWORD, is_staff=True)
    second_factor.set_up(ana, key=second_factor.new_key())
    second_factor.set_up(bob, key=second_factor.new_key())
    second_factor.new_codes(ana)

    response = sign_in(client, second_factor.new_codes(bob)[0])

    assert response.status_code == 200


def test_who_has_few_codes_left_is_told(client, ana):
    key = second_factor.new_key()
    second_factor.set_up(ana, key=key)
    codes = second_factor.new_codes(ana)
    for spent in codes[:7]:
        sign_in(Client(), spent)

    sign_in(client, code(key))

    page = client.get("/admin/")
    assert "You have 3 recovery codes left" in page.text
    assert reverse("admin:second_factor") in page.text


# --- Your second factor ------------------------------------------------------------


def test_the_page_says_what_there_is(inside):
    page = inside.get(reverse("admin:second_factor"))

    assert "10 are left" in page.text
    assert reverse("admin:second_factor_app") in page.text


def test_new_recovery_codes_take_the_place_of_the_old(inside):
    url = reverse("admin:second_factor_codes")

    page = inside.post(url, {"password": PASSWORD, "code": inside.next_code})

    fresh = page.context["codes"]
    assert len(set(fresh)) == 10
    assert not set(fresh) & set(inside.codes)
    assert all(text in page.text for text in fresh)
    assert "no-store" in page["Cache-Control"]
    assert sign_in(Client(), fresh[0]).status_code == 302
    assert sign_in(Client(), inside.codes[0]).status_code == 200
    entry = LogEntry.objects.get()
    assert entry.get_change_message() == "New recovery codes."
    assert not any(text in str(entry) for text in fresh)


@pytest.mark.parametrize(
    ("password", "token", "said"),
    [
        ("guessed", "right", "This is not your password."),
        (PASSWORD, "000000", "This code is not right"),
        (PASSWORD, "", "This field is required."),
        ("", "right", "This field is required."),
    ],
)
def test_an_open_screen_is_not_enough_for_new_codes(inside, password, token, said):
    token = inside.next_code if token == "right" else token

    page = inside.post(
        reverse("admin:second_factor_codes"), {"password": password, "code": token}
    )

    assert said in page.text
    assert second_factor.codes_left(inside.person) == 10
    assert sign_in(Client(), inside.codes[0]).status_code == 302


def test_passwords_guessed_on_the_page_are_counted_like_those_at_the_door(inside):
    url = reverse("admin:second_factor_codes")

    answers = [
        inside.post(url, {"password": "guessed", "code": "000000"}).status_code
        for _try in range(6)
    ]

    assert answers[-1] == 429


def test_another_authenticator_takes_the_place_of_the_first(inside):
    elsewhere = Client()
    sign_in(elsewhere, inside.codes[1])
    with_the_old_app = Client()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        sign_in(with_the_old_app, code(inside.key))
    url = reverse("admin:second_factor_app")
    page = inside.get(url)
    new = key_on(page)

    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        answer = inside.post(
            url,
            {
                "key": signed_key_on(page),
                "new_code": code(new),
                "password": PASSWORD,
                "code": code(inside.key),
            },
        )

    assert answer.status_code == 302
    assert TOTPDevice.objects.get().key == new
    assert inside.get("/admin/").status_code == 200
    assert with_the_old_app.get("/admin/").status_code == 302
    assert second_factor.codes_left(inside.person) == 9


def test_a_lost_app_is_replaced_by_a_recovery_code(client, ana):
    second_factor.set_up(ana, key=second_factor.new_key())
    first, second, *_ = second_factor.new_codes(ana)
    sign_in(client, first)
    url = reverse("admin:second_factor_app")
    page = client.get(url)

    client.post(
        url,
        {
            "key": signed_key_on(page),
            "new_code": code(key_on(page)),
            "password": PASSWORD,
            "code": second,
        },
    )

    assert TOTPDevice.objects.get().key == key_on(page)
    assert second_factor.codes_left(ana) == 8


def test_a_wrong_code_of_the_new_app_costs_no_recovery_code(inside):
    url = reverse("admin:second_factor_app")
    page = inside.get(url)

    answer = inside.post(
        url,
        {
            "key": signed_key_on(page),
            "new_code": "12345",
            "password": PASSWORD,
            "code": inside.codes[0],
        },
    )

    assert "This is not the code of this key now" in answer.text
    assert key_on(answer) == key_on(page)
    assert TOTPDevice.objects.get().key == inside.key
    assert second_factor.codes_left(inside.person) == 10


@pytest.mark.parametrize("sent", ["old", "made up", "of another"])
def test_only_a_key_that_the_page_showed_lately_is_taken(inside, settings, sent):
    settings.LOCATOR_IDLE_MINUTES = 480
    url = reverse("admin:second_factor_app")
    page = inside.get(url)
    of_another = AuthenticatorForm(User.objects.create_superuser("eve"))
    key, signed = {
        "old": (key_on(page), signed_key_on(page)),
        "made up": ("0" * 40, "0" * 40),
        "of another": (of_another.secret, of_another["key"].value()),
    }[sent]
    later = timedelta(minutes=61 if sent == "old" else 0)

    with time_machine.travel(timezone.now() + later, tick=False):
        proof = {"password": PASSWORD, "code": inside.codes[0]}
        answer = inside.post(url, {"key": signed, "new_code": code(key), **proof})

    assert "This page lay open for too long" in answer.text
    assert key_on(answer) != key
    assert TOTPDevice.objects.get().key == inside.key


def test_without_codes_those_of_a_new_app_are_shown(client, ana):
    key = second_factor.new_key()
    second_factor.set_up(ana, key=key)
    sign_in(client, code(key))
    url = reverse("admin:second_factor_app")
    page = client.get(url)

    answer = client.post(
        url,
        {
            "key": signed_key_on(page),
            "new_code": code(key_on(page)),
            "password": PASSWORD,
            "code": code(key, steps=1),
        },
    )

    assert len(answer.context["codes"]) == 10


# --- Enrolment ---------------------------------------------------------------------


@pytest.fixture
def boss(inside):
    return inside


def make_link(client, person) -> str:
    page = client.post(reverse("admin:enrolment_link", args=[person.pk]))
    link = page.context["link"]
    assert link is None or link in page.text
    return link and link.removeprefix("http://testserver")


def answers(page, password: str = "four words of mine", **other) -> dict:
    return {
        "new_password1": password,
        "new_password2": password,
        "key": signed_key_on(page),
        "new_code": code(key_on(page)),
        **other,
    }


@pytest.fixture
def new(boss):
    """Somebody whom a manager has just added."""
    groups = [Group.objects.get(name="curator").pk]
    boss.added = boss.post(
        reverse("admin:locator_user_add"), {"username": "bob", "groups": groups}
    )
    return User.objects.get(username="bob")


def test_a_manager_adds_a_person_without_a_password(boss, new):
    assert boss.added["Location"] == reverse("admin:enrolment_link", args=[new.pk])
    assert (new.is_staff, new.is_superuser) == (True, False)
    assert not new.has_usable_password()
    assert [group.name for group in new.groups.all()] == ["curator"]


def test_by_a_link_a_person_sets_password_and_app_and_signs_in(boss, new):
    link = make_link(boss, new)
    theirs = Client()
    page = theirs.get(link)

    done = theirs.post(link, answers(page))

    assert "bob" in page.text
    assert re.search(r"<svg[^>]+class=\"qr\"", page.text)
    assert "style=" not in page.context["new"].drawn
    codes = done.context["codes"]
    assert len(codes) == 10
    entered = sign_in(theirs, codes[0], "bob", "four words of mine")
    assert entered.status_code == 302
    assert theirs.get("/admin/locator/clinic/").status_code == 200
    said = {entry.get_change_message() for entry in LogEntry.objects.all()}
    assert "Link to set password and authenticator." in said
    assert "Password and authenticator set by a link." in said


def test_a_link_shows_another_key_at_each_look(boss, new):
    link = make_link(boss, new)

    # Whoever made the link and looked does not know the key that is chosen later.
    assert key_on(Client().get(link)) != key_on(Client().get(link))


def test_a_link_works_once_and_ends_the_others(boss, new):
    link, other = make_link(boss, new), make_link(boss, new)
    page = Client().get(link)
    Client().post(link, answers(page))

    again = Client().post(link, answers(page, "another four words"))

    assert again.status_code == 410
    assert "It was used already, or is too old." in again.text
    assert Client().get(other).status_code == 410
    new.refresh_from_db()
    assert new.check_password("four words of mine")


def test_a_link_grows_too_old(boss, new):
    link = make_link(boss, new)

    with time_machine.travel(timezone.now() + timedelta(hours=49), tick=False):
        late = Client().get(link)

    assert late.status_code == 410


@pytest.mark.parametrize("link", ["/admin/enrol/1/x/", "/admin/enrol/0/c0-abc/"])
def test_a_link_that_nobody_made_opens_nothing(link):
    assert Client().get(link).status_code == 410


def test_a_link_of_somebody_deactivated_opens_nothing(boss, new):
    link = make_link(boss, new)
    User.objects.filter(pk=new.pk).update(is_active=False)

    assert Client().get(link).status_code == 410
    assert make_link(boss, new) is None


def test_a_weak_password_or_a_wrong_code_keeps_the_page(boss, new):
    link = make_link(boss, new)
    page = Client().get(link)

    weak = Client().post(link, answers(page, "password"))
    wrong = Client().post(link, answers(page, new_code="000"))

    assert "This password is too common." in weak.text
    assert "This is not the code of this key now" in wrong.text
    assert key_on(wrong) == key_on(page)
    assert not TOTPDevice.objects.filter(user=new).exists()
    new.refresh_from_db()
    assert not new.has_usable_password()


def test_where_no_second_factor_is_asked_a_link_sets_the_password(boss, new, settings):
    settings.LOCATOR_SECOND_FACTOR = False
    link = make_link(boss, new)

    page = Client().get(link)
    done = Client().post(
        link, {"new_password1": "four words", "new_password2": "four words"}
    )

    assert page.context["new"] is None
    assert done.context["codes"] == []
    new.refresh_from_db()
    assert new.check_password("four words")


def test_a_link_ends_the_sessions_of_before(boss, new):
    second_factor.set_up(new, key=second_factor.new_key())
    new.set_password(PASSWORD)
    new.save()
    thief = Client()
    sign_in(thief, second_factor.new_codes(new)[0], "bob")
    link = make_link(boss, new)
    still = thief.get("/admin/").status_code
    page = Client().get(link)

    Client().post(link, answers(page))

    assert still == 200
    assert thief.get("/admin/").status_code == 302


# --- Whom a manager may make, and touch --------------------------------------------


def test_a_manager_makes_no_superuser(boss):
    boss.post(
        reverse("admin:locator_user_add"),
        {"username": "eve", "is_superuser": "on", "groups": []},
    )
    eve = User.objects.get(username="eve")
    boss.post(
        reverse("admin:locator_user_change", args=[eve.pk]),
        {"username": "eve", "is_active": "on", "is_superuser": "on"},
    )

    eve.refresh_from_db()
    assert (eve.is_superuser, eve.is_active) == (False, True)


@pytest.mark.parametrize("above", ["superuser", "deactivated superuser", "own group"])
def test_a_manager_touches_nobody_above(boss, above):
    chief = User.objects.create_user(
        "chief",
        password=PASSWORD,
        is_staff=True,
        is_superuser="superuser" in above,
        is_active="deactivated" not in above,
    )
    if above == "own group":
        group = Group.objects.create(name="Operators of the server")
        group.permissions.add(Permission.objects.get(codename="delete_user"))
        chief.groups.add(group)
    url = reverse("admin:locator_user_change", args=[chief.pk])

    seen = boss.get(url)
    changed = boss.post(url, {"username": "mine", "is_active": "on"})
    linked = boss.post(reverse("admin:enrolment_link", args=[chief.pk]))

    assert seen.status_code == 200
    assert 'name="_save"' not in seen.text
    assert (changed.status_code, linked.status_code) == (403, 403)
    chief.refresh_from_db()
    assert chief.username == "chief"


def test_a_manager_gives_no_group_that_allows_more_than_theirs(boss, new):
    group = Group.objects.create(name="Operators of the server")
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    url = reverse("admin:locator_user_change", args=[new.pk])

    page = boss.get(url)
    answer = boss.post(
        url, {"username": "bob", "is_active": "on", "groups": [group.pk]}
    )

    assert "Operators of the server" not in page.text
    assert "Select a valid choice" in answer.text
    assert [group.name for group in new.groups.all()] == ["curator"]


def test_a_manager_gives_every_role_up_to_their_own(boss, new):
    url = reverse("admin:locator_user_change", args=[new.pk])

    for name in ("auditor", "manager", "contributor", "curator"):
        group = Group.objects.get(name=name)
        boss.post(url, {"username": "bob", "is_active": "on", "groups": [group.pk]})
        assert [group.name for group in new.groups.all()] == [name]


def test_a_manager_does_not_change_their_own_role(boss):
    url = reverse("admin:locator_user_change", args=[boss.person.pk])

    boss.post(url, {"username": "ana", "first_name": "Ana", "groups": []})

    boss.person.refresh_from_db()
    assert (boss.person.first_name, boss.person.is_active) == ("Ana", True)
    assert [group.name for group in boss.person.groups.all()] == ["manager"]


def test_nobody_makes_a_link_for_themselves(boss):
    response = boss.post(reverse("admin:enrolment_link", args=[boss.person.pk]))

    assert response.status_code == 403


def test_nobody_sets_the_password_of_another(boss, new):
    answer = boss.post(
        f"/admin/locator/user/{new.pk}/password/",
        {"password1": "mine", "password2": "mine"},
    )

    assert answer.status_code in (302, 404)
    new.refresh_from_db()
    assert not new.has_usable_password()


def test_two_names_that_differ_in_case_alone_are_one(boss, new):
    answer = boss.post(reverse("admin:locator_user_add"), {"username": "BOB"})

    assert "Somebody has this name already." in answer.text
