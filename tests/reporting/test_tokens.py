from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from locator.reporting import tokens
from locator.reporting.tokens import ExpiredError, TokenError

DAY = 86_400


def test_a_token_says_what_was_signed():
    token = tokens.sign("report", ["wrong", "clear-creek"])

    assert tokens.read("report", token, DAY) == ["wrong", "clear-creek"]


def test_a_token_is_of_one_purpose():
    token = tokens.sign("attest", 12)

    with pytest.raises(TokenError, match="does not come from our page"):
        tokens.read("report", token, DAY)


def test_a_token_can_stand_in_an_address():
    token = tokens.sign("report", "a clinic / with ? signs & more " * 5)

    assert set(token) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:"
    )


@pytest.mark.parametrize(
    "token",
    ["", ":", "::", "a:b:c", "\0", "é:é:é", "x" * 1_000_000, "😀" * 20, "..:::=="],
)
def test_nonsense_is_no_token(token):
    with pytest.raises(TokenError):
        tokens.read("report", token, DAY)
    assert not tokens.is_younger("report", token, DAY)


def test_a_changed_token_is_none():
    token = tokens.sign("report", "clear-creek")

    for place in range(0, len(token), 5):
        sign = "a" if token[place] != "a" else "b"
        with pytest.raises(TokenError):
            tokens.read("report", token[:place] + sign + token[place + 1 :], DAY)


def test_a_token_grows_old():
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        token = tokens.sign("report", "clear-creek")

    with time_machine.travel(start + timedelta(seconds=10), tick=False):
        assert tokens.read("report", token, 11) == "clear-creek"
        assert tokens.is_younger("report", token, 11)
        assert not tokens.is_younger("report", token, 9)
        with pytest.raises(ExpiredError, match="open for too long"):
            tokens.read("report", token, 9)


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://testserver:81"}, False),
        ({"Origin": "http://testserver.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[bad"}, False),
        ({"Origin": "https://sub.example.org"}, True),
        ({"Origin": "https://example.org.evil.example"}, False),
        ({"Referer": "http://testserver/clinics/x/report/"}, True),
        ({"Referer": "http://elsewhere.example/"}, False),
        ({"Referer": "http://testserver@evil.example/"}, False),
        ({"Origin": "http://evil.example", "Referer": "http://testserver/"}, False),
        ({}, False),
    ],
)
def test_a_form_comes_from_this_site_by_what_the_browser_says(
    settings, headers, is_own
):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.org"]

    request = RequestFactory().post("/", headers=headers)

    assert tokens.is_own_origin(request) is is_own
