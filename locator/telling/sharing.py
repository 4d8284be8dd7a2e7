"""Addresses that open a message to somebody, with its text already written.

Nothing is sent by us: the reader's own device opens its messages or its mail.
"""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Message:
    """A text ready to go: by `sms:` and by `mailto:`."""

    text_url: str
    mail_url: str


def message(
    body: str, *, subject: str = "", number: str = "", email: str = ""
) -> Message:
    """`body` to the `number` and the `email`, or to whomever the reader chooses."""
    text = quote(body, safe="")
    # The "&" is for phones that take the body only after one.
    text_url = f"sms:{number}?&body={text}"
    mail_url = f"mailto:{quote(email, safe='@')}?subject={quote(subject, safe='')}"
    return Message(text_url, f"{mail_url}&body={text}")
