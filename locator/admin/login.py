"""How people enter the desk: name, password and a code."""

from django import forms
from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.forms import OTPAuthenticationFormMixin
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice

from .. import second_factor
from ..models import User

CODE_ERRORS = OTPAuthenticationFormMixin.otp_error_messages | {
    "token_required": _("Enter the code that your authenticator app shows."),
    "invalid_token": _("This code is not right, or no longer: enter the next one."),
    "n_failed_attempts": _("Too many wrong codes: wait a moment before the next one."),
}


def code_field(**options) -> forms.CharField:
    """A field for what an app shows, or for a recovery code."""
    options = {
        "label": _("Code"),
        "help_text": _(
            "The six digits that your authenticator app shows now, or one of your "
            "recovery codes."
        ),
        "widget": forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}
        ),
    } | options
    return forms.CharField(**options)


class CodeLoginForm(OTPAuthenticationFormMixin, AdminAuthenticationForm):
    """Name, password and a code, all at once."""

    otp_token = code_field(required=False)
    otp_error_messages = CODE_ERRORS

    def clean(self) -> dict:
        self.cleaned_data = super().clean()
        if person := self.get_user():
            self.prove(person)
        return self.cleaned_data

    def prove(self, person: User) -> None:
        """ValidationError where the code is none of `person`."""
        code = second_factor.tidy(self.cleaned_data.get("otp_token") or "")
        device = _device(person, code)
        self.cleaned_data |= {"otp_token": code, "otp_device": device.persistent_id}
        self.clean_otp(person)


def _device(person: User, code: str) -> Device:
    if device := second_factor.device_for(person, code):
        return device
    raise ValidationError(
        _(
            "You have no authenticator yet. Ask a manager for a link to set one up; "
            "the operator can also run “manage.py add_authenticator %(name)s”."
        ),
        params={"name": person.get_username()},
    )


def warn_of_few_codes(request: HttpRequest) -> None:
    """Say after a sign-in that a recovery code went, or that few are left."""
    used_one = isinstance(request.user.otp_device, StaticDevice)
    left = second_factor.codes_left(request.user)
    if used_one or left <= second_factor.FEW:
        messages.warning(request, _few_codes(left, used_one=used_one))


def _few_codes(left: int, *, used_one: bool) -> SafeString:
    if used_one:
        said = ngettext(
            "You used a recovery code, and have %(left)d more. If your authenticator "
            "is lost, replace it now: {link}.",
            "You used a recovery code, and have %(left)d more. If your authenticator "
            "is lost, replace it now: {link}.",
            left,
        )
    else:
        said = ngettext(
            "You have %(left)d recovery code left. Make new ones: {link}.",
            "You have %(left)d recovery codes left. Make new ones: {link}.",
            left,
        )
    link = format_html(
        '<a href="{}">{}</a>', reverse("admin:second_factor"), _("your second factor")
    )
    return format_html(said % {"left": left}, link=link)
