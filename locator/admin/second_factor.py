"""“Your second factor”: what each person does about their own authenticator."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as open_session_with

from .. import second_factor
from ..models import User
from .login import CODE_ERRORS, code_field
from .people import log
from .site import site

# How long a page with a new secret may lie open before it is sent.
PAGE_HOLDS = 60 * 60  # seconds


class AuthenticatorForm(forms.Form):
    """A new secret, and the code that an app makes of it.

    The secret is nobody's until the code is right. It travels with the page, signed,
    so that each look at the page has another one and none is kept.
    """

    key = forms.CharField(widget=forms.HiddenInput)
    new_code = code_field(
        label=_("Code that the app shows now"),
        help_text=_("Six digits. They prove that the app has the key."),
    )

    def __init__(self, person: User, data=None) -> None:
        super().__init__(data)
        self.person = person
        self.fields["key"].initial = self._signed(self.secret)
        if data is not None and self._sent is None:
            self.data = data.copy()
            self.data["key"] = self._signed(self.secret)

    @cached_property
    def secret(self) -> str:
        return self._sent or second_factor.new_key()

    @cached_property
    def _sent(self) -> str | None:
        """The secret of the page that was sent; None where it is too old or none."""
        try:
            return signing.loads(
                self.data.get("key", ""), salt=self._salt, max_age=PAGE_HOLDS
            )
        except signing.BadSignature:
            return None

    @property
    def _salt(self) -> str:
        return f"locator.authenticator.{self.person.pk}"

    def _signed(self, key: str) -> str:
        return signing.dumps(key, salt=self._salt)

    def clean_new_code(self) -> int:
        """The time step that the code is of."""
        if self._sent is None:
            raise ValidationError(
                _("This page lay open for too long. Scan the new square below.")
            )
        code = second_factor.tidy(self.cleaned_data["new_code"])
        step = second_factor.step_of(self.secret, code)
        if step is None:
            raise ValidationError(
                _(
                    "This is not the code of this key now. Look whether the app's "
                    "clock is right, and enter the next one."
                )
            )
        return step

    def save(self):
        return second_factor.set_up(
            self.person, key=self.secret, step=self.cleaned_data["new_code"]
        )

    @property
    def drawn(self) -> str:
        return second_factor.drawn(second_factor.address(self.person, self.secret))

    @property
    def spelled(self) -> str:
        return second_factor.spelled(self.secret)


class ProofForm(forms.Form):
    """That it is the person, and not somebody at their open screen."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = code_field(
        help_text=_(
            "Of the authenticator that you have until now, or a recovery code. A code "
            "that you logged in with works once: wait for the next one."
        )
    )

    def __init__(self, request: HttpRequest, data=None) -> None:
        super().__init__(data)
        self.request, self.person = request, request.user
        if not second_factor.authenticator(self.person):
            del self.fields["code"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            self._prove(cleaned["password"], cleaned.get("code"))
        return cleaned

    def _prove(self, password: str, code: str | None) -> None:
        # By the door that counts wrong passwords.
        name = self.person.get_username()
        if authenticate(self.request, username=name, password=password) is None:
            self.add_error("password", _("This is not your password."))
        elif code is not None and not self._is_code(second_factor.tidy(code)):
            self.add_error("code", CODE_ERRORS["invalid_token"])

    @transaction.atomic
    def _is_code(self, code: str) -> bool:
        device = second_factor.device_for(self.person, code)
        # Anew and locked: of two who send a recovery code at once, one has it.
        held = type(device).objects.select_for_update().get(pk=device.pk)
        return held.verify_token(code)


@site.page("second-factor/", name="second_factor", permission=None)
def own(request: HttpRequest) -> HttpResponse:
    return site.render(
        request,
        "admin/second_factor.html",
        title=_("Your second factor"),
        app=second_factor.authenticator(request.user),
        left=second_factor.codes_left(request.user),
        few=second_factor.FEW,
        is_asked=settings.LOCATOR_SECOND_FACTOR,
    )


@site.page("second-factor/codes/", name="second_factor_codes", permission=None)
@sensitive_post_parameters()
def codes(request: HttpRequest) -> HttpResponse:
    if not second_factor.authenticator(request.user):
        return redirect("admin:second_factor_app")
    proof = ProofForm(request, request.POST or None)
    if request.method == "POST" and proof.is_valid():
        with transaction.atomic():
            fresh = second_factor.new_codes(request.user)
            log(request.user, request.user, _("New recovery codes."))
        return shown_once(request, fresh, title=_("Your recovery codes"))
    return site.render(
        request,
        "admin/second_factor_codes.html",
        title=_("New recovery codes"),
        proof=proof,
    )


@site.page("second-factor/app/", name="second_factor_app", permission=None)
@sensitive_post_parameters()
def app(request: HttpRequest) -> HttpResponse:
    """Another authenticator in place of the one there was, or the first."""
    sent = request.POST if request.method == "POST" else None
    new = AuthenticatorForm(request.user, sent)
    # The new code first: proof may cost a recovery code.
    proof = ProofForm(request, sent if new.is_valid() else None)
    if proof.is_valid():
        return _replaced(request, new)
    return site.render(
        request,
        "admin/second_factor_app.html",
        title=_("Another authenticator"),
        proof=proof,
        new=new,
    )


@transaction.atomic
def _replaced(request: HttpRequest, new: AuthenticatorForm) -> HttpResponse:
    device = new.save()
    # Sessions that the former one opened have ended; this one goes on.
    open_session_with(request, device)
    log(request.user, request.user, _("Another authenticator."))
    if second_factor.codes_left(request.user):
        messages.success(request, _("From now on the new authenticator counts."))
        return redirect("admin:second_factor")
    fresh = second_factor.new_codes(request.user)
    return shown_once(request, fresh, title=_("Your recovery codes"))


def shown_once(
    request: HttpRequest, fresh: list[str], *, title: str, is_new: bool = False
) -> HttpResponse:
    """The page of recovery codes, which nobody can open again."""
    return site.render(
        request, "admin/recovery_codes.html", title=title, codes=fresh, is_new=is_new
    )
