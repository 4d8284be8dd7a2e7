"""The letter that asks a clinic whether what we say of it is true."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Clinic
from ..reporting import attesting


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent to a clinic's own address; `mail_url` opens it in a mail program."""

    to: str
    subject: str
    body: str

    @property
    def mail_url(self) -> str:
        said = urlencode({"subject": self.subject, "body": self.body}, quote_via=quote)
        return f"mailto:{quote(self.to, safe='@')}?{said}"


def letter_to(clinic: Clinic, request: HttpRequest) -> Letter | None:
    """The letter with a link of its own; None where there is nobody to ask."""
    if not clinic.email or clinic.is_sample or not attesting.may_attest(clinic):
        return None
    path = reverse("locator:attest", args=[attesting.link_token(clinic)])
    told = {
        "site": settings.LOCATOR_NAME,
        "clinic": clinic.name,
        "url": request.build_absolute_uri(path),
        "days": attesting.DAYS,
    }
    body = _(
        "Hello,\n\n"
        "%(site)s lists %(clinic)s, so that patients find it. Is what we say true? "
        "Please look at this page and tell us with one click, or tell us what is "
        "wrong:\n\n%(url)s\n\n"
        "The link is good for %(days)d days. You need no account, and a listing costs "
        "nothing.\n\nThank you!\n"
    )
    subject = _("Is your listing on %(site)s right?")
    return Letter(clinic.email, subject % told, body % told)
