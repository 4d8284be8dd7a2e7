"""The link by which a person sets their own password and authenticator."""

from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from .. import second_factor
from ..models import User
from . import gate
from .people import log, may_manage
from .second_factor import AuthenticatorForm, shown_once
from .site import site


class _Links(PasswordResetTokenGenerator):
    """Links that hold for PASSWORD_RESET_TIMEOUT, and until the person signs in.

    They are bound to the password and to the last sign-in: whichever is used first
    ends all.
    """

    key_salt = "locator.admin.enrolment"


links = _Links()


@site.page(
    "people/<int:pk>/link/", name="enrolment_link", permission="locator.change_user"
)
def enrolment_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link for somebody, to hand over; it is shown once."""
    person = get_object_or_404(User, pk=pk)
    if not may_manage(request.user, person) or person == request.user:
        raise PermissionDenied
    made = None
    if request.method == "POST" and person.is_active:
        log(request.user, person, _("Link to set password and authenticator."))
        made = _link_for(request, person)
    return site.render(
        request,
        "admin/enrolment_link.html",
        title=_("Link for %(name)s") % {"name": person},
        person=person,
        link=made,
        until=timezone.now() + timedelta(seconds=_holds()),
        hours=_holds() // 3600,
    )


def _holds() -> int:
    return settings.PASSWORD_RESET_TIMEOUT


def _link_for(request: HttpRequest, person: User) -> str:
    path = reverse("admin:enrol", args=[person.pk, links.make_token(person)])
    return urljoin(request.build_absolute_uri("/"), path)


@site.open_page("enrol/<int:pk>/<str:token>/", name="enrol")
@sensitive_post_parameters()
@transaction.atomic
def enrol(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The page of a link: password, authenticator, then recovery codes, once."""
    person = _holder(pk, token)
    if person is None:
        return site.render(
            request,
            "admin/enrolment_spent.html",
            title=_("This link does not work any more"),
            status=410,
        )
    sent = request.POST if request.method == "POST" else None
    password = SetPasswordForm(person, sent)
    app = AuthenticatorForm(person, sent) if settings.LOCATOR_SECOND_FACTOR else None
    if password.is_valid() and (app is None or app.is_valid()):
        return _enrolled(request, password, app)
    return site.render(
        request,
        "admin/enrolment.html",
        title=_("Welcome, %(name)s") % {"name": person},
        person=person,
        password=password,
        new=app,
    )


def _holder(pk: int, token: str) -> User | None:
    """Whose link it is, locked: of two who send it at once, one has it."""
    person = User.objects.select_for_update().filter(pk=pk, is_active=True).first()
    return person if person and links.check_token(person, token) else None


def _enrolled(
    request: HttpRequest, password: SetPasswordForm, app: AuthenticatorForm | None
) -> HttpResponse:
    person = password.save()
    gate.end_all(person)
    log(person, person, _("Password and authenticator set by a link."))
    fresh = []
    if app is not None:
        app.save()
        fresh = second_factor.new_codes(person)
    return shown_once(request, fresh, title=_("You are ready"), is_new=True)
