"""A visitor's form, as the browser sends it back: no cookie, but from our page."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from tests.markup import read

OWN = {"Origin": "http://testserver"}


def token_of(response) -> str:
    return read(response).one("input", name="page").attrs["value"]


def send(client, url, *, after=10, headers=OWN, sender="", **answers):
    """Open the page at `url` and send it `after` seconds with `answers`."""
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        token = token_of(client.get(url))
    with time_machine.travel(start + timedelta(seconds=after), tick=False):
        return post(client, url, token, headers=headers, sender=sender, **answers)


def post(client, url, token, *, headers=OWN, sender="", **answers):
    where = {"REMOTE_ADDR": sender} if sender else {}
    return client.post(url, {"page": token, **answers}, headers=headers, **where)


def shown(response, name) -> str:
    """What the field `name` of the page holds."""
    page = read(response)
    boxes = page.all("textarea", name=name)
    if boxes:
        return boxes[0].text
    return page.one("input", name=name).attrs.get("value", "")


def errors_of(response, name) -> str:
    """The sentences that stand beside the field `name`."""
    found = read(response).all("div", id=f"id_{name}_error")
    return " ".join(each.text for each in found)
