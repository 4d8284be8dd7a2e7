"""The site that the desk's pages hang on, its name and who may enter."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django_otp import devices_for_user
from django_otp.forms import OTPAuthenticationFormMixin
from django_otp.models import Device

from ..models import (
    AccessibilityFeature,
    AgeGroup,
    CareSetting,
    Clinic,
    Compact,
    CrisisPhrase,
    Eligibility,
    GroupServed,
    Helpline,
    ImportRun,
    Language,
    Modality,
    OfficialFinder,
    Organization,
    PaymentOption,
    Place,
    Region,
    ServiceType,
    Source,
    SourceRecord,
    Specialty,
    User,
)

# What pages there are, by what people come for.
SHELVES = [
    (_("Clinics"), [Clinic, Organization]),
    (_("Where listings come from"), [Source, ImportRun, SourceRecord]),
    (
        _("What clinics choose from"),
        [
            ServiceType,
            Specialty,
            Modality,
            Language,
            PaymentOption,
            Eligibility,
            AgeGroup,
            GroupServed,
            AccessibilityFeature,
            CareSetting,
        ],
    ),
    (_("Regions and places"), [Region, Compact, Place]),
    (_("Where else to turn"), [Helpline, OfficialFinder, CrisisPhrase]),
    (_("People"), [User, Group]),
]


class CodeLoginForm(OTPAuthenticationFormMixin, AdminAuthenticationForm):
    """Name, password and the code of an authenticator, all at once."""

    otp_token = forms.CharField(
        label=_("Code"),
        required=False,
        help_text=_("The six digits that your authenticator app shows now."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )
    otp_error_messages = OTPAuthenticationFormMixin.otp_error_messages | {
        "token_required": _("Enter the code that your authenticator app shows."),
        "invalid_token": _("This code is not right, or no longer: enter the next one."),
    }

    def clean(self) -> dict:
        self.cleaned_data = super().clean()
        if person := self.get_user():
            self.cleaned_data["otp_device"] = _authenticator(person).persistent_id
            self.clean_otp(person)
        return self.cleaned_data


def _authenticator(person: User) -> Device:
    """The device whose code `person` enters; ValidationError where there is none."""
    if device := next(devices_for_user(person), None):
        return device
    raise ValidationError(
        _(
            "You have no authenticator yet. Ask the operator to run "
            "“manage.py add_authenticator %(name)s”."
        ),
        params={"name": person.get_username()},
    )


class _Suggestions(AutocompleteJsonView):
    def serialize_result(self, obj, to_field_name):
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


View = Callable[..., HttpResponse]


class Desk(admin.AdminSite):
    """The admin under the operator's name, behind a second factor over HTTPS."""

    index_title = _("Curators’ desk")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[URLPattern] = []

    def page(
        self, route: str, *, name: str, permission: str | tuple[str, ...] | None
    ) -> Callable[[View], View]:
        """Hang a view on the desk as `admin:<name>`, at /admin/desk/<route>.

        Whoever has `permission`, or one of several, may see it; None means everyone
        who may enter. Others are told that they may not.
        """
        wanted = (permission,) if isinstance(permission, str) else permission

        def hang(view: View) -> View:
            @wraps(view)
            def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
                if wanted and not any(map(request.user.has_perm, wanted)):
                    raise PermissionDenied
                return view(request, *args, **kwargs)

            guarded.permission = wanted
            pattern = path(f"desk/{route}", self.admin_view(guarded), name=name)
            self._pages.append(pattern)
            return view

        return hang

    def get_urls(self) -> list:
        return [*self._pages, *super().get_urls()]

    def render(
        self,
        request: HttpRequest,
        template: str,
        *,
        title: str,
        status: int = 200,
        **context,
    ) -> TemplateResponse:
        """`template` in the frame of the desk."""
        frame = self.each_context(request) | {"title": title}
        return TemplateResponse(request, template, frame | context, status=status)

    @property
    def site_header(self) -> str:
        return settings.LOCATOR_NAME

    @property
    def site_title(self) -> str:
        return settings.LOCATOR_NAME

    @property
    def login_form(self) -> type[forms.Form]:
        return AdminAuthenticationForm if settings.LOCATOR_HTTP else CodeLoginForm

    @property
    def login_template(self) -> str:
        return "admin/login.html" if settings.LOCATOR_HTTP else "admin/code_login.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and (
            settings.LOCATOR_HTTP or request.user.is_verified()
        )

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list:
        """The pages that there are, in the order that work needs them."""
        apps = super().get_app_list(request, app_label)
        pages = {
            page["model"]: page | {"app": app} for app in apps for page in app["models"]
        }
        return [
            {**chosen[0]["app"], "name": name, "models": chosen}
            for name, models in SHELVES
            if (chosen := [pages[model] for model in models if model in pages])
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return _Suggestions.as_view(admin_site=self)(request)


def label(thing) -> str:
    """`thing` as a curator chooses it: regions with their code, for Georgia is two."""
    return f"{thing} ({thing.code})" if isinstance(thing, Region) else str(thing)


site = Desk()
